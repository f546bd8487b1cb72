"""JSON of other systems: one object, read the one way in which everybody reads it."""

import json
from typing import Any


def json_object(data: bytes) -> dict[str, Any]:
    """The members of a JSON object in UTF-8, which may hold null and fractions.

    Raises `ValueError` for anything else, for a member that stands twice, and for NaN.
    """
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
