"""Which of its declarations speaks for a product's year at a site, and what it claims per unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hub.findings.energy.reconciling import Reason
from tierlight_schemas.amounts import EXACT, Amount
from tierlight_schemas.annexes import CarrierShare
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.units import UnitError, conversion, to_base

_A_MONTH = timedelta(days=28)
PROCESS_CARRIER = "process"
KWH = "kilowatt hour"


@dataclass(frozen=True)
class Told:
    """A declaration, as far as it decides which one speaks."""

    digest: str
    kind: str
    """`footprint` or `process`."""
    site: str | None
    """As its document names it; None: all sites."""
    period_start: datetime
    period_end: datetime
    supersedes: str | None
    declared_amount: str
    declared_unit: str
    log_index: int
    withdrawn: bool = False


def speaking(told: Sequence[Told], sites: Iterable[str], year: int) -> list[Told]:
    """Those that hold for a site (under any of its names) in a year, the best first.

    It has to cover a month of the year, or lie within it. One of the site comes before one for all
    sites, then what covers more of the year, then the latest word. What a standing successor
    replaced for the year no longer counts; a successor for another year replaces nothing here.
    """
    names = set(sites)
    held = [
        each
        for each in told
        if not each.withdrawn and each.site in {None, *names} and _holds(each, year)
    ]
    replaced = _replaced(held, {each.digest: each for each in told})
    best = [each for each in held if each.digest not in replaced]
    return sorted(best, key=lambda t: (t.site is None, -_overlap(t, year), -t.log_index))


def _replaced(held: Sequence[Told], known: dict[str, Told]) -> set[str]:
    """Everything before these in their chains; a withdrawn link hands on."""
    found: set[str] = set()
    for each in held:
        before = each.supersedes
        while before is not None and before not in found:
            found.add(before)
            before = known[before].supersedes if before in known else None
    return found


def _holds(told: Told, year: int) -> bool:
    length = told.period_end - told.period_start
    return timedelta(0) < _overlap(told, year) >= min(_A_MONTH, length)


def _overlap(told: Told, year: int) -> timedelta:
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return min(told.period_end, end) - max(told.period_start, start)


@dataclass(frozen=True)
class Claim:
    """What one declaration says of the energy of the own process, per declared amount."""

    declaration: Told
    carriers: tuple[CarrierShare, ...]
    is_complete: bool
    """Whether a carrier that is not named is not used: so it is of a split; a process declaration
    names electricity alone."""

    def names(self, carrier: str) -> bool:
        """Whether it says anything of a carrier, or should."""
        return not self.is_complete or any(row.carrier == carrier for row in self.carriers)

    def per_unit(
        self, carrier: str, unit: str, base_unit: str, mass_kg: Decimal | None
    ) -> Printed | Reason:
        """How much of a carrier, in `unit`, one base unit of the part takes."""
        rows = [row for row in self.carriers if row.carrier == carrier]
        if not rows:
            return Reason.NO_SPLIT
        amounts = [_amount(row, unit) for row in rows]
        wrong = next((each for each in amounts if isinstance(each, Reason)), None)
        if wrong is not None:
            return wrong
        declared = self.declaration
        try:
            ratio = to_base(declared.declared_unit, base_unit, mass_kg)
        except UnitError:
            return Reason.UNIT
        per = Fraction(declared.declared_amount) * ratio
        total = Printed.sum(each for each in amounts if isinstance(each, Printed))
        return _divided(total, per) if per > 0 else Reason.UNIT


def in_units(row: CarrierShare, units: Iterable[str]) -> dict[str, Printed]:
    """A row's amount in each of the units that it converts to."""
    told = {unit: _amount(row, unit) for unit in units}
    return {unit: amount for unit, amount in told.items() if isinstance(amount, Printed)}


def _amount(row: CarrierShare, unit: str) -> Printed | Reason:
    """The physical amount of a row; of process emissions, the emissions are the amount."""
    quantity, told_in = row.quantity, row.unit
    if quantity is None and row.carrier == PROCESS_CARRIER:
        quantity, told_in = row.location_based, "kilogram"
    if quantity is None:
        return Reason.NO_QUANTITY
    number = Printed.read(quantity)
    try:
        ratio = conversion(told_in or "", unit)
    except UnitError:
        return Reason.UNIT
    return Reason.NO_QUANTITY if number is None else _divided(number, 1 / ratio)


def _divided(number: Printed, by: Fraction) -> Printed:
    """A printed number divided by an exact one, 50 digits."""
    over, under = Decimal(by.denominator), Decimal(by.numerator)
    value = EXACT.divide(EXACT.multiply(number.value, over), under)
    return Printed(value, EXACT.divide(EXACT.multiply(number.half_unit, over), under))


def of_process(declaration: Told, electricity_kwh: Amount | None) -> Claim:
    """What a process declaration claims: electricity, where it says how much."""
    if electricity_kwh is None:
        return Claim(declaration, (), is_complete=False)
    row = CarrierShare(carrier="electricity", quantity=electricity_kwh, unit=KWH)
    return Claim(declaration, (row,), is_complete=False)
