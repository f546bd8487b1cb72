"""How good the numbers are: primary data share and ratings (PACT Methodology 3, 4.2.2 and 4.2.3).

Shares and ratings are weighed by the absolute contribution. What is not stated counts as the worst:
a share of 0 %, a rating of 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.factors.model import WORLD
from tierlight_schemas.geography import country_of

WORST = Decimal(5)
#: Days between the end of the period and the end of what the data is about, by rating.
_DAYS = ((366, 1), (731, 2), (1096, 3), (1461, 4))
#: Countries whose provinces or states count as places of their own.
_SUBDIVIDED = frozenset({"US", "CA", "BR", "AR", "MX", "RU", "IN", "CN", "AU"})


@dataclass(frozen=True)
class Rated:
    """Quality of one contribution; None is not stated."""

    primary: Decimal | None = None
    """Percent of it that rests on primary data."""
    technological: Decimal | None = None
    geographical: Decimal | None = None
    temporal: Decimal | None = None


def primary_data_share(weighed: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """Percent of the absolute emissions; None when there are none."""
    return _mean((value, share if share is not None else Decimal(0)) for value, share in weighed)


def rating(weighed: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """Mean of a data quality rating; None when nothing is emitted."""
    return _mean((value, rated if rated is not None else WORST) for value, rated in weighed)


def _mean(weighed: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    total = above = Decimal(0)
    for value, number in weighed:
        total = EXACT.add(total, abs(value))
        above = EXACT.add(above, EXACT.multiply(abs(value), number))
    return EXACT.divide(above, total) if total else None


def temporal_rating(period_end: date, year: int | None) -> Decimal:
    """1 to 5 by the days between the period and the year that the data is about."""
    if year is None:
        return WORST
    apart = abs((period_end - date(year + 1, 1, 1)).days)
    return Decimal(next((rated for days, rated in _DAYS if apart <= days), 5))


def geographical_rating(place: str, of: str | None) -> Decimal:
    """1 to 5 by how near the place of the data is to the place where something is made."""
    if of is None:
        return WORST
    if of == WORLD:
        return Decimal(4)
    country = country_of(place)
    if of == place or (of == country and country not in _SUBDIVIDED):
        return Decimal(1)
    return Decimal(2) if of.partition(".")[0] == country else WORST
