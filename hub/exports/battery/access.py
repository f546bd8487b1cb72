"""Who may read what of a battery: the groups of Annex XIII, attribute by attribute.

A file is written out of what `shown` leaves of the result, so that a writer cannot print what its
reader may not see; and every member of our own file is a row of `ATTRIBUTES`, so that none gets in
without a group.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tierlight_schemas.battery.electricity import Restated
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.model import BatteryModel, Certificate
from tierlight_schemas.battery.reading import Step
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.rollup.model import Known


class Audience(StrEnum):
    """Who may read a file: the groups of Annex XIII, each seeing what those before it see."""

    PUBLIC = "public"
    INTEREST = "legitimate-interest"
    """Persons with a legitimate interest, and the Commission: point 2."""
    AUTHORITIES = "authorities"
    """Notified bodies, market surveillance authorities and the Commission: point 3."""

    def sees(self, group: "Audience") -> bool:
        """Whether what is kept for a group is for this one, too."""
        order = list(Audience)
        return order.index(group) <= order.index(self)


@dataclass(frozen=True)
class Attribute:
    """One thing that a file can tell of a battery model."""

    name: str
    """As a member of our own file (`art7`)."""
    point: str
    """Where Regulation (EU) 2023/1542 puts it; empty for what says how to read the file."""
    group: Audience


_PUBLIC, _INTEREST, _AUTHORITIES = Audience
_ROWS: Final = (
    Attribute("type", "", _PUBLIC),
    Attribute("audience", "", _PUBLIC),
    Attribute("notices", "", _PUBLIC),
    Attribute("ruleset", "", _PUBLIC),
    Attribute("asOf", "", _PUBLIC),
    Attribute("inputsDigest", "Annex II(5)", _PUBLIC),
    Attribute("manufacturer", "Annex XIII 1(a), VI-A(1)", _PUBLIC),
    Attribute("batteryModel", "Annex XIII 1(a), VI-A(2)", _PUBLIC),
    Attribute("category", "Annex XIII 1(a), VI-A(2)", _PUBLIC),
    Attribute("plant", "Annex XIII 1(a), VI-A(3)", _PUBLIC),
    Attribute("mass", "Annex XIII 1(a), VI-A(5)", _PUBLIC),
    Attribute("chemistry", "Annex XIII 1(b), VI-A(7)", _PUBLIC),
    Attribute("carbonFootprint", "Annex XIII 1(c)", _PUBLIC),
    Attribute("lifeCycleStages", "Annex XIII 1(c)", _PUBLIC),
    Attribute("study", "Annex XIII 1(c)", _PUBLIC),
    Attribute("performanceClass", "Annex XIII 1(c)", _PUBLIC),
    Attribute("perBattery", "Annex XIII 1(c)", _PUBLIC),
    Attribute("functionalUnit", "Annex XIII 1(c), II(3)", _PUBLIC),
    Attribute("dataQuality", "Annex XIII 1(c), II", _PUBLIC),
    Attribute("companySpecificData", "Annex XIII 1(c), II(5)", _PUBLIC),
    Attribute("offsetsNotIncluded", "Annex XIII 1(c), II(7)", _PUBLIC),
    Attribute("warranty", "Annex XIII 1(m)", _PUBLIC),
    Attribute("declarationOfConformity", "Annex XIII 1(r)", _PUBLIC),
    Attribute("composition", "Annex XIII 2(a)", _INTEREST),
    Attribute("partNumbers", "Annex XIII 2(b)", _INTEREST),
    Attribute("certificates", "Annex XIII 3", _AUTHORITIES),
    Attribute("technicalDocumentation", "Annex XIII 3, Annex VIII", _AUTHORITIES),
)
ATTRIBUTES: Final[Mapping[str, Attribute]] = MappingProxyType({row.name: row for row in _ROWS})
"""Every attribute that our files can hold."""


PLACES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "batterypass": {
            "notices": "notices",
            "ruleset": "ruleset",
            "units": "type",
            "leftOut": "type",
            "CarbonFootprintForBatteries.batteryCarbonFootprint": "carbonFootprint",
            "CarbonFootprintForBatteries.carbonFootprintPerLifecycleStage": "lifeCycleStages",
            "CarbonFootprintForBatteries.carbonFootprintPerformanceClass": "performanceClass",
            "CarbonFootprintForBatteries.carbonFootprintStudy": "study",
            "CarbonFootprintForBatteries.absoluteCarbonFootprint": "perBattery",
        },
        "catena-x": {
            "specVersion": "type",
            "sources": "notices",
            "identification.category": "category",
            "identification.chemistry": "chemistry",
            "identification.identification": "batteryModel",
            "operation.manufacturer.facility": "plant",
            "operation.manufacturer.manufacturer": "manufacturer",
            "characteristics.warranty": "warranty",
            "characteristics.physicalDimension.weight": "mass",
            "sustainability.carbonFootprint": "lifeCycleStages",
            "conformity": "declarationOfConformity",
            "commercial.purpose": "category",
        },
    }
)
"""Where attributes stand in formats of other houses: path and attribute, by format. A path speaks
for all that lies below it."""


def attribute_at(format_id: str, path: str) -> Attribute | None:
    """What a member of a format tells; None where no row speaks for it."""
    for place, name in PLACES[format_id].items():
        if path == place or path.startswith((f"{place}.", f"{place}[")):
            return ATTRIBUTES[name]
    return None


def may_hold(audience: Audience, name: str) -> bool:
    """Whether a file for this audience may hold an attribute; `KeyError` for one of no group."""
    return audience.sees(ATTRIBUTES[name].group)


def shown(
    footprint: BatteryFootprint, model: BatteryModel, audience: Audience
) -> tuple[BatteryFootprint, BatteryModel]:
    """What a writer gets to see: nothing that its reader may not.

    Below the authorities no supplier, none of its parts and none of its values is left, and of the
    certificates the declaration of conformity alone, which is public (Annex XIII 1(r)); in public
    no part number, either.
    """
    if audience.sees(_AUTHORITIES):
        return footprint, model
    own = {entry.owner for entry in footprint.entries if _is_own(entry)}
    entries = _with_own_numbers if audience.sees(_INTEREST) else _unnamed
    seen = replace(
        footprint,
        entries=tuple(entries(footprint.entries)),
        electricity=tuple(_own_electricity(footprint.electricity, own, audience)),
        coverage=tuple(replace(each, entry=None) for each in footprint.coverage),
        contracts_what_if=None,
        gaps=(),
    )
    return seen, model.model_copy(update={"certificates": _conformity(model)})


def _conformity(model: BatteryModel) -> list[Certificate]:
    number = model.declaration_of_conformity
    return [each for each in model.certificates if number and each.number == number]


def _is_own(entry: Entry) -> bool:
    """Whether its value is the manufacturer's; of a way in, the supplier may have stated it."""
    return entry.tier == 0 and entry.step is not Step.WAY_IN


def _with_own_numbers(entries: Iterable[Entry]) -> Iterable[Entry]:
    """The manufacturer's own, and of what it buys its own number and class."""
    for entry in entries:
        yield entry if _is_own(entry) else _bought(entry)


def _bought(entry: Entry) -> Entry:
    return Entry(
        part=entry.own_part,
        name="",
        owner="",
        component=entry.component,
        own_part=entry.own_part,
        step=Step.WHOLE,
        known=Known.MISSING,
        value=None,
        tier=1,
    )


def _unnamed(entries: Iterable[Entry]) -> Iterable[Entry]:
    """The manufacturer's own alone, without the numbers and names of its parts."""
    for entry in entries:
        if _is_own(entry):
            yield replace(entry, part="", name="", own_part="", source="")


def _own_electricity(
    used: Iterable[Restated], own: set[str], audience: Audience
) -> Iterable[Restated]:
    for each in used:
        if each.owner in own:
            yield each if audience.sees(_INTEREST) else replace(each, part="")
