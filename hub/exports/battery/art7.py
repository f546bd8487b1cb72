"""The carbon footprint declaration of Art. 7(1) as JSON: its items (a) to (g), and how they came.

There are three editions, as Annex XIII groups its readers: in the public one stands no supplier,
no part of one and no value of one; persons with a legitimate interest get the composition and the
manufacturer's part numbers beside it; authorities get certificates and the technical documentation.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from hub.exports.battery.access import Audience, may_hold
from hub.exports.battery.art7_judge import judged
from hub.exports.battery.documentation import technical_documentation
from hub.exports.battery.writing import (
    NOTICES,
    Filing,
    Format,
    Judge,
    Written,
    refused,
    status_of,
)
from tierlight_schemas.battery.gaps import Number
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.documents import without_null
from tierlight_schemas.rollup.result import text

TYPE = "tierlight.battery-declaration/1"
FUNCTIONAL_UNIT = "1 kWh of the total energy provided over the service life"


@dataclass(frozen=True)
class Told:
    """What a member of the declaration is told from."""

    footprint: BatteryFootprint
    model: BatteryModel
    filing: Filing


def write(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
    """The declaration for its audience; nothing while any item of Art. 7(1) is missing."""
    if (refusal := refused(footprint)) is not None:
        return refusal
    told = without_null(document(Told(footprint, model, filing)))
    return Written(f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode())


def document(told: Told) -> dict[str, Any]:
    """The members that the audience may see, of a complete footprint."""
    audience = told.filing.audience
    return {name: tell(told) for name, tell in MEMBERS.items() if may_hold(audience, name)}


def _battery(told: Told) -> dict[str, Any]:
    model = told.model
    return {
        "identifier": model.model,
        "partNumber": told.footprint.part,
        "category": model.category,
        "chemistry": model.chemistry,
        "gtin": model.gtin,
    }


def _plant(told: Told) -> dict[str, Any] | None:
    plant = told.footprint.plant
    return None if plant is None else plant.document() | {"address": told.model.plant_address}


def _stages(told: Told) -> list[dict[str, Any]]:
    return [
        {"stage": each.stage.value, "value": in_full(each.per_kwh), "unit": "kgCO2e/kWh"}
        for each in told.footprint.stages.values()
    ]


def _functional_unit(footprint: BatteryFootprint) -> dict[str, Any]:
    unit = footprint.functional_unit
    return {
        "description": FUNCTIONAL_UNIT,
        "usableEnergy": _number(unit.usable_kwh),
        "fullEquivalentCycles": _number(unit.cycles_per_year),
        "justification": unit.cycles_justification,
        "yearsOfOperation": _number(unit.years),
        "totalEnergy": _number(unit.total_kwh),
        "mass": _number(unit.mass_kg),
        "referenceFlow": _number(unit.reference_flow),
    }


def _quality(footprint: BatteryFootprint) -> dict[str, str | None]:
    rated = footprint.ratings
    return {
        "technologicalDQR": text(rated.technological),
        "geographicalDQR": text(rated.geographical),
        "temporalDQR": text(rated.temporal),
        "primaryDataShare": text(rated.primary_data_share),
    }


def _whole(number: Number | None) -> dict[str, str | None] | None:
    told = _number(number)
    return told if told is None or number is None else told | {"value": in_full(number.value)}


def _number(number: Number | None) -> dict[str, str | None] | None:
    if number is None:
        return None
    return {"value": text(number.value), "unit": number.unit, "source": number.source}


def _composition(told: Told) -> list[dict[str, Any]]:
    """Every material with its mass and its proven recycled content."""
    return [
        {
            "material": each.name,
            "family": each.family,
            "mass": {"value": str(each.mass_kg), "unit": "kg"},
            "recycledContent": None if each.r1 is None else str(each.r1),
            "recycledContentEvidence": each.r1_evidence,
        }
        for each in told.model.materials
    ]


def _part_numbers(told: Told) -> list[dict[str, Any]]:
    """The manufacturer's own numbers of what goes into the battery, each with what it is."""
    classes = {entry.own_part: entry.component for entry in told.footprint.entries}
    return [
        {"partNumber": number, "component": None if of is None else of.value}
        for number, of in sorted(classes.items())
    ]


MEMBERS: Final[Mapping[str, Callable[[Told], Any]]] = MappingProxyType(
    {
        "type": lambda told: TYPE,
        "audience": lambda told: told.filing.audience.value,
        "notices": lambda told: list(NOTICES),
        "ruleset": lambda told: status_of(told.footprint.ruleset),
        "asOf": lambda told: told.footprint.as_of.isoformat(),
        "manufacturer": lambda told: told.model.manufacturer.document(),
        "batteryModel": _battery,
        "plant": _plant,
        "carbonFootprint": lambda told: _whole(told.footprint.per_kwh),
        "lifeCycleStages": _stages,
        "declarationOfConformity": lambda told: told.model.declaration_of_conformity,
        "study": lambda told: told.model.study_link,
        "performanceClass": lambda told: told.model.performance_class,
        "functionalUnit": lambda told: _functional_unit(told.footprint),
        "perBattery": lambda told: _number(told.footprint.per_battery),
        "dataQuality": lambda told: _quality(told.footprint),
        "companySpecificData": lambda told: {
            each.component.value: each.data.value for each in told.footprint.coverage
        },
        "offsetsNotIncluded": lambda told: [each.document() for each in told.footprint.offsets],
        "inputsDigest": lambda told: told.footprint.inputs_digest,
        "composition": _composition,
        "partNumbers": _part_numbers,
        "certificates": lambda told: [each.document() for each in told.model.certificates],
        "technicalDocumentation": lambda told: technical_documentation(
            told.footprint, told.filing.suppliers
        ),
    }
)
"""How each member is told; each is a row of `access.ATTRIBUTES`."""


FORMAT = Format(
    "art7",
    "art7-declaration.json",
    "application/json",
    write,
    judges=(Judge("Art. 7(1)", judged),),
    audiences=tuple(Audience),
)
