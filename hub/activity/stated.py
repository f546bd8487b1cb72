"""What was recorded, with its printed digits: so that rounding can be told from error."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from hub.activity.carriers import norm
from hub.activity.ledger import Entry
from hub.activity.words import Carrier, Flow, Source, Use
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.units import UnitError, canonical, conversion, to_base

ZERO = Decimal(0)
Roundings = Mapping[tuple[Carrier, str, Flow], Decimal]
"""By carrier, normalised unit and flow: half a printed digit of every reading, added up."""


class Told(NamedTuple):
    """What was said to be made in a month."""

    month: str
    source: Source
    amount: str
    rejects: str | None
    unit: str


@dataclass(frozen=True)
class UnitsMade:
    """What was made of a part in a year, in its base unit."""

    good: Printed
    rejected: Printed
    """As far as it is stated; what is not stated is within `good`."""
    missing: tuple[str, ...]
    """Months of which nothing is recorded."""

    @property
    def all(self) -> Printed:
        """Good and rejected."""
        return Printed.sum([self.good, self.rejected])


class Used(NamedTuple):
    """One row of what energy was used for."""

    carrier: Carrier
    use: Use
    period: str
    source: Source
    amount: str
    unit: str


def roundings(entries: Iterable[Entry]) -> Roundings:
    """How far the printed digits of the main meters' counted readings may have moved them."""
    main = [entry for entry in entries if not entry.sub_meter]
    counted = {
        (entry.carrier, entry.flow, entry.meter, entry.month, _norm(entry)): entry
        for entry in _meters_last(main)
    }
    found: dict[tuple[Carrier, str, Flow], Decimal] = defaultdict(Decimal)
    for entry in counted.values():
        unit = _norm(entry)
        half = _in(entry, unit).half_unit
        key = (entry.carrier, unit, entry.flow)
        found[key] = EXACT.add(found[key], half)
    return found


def _norm(entry: Entry) -> str:
    return norm(entry.carrier, entry.unit) or entry.unit


def units_made(
    told: Sequence[Told], base_unit: str, mass_kg: Decimal | None, months: Sequence[str]
) -> UnitsMade | None:
    """What was made over the known months; counts take the place of estimates.

    None where a unit no longer converts to the part's.
    """
    counted = {row.month: row for row in sorted(told, key=lambda row: row.source is Source.METER)}
    good: list[Printed] = []
    rejected: list[Printed] = []
    for row in counted.values():
        try:
            ratio = to_base(row.unit, base_unit, mass_kg)
        except UnitError:
            return None
        good.append(printed(row.amount, row.unit, ratio))
        if row.rejects is not None:
            rejected.append(printed(row.rejects, row.unit, ratio))
    missing = tuple(month for month in months if month not in counted)
    return UnitsMade(Printed.sum(good), Printed.sum(rejected), missing)


def used_for(rows: Sequence[Used], unit: str) -> Printed | None:
    """What one use took, in `unit`: the row of the year, else those of its months.

    None where a unit does not convert.
    """
    counted = {row.period: row for row in sorted(rows, key=lambda row: row.source is Source.METER)}
    years = [row for row in counted.values() if len(row.period) == 4]
    try:
        return Printed.sum(
            printed(row.amount, row.unit, conversion(row.unit, unit))
            for row in years or counted.values()
        )
    except UnitError:
        return None


def printed(amount: str, unit: str, ratio: Fraction) -> Printed:
    """A recorded amount in another unit; a whole count of pieces is exact."""
    read = Printed.read(amount) or Printed(Decimal(amount), ZERO)
    is_count = canonical(unit) == "piece" and "." not in amount
    return Printed(_times(read.value, ratio), ZERO if is_count else _times(read.half_unit, ratio))


def _times(amount: Decimal, ratio: Fraction) -> Decimal:
    return EXACT.divide(EXACT.multiply(amount, Decimal(ratio.numerator)), ratio.denominator)


@dataclass(frozen=True)
class SubMetered:
    """A main meter and the meters below it, over the months that the main one counted."""

    carrier: str
    meter: str
    """Empty: the bill of the site."""
    unit: str
    main: Printed
    parts: Printed


def sub_metered(entries: Iterable[Entry]) -> list[SubMetered]:
    """Every main meter of what was bought that has meters below it.

    What the site generated for itself may run through any of them: it counts as metered too.
    """
    counted = {(*entry[:5], _norm(entry)): entry for entry in _meters_last(entries)}
    groups: dict[tuple[Carrier, str, str], list[Entry]] = defaultdict(list)
    generated: dict[tuple[Carrier, str], list[Entry]] = defaultdict(list)
    for entry in counted.values():
        if entry.flow is Flow.BOUGHT:
            groups[entry.carrier, entry.meter, _norm(entry)].append(entry)
        elif entry.flow is Flow.SELF_USED and not entry.sub_meter:
            generated[entry.carrier, _norm(entry)].append(entry)
    return [
        found
        for (carrier, meter, unit), group in sorted(groups.items())
        if (found := _sub_metered(meter, unit, group, generated[carrier, unit])) is not None
    ]


def _sub_metered(
    meter: str, unit: str, group: Sequence[Entry], generated: Sequence[Entry]
) -> SubMetered | None:
    main = [entry for entry in group if not entry.sub_meter]
    months = {entry.month for entry in main}
    parts = [entry for entry in group if entry.sub_meter and entry.month in months]
    if not main or not parts:
        return None
    main += [entry for entry in generated if entry.month in months]
    sums = (Printed.sum(_in(entry, unit) for entry in each) for each in (main, parts))
    return SubMetered(group[0].carrier, meter, unit, *sums)


def _in(entry: Entry, unit: str) -> Printed:
    return printed(entry.amount, entry.unit, conversion(entry.unit, unit))


def _meters_last(entries: Iterable[Entry]) -> list[Entry]:
    """Estimates first: a reading takes their place."""
    return sorted(entries, key=lambda each: each.source is Source.METER)
