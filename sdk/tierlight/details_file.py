"""Annexes of calculated footprints, as a file between `tierlight calculate` and `declare`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from tierlight.errors import ConfigurationError
from tierlight.json_file import read_bytes
from tierlight_schemas.annexes import DETAILS
from tierlight_schemas.build import Details


def read_details(path: Path) -> Mapping[str, Details]:
    """Annexes by part number. Raises `ConfigurationError`, also for what is no such file."""
    try:
        found = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise ConfigurationError("sdk/not-json", file=str(path), reason=str(error)) from None
    if not isinstance(found, dict) or not all(map(_is_detailed, found.values())):
        raise ConfigurationError("sdk/not-details", file=str(path))
    return found


def write_details(path: Path, number: str, details: Details) -> None:
    """Write the annexes of one part."""
    text = json.dumps({number: details}, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8")


def _is_detailed(value: Any) -> bool:
    """Whether it holds annexes by their names; their models look at the rest."""
    names = cast(dict[str, Any], DETAILS).keys() - {"split"}
    if not isinstance(value, dict) or not value.keys() <= names:
        return False
    return all(isinstance(each, dict) for each in value.values())
