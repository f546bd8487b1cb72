"""Annex II(5): anode, cathode, electrolyte, separator and cell casing rest on data of this battery.

Data is specific when its maker declared it from its own activity (a share of primary data above
0), or when it was built up from the maker's own process. An average value is not, and neither is
what lies unseen inside a bought cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tierlight_schemas.battery.components import IDENTIFIED, SPECIFIC, Component, inside
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.gaps import BILL_OF_MATERIALS, SPECIFIC_DATA, Gap, Who, incomplete
from tierlight_schemas.battery.reading import Step
from tierlight_schemas.rollup.model import Known

_AVERAGES = frozenset({Known.DEFAULT, Known.EXPIRED})


class Data(StrEnum):
    """What a component rests on."""

    SPECIFIC = "specific"
    NOT_PRIMARY = "not-primary"
    """Declared, without a share of primary data."""
    AVERAGE = "average"
    MISSING = "missing"
    HIDDEN = "hidden"
    """Inside a part that is bought whole and does not show it."""
    ABSENT = "absent"
    """No part of the bill of materials is of the class."""


@dataclass(frozen=True)
class Coverage:
    """One component that needs company-specific data, and the data that it has."""

    component: Component
    data: Data
    entry: Entry | None = None
    """The one that is worst, or holds it unseen."""


_WORST_FIRST = (Data.MISSING, Data.AVERAGE, Data.NOT_PRIMARY, Data.SPECIFIC)


def coverage(entries: Sequence[Entry]) -> tuple[Coverage, ...]:
    """What each of the components rests on."""
    return tuple(_of(component, entries) for component in SPECIFIC)


def _of(component: Component, entries: Sequence[Entry]) -> Coverage:
    own = [each for each in entries if each.component is component and each.step is not Step.WAY_IN]
    if own:
        worst = min(own, key=lambda each: _WORST_FIRST.index(_data(each)))
        return Coverage(component, _data(worst), worst)
    holders = [each for each in entries if _holds(each, component)]
    if not holders:
        return Coverage(component, Data.ABSENT)
    showing = next((each for each in holders if component in (each.split or {})), None)
    if showing is None:
        return Coverage(component, Data.HIDDEN, holders[0])
    return Coverage(component, _data(showing), showing)


def _holds(entry: Entry, component: Component) -> bool:
    is_whole = entry.step is Step.WHOLE and entry.component is not None
    return is_whole and component in inside(entry.component or component)


def _data(entry: Entry) -> Data:
    if entry.value is None or entry.is_partial:
        return Data.MISSING
    if entry.step is Step.MAKING:
        return Data.SPECIFIC
    if entry.known in _AVERAGES:
        return Data.AVERAGE
    return Data.SPECIFIC if entry.primary_data_share else Data.NOT_PRIMARY


def gaps_of(found: Sequence[Coverage], entries: Sequence[Entry]) -> Iterator[Gap]:
    """A gap for each that is not specific, and for what must be named and is not."""
    for each in found:
        if each.data in (Data.NOT_PRIMARY, Data.AVERAGE, Data.HIDDEN) and each.entry is not None:
            yield _gap(each, each.entry)
        elif each.data is Data.ABSENT:
            yield _not_identified(each.component)
    for component in IDENTIFIED:
        if component not in SPECIFIC and not any(_names(each, component) for each in entries):
            yield _not_identified(component)


def _names(entry: Entry, component: Component) -> bool:
    return entry.component is component or component in (entry.split or {})


def _gap(of: Coverage, entry: Entry) -> Gap:
    gap = about(entry, "battery/default-where-specific", of.data.value, SPECIFIC_DATA)
    return gap.telling(component=of.component.value)


def _not_identified(component: Component) -> Gap:
    return incomplete("identified", BILL_OF_MATERIALS, component=component.value)


def about(entry: Entry, code: str, case: str, clause: str) -> Gap:
    """A gap of an entry: where it is, and who can close it."""
    is_bought = entry.tier > 0
    return Gap(
        code,
        case,
        clause,
        Who.SUPPLIER if is_bought else Who.MANUFACTURER,
        entry.part,
        entry.owner,
        entry.supplier,
        entry.tier,
    )
