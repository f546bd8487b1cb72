"""The check of a finished Battery Pass document: members, enumerations, and the sum of stages."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from hub.exports.battery import template
from hub.exports.battery.template import (
    Row,
    a_list,
    an_object,
    complaints,
    link,
    number,
    one_of,
    only,
    text,
    unequal,
    values,
)

_STAGES: Final = ("RawMaterialExtraction", "MainProduction", "Distribution", "Recycling")
_OF: Final = "CarbonFootprintForBatteries"
_BY_STAGE: Final = f"{_OF}.carbonFootprintPerLifecycleStage"
TEMPLATE: Final = (
    Row("notices", a_list(least=2)),
    Row("ruleset.id", text),
    Row("ruleset.status", text),
    Row(_OF, an_object),
    Row(f"{_OF}.batteryCarbonFootprint", number()),
    Row(_BY_STAGE, a_list(least=len(_STAGES))),
    Row(f"{_BY_STAGE}[].lifecycleStage", one_of(_STAGES)),
    Row(f"{_BY_STAGE}[].carbonFootprint", number()),
    Row(f"{_OF}.carbonFootprintPerformanceClass", text),
    Row(f"{_OF}.carbonFootprintStudy", link),
    Row(f"{_OF}.absoluteCarbonFootprint", number(), required=False),
    Row("units", an_object),
    Row("units.carbonFootprintPerLifecycleStage", only("kgCO2e/kWh")),
    Row("units.absoluteCarbonFootprint", only("kgCO2e")),
)
"""The aspect CarbonFootprintForBatteries of version 1.2.0, and what stands in every file."""
_SHARES: Final = frozenset({Decimal(1), Decimal(100)})


def judged(body: bytes) -> Sequence[str]:
    """What is wrong with a document, each with its place; nothing where all is right."""
    return template.judged(body, _wrong)


def _wrong(told: Mapping[str, Any]) -> Sequence[str]:
    return [*complaints(told, TEMPLATE)] or [*_stages(told)]


def _stages(told: Mapping[str, Any]) -> Iterator[str]:
    if sorted(values(told, f"{_BY_STAGE}[].lifecycleStage")) != sorted(_STAGES):
        yield f"{_BY_STAGE}: not each stage once"
    printed = values(told, f"{_BY_STAGE}[].carbonFootprint")
    whole = told[_OF]["batteryCarbonFootprint"]
    if sum(printed) in _SHARES and whole not in _SHARES:
        yield f"{_BY_STAGE}: shares of the total, and not kgCO2e/kWh"
    yield from unequal(printed, whole, _BY_STAGE)
