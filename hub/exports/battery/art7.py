"""The carbon footprint declaration of Art. 7(1) as JSON: its items (a) to (g), and how they came.

It is public: no supplier, no part of one and no value of one stands in it.
"""

import json
from typing import Any

from hub.exports.battery.writing import NOTICES, Filing, Format, Written, refused
from tierlight_schemas.battery.gaps import Number
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.documents import without_null
from tierlight_schemas.rollup.result import text

TYPE = "tierlight.battery-declaration/1"
FUNCTIONAL_UNIT = "1 kWh of the total energy provided over the service life"


def write(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
    """The declaration; nothing while any item of Art. 7(1) is missing."""
    if (refusal := refused(footprint)) is not None:
        return refusal
    body = json.dumps(without_null(document(footprint, model)), ensure_ascii=False, indent=2)
    return Written(f"{body}\n".encode())


def document(footprint: BatteryFootprint, model: BatteryModel) -> dict[str, Any]:
    """The declaration as it is printed; of a complete footprint."""
    plant = footprint.plant
    return {
        "type": TYPE,
        "notices": list(NOTICES),
        "ruleset": _ruleset(footprint),
        "asOf": footprint.as_of.isoformat(),
        "manufacturer": model.manufacturer.document(),
        "batteryModel": {
            "identifier": model.model,
            "partNumber": footprint.part,
            "category": model.category,
            "chemistry": model.chemistry,
            "gtin": model.gtin,
        },
        "plant": None if plant is None else plant.document() | {"address": model.plant_address},
        "carbonFootprint": _whole(footprint.per_kwh),
        "lifeCycleStages": [
            {"stage": each.stage.value, "value": in_full(each.per_kwh), "unit": "kgCO2e/kWh"}
            for each in footprint.stages.values()
        ],
        "declarationOfConformity": model.declaration_of_conformity,
        "study": model.study_link,
        "performanceClass": model.performance_class,
        "certificates": [certificate.document() for certificate in model.certificates],
        "functionalUnit": _functional_unit(footprint),
        "perBattery": _number(footprint.per_battery),
        "dataQuality": _quality(footprint),
        "companySpecificData": {
            each.component.value: each.data.value for each in footprint.coverage
        },
        "offsetsNotIncluded": [offset.document() for offset in footprint.offsets],
        "inputsDigest": footprint.inputs_digest,
    }


def _ruleset(footprint: BatteryFootprint) -> dict[str, str]:
    rules = footprint.ruleset
    return {
        "id": rules.id,
        "title": rules.title,
        "status": rules.status,
        "electricity": rules.electricity,
        "characterization": rules.characterization_set,
    }


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


FORMAT = Format("art7", "art7-declaration.json", "application/json", write)
