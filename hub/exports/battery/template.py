"""What a format demands of its members, as a table; and what a finished file lacks of it.

    Row("carbonFootprint[].value", number(least=0))

A path goes through members by `.` and through every entry of a list by `[]`. A member is demanded
where the object exists that it belongs to: of a part that is left out, nothing is.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.vectors import exact_sum

Check = Callable[[Any], str | None]
"""What is wrong with a value, or None."""
_ABSENT: Final = object()


@dataclass(frozen=True)
class Row:
    """One member of a format."""

    path: str
    check: Check
    required: bool = True


class UnreadableError(ValueError):
    """A file that is no JSON object in UTF-8."""


def read(body: bytes) -> dict[str, Any]:
    """A file as its recipient reads it, numbers with every digit. Raises `UnreadableError`."""
    try:
        told = json.loads(body.decode(), parse_float=Decimal, parse_int=Decimal)
    except ValueError as error:
        raise UnreadableError(f"no JSON in UTF-8: {error}") from None
    if not isinstance(told, dict):
        raise UnreadableError("no JSON object")
    return told


def judged(body: bytes, wrong: Callable[[Mapping[str, Any]], Iterable[str]]) -> Sequence[str]:
    """What is wrong with a file: that it cannot be read, or what `wrong` finds in it."""
    try:
        return [*wrong(read(body))]
    except UnreadableError as unreadable:
        return [str(unreadable)]


def complaints(told: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    """What is missing or not as demanded, each with its place."""
    for row in rows:
        for place, value in _found(told, row.path.split(".")):
            if value is not _ABSENT:
                wrong = row.check(value)
            else:
                wrong = "is missing" if row.required else None
            if wrong is not None:
                yield f"{place}: {wrong}"


def values(told: Mapping[str, Any], path: str) -> list[Any]:
    """Everything that stands at a path."""
    return [value for _, value in _found(told, path.split(".")) if value is not _ABSENT]


def _found(told: Any, steps: Sequence[str], place: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(told, dict):
        yield place, _ABSENT
        return
    name, left = steps[0].removesuffix("[]"), steps[1:]
    here = f"{place}.{name}" if place else name
    value = told.get(name, _ABSENT)
    if value is _ABSENT:
        if not left:
            yield here, _ABSENT
    elif steps[0].endswith("[]"):
        for index, entry in enumerate(value if isinstance(value, list) else [value]):
            at = f"{here}[{index}]"
            yield from _found(entry, left, at) if left else iter([(at, entry)])
    else:
        yield from _found(value, left, here) if left else iter([(here, value)])


def a_list(least: int = 0) -> Check:
    """A list of at least so many entries."""

    def wrong(value: Any) -> str | None:
        if not isinstance(value, list):
            return "is no list"
        return f"has fewer than {least} entries" if len(value) < least else None

    return wrong


def an_object(value: Any) -> str | None:
    """An object; its members are rows of their own."""
    return None if isinstance(value, dict) else "is no object"


def number(least: Decimal | None = None) -> Check:
    """A JSON number."""

    def wrong(value: Any) -> str | None:
        if not isinstance(value, Decimal):
            return "is no number"
        return f"is below {least}" if least is not None and value < least else None

    return wrong


def text(value: Any) -> str | None:
    """A string that says something."""
    return None if isinstance(value, str) and value.strip() else "is no text"


def decimal_text(value: Any) -> str | None:
    """A number in a string, in plain notation."""
    return matching(r"-?[0-9]+(\.[0-9]+)?")(value)


def matching(pattern: str) -> Check:
    """A string that a pattern fits from its first sign to its last: no blank before or after."""

    def wrong(value: Any) -> str | None:
        fits = isinstance(value, str) and re.fullmatch(pattern, value) is not None
        return None if fits else f"does not fit {pattern}"

    return wrong


def one_of(allowed: Collection[str]) -> Check:
    """One of an enumeration."""
    return lambda value: None if value in allowed else f"is none of {', '.join(sorted(allowed))}"


def only(wanted: Any) -> Check:
    """One value alone."""
    return lambda value: None if value == wanted else f"is not {wanted}"


link: Final = matching(r"https://[^\s<>\"]+")


def unequal(parts: Sequence[Decimal], whole: Decimal, place: str) -> Iterator[str]:
    """A complaint where parts do not add up to the whole, to the last digit."""
    total = exact_sum(parts)
    if EXACT.subtract(total, whole) != 0:
        yield f"{place}: adds up to {total}, and the total is {whole}"
