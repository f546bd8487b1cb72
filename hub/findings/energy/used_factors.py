"""Rules over the factors that splits state they used: emissions ÷ amount of a carrier is one.

Each looks at plain values. A value that prints too coarsely to tell factors apart, or that mixes
electricity of the grid with own generation, says nothing and is left alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from hub.findings.flags import shown
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.factors.implied import Implied, implied, matches
from tierlight_schemas.factors.model import Factor
from tierlight_schemas.factors.places import rings
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.geography import country_of

COARSEST = Decimal("0.002")
"""Of an implied factor: how wide it may be, as a share of itself, to be told from others."""
ELECTRICITY = "electricity"


@dataclass(frozen=True)
class Stated:
    """One carrier of a split: what it emits by location, and how much of it there is."""

    carrier: str
    emissions: Printed | None
    """kg; None where none is stated."""
    amounts: Mapping[str, Printed]
    """By unit: the same amount in every unit that factors have."""
    country: str | None = None
    """Where it was supplied, as the split says."""


@dataclass(frozen=True)
class Split:
    """What one declaration says it used."""

    site: str
    year: int
    part: str
    declaration: str
    place: str
    """Country or subdivision of the site."""
    is_grid_only: bool
    """Whether the site generates nothing for its own use."""
    stated: tuple[Stated, ...]


Factors = Mapping[str, Sequence[Factor]]
"""The factors at hand by the carrier that has them."""


def factor_region(split: Split, factors: Factors) -> Iterator[Finding]:
    """site/factor-region: a split's electricity is of another country than the site; or its
    location-based factor is none that holds for the place, but is printed as that of another."""
    for row in split.stated:
        if row.carrier != ELECTRICITY:
            continue
        country = country_of(split.place)
        if row.country is not None and row.country != country:
            told = {"stated": row.country, "place": split.place}
            yield _found(split, "site/factor-region", row, case="country", **told)
            continue
        used = _used(row, split)
        if used is None or _holding(used, factors, split.place):
            continue
        elsewhere = [
            factor
            for factor in _printed_as(used, factors)
            if factor.basis == "location" and _is_recent(factor, split.year)
        ]
        if elsewhere:
            yield _elsewhere(split, row, used.found, elsewhere[0])


def _elsewhere(split: Split, row: Stated, used: Implied, factor: Factor) -> Finding:
    return _found(
        split,
        "site/factor-region",
        row,
        case="factor",
        factor=shown(EXACT.plus(used.value)),
        known=factor.id,
        known_value=factor.value,
        geography=factor.geography,
        place=split.place,
    )


def factor_series(split: Split, factors: Factors) -> Iterator[Finding]:
    """site/factor-series: a location-based value was made with a market factor (a residual mix);
    or one carrier of a split stands for direct CO2 and another for life-cycle CO2e."""
    held: list[tuple[Stated, Sequence[Factor]]] = []
    for row in split.stated:
        used = _used(row, split)
        holding = _holding(used, factors, split.place) if used else ()
        if not used or not holding:
            continue
        if all(factor.basis == "market" for factor in holding):
            yield _found(
                split,
                "site/factor-series",
                row,
                case="market",
                factor=shown(EXACT.plus(used.found.value)),
                known=holding[0].id,
                known_value=holding[0].value,
            )
        held.append((row, holding))
    yield from _mixed(split, held)


def _mixed(split: Split, held: Sequence[tuple[Stated, Sequence[Factor]]]) -> Iterator[Finding]:
    """The first two carriers whose factors have no kind in common."""
    for (one, here), (other, there) in combinations(held, 2):
        if not {factor.kind for factor in here} & {factor.kind for factor in there}:
            yield _found(
                split,
                "site/factor-series",
                one,
                case="kind",
                known=here[0].id,
                kind=" ".join(here[0].kind),
                other=other.carrier,
                other_known=there[0].id,
                other_kind=" ".join(there[0].kind),
            )
            return


@dataclass(frozen=True)
class _Used:
    carrier: str
    found: Implied
    by_unit: Mapping[str, Implied]


def _used(row: Stated, split: Split) -> _Used | None:
    """The factor that a row implies, where it is printed finely enough."""
    if row.emissions is None or (row.carrier == ELECTRICITY and not split.is_grid_only):
        return None
    told = {unit: implied(row.emissions, amount) for unit, amount in row.amounts.items()}
    fine = {unit: found for unit, found in told.items() if found and _is_fine(found)}
    if not fine:
        return None
    return _Used(row.carrier, next(iter(fine.values())), fine)


def _is_fine(found: Implied) -> bool:
    width = EXACT.subtract(found.high, found.low)
    return found.value > 0 and width <= EXACT.multiply(COARSEST, found.value)


def _printed_as(used: _Used, factors: Factors) -> list[Factor]:
    """Factors that the implied one equals to the printed digits, the nearest first."""
    return [
        match.factor
        for unit, found in used.by_unit.items()
        for match in matches((f for f in factors.get(used.carrier, ()) if f.unit == unit), found)
    ]


def _holding(used: _Used, factors: Factors, place: str) -> list[Factor]:
    """Those of them that hold for a place: of it, around it, or within a country."""
    around = frozenset[str]().union(*rings(place))
    return [
        factor
        for factor in _printed_as(used, factors)
        if factor.geography in around or factor.geography.startswith((f"{place}-", f"{place}."))
    ]


def _is_recent(factor: Factor, year: int) -> bool:
    return year - 5 <= factor.year <= year


def _found(split: Split, code: str, row: Stated, **evidence: str) -> Finding:
    told = {
        "site": split.site,
        "year": str(split.year),
        "part": split.part,
        "declaration": split.declaration,
        "carrier": row.carrier,
    }
    return Finding(code, Severity.WARNING, "$", told | evidence)


RULES: tuple[Callable[[Split, Factors], Iterator[Finding]], ...] = (factor_region, factor_series)


def judge(splits: Sequence[Split], factors: Factors) -> list[Finding]:
    """All findings, declaration by declaration."""
    return [found for split in splits for rule in RULES for found in rule(split, factors)]
