"""The check of a finished battery passport of Catena-X, as far as it is filled."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from hub.exports.battery import template
from hub.exports.battery.template import (
    Check,
    Row,
    a_list,
    an_object,
    complaints,
    link,
    matching,
    number,
    one_of,
    only,
    text,
    unequal,
    values,
)
from tierlight_schemas.rollup.vectors import exact_sum

_TOTAL: Final = "total of all life-cycle stages"
_STAGES: Final = (
    "raw material acquisition and pre-processing",
    "main product production",
    "distribution",
    "end of life and recycling",
)
_BPNA: Final = matching("BPNA[a-zA-Z0-9]{12}")
_HEADER: Final = matching(r".{1,100}")
_OF: Final = "sustainability.carbonFootprint"


def _documents(path: str, content: Check, required: bool = True) -> tuple[Row, ...]:
    return (
        Row(path, a_list(least=1), required),
        Row(f"{path}[].header", _HEADER),
        Row(f"{path}[].contentType", text),
        Row(f"{path}[].content", content),
    )


TEMPLATE: Final = (
    Row("specVersion", only("urn:io.catenax.battery.battery_pass:6.1.0")),
    Row("identification.category", one_of(("EV", "LMT", "industrial")), required=False),
    Row("identification.identification.type.manufacturerPartId", text),
    Row("identification.identification.type.nameAtManufacturer", text),
    Row("identification.identification.codes[].key", text),
    Row("identification.identification.codes[].value", text),
    Row("operation.manufacturer.facility[].facility", _BPNA),
    Row("operation.manufacturer.manufacturer", matching("BPNL[a-zA-Z0-9]{12}"), required=False),
    Row("characteristics.warranty.lifeValue", number(least=Decimal(0))),
    Row("characteristics.warranty.lifeUnit", one_of(("unit:year", "unit:month"))),
    Row("characteristics.physicalDimension.weight.value", number(least=Decimal(0))),
    Row("characteristics.physicalDimension.weight.unit", only("unit:kilogram")),
    Row("sustainability", an_object),
    Row(_OF, a_list(least=2)),
    Row(f"{_OF}[].value", number(least=Decimal(0))),
    Row(f"{_OF}[].lifecycle", one_of((*_STAGES, _TOTAL))),
    Row(f"{_OF}[].unit", only("kg CO2 / kWh")),
    Row(f"{_OF}[].type", only("Climate Change Total")),
    Row(f"{_OF}[].manufacturingPlant", a_list()),
    Row(f"{_OF}[].manufacturingPlant[].facility", _BPNA),
    *_documents(f"{_OF}[].rulebook", text),
    *_documents(f"{_OF}[].declaration", link),
    Row("conformity.declarationOfConformityId", text),
    *_documents("conformity.declarationOfConformity", link, required=False),
    Row("sources", a_list(least=2)),
    Row("sources[].header", _HEADER),
    Row("sources[].category", text),
    Row("sources[].type", text),
    Row("sources[].content", text),
)
"""Of aspect 6.1.0: what stands in our files, with cardinality, enumerations and least values."""


def judged(body: bytes) -> Sequence[str]:
    """What is wrong with a passport, each with its place; nothing where all is right."""
    return template.judged(body, _wrong)


def _wrong(told: Mapping[str, Any]) -> Sequence[str]:
    return [*complaints(told, TEMPLATE)] or [*_stages(told)]


def _stages(told: Mapping[str, Any]) -> Iterator[str]:
    """The total is once there; the stages add up to it, but for one that is below zero."""
    entries = values(told, f"{_OF}[]")
    wholes = [each["value"] for each in entries if each["lifecycle"] == _TOTAL]
    stages = {each["lifecycle"]: each["value"] for each in entries if each["lifecycle"] != _TOTAL}
    if len(wholes) != 1 or len(stages) != len(entries) - 1:
        yield f"{_OF}: not each life-cycle once"
        return
    missing = [name for name in _STAGES if name not in stages]
    if not missing:
        yield from unequal([*stages.values()], wholes[0], _OF)
    for name in missing:
        if not any(name in source for source in values(told, "sources[].content")):
            yield f"{_OF}: {name} is left out, and sources does not say why"
    if missing and exact_sum(stages.values()) <= wholes[0]:
        yield f"{_OF}: what is left out is not below zero"
