"""document/schema: what is missing, malformed or not known, with its JSON path."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tierlight_schemas.checks.amounts_of import AMOUNT_NAMES, aliases
from tierlight_schemas.checks.sheet import (
    Context,
    Sheet,
    as_list,
    found_at,
    instant,
    json_path,
    own_extensions,
    show,
)
from tierlight_schemas.declaration import PartFootprintDeclaration, PartProcessDeclaration
from tierlight_schemas.extension import PartExtension
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.footprint import DATE_TIME_PATTERN, CarbonFootprint, ProductFootprint

CODE = "document/schema"
UNIT_NAMES = frozenset({"declaredUnitOfMeasurement", "declaredUnit"})
"""Judged by document/unit-name."""

_MOST_NOTES = 20
_CASES = {
    "missing": "missing",
    "extra_forbidden": "extra",
    "string_type": "text",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "bool_type": "yes-no",
    "literal_error": "one-of",
    "string_pattern_mismatch": "pattern",
    "string_too_short": "empty",
    "too_short": "empty",
    "string_too_long": "too-long",
    "too_long": "too-long",
    "value_error": "twice",
}
_EXAMPLE_DATE = "2025-12-31T00:00:00Z"
EXAMPLES = (
    _EXAMPLE_DATE,
    "6f1c2a34-5b7d-4e89-a1c2-3d4e5f607182",
    "AR6",
    "3.0.3",
    "DE",
    "CN-GD",
    "urn:gtin:4712345060507",
    "urn:uuid:6f1c2a34-5b7d-4e89-a1c2-3d4e5f607182",
    "urn:tierlight:part:company:aurora:BR-100",
    "Zm91cnRlZW4gYnl0ZXMgLg",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)
"""For each pattern of the standard, a text that has it: the first that fits is shown."""


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Every place where the document is not of the standard's shape."""
    if sheet.is_credential:
        yield from _credential(sheet)
    else:
        yield from _footprint(sheet)
    yield from _nulls(sheet)
    yield from _dates(sheet)
    yield from _own_extensions(sheet)
    if not sheet.is_process:
        yield from _foreign(sheet)


def not_an_object(document: Any) -> Finding:
    """What is said of a document that is no JSON object at all."""
    return found_at(CODE, Severity.ERROR, "$", case="object", found=show(document))


def _credential(sheet: Sheet) -> Iterator[Finding]:
    model = PartProcessDeclaration if sheet.is_process else PartFootprintDeclaration
    for error in _errors(model, sheet.root, strict=False):
        steps = _steps(error)
        inside_footprint = steps[:2] == ("credentialSubject", "footprint") and len(steps) > 2
        if not inside_footprint:
            yield from _finding(error, "$", steps)
    subject = sheet.root["credentialSubject"]
    if not sheet.is_process and isinstance(subject, Mapping):
        footprint = subject.get("footprint")
        if isinstance(footprint, Mapping):
            yield from _footprint(sheet)


def _footprint(sheet: Sheet) -> Iterator[Finding]:
    own = set(own_extensions(sheet.extensions))
    for error in _errors(ProductFootprint, sheet.document, strict=True):
        steps = _steps(error)
        if steps[:1] == ("extensions",) and len(steps) > 2 and steps[1] not in own:
            path = json_path(sheet.place, steps[:2])
            yield found_at(CODE, Severity.NOTE, path, case="extension")
        else:
            yield from _finding(error, sheet.place, steps)


def _own_extensions(sheet: Sheet) -> Iterator[Finding]:
    for count, index in enumerate(own_extensions(sheet.extensions)):
        place = f"{sheet.place}.extensions[{index}]"
        if count:
            yield found_at(CODE, Severity.ERROR, place, case="twice")
        data = sheet.extensions[index].get("data")
        if isinstance(data, Mapping):
            for error in _errors(PartExtension, data, strict=True):
                yield from _finding(error, f"{place}.data", _steps(error))


def _errors(model: type[BaseModel], value: Any, *, strict: bool) -> list[ErrorDetails]:
    try:
        # Only the names of the document count, not those of the Python models.
        model.model_validate(dict(value), strict=strict, by_alias=True, by_name=False)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


def _steps(error: ErrorDetails) -> tuple[str | int, ...]:
    return tuple(step for step in error["loc"] if step != "[key]")


def _finding(error: ErrorDetails, place: str, steps: tuple[str | int, ...]) -> Iterator[Finding]:
    case, value = _CASES.get(error["type"]), error["input"]
    if value is None or (steps and steps[-1] in UNIT_NAMES):
        return
    if steps and steps[-1] in AMOUNT_NAMES and case != "missing":
        return
    expected, example = _expected(error)
    if example == _EXAMPLE_DATE:
        case = "date"
    path = json_path(place, steps)
    yield found_at(
        CODE,
        Severity.ERROR,
        path,
        case=case,
        found="–" if case == "missing" else show(value),
        expected=expected,
        example=example,
    )


def _expected(error: ErrorDetails) -> tuple[str, str]:
    """The values allowed, and an example of the pattern asked for."""
    context = error.get("ctx", {})
    allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
    pattern = context.get("pattern")
    fitting = [text for text in EXAMPLES if pattern and re.search(pattern, text)]
    return ", ".join(allowed) or "–", fitting[0] if fitting else "–"


def _nulls(sheet: Sheet) -> Iterator[Finding]:
    """Null anywhere but inside foreign extensions, whose contents are not ours to judge."""
    unread = _foreign_data(sheet)
    # Each place knows the one it stands in; a path is spelled out only for a finding.
    trail: list[tuple[int, str | int]] = [(-1, "$")]
    open_places: list[tuple[int, Any]] = [(0, sheet.root)]
    while open_places:
        place, value = open_places.pop()
        if value is None:
            yield found_at(CODE, Severity.ERROR, _path(trail, place), case="null")
        elif id(value) not in unread:
            for step, child in _children(value):
                trail.append((place, step))
                open_places.append((len(trail) - 1, child))


def _foreign_data(sheet: Sheet) -> set[int]:
    """Identities of the contents of foreign extensions."""
    own = set(own_extensions(sheet.extensions))
    contents = (
        extension.get("data")
        for index, extension in enumerate(sheet.extensions)
        if index not in own and isinstance(extension, Mapping)
    )
    return {id(data) for data in contents if isinstance(data, Mapping | list)}


def _path(trail: list[tuple[int, str | int]], place: int) -> str:
    steps: list[str | int] = []
    while place > 0:
        place, step = trail[place]
        steps.append(step)
    return json_path("$", steps[::-1])


def _children(value: Any) -> Iterable[tuple[str | int, Any]]:
    return value.items() if isinstance(value, Mapping) else enumerate(as_list(value))


def _dates(sheet: Sheet) -> Iterator[Finding]:
    """Dates that have the pattern but are not in the calendar."""
    places = [(sheet.root, "$", "validFrom")] if sheet.is_credential else []
    for name in ("created", "validityPeriodStart", "validityPeriodEnd"):
        places.append((sheet.document, sheet.place, name))
    for name in ("referencePeriodStart", "referencePeriodEnd"):
        places.append((sheet.values, sheet.values_place, name))
    for holder, place, name in places:
        text = holder.get(name)
        if isinstance(text, str) and re.fullmatch(DATE_TIME_PATTERN, text) and not instant(text):
            path = f"{place}.{name}"
            yield found_at(CODE, Severity.ERROR, path, case="date", found=show(text))


def _foreign(sheet: Sheet) -> Iterator[Finding]:
    """A note for each attribute that PACT does not know: often a spelling mistake."""
    strangers = (
        (name, place, known)
        for holder, place, known in (
            (sheet.document, sheet.place, aliases(ProductFootprint)),
            (sheet.values, sheet.values_place, aliases(CarbonFootprint)),
        )
        for name in holder
        if name not in known
    )
    for name, place, known in islice(strangers, _MOST_NOTES):
        path = json_path(place, [name])
        yield found_at(CODE, Severity.NOTE, path, case="foreign", nearest=_nearest(name, known))


def _nearest(name: str, known: Iterable[str]) -> str:
    match = difflib.get_close_matches(name[:100], known, n=1, cutoff=0.75)
    return match[0] if match else "–"
