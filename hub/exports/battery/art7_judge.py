"""The check of a finished Art. 7 declaration: read anew, item by item, as an authority would."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from hub.exports.battery import template
from hub.exports.battery.access import ATTRIBUTES, Audience
from hub.exports.battery.template import (
    Row,
    a_list,
    an_object,
    complaints,
    decimal_text,
    link,
    matching,
    one_of,
    only,
    text,
    unequal,
    values,
)
from tierlight_schemas.battery.rulesets import RULESETS, Stage

TEMPLATE: Final = (
    Row("type", only("tierlight.battery-declaration/1")),
    Row("audience", one_of([each.value for each in Audience])),
    Row("notices", a_list(least=2)),
    Row("ruleset.id", one_of(RULESETS)),
    Row("ruleset.status", text),
    Row("manufacturer", an_object),
    Row("manufacturer.name", text),
    Row("manufacturer.address", text),
    Row("batteryModel", an_object),
    Row("batteryModel.identifier", text),
    Row("plant", an_object),
    Row("plant.country", matching("[A-Z]{2}")),
    Row("carbonFootprint", an_object),
    Row("carbonFootprint.value", decimal_text),
    Row("carbonFootprint.unit", only("kgCO2e/kWh")),
    Row("lifeCycleStages", a_list(least=len(Stage))),
    Row("lifeCycleStages[].stage", one_of([stage.value for stage in Stage])),
    Row("lifeCycleStages[].value", decimal_text),
    Row("lifeCycleStages[].unit", only("kgCO2e/kWh")),
    Row("declarationOfConformity", text),
    Row("study", link),
)
"""Art. 7(1), first subparagraph, (a) to (g), and what stands in every file."""


def judged(body: bytes) -> Sequence[str]:
    """What is wrong with a declaration, each with its place; nothing where all is right."""
    return template.judged(body, _wrong)


def _wrong(told: Mapping[str, Any]) -> Sequence[str]:
    wrong = [*complaints(told, TEMPLATE), *_status(told), *_above(told)]
    return wrong or [*_stages(told), *_drilled(told)]


def _status(told: Mapping[str, Any]) -> Iterator[str]:
    for found in values(told, "ruleset.id"):
        rules = RULESETS.get(found)
        if rules is not None and values(told, "ruleset.status") != [rules.status]:
            yield f"ruleset.status: {found} is {rules.status}"


def _above(told: Mapping[str, Any]) -> Iterator[str]:
    """Members of no group of Annex XIII, or of a group above the audience."""
    audience = told.get("audience")
    if audience not in list(Audience):
        return
    for name in told:
        row = ATTRIBUTES.get(name)
        if row is None:
            yield f"{name}: is no attribute of Annex XIII"
        elif not Audience(audience).sees(row.group):
            yield f"{name}: {row.point} is not for {audience}"


def _stages(told: Mapping[str, Any]) -> Iterator[str]:
    stages = values(told, "lifeCycleStages[].stage")
    if sorted(stages) != sorted(Stage):
        yield "lifeCycleStages: not each stage once"
    printed = [Decimal(value) for value in values(told, "lifeCycleStages[].value")]
    yield from unequal(printed, Decimal(told["carbonFootprint"]["value"]), "lifeCycleStages")


def _drilled(told: Mapping[str, Any]) -> Iterator[str]:
    """The rows of each stage of the technical documentation, and its stages."""
    stages = values(told, "technicalDocumentation.stages[]")
    for index, stage in enumerate(stages):
        rows = [Decimal(row["value"]) for row in stage["rows"]]
        place = f"technicalDocumentation.stages[{index}]"
        yield from unequal([*rows, Decimal(stage["other"])], Decimal(stage["value"]), place)
