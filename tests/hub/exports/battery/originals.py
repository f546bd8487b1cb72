"""Schemas of other houses, which lie beside the repository and are no part of it."""

import json
from pathlib import Path
from typing import Any

from tests.shared_data import shared


def schema_in(path: Path) -> Any:
    """A JSON Schema in whatever Unicode its house wrote it: some are UTF-16 with a byte order mark.

    `json` finds that out from the bytes; read as text, the file would have to be UTF-8.
    """
    return json.loads(path.read_bytes())


def original(name: str) -> Any:
    """A schema of the shared data, or a skipped test."""
    return schema_in(shared(f"battery/{name}"))
