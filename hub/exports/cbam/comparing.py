"""A report against the site's own record: what differs is told, and is the author's to settle."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tierlight_schemas.amounts import EXACT, significant
from tierlight_schemas.cbam.attributing import consumed_of
from tierlight_schemas.cbam.embedded import in_decimal
from tierlight_schemas.cbam.gaps import Gap, wrong
from tierlight_schemas.cbam.model import CbamReport


@dataclass(frozen=True)
class Metered:
    """Electricity that a site used in a year, MWh."""

    bought: Decimal
    generated: Decimal
    exported: Decimal | None
    """None where nothing is recorded of it."""

    @property
    def used(self) -> Decimal:
        """All that its processes and everything else took."""
        return EXACT.add(self.bought, self.generated)


def year_of(report: CbamReport) -> int | None:
    """The year that the report is about; None where its period is not one whole year."""
    start, end = report.period.start, report.period.end
    if start is None or end is None or start.year != end.year:
        return None
    whole = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
    return start.year if whole else None


def place_differs(report: CbamReport, country: str, site: str) -> Iterator[Gap]:
    """Another country than that of the site."""
    stated = report.installation.country
    if stated is not None and stated != country:
        told = {"stated": stated, "known": country, "site": site}
        yield wrong("place", "installation.country", **told)


def unknown_parts(report: CbamReport, known: Collection[str]) -> Iterator[Gap]:
    """Part numbers that are not the company's."""
    for place, product in enumerate(report.products):
        if product.number is not None and product.number not in known:
            yield wrong("no-part", f"products[{place}].number", number=product.number)


def meters_differ(
    report: CbamReport, metered: Metered | None, site: str, year: int
) -> Iterator[Gap]:
    """More electricity than the meters have. Less is no fault: a site makes other goods, too."""
    reported = in_decimal(sum(map(consumed_of, report.processes), Fraction(0)))
    told = {"reported": _shown(reported), "site": site, "year": str(year)}
    if metered is None:
        yield Gap("cbam/meters", "processes", "months", False, tuple(told.items()))
    elif reported > metered.used:
        yield wrong("meters", "processes", metered=_shown(metered.used), **told)


def _shown(value: Decimal) -> str:
    return str(significant(value))
