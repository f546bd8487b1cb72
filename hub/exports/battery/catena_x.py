"""The battery passport of Catena-X (aspect `io.catenax.battery.battery_pass` 6.1.0).

`sustainability.carbonFootprint` is whole: the total, and each life-cycle stage. The aspect admits
no value below zero, and recycling may save more than it emits: such a stage is left out, which is
told in `sources` and as a gap, and the total stands as the net of all four. A total below zero
cannot be told at all, and there is no file.

Of the rest of the passport stands what a manufacturer's declaration knows, each in its place.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from hub.exports.battery.catena_x_judge import judged
from hub.exports.battery.json_text import json_text
from hub.exports.battery.writing import (
    NOTICES,
    Filing,
    Format,
    Judge,
    Written,
    refused,
    unfilled,
)
from tierlight_schemas.amounts import Amount
from tierlight_schemas.battery.gaps import FOOTPRINT, PLANT, STAGES, Gap
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.battery.rulesets import Ruleset, Stage
from tierlight_schemas.documents import without_null
from tierlight_schemas.rollup.result import text

NAME: Final = "Catena-X BatteryPass 6.1.0"
VERSION: Final = "urn:io.catenax.battery.battery_pass:6.1.0"
FOOTPRINTS: Final = "sustainability.carbonFootprint"
TOTAL: Final = "total of all life-cycle stages"
LIFECYCLES: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.RAW_MATERIAL: "raw material acquisition and pre-processing",
        Stage.MAIN_PRODUCTION: "main product production",
        Stage.DISTRIBUTION: "distribution",
        Stage.END_OF_LIFE: "end of life and recycling",
    }
)
CATEGORIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ev": "EV",
        "lmt": "LMT",
        "industrial": "industrial",
        "industrial-external-storage": "industrial",
    }
)
MONTHS: Final = Decimal(12)
HEADER: Final = 100
"""Signs of a header."""
UNKEPT: Final = (
    ("identification.idDmc", "Art. 77(3)"),
    ("identification.identification.dataCarrier", "Art. 13(6)"),
    ("identification.identification.classification", "Annex XIII(1)(a)"),
    ("sustainability.documents", "Annex XIII(1)(s)"),
    ("sustainability.status", "Annex XIII(4)(c)"),
    ("materials.active", "Annex XIII(1)(e)"),
    ("materials.hazardous", "Annex XIII(1)(b)"),
    ("performance", "Annex XIII(1)(g)-(p)"),
    ("conformity.thirdPartyAssurance", "Annex XIII(1)(d)"),
    ("conformity.dueDiligencePolicy", "Annex XIII(1)(d)"),
    ("safety", "Annex XIII(2)(d)"),
    ("metadata", "Art. 77"),
    ("handling", "Annex XIII(2)(b)"),
)
ABOVE: Final = (
    ("materials.composition", "Annex XIII(2)(a)"),
    ("conformity.resultOfTestReport", "Annex XIII(3)"),
)
"""Demanded by the aspect, and not for a public file."""


def write(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
    """The passport; nothing while an item of Art. 7(1) is missing, or the total is below zero."""
    refusal, whole = refused(footprint), footprint.per_kwh
    if refusal is not None or whole is None:
        return refusal or Written(None)
    if whole.value < 0:
        return Written(None, (_negative("negative-total", FOOTPRINT, TOTAL, whole.value),))
    document = without_null(_passport(footprint, model, whole.value))
    return Written(f"{json_text(document)}\n".encode(), tuple(_gaps(footprint, model)))


def _passport(footprint: BatteryFootprint, model: BatteryModel, whole: Decimal) -> dict[str, Any]:
    stated = footprint.functional_unit.mass_kg
    mass = None if stated is None else text(stated.value)
    return {
        "specVersion": VERSION,
        "identification": _identification(footprint, model),
        "operation": _operation(model),
        "characteristics": {
            "warranty": _warranty(model),
            "physicalDimension": None
            if mass is None
            else {"weight": {"value": Decimal(mass), "unit": "unit:kilogram"}},
        },
        "sustainability": {"carbonFootprint": [*_footprints(footprint, model, whole)]},
        "conformity": {
            "declarationOfConformityId": model.declaration_of_conformity,
            "declarationOfConformity": _conformity(model) or None,
        },
        "commercial": {"purpose": ["automotive"]} if model.category == "ev" else None,
        "sources": [*_sources(footprint)],
    }


def _identification(footprint: BatteryFootprint, model: BatteryModel) -> dict[str, Any]:
    return {
        "category": None if model.category is None else CATEGORIES[model.category],
        "chemistry": model.chemistry,
        "identification": {
            "type": {
                "manufacturerPartId": footprint.part,
                "nameAtManufacturer": model.model,
            },
            "codes": None if model.gtin is None else [{"key": "GTIN", "value": model.gtin}],
        },
    }


def _operation(model: BatteryModel) -> dict[str, Any] | None:
    known = {"facility": _plants(model) or None, "manufacturer": model.manufacturer.bpnl}
    return {"manufacturer": known} if any(known.values()) else None


def _plants(model: BatteryModel) -> list[dict[str, str]]:
    return [] if model.plant_bpna is None else [{"facility": model.plant_bpna}]


def _warranty(model: BatteryModel) -> dict[str, Any] | None:
    """A duration in whole years or months; the aspect has room for nothing finer."""
    stated = model.service_life.warranty_years
    if stated is None:
        return None
    years, months = stated.decimal, stated.decimal * MONTHS
    if years == years.to_integral_value():
        return {"lifeValue": _exact(years), "lifeUnit": "unit:year"}
    if months == months.to_integral_value():
        return {"lifeValue": _exact(months), "lifeUnit": "unit:month"}
    return None


def _footprints(
    footprint: BatteryFootprint, model: BatteryModel, whole: Decimal
) -> Iterator[dict[str, Any]]:
    yield _entry(footprint, model, TOTAL, whole)
    for each in footprint.stages.values():
        if each.per_kwh is not None and each.per_kwh >= 0:
            yield _entry(footprint, model, LIFECYCLES[each.stage], each.per_kwh)


def _entry(
    footprint: BatteryFootprint, model: BatteryModel, lifecycle: str, value: Decimal
) -> dict[str, Any]:
    study = {"header": "Public study", "contentType": "URL", "content": model.study_link}
    return {
        "value": _exact(value),
        "lifecycle": lifecycle,
        "unit": "kg CO2 / kWh",
        "type": "Climate Change Total",
        "performanceClass": model.performance_class,
        "rulebook": [_rulebook(footprint.ruleset)],
        "manufacturingPlant": _plants(model),
        "declaration": [study],
    }


def _rulebook(rules: Ruleset) -> dict[str, str]:
    content = f"{rules.id}; {rules.status}; {rules.characterization_set}"
    return {"header": rules.title, "contentType": "text", "content": content}


def _conformity(model: BatteryModel) -> list[dict[str, str]]:
    """The declaration of conformity where it can be read: the certificate of its number."""
    return [
        {"header": each.name[:HEADER], "contentType": "URL", "content": each.link}
        for each in model.certificates
        if each.link is not None and each.number == model.declaration_of_conformity
    ]


def _sources(footprint: BatteryFootprint) -> Iterator[dict[str, str]]:
    """What has to stand in every file, in the room that the aspect has for more to say."""
    for notice in NOTICES:
        yield _source("Legal status", notice, notice)
    rules, plant = footprint.ruleset, footprint.plant
    yield _source("Ruleset", rules.id, rules.status)
    if plant is not None:
        yield _source("Manufacturing plant", plant.code, f"{plant.name}, {plant.country}")
    for each in footprint.stages.values():
        if each.per_kwh is not None and each.per_kwh < 0:
            told = f"{LIFECYCLES[each.stage]}: {_exact(each.per_kwh):f} kgCO2e/kWh"
            yield _source("Left out of carbonFootprint, inside its total", "Below zero", told)


def _source(category: str, header: str, content: str) -> dict[str, str]:
    told = {"header": header[:HEADER], "category": category, "type": "text"}
    return told | {"content": content}


def _exact(value: Decimal) -> Decimal:
    """A number of ours with the digits that it is printed with."""
    return Amount.of(value).decimal


def _gaps(footprint: BatteryFootprint, model: BatteryModel) -> Iterator[Gap]:
    for each in footprint.stages.values():
        if each.per_kwh is not None and each.per_kwh < 0:
            yield _negative("negative", STAGES, LIFECYCLES[each.stage], each.per_kwh)
    for path, clause, value in (
        ("identification.category", "Annex VI-A(2)", model.category),
        ("identification.chemistry", "Annex VI-A(7)", model.chemistry),
        ("identification.identification.codes", "Annex VI-A(2)", model.gtin),
        ("operation.manufacturer.manufacturer", "Annex VI-A(1)", model.manufacturer.bpnl),
        ("operation.manufacturer.facility", "Annex VI-A(3)", model.plant_bpna),
        (f"{FOOTPRINTS}[].manufacturingPlant[].facility", PLANT, model.plant_bpna),
        ("characteristics.warranty", "Annex XIII(1)(m)", _warranty(model)),
    ):
        if not value:
            yield unfilled(NAME, "enter", clause, path)
    if not _conformity(model):
        path = "conformity.declarationOfConformity"
        yield unfilled(NAME, "conformity-link", "Annex XIII(1)(r)", path)
    if model.category != "ev":
        yield unfilled(NAME, "unkept", "Annex XIII(1)(a)", "commercial.purpose")
    for path, clause in UNKEPT:
        yield unfilled(NAME, "unkept", clause, path)
    for path, clause in ABOVE:
        yield unfilled(NAME, "above", clause, path)


def _negative(case: str, clause: str, lifecycle: str, value: Decimal) -> Gap:
    path = f"{FOOTPRINTS}[{lifecycle}].value"
    return unfilled(NAME, case, clause, path, value=f"{_exact(value):f}")


FORMAT = Format(
    "catena-x",
    "catena-x-battery-pass-6.1.0.json",
    "application/json",
    write,
    judges=(Judge(NAME, judged),),
)
