"""What goes through the door: `{declaration, annexes}` with base64url of the bytes.

`declaration` is base64url of the compact JWS text, an annex base64url of its canonical JSON: both
are bytes to be kept as they are, and neither is read on the way. The JWS text itself is taken as
well: its two points cannot stand in base64url, so that nothing can be meant in two ways.
"""

from collections.abc import Mapping
from typing import Any

from tierlight_schemas.annexes import ANNEX_LEVELS
from tierlight_schemas.canonical import b64url_decode, b64url_encode, canonical
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.strict_json import strict_json

MAX_SUBMISSION_BYTES = 2_000_000


def pack_submission(jws: str | bytes, annexes: Mapping[str, bytes] | None = None) -> bytes:
    """One line of NDJSON (without the newline), canonical."""
    raw = jws.encode("ascii") if isinstance(jws, str) else jws
    line: dict[str, Any] = {"declaration": b64url_encode(raw)}
    if annexes:
        line["annexes"] = {name: b64url_encode(body) for name, body in annexes.items()}
    return canonical(line)


def unpack_submission(data: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The JWS and the annexes by name, as the bytes that were signed or digested.

    Raises `EnvelopeError` (`door/submission` when it is not of this form).
    """
    line = strict_json(data, max_bytes=MAX_SUBMISSION_BYTES)
    if not isinstance(line, dict) or not {"declaration"} <= set(line) <= {"declaration", "annexes"}:
        raise EnvelopeError("door/submission")
    annexes = line.get("annexes", {})
    if not isinstance(annexes, dict) or not set(annexes) <= set(ANNEX_LEVELS):
        raise EnvelopeError("door/submission")
    return _jws(line["declaration"]), {name: _decoded(body) for name, body in annexes.items()}


def _jws(text: Any) -> bytes:
    if isinstance(text, str) and text.isascii() and text.count(".") == 2:
        return text.encode("ascii")
    return _decoded(text)


def _decoded(text: Any) -> bytes:
    if not isinstance(text, str):
        raise EnvelopeError("door/submission")
    return b64url_decode(text)
