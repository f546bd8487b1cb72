"""Readings as a ledger: a line for each carrier, flow and meter, a cell for each month.

A month that nobody recorded has no cell: it is unknown, and never zero.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from hub.activity.carriers import converted, norm
from hub.activity.words import Carrier, Flow, Source
from tierlight_schemas.amounts import EXACT

ZERO = Decimal(0)
USED = (Flow.BOUGHT, Flow.SELF_USED)


class Entry(NamedTuple):
    """One reading as it stands."""

    carrier: Carrier
    flow: Flow
    meter: str
    sub_meter: str
    month: str
    source: Source
    amount: str
    unit: str


@dataclass(frozen=True)
class Cell:
    """What is known of a month: a reading and a person's estimate, each apart."""

    metered: Decimal | None = None
    estimated: Decimal | None = None

    @property
    def counted(self) -> Decimal:
        """The reading; the estimate only where there is none."""
        return self.metered if self.metered is not None else self.estimated or ZERO

    @property
    def is_estimate(self) -> bool:
        """Whether only a person's judgement is known."""
        return self.metered is None


@dataclass(frozen=True)
class Line:
    """The months of one meter (or of the site's bill) in one unit."""

    carrier: Carrier
    flow: Flow
    meter: str
    sub_meter: str
    unit: str
    """The normalised one."""
    cells: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """Of the known months."""
        return added(cell.counted for cell in self.cells.values())


@dataclass(frozen=True)
class Amounts:
    """What a site did with one carrier in one unit, over the known months."""

    carrier: Carrier
    unit: str
    by_flow: Mapping[Flow, Decimal]
    """Flows that nobody recorded are absent."""
    missing: tuple[str, ...]
    """Months of which what was bought or self-used is not known, wholly or for one meter."""
    is_estimated: bool

    @property
    def grid(self) -> Decimal:
        """Bought and not sold on; never below nothing."""
        bought, sold = (self.by_flow.get(flow, ZERO) for flow in (Flow.BOUGHT, Flow.SOLD_ON))
        return max(EXACT.subtract(bought, sold), ZERO)

    @property
    def self_used(self) -> Decimal:
        """Generated and used on the site."""
        return self.by_flow.get(Flow.SELF_USED, ZERO)

    @property
    def used(self) -> Decimal:
        """All that the site used, storage losses within."""
        return EXACT.add(self.grid, self.self_used)


def lines(entries: Iterable[Entry]) -> list[Line]:
    """The ledger of a year's readings, by carrier, flow and meter."""
    found: dict[tuple[str, ...], tuple[Line, dict[str, Cell]]] = {}
    for entry in sorted(entries):
        unit = norm(entry.carrier, entry.unit) or entry.unit
        key = (entry.carrier, entry.flow, entry.meter, entry.sub_meter, unit)
        if key not in found:
            months: dict[str, Cell] = {}
            line = Line(entry.carrier, entry.flow, entry.meter, entry.sub_meter, unit, months)
            found[key] = line, months
        months = found[key][1]
        value = converted(Decimal(entry.amount), entry.unit, unit)
        before = months.get(entry.month, Cell())
        is_meter = entry.source is Source.METER
        months[entry.month] = (
            Cell(value, before.estimated) if is_meter else Cell(before.metered, value)
        )
    return [line for line, _ in found.values()]


def amounts(ledger: Collection[Line], months: Collection[str]) -> list[Amounts]:
    """The sums of main meters, by carrier and unit; sub-meters are within them."""
    groups: dict[tuple[Carrier, str], list[Line]] = defaultdict(list)
    for line in ledger:
        if not line.sub_meter:
            groups[line.carrier, line.unit].append(line)
    missing = {carrier: _missing(carrier, ledger, months) for carrier, _ in groups}
    return [_amounts(*key, group, missing[key[0]]) for key, group in groups.items()]


def _missing(
    carrier: Carrier, ledger: Collection[Line], months: Collection[str]
) -> tuple[str, ...]:
    """Months without any cell of what was used, or without one of a meter that has some before and
    after; a meter may have changed its unit meanwhile."""
    by_meter: dict[tuple[Flow, str], set[str]] = defaultdict(set)
    for line in ledger:
        if line.carrier is carrier and line.flow in USED and not line.sub_meter:
            by_meter[line.flow, line.meter] |= set(line.cells)
    known = set[str]().union(*by_meter.values())
    return tuple(
        month
        for month in months
        if month not in known
        or any(min(has) < month < max(has) and month not in has for has in by_meter.values())
    )


def _amounts(carrier: Carrier, unit: str, group: list[Line], missing: tuple[str, ...]) -> Amounts:
    by_flow: dict[Flow, Decimal] = {}
    for line in group:
        by_flow[line.flow] = EXACT.add(by_flow.get(line.flow, ZERO), line.total)
    return Amounts(
        carrier,
        unit,
        by_flow,
        missing,
        any(cell.is_estimate for line in group for cell in line.cells.values()),
    )


def added(values: Iterable[Decimal]) -> Decimal:
    """A sum to 50 digits."""
    total = ZERO
    for value in values:
        total = EXACT.add(total, value)
    return total
