"""JSON whose numbers have exactly the digits of the `Decimal` that they come from.

Some formats want numbers where ours have strings. A float would round them once more, and stages
would not add up; here `Decimal("0.10")` is printed as 0.10, and nothing is computed.
"""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

_STEP: Final = "  "


def json_text(value: Any, indent: str = "") -> str:
    """Objects, lists, strings, booleans and decimals, indented; floats are refused."""
    inner = indent + _STEP
    match value:
        case dict():
            members = (f"{json_text(k)}: {json_text(v, inner)}" for k, v in value.items())
            return _block("{", members, "}", indent)
        case list():
            return _block("[", (json_text(entry, inner) for entry in value), "]", indent)
        case Decimal():
            return f"{value:f}"
        case float():
            raise TypeError("a float has lost digits already")
        case _:
            return json.dumps(value, ensure_ascii=False)


def _block(start: str, lines: Iterable[str], end: str, indent: str) -> str:
    inside = f",\n{indent}{_STEP}".join(lines)
    return f"{start}\n{indent}{_STEP}{inside}\n{indent}{end}" if inside else f"{start}{end}"
