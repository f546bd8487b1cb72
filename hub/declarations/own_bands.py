"""Plausibility bands of the operator's own: they add a finding, and never change the verdict.

The file has the form of `tierlight_schemas/data/bands.json`; a band of a shipped id takes its
place, any other comes beside it.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from hub.kit.errors import Conflict
from tierlight_schemas.checks import BANDS, Bands, check_own, read_bands
from tierlight_schemas.errors import BandError, StandardError
from tierlight_schemas.findings import Finding
from tierlight_schemas.strict_json import strict_json

OPERATOR_BANDS = "operator bands"
"""In `Session.info`: the bands in force at this hub; as shipped without them."""
MAX_FILE = 1_000_000


def read_own_bands(path: Path | None) -> Bands:
    """The bands in force with this file, the shipped ones without one.

    Raises `Conflict`: `band/file` for what is no such file, or with the code and the place of the
    first band that cannot be used.
    """
    if path is None:
        return BANDS
    try:
        with path.open("rb") as file:
            document = strict_json(file.read(MAX_FILE + 1), max_bytes=MAX_FILE)
        return read_bands(document, BANDS)
    except BandError as error:
        raise Conflict(error.code, file=str(path), **error.params) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except StandardError as error:
        reason = str(error)
    raise Conflict("band/file", file=str(path), reason=reason)


def own_findings(session: Session, document: dict[str, Any], at: datetime) -> list[Finding]:
    """What the operator's bands find in a document beside the verdict."""
    return check_own(document, at, session.info.get(OPERATOR_BANDS, BANDS))
