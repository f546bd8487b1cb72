"""Whatever somebody hands us: a JWS, submissions, a credential's payload, a bare PACT document."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tierlight.errors import ConfigurationError
from tierlight.submissions import lines_of
from tierlight_schemas.envelope import (
    MAX_SUBMISSION_BYTES,
    EnvelopeError,
    open_jws,
    strict_json,
    unpack_submission,
)

_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
# Wrong in a signed document, but a finding of the checks in one that is not signed yet.
_FOUND_BY_CHECKS = {"door/json-float", "door/json-integer", "door/json-null"}


@dataclass(frozen=True)
class Item:
    """One document of a file."""

    line: int | None
    """Of an NDJSON file; None when the file holds one document."""
    document: Any = None
    """The JSON value, as far as it could be read."""
    jws: bytes | None = None
    """The envelope, when there is one."""
    annexes: Mapping[str, bytes] = field(default_factory=dict)
    error: EnvelopeError | None = None
    """Why it could not be read."""

    @property
    def split(self) -> Any:
        """The split annex as JSON; None when there is none that can be read."""
        try:
            return strict_json(self.annexes["split"], max_bytes=MAX_SUBMISSION_BYTES)
        except (KeyError, EnvelopeError):
            return None


def load(path: Path | str) -> list[Item]:
    """All documents of a file. Raises `ConfigurationError` when it cannot be read or is empty."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    lines = list(lines_of(data))
    if not lines:
        raise ConfigurationError("sdk/empty", file=str(path))
    if len(lines) == 1 or not _is_line_by_line(lines):
        return [read(data.strip(), None)]
    return [read(line, number) for number, line in lines]


def _is_line_by_line(lines: list[tuple[int, bytes]]) -> bool:
    """NDJSON, not one document over several lines: its first line stands for itself."""
    first = lines[0][1]
    return first.endswith(b"}") or _JWS.fullmatch(first) is not None


def read(data: bytes, line: int | None) -> Item:
    """One document, whatever it is; what is wrong with it is in `Item.error`."""
    try:
        return _signed(data, line) if _looks_signed(data) else _plain(data, line)
    except EnvelopeError as error:
        return Item(line, error=error)


def _looks_signed(data: bytes) -> bool:
    """Anything that does not begin as JSON can only be meant as a JWS."""
    if not data.startswith(b"{"):
        return True
    value = _lenient(data)
    return isinstance(value, dict) and "declaration" in value


def _signed(data: bytes, line: int | None) -> Item:
    jws, annexes = (data, {}) if not data.startswith(b"{") else unpack_submission(data)
    try:
        return Item(line, open_jws(jws).document, jws, annexes)
    except EnvelopeError as error:
        return Item(line, None, jws, annexes, error)


def _plain(data: bytes, line: int | None) -> Item:
    try:
        return Item(line, strict_json(data, max_bytes=MAX_SUBMISSION_BYTES))
    except EnvelopeError as error:
        if error.code not in _FOUND_BY_CHECKS:
            raise
        return Item(line, _lenient(data))


def _lenient(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
