"""Statements of released versions, as hubs exported them; every later version computes them again.

<version>/<name>.json      a bundle
"""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RELEASED = sorted(FOLDER.glob("*/*.json"))


def results_of(version: str) -> dict[str, Any]:
    """The signed result of each statement of a version, by its file's name."""
    return {path.stem: _result(path) for path in RELEASED if path.parent.name == version}


def _result(path: Path) -> Any:
    from tierlight_schemas.jws import open_jws

    bundle = json.loads(path.read_bytes())
    return open_jws(bundle["statement"]).document["credentialSubject"]["result"]
