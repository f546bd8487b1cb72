"""The Battery Pass data model 1.2.0 (DIN DKE SPEC 99100): its aspects in one JSON document.

What each aspect is called stands as a member, with the aspect inside as its own schema wants it.
Only the aspect of the carbon footprint can be filled from what a manufacturer's declaration knows;
the others demand what belongs to a single battery or to a narrower audience. They are left out
whole, under `leftOut` with what they lack: half an aspect would be refused by whoever reads it.

Where the texts of the standard disagree (docs/adr/0048): a stage is kgCO2e/kWh and no share of the
total, and the absolute footprint is kg and not tonnes.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from hub.exports.battery.batterypass_judge import judged
from hub.exports.battery.json_text import json_text
from hub.exports.battery.writing import (
    NO_CLASS,
    NOTICES,
    Filing,
    Format,
    Judge,
    Written,
    refused,
    status_of,
    unfilled,
)
from tierlight_schemas.amounts import Amount
from tierlight_schemas.battery.gaps import Gap, Number
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.battery.rulesets import Stage
from tierlight_schemas.rollup.result import text

NAME: Final = "Battery Pass 1.2.0"
FOOTPRINT: Final = "CarbonFootprintForBatteries"
STAGES: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.RAW_MATERIAL: "RawMaterialExtraction",
        Stage.MAIN_PRODUCTION: "MainProduction",
        Stage.DISTRIBUTION: "Distribution",
        Stage.END_OF_LIFE: "Recycling",
    }
)
UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "batteryCarbonFootprint": "kgCO2e/kWh",
        "carbonFootprintPerLifecycleStage": "kgCO2e/kWh",
        "absoluteCarbonFootprint": "kgCO2e",
    }
)
"""Told beside the aspect, since its texts disagree."""
LACKING: Final = (
    ("GeneralProductInformation.batteryPassportIdentifier", "Art. 77(3)", "unkept"),
    ("GeneralProductInformation.manufacturingDate", "Annex VI-A(4)", "unkept"),
    ("GeneralProductInformation.puttingIntoService", "Annex XIII(1)(a)", "unkept"),
    ("GeneralProductInformation.batteryStatus", "Annex XIII(4)(c)", "unkept"),
    ("MaterialComposition.batteryMaterials", "Annex XIII(2)(a)", "above"),
    ("Labeling.resultOfTestReport", "Annex XIII(3)", "above"),
    ("Labeling.labels", "Annex XIII(1)(q)", "unkept"),
)
"""What an aspect demands and a public file of a battery model cannot tell: member, point, why."""


def write(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
    """The document; nothing while any item of Art. 7(1) is missing."""
    refusal, whole = refused(footprint), footprint.per_kwh
    if refusal is not None or whole is None:
        return refusal or Written(None)
    document = {
        "notices": list(NOTICES),
        "ruleset": status_of(footprint.ruleset),
        FOOTPRINT: _footprint(footprint, whole, model),
        "units": dict(UNITS),
        "leftOut": _left_out(),
    }
    return Written(f"{json_text(document)}\n".encode(), tuple(_gaps(model)))


def _footprint(footprint: BatteryFootprint, whole: Number, model: BatteryModel) -> dict[str, Any]:
    absolute = None if footprint.per_battery is None else text(footprint.per_battery.value)
    return {
        "batteryCarbonFootprint": _exact(whole.value),
        "carbonFootprintPerLifecycleStage": [
            {"lifecycleStage": STAGES[each.stage], "carbonFootprint": _exact(each.per_kwh)}
            for each in footprint.stages.values()
            if each.per_kwh is not None
        ],
        "carbonFootprintPerformanceClass": model.performance_class or NO_CLASS,
        "carbonFootprintStudy": model.study_link,
        **({} if absolute is None else {"absoluteCarbonFootprint": Decimal(absolute)}),
    }


def _exact(value: Decimal | None) -> Decimal | None:
    """A number of ours with the digits that it is printed with."""
    return None if value is None else Amount.of(value).decimal


def _left_out() -> list[dict[str, Any]]:
    """By aspect, as a reader of the file is told."""
    aspects = dict.fromkeys(path.partition(".")[0] for path, _, _ in LACKING)
    return [
        {
            "aspect": aspect,
            "lacking": [
                path.partition(".")[2] for path, _, _ in LACKING if path.partition(".")[0] == aspect
            ],
        }
        for aspect in aspects
    ]


def _gaps(model: BatteryModel) -> Iterator[Gap]:
    if model.performance_class is None:
        path = f"{FOOTPRINT}.carbonFootprintPerformanceClass"
        yield unfilled(NAME, "no-class", "Art. 7(2)", path)
    for path, clause, why in LACKING:
        yield unfilled(NAME, why, clause, path)


FORMAT = Format(
    "batterypass",
    "batterypass-1.2.0.json",
    "application/json",
    write,
    judges=(Judge(NAME, judged),),
)
