"""JSON with one meaning only: what two parsers could read differently is refused.

Duplicate members, floats, NaN, large integers, null, lone surrogates and NUL are where languages
disagree; a signed document that holds none of them says the same thing to everybody.
"""

import json
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, NoReturn

from tierlight_schemas.errors import EnvelopeError

MAX_BYTES = 128_000
MAX_DEPTH = 32
MAX_SAFE_INTEGER = 2**53 - 1
"""Beyond it a JSON number is not the same in every language (RFC 8785, appendix D)."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def strict_json(
    data: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    fractions: bool = False,
) -> Any:
    """The value of a JSON text in UTF-8.

    `fractions` lets numbers with a decimal point pass, as foreign vocabularies have them; no
    document of ours does. Raises `EnvelopeError` with a code `door/json-…` that names
    the place; no other exception.
    """
    if len(data) > max_bytes:
        raise EnvelopeError("door/too-large", size=str(len(data)), limit=str(max_bytes))
    value = _parse(_text(data), _fraction if fractions else _no_float)
    refuse_ambiguous(value, max_depth=max_depth, fractions=fractions)
    return value


def refuse_ambiguous(value: Any, *, max_depth: int = MAX_DEPTH, fractions: bool = False) -> None:
    """Refuse a value of which the same bytes would not mean the same everywhere.

    Raises `EnvelopeError` naming the JSON path.
    """
    _walk(value, "$", max_depth, fractions)


def _text(data: bytes) -> str:
    if data.startswith(_BYTE_ORDER_MARK):
        raise EnvelopeError("door/json-byte-order-mark")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EnvelopeError("door/not-utf8", position=str(error.start)) from None


def _parse(text: str, parse_float: Callable[[str], float]) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_members,
            parse_float=parse_float,
            parse_int=_integer,
            parse_constant=_no_float,
        )
    except json.JSONDecodeError as error:
        raise EnvelopeError(
            "door/json-invalid", line=str(error.lineno), column=str(error.colno)
        ) from None
    except RecursionError:
        raise EnvelopeError("door/json-depth", limit=str(MAX_DEPTH)) from None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise EnvelopeError("door/json-duplicate-key", name=_printable(name))
        members[name] = value
    return members


def _no_float(literal: str) -> NoReturn:
    raise EnvelopeError("door/json-float", number=literal[:40])


def _fraction(literal: str) -> float:
    """The nearest double; one without end has no spelling to come back to."""
    value = float(literal)
    return value if isfinite(value) else _no_float(literal)


def _integer(literal: str) -> int:
    if len(literal) > 17 or abs(int(literal)) > MAX_SAFE_INTEGER:
        raise EnvelopeError("door/json-integer", number=literal[:40])
    return int(literal)


def _walk(value: Any, path: str, depth: int, fractions: bool) -> None:
    if isinstance(value, str):
        _refuse_text(value, path)
    elif isinstance(value, Mapping):
        _refuse_depth(depth)
        for name, member in value.items():
            _refuse_text(name, path)
            _walk(member, f"{path}.{name}", depth - 1, fractions)
    elif isinstance(value, list | tuple):
        _refuse_depth(depth)
        for index, member in enumerate(value):
            _walk(member, f"{path}[{index}]", depth - 1, fractions)
    elif not (fractions and isinstance(value, float) and isfinite(value)):
        _refuse_scalar(value, path)


def _refuse_depth(depth: int) -> None:
    if depth <= 0:
        raise EnvelopeError("door/json-depth", limit=str(MAX_DEPTH))


def _refuse_text(text: Any, path: str) -> None:
    if not isinstance(text, str):
        raise EnvelopeError("door/json-invalid", line="1", column="1")
    if "\0" in text:
        raise EnvelopeError("door/json-nul", path=_printable(path))
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise EnvelopeError("door/json-surrogate", path=_printable(path))


def _refuse_scalar(value: Any, path: str) -> None:
    if value is None:
        raise EnvelopeError("door/json-null", path=_printable(path))
    if isinstance(value, int):  # bool included
        if abs(value) > MAX_SAFE_INTEGER:
            raise EnvelopeError("door/json-integer", number=str(value)[:40])
    else:
        raise EnvelopeError("door/json-float", number=_printable(str(value))[:40])


def _printable(text: str) -> str:
    """Text that every terminal, log and data base takes, however hostile the input was."""
    return text[:200].encode("ascii", "backslashreplace").decode().replace("\0", "\\x00")
