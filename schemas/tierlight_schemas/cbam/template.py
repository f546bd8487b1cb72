"""An input to fill in: every member, left open; what stays open is told by its field."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from tierlight_schemas.cbam.model import (
    Bought,
    CarbonPrice,
    CbamReport,
    Consumed,
    Electricity,
    Evidence,
    Heat,
    Period,
    Process,
    Product,
    WasteGas,
)

_WITHIN: dict[str, type[BaseModel]] = {
    "heatImported": Heat,
    "heatExported": Heat,
    "wasteGasImported": WasteGas,
    "wasteGasExported": WasteGas,
    "electricityExported": Electricity,
    "carbonPrice": CarbonPrice,
    "period": Period,
}
_ROWS: dict[str, type[BaseModel]] = {
    "processes": Process,
    "bought": Bought,
    "products": Product,
    "evidence": Evidence,
    "precursors": Consumed,
}


def template() -> dict[str, Any]:
    """The members in their order, one row of each list; all "" but the type and the id of the
    process, so that whatever else it lacks is told."""
    found = _open(CbamReport) | {"type": CbamReport().type}
    found["processes"][0]["id"] = found["products"][0]["process"] = "P1"
    return found


def as_file(members: Mapping[str, Any]) -> bytes:
    """A report to fill in as a person edits it."""
    return json.dumps(members, ensure_ascii=False, indent=2).encode() + b"\n"


def _open(model: type[BaseModel]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        alias = field.alias or name
        found[alias] = _member(alias, field.get_default(call_default_factory=True), model)
    return found


def _member(alias: str, default: Any, model: type[BaseModel]) -> Any:
    if isinstance(default, BaseModel):
        return _open(type(default))
    if alias == "electricity" and model is Process:
        return [_open(Electricity)]
    if alias in _ROWS:
        return [_open(_ROWS[alias])]
    if alias == "routes":
        return [""]
    return _open(_WITHIN[alias]) if alias in _WITHIN else ""
