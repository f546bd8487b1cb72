"""JSON that somebody hands in as a file: read within a limit, numbers as they were written."""

import json
from pathlib import Path
from typing import Any

from tierlight.errors import ConfigurationError

MOST_BYTES = 1_000_000


def read_json(path: Path) -> Any:
    """What the file holds, every number as its text.

    Raises `ConfigurationError`: `sdk/unreadable`, `sdk/sheet-large`, `sdk/not-json`.
    """
    return parse_json(read_bytes(path), path)


def parse_json(data: bytes, path: Path) -> Any:
    """What the bytes of a file say. Raises `ConfigurationError` (`sdk/not-json`)."""
    try:
        return json.loads(data, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise ConfigurationError("sdk/not-json", file=str(path), reason=str(error)) from None


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file. Raises `ConfigurationError`: `sdk/unreadable`, `sdk/sheet-large`."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    if len(data) > most:
        raise ConfigurationError("sdk/sheet-large", file=str(path), most=str(most))
    return data
