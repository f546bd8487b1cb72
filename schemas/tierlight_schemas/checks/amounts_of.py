"""Where a document holds amounts: read off the models, so that no amount is forgotten."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from tierlight_schemas.amounts import Amount
from tierlight_schemas.checks.sheet import JsonObject, Sheet
from tierlight_schemas.extension import PartExtension
from tierlight_schemas.footprint import CarbonFootprint, ProductFootprint
from tierlight_schemas.process import ProcessFootprint


def amounts_of(sheet: Sheet) -> Iterator[tuple[str, str, Any]]:
    """Path, name and raw value of every amount that the document states."""
    model = ProcessFootprint if sheet.is_process else ProductFootprint
    yield from _amounts(model, sheet.document, sheet.place)
    if sheet.extension is not None:
        yield from _amounts(PartExtension, sheet.extension, sheet.extension_place)


def _amounts(
    model: type[BaseModel], holder: JsonObject, place: str
) -> Iterator[tuple[str, str, Any]]:
    for alias, content in fields(model).items():
        value, path = holder.get(alias), f"{place}.{alias}"
        if content is Amount and value is not None:
            yield path, alias, value
        elif issubclass(content, BaseModel) and isinstance(value, Mapping):
            yield from _amounts(content, value, path)


@cache
def fields(model: type[BaseModel]) -> dict[str, type[Amount] | type[BaseModel]]:
    """Members of a model that are amounts or models themselves, by their name in JSON."""
    found: dict[str, type[Amount] | type[BaseModel]] = {}
    for name, info in model.model_fields.items():
        for choice in (info.annotation, *get_args(info.annotation)):
            if isinstance(choice, type) and issubclass(choice, Amount | BaseModel):
                found[info.alias or name] = choice
    return found


@cache
def aliases(model: type[BaseModel]) -> tuple[str, ...]:
    """Names of a model's members in JSON."""
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _names(model: type[BaseModel]) -> Iterator[str]:
    for alias, content in fields(model).items():
        if content is Amount:
            yield alias
        elif issubclass(content, BaseModel):
            yield from _names(content)


AMOUNT_NAMES = frozenset(
    name for model in (CarbonFootprint, PartExtension, ProcessFootprint) for name in _names(model)
)
"""Names of all amounts; document/decimal judges them."""
