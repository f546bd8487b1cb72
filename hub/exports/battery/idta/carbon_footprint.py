"""Part 3, the carbon footprint: one entry a life-cycle stage, and one that is the total."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from hub.exports.battery.idta.elements import Submodel, members
from hub.exports.battery.idta.identity import Identity
from hub.exports.battery.idta.templates import CARBON_FOOTPRINT, KWH, PHASES
from hub.exports.battery.writing import NOTICES, unfilled
from tierlight_schemas.battery.gaps import Gap
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.result import BatteryFootprint

CLASS_PATH = "CarbonFootprint/ProductCarbonFootprints/PerformanceClass"
STUDY = "study"
"""The document that the footprint rests on, by the name of its id."""


def carbon_footprint(
    footprint: BatteryFootprint, model: BatteryModel, identity: Identity
) -> Submodel:
    """The submodel; of a complete footprint."""
    rules = footprint.ruleset
    return Submodel(
        CARBON_FOOTPRINT,
        identity.by_ruleset(CARBON_FOOTPRINT.id_short),
        members(
            CARBON_FOOTPRINT.slots,
            {"ProductCarbonFootprints": [*_entries(footprint, model, identity)]},
        ),
        "; ".join((*NOTICES, rules.title, rules.status)),
        {
            "notices": "; ".join(NOTICES),
            "ruleset": rules.id,
            "rulesetStatus": rules.status,
            "asOf": footprint.as_of.isoformat(),
            "inputsDigest": footprint.inputs_digest,
        },
    )


def can_be_printed(footprint: BatteryFootprint) -> bool:
    """Whether every entry has a value: what is too large to mean anything has none."""
    total = footprint.per_kwh.value if footprint.per_kwh else None
    values = [total, *(stage.per_kwh for stage in footprint.stages.values())]
    return all(in_full(value) is not None for value in values)


def class_gap(model: BatteryModel) -> Iterator[Gap]:
    """No class act is adopted, so that the member, which has to be there, mostly has no value."""
    if model.performance_class is None:
        yield unfilled(CARBON_FOOTPRINT.name, "no-class", "Art. 7(2)", CLASS_PATH)


def _entries(
    footprint: BatteryFootprint, model: BatteryModel, identity: Identity
) -> Iterator[dict[str, Any]]:
    rules = footprint.ruleset
    told = {
        "PcfCalculationMethods": [f"{rules.id}: {rules.title} ({rules.status})"],
        "ReferenceImpactUnitForCalculation": KWH,
        "QuantityOfMeasureForCalculation": "1",
        "PerformanceClass": model.performance_class,
        "WebLinkToPublicCarbonFootprintStudy": [identity.by_ruleset(STUDY)],
    }
    for stage in footprint.stages.values():
        yield told | _counted(stage.per_kwh, [PHASES[stage.stage]])
    if footprint.per_kwh is not None:
        yield told | _counted(footprint.per_kwh.value, PHASES.values())


def _counted(value: Decimal | None, phases: Iterable[str]) -> dict[str, Any]:
    return {"PcfCO2eq": in_full(value), "LifeCyclePhases": [*phases]}
