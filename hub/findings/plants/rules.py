"""The rules: each looks at one row, and at the factors that are known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from hub.findings.flags import percent, shown
from hub.findings.plants.custody import certificate_expired, mass_balance, scope_overread
from hub.findings.plants.facts import Fact, Found
from hub.findings.tolerances import SHIPPED, Tolerances
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.factors.implied import Implied, Match, implied, matches, nearest
from tierlight_schemas.factors.model import Factor
from tierlight_schemas.factors.places import rings
from tierlight_schemas.factors.registry import Registry
from tierlight_schemas.findings import Finding, Severity

_IDENTICAL, _YIELD, _VINTAGE = (
    "site/identical-products",
    "site/implausible-yield",
    "site/factor-vintage",
)
ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Known:
    """What a table is judged against."""

    registry: Registry
    place: str = "*"
    """Of the plants whose row names none."""
    year: int | None = None
    """Of the activity, where it is known."""
    tolerances: Tolerances = SHIPPED

    def factors(self, place: str | None) -> list[Factor]:
        """Factors of electricity that can hold for a place: of it, and around or within it."""
        where = place or self.place
        around = frozenset[str]().union(*rings(where))
        return [
            factor
            for factor in self.registry.of_category("electricity")
            if where == "*" or factor.geography in around or _within(factor.geography, where)
        ]


def _within(geography: str, where: str) -> bool:
    return geography.startswith((f"{where}-", f"{where}."))


def components_differ(fact: Fact, known: Known) -> Iterator[Found]:
    """site/components-differ-from-total: the parts of a total do not add up to it beyond the
    rounding of all of them."""
    total = fact.number("total")
    parts = [cell.printed for cell in fact.parts]
    stated = [part for part in parts if part is not None]
    if total is None or len(stated) < 2 or len(stated) < len(parts):
        return
    added = Printed.sum(stated)
    if added.differs_from(total):
        difference = EXACT.subtract(added.value, total.value)
        yield _found(
            fact,
            "site/components-differ-from-total",
            Severity.WARNING,
            ", ".join([fact.column("total"), *(cell.column for cell in fact.parts)]),
            sum=shown(added.value),
            total=shown(total.value),
            difference=shown(difference),
            tolerance=shown(added.tolerance(total)),
        )


def implied_factor(fact: Fact, known: Known) -> Iterator[Found]:
    """site/implied-factor: emissions ÷ energy is no factor that is known for the place; the nearest
    is named. Bought electricity counts without its green share; a claim over what it covers."""
    for roles, emissions, energy in _pairs(fact):
        found = implied(emissions, energy)
        if found is None or found.value == 0:
            continue
        factors = known.factors(fact.place)
        if matches(factors, found):
            continue
        yield _implied(fact, roles, found, nearest(factors, found, 1), emissions, energy)


def _pairs(fact: Fact) -> Iterator[tuple[tuple[str, ...], Printed, Printed]]:
    emissions, energy = fact.number("electricity"), fact.number("energy")
    if emissions is not None and energy is not None:
        share = fact.number("share") or Printed(ZERO, ZERO)
        yield ("electricity", "energy", "share"), emissions, _grey(energy, share)
    claimed, generation = fact.number("claimed"), fact.number("generation")
    if claimed is not None and generation is not None:
        yield ("claimed", "generation"), claimed, generation


def _grey(energy: Printed, share: Printed) -> Printed:
    """What is left of the energy without its green share; the roundings of both widen it."""
    rest = EXACT.subtract(ONE, share.value)
    value = EXACT.multiply(energy.value, rest)
    widened = EXACT.add(
        EXACT.multiply(energy.half_unit, rest), EXACT.multiply(energy.value, share.half_unit)
    )
    return Printed(value, widened)


def _implied(
    fact: Fact,
    roles: tuple[str, ...],
    found: Implied,
    near: list[Match],
    emissions: Printed,
    energy: Printed,
) -> Found:
    evidence = {
        "emissions": shown(emissions.value),
        "energy": shown(energy.value),
        "factor": shown(EXACT.plus(found.value)),
    }
    if near:
        best = near[0].factor
        evidence |= {"nearest": best.id, "nearest_value": best.value}
    return _found(fact, "site/implied-factor", Severity.WARNING, fact.column(*roles), **evidence)


def market_only(fact: Fact, known: Known) -> Iterator[Found]:
    """claim/market-only: green electricity counts as nothing, and no location-based value stands
    beside it."""
    share, clean, energy = (fact.number(role) for role in ("share", "clean", "energy"))
    if share is None or clean is None or energy is None or share.value <= 0 or clean.value > 0:
        return
    covered = EXACT.multiply(energy.value, share.value)
    if covered > 0:
        yield _found(
            fact,
            "claim/market-only",
            Severity.NOTE,
            fact.column("share", "clean"),
            share=percent(share.value),
            energy=shown(covered),
        )


def untracked_on_average(fact: Fact, known: Known) -> Iterator[Found]:
    """claim/untracked-on-average-mix: beside a green share the rest has the average of a place, and
    not the residual mix that is known for it; silent where both fit the printed digits."""
    share, emissions, energy = (fact.number(role) for role in ("share", "electricity", "energy"))
    if share is None or emissions is None or energy is None or share.value <= 0:
        return
    rest = _grey(energy, share)
    found = implied(emissions, rest)
    factors = known.factors(fact.place)
    same = [match.factor for match in matches(factors, found)] if found else []
    if found is None or not same or any(factor.series != "average" for factor in same):
        return
    kinds = {factor.kind for factor in same}
    left_over = [f for f in factors if f.series == "residual" and f.kind in kinds]
    left_over = [f for f in factors if f.series == "residual" and f.kind in kinds]
    year = same[0].year if known.year is None else known.year
    residual = min(left_over, key=lambda f: (abs(f.year - year), f.id), default=None)
    if residual is not None:
        yield _found(
            fact,
            "claim/untracked-on-average-mix",
            Severity.WARNING,
            fact.column("electricity", "energy", "share"),
            energy=shown(rest.value),
            emissions=shown(emissions.value),
            factor=shown(EXACT.plus(found.value)),
            average=same[0].id,
            average_value=same[0].value,
            residual=residual.id,
            residual_value=residual.value,
            instead=shown(EXACT.multiply(rest.value, residual.kg)),
        )


def share_without_base(fact: Fact, known: Known) -> Iterator[Found]:
    """site/share-without-denominator: a share of energy, but not of how much."""
    if fact.number("share") is not None and fact.number("energy") is None:
        text = fact.cells["share"].text
        code = "site/share-without-denominator"
        yield _found(fact, code, Severity.WARNING, fact.column("share"), share=text)


def spread(fact: Fact, known: Known) -> Iterator[Found]:
    """site/identical-products, site/count-mismatch: three or more products with one and the same
    value; or mean, least, largest and number of products that cannot stand together."""
    mean, least, most, count = (fact.number(r) for r in ("mean", "min", "max", "count"))
    if mean is None or least is None or most is None or count is None:
        return
    columns = fact.column("mean", "min", "max", "count")
    numbers = {
        "mean": shown(mean.value),
        "least": shown(least.value),
        "most": shown(most.value),
        "count": shown(count.value),
    }
    is_one_value = least.value == most.value
    if _impossible(mean, least, most, count.value):
        yield _found(fact, "site/count-mismatch", Severity.WARNING, columns, **numbers)
    elif is_one_value and count.value >= known.tolerances.of(_IDENTICAL, "products"):
        yield _found(fact, _IDENTICAL, Severity.NOTE, columns, **numbers)


def _impossible(mean: Printed, least: Printed, most: Printed, count: Decimal) -> bool:
    """Whether no `count` numbers have this mean between these ends.

    The others lie between the ends as well, so that the mean cannot come nearer to an end than
    one number at the other end leaves it.
    """
    if count < 1 or count != count.to_integral_value():
        return True
    if count == 1:
        return least.differs_from(most) or mean.differs_from(least)
    width = EXACT.divide(EXACT.subtract(most.value, least.value), count)
    room = EXACT.add(mean.half_unit, max(least.half_unit, most.half_unit))
    lowest = EXACT.subtract(EXACT.add(least.value, width), room)
    highest = EXACT.add(EXACT.subtract(most.value, width), room)
    return not lowest <= mean.value <= highest


def pv_yield(fact: Fact, known: Known) -> Iterator[Found]:
    """site/implausible-yield: photovoltaics that run fewer or more hours a year at full load than
    the sun shines."""
    capacity, generation = fact.number("capacity"), fact.number("generation")
    if capacity is None or generation is None or capacity.value <= 0:
        return
    hours = EXACT.divide(generation.value, capacity.value)
    low, high = (known.tolerances.of(_YIELD, name) for name in ("least", "most"))
    if not low <= hours <= high:
        yield _found(
            fact,
            _YIELD,
            Severity.WARNING,
            fact.column("capacity", "generation"),
            hours=shown(hours),
            low=shown(low),
            high=shown(high),
        )


def energy_missing(fact: Fact, known: Known) -> Iterator[Found]:
    """site/energy-missing: emissions are said to be avoided, but not with how much electricity."""
    claimed = fact.number("claimed")
    if claimed is not None and claimed.value > 0 and fact.number("generation") is None:
        yield _found(
            fact,
            "site/energy-missing",
            Severity.WARNING,
            fact.column("claimed"),
            claimed=shown(claimed.value),
            measure=fact.measure or "-",
        )


def factor_vintage(fact: Fact, known: Known) -> Iterator[Found]:
    """site/factor-vintage: a stated factor is known only from more than two years before the
    activity."""
    stated = fact.number("factor")
    if stated is None or known.year is None or stated.value <= 0:
        return
    low = EXACT.subtract(stated.value, stated.half_unit)
    high = EXACT.add(stated.value, stated.half_unit)
    same = matches(known.factors(fact.place), Implied(stated.value, low, high))
    years = {match.factor.year for match in same}
    if years and known.year - max(years) > known.tolerances.of(_VINTAGE, "years"):
        yield _found(
            fact,
            _VINTAGE,
            Severity.WARNING,
            fact.column("factor"),
            factor=shown(stated.value),
            factor_year=str(max(years)),
            year=str(known.year),
            nearest=same[0].factor.id,
        )


def _found(fact: Fact, code: str, severity: Severity, column: str, **evidence: str) -> Found:
    told = {"name": fact.name, "row": str(fact.row)} | evidence
    return Found(fact.file, fact.row, column, Finding(code, severity, "$", told))


RULES: tuple[Callable[[Fact, Known], Iterator[Found]], ...] = (
    components_differ,
    implied_factor,
    market_only,
    untracked_on_average,
    share_without_base,
    spread,
    pv_yield,
    energy_missing,
    factor_vintage,
    mass_balance,
    certificate_expired,
    scope_overread,
)


def judge(facts: list[Fact], known: Known) -> list[Found]:
    """All findings, row by row."""
    return [found for fact in facts for rule in RULES for found in rule(fact, known)]
