"""A declaration as a list to work through: each clause with what it lacks, and one step for each.

The clauses are those of Art. 7(1)(a) to (g) and of Annex II. What is missing in one place can show
in another: no footprint while a part has no value. Such a gap closes with the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.gaps import (
    BILL_OF_MATERIALS,
    BOUNDARY,
    CHARACTERIZATION,
    CONFORMITY,
    FOOTPRINT,
    FUNCTIONAL_UNIT,
    MANUFACTURER,
    MODEL,
    PLANT,
    SPECIFIC_DATA,
    STAGES,
    STUDY,
    Gap,
    Who,
)
from tierlight_schemas.battery.result import BatteryFootprint

CLAUSES: Final = (
    *(MANUFACTURER, MODEL, PLANT, FOOTPRINT, STAGES, CONFORMITY, STUDY),
    *(BILL_OF_MATERIALS, FUNCTIONAL_UNIT, BOUNDARY, SPECIFIC_DATA, CHARACTERIZATION),
)
MATERIALS: Final = "materials"
FIELDS: Final = MappingProxyType(
    {
        "manufacturer-name": "manufacturer.name",
        "manufacturer-address": "manufacturer.address",
        "model": "model",
        "conformity": "declarationOfConformity",
        "study": "studyLink",
        "usable-energy": "serviceLife.usableKwh",
        "cycles": "serviceLife.cyclesPerYear",
        "cycles-justification": "serviceLife.cyclesJustification",
        "warranty": "serviceLife.warrantyYears",
        "km-per-year": "serviceLife.kmPerYear",
        "mass": "massKg",
        "distribution": "distribution.market",
        "dismantling": "dismantling",
        "materials-mass": MATERIALS,
    }
)
"""Where the master data has what a case of `battery/incomplete` lacks."""
_CLASSED: Final = frozenset({"component", "identified"})
_FOLLOWING: Final = frozenset({"footprint", "stages"})


class Way(StrEnum):
    """How a gap is closed."""

    FORM = "form"
    """The manufacturer enters it into the master data."""
    CLASSES = "classes"
    """The manufacturer says what a part is of a battery."""
    PART = "part"
    """The manufacturer looks after an own part: its process, its lines, its factors."""
    REQUEST = "request"
    """A supplier is asked."""
    OPERATOR = "operator"
    """The hub's operator is told which factor is lacking."""
    FOLLOWS = "follows"
    """It closes with the others."""


@dataclass(frozen=True)
class Step:
    """What to do about one gap."""

    way: Way
    field: str = ""
    """Member of the master data, by the names of its document; of a form alone."""
    part: str = ""
    """The manufacturer's own number of the part concerned."""


@dataclass(frozen=True)
class Clause:
    """One clause, and what it lacks."""

    name: str
    gaps: Sequence[tuple[Gap, Step]] = ()


def checklist(footprint: BatteryFootprint) -> list[Clause]:
    """Every clause in the order of the regulation; then those of a draft that lack something."""
    found = [(gap, step_of(gap, footprint.entries)) for gap in footprint.gaps]
    others = dict.fromkeys(gap.clause for gap, _ in found if gap.clause not in CLAUSES)
    return [
        Clause(name, [row for row in found if row[0].clause == name])
        for name in (*CLAUSES, *others)
    ]


def step_of(gap: Gap, entries: Sequence[Entry]) -> Step:
    """The one step that closes a gap, or begins to."""
    if gap.who is Who.OPERATOR or _lacks_mix(gap):
        return Step(Way.OPERATOR)
    if gap.code == "battery/recycling-method-mixed":
        return Step(Way.FORM, MATERIALS)
    if gap.code == "battery/incomplete":
        if gap.case in _FOLLOWING:
            return Step(Way.FOLLOWS)
        if gap.case in FIELDS:
            return Step(Way.FORM, FIELDS[gap.case])
        if gap.case in _CLASSED:
            return Step(Way.CLASSES, part=gap.part)
    part = own_part(gap, entries)
    return Step(Way.REQUEST if gap.who is Who.SUPPLIER else Way.PART, part=part)


def _lacks_mix(gap: Gap) -> bool:
    """A country whose mix the hub does not know: no supplier can help."""
    return gap.code == "battery/electricity-not-restatable" and gap.case == "mix"


def own_part(gap: Gap, entries: Sequence[Entry]) -> str:
    """The manufacturer's number of what a gap is about: a supplier's part is asked for by it."""
    for entry in entries:
        if (entry.part, entry.owner) == (gap.part, gap.owner):
            return entry.own_part
    return gap.part
