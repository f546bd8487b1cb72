"""The file of signed declarations: one submission a line, read back, compared and written whole."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierlight.errors import ConfigurationError
from tierlight_schemas.build import Predecessor, meaning
from tierlight_schemas.envelope import EnvelopeError, Opened, open_jws, unpack_submission
from tierlight_schemas.extension import PART_EXTENSION
from tierlight_schemas.rows import GATE_TO_GATE

Key = tuple[str, str, str, str]
"""Part URN, site, boundary, end of the period: what a newer declaration replaces."""


@dataclass(frozen=True)
class Signed:
    """A signed declaration with its annexes, as one line of a file."""

    line: bytes
    """As written, without the newline."""
    jws: bytes
    opened: Opened
    annexes: Mapping[str, bytes]

    @classmethod
    def read(cls, line: bytes) -> "Signed":
        """A line of a file. Raises `EnvelopeError` when it is not a submission."""
        jws, annexes = unpack_submission(line)
        return cls(line, jws, open_jws(jws), annexes)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the payload: the declaration's identity."""
        return self.opened.digest

    @property
    def subject(self) -> Mapping[str, Any]:
        """`credentialSubject`, empty when the payload is no credential."""
        return _mapping(self.opened.document.get("credentialSubject"))

    @property
    def key(self) -> Key:
        """What it is a declaration of."""
        return key_of(self.opened.document)

    @property
    def meaning(self) -> str:
        """See `tierlight_schemas.build.meaning`."""
        return meaning(self.opened.document, self.annexes)

    @property
    def predecessor(self) -> Predecessor:
        """This one, as the declaration that a newer one replaces."""
        footprint = _mapping(self.subject.get("footprint"))
        return Predecessor(self.digest, footprint.get("id"))


def key_of(document: Mapping[str, Any]) -> Key:
    """What a declaration is about; equal for two of which the newer replaces the older."""
    subject = _mapping(document.get("credentialSubject"))
    part = str(subject.get("id", ""))
    if "process" in subject:
        process = _mapping(subject["process"])
        site = _mapping(process.get("site")).get("id", "")
        return part, str(site), GATE_TO_GATE, str(process.get("referencePeriodEnd", ""))
    footprint = _mapping(subject.get("footprint"))
    data = part_extension(footprint)
    site, boundary = _mapping(data.get("site")).get("id", ""), data.get("boundary", "")
    end = _mapping(footprint.get("pcf")).get("referencePeriodEnd", "")
    return part, str(site), str(boundary), str(end)


def part_extension(footprint: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data of `tierlight.part/1` in a PACT document; empty when it has none."""
    extensions = footprint.get("extensions")
    for extension in extensions if isinstance(extensions, list) else []:
        if _mapping(extension).get("dataSchema") == PART_EXTENSION:
            return _mapping(_mapping(extension).get("data"))
    return {}


def read_file(path: Path | str) -> list[Signed]:
    """All declarations of a file, in its order; an absent file holds none.

    Raises `ConfigurationError` naming the line that is not a submission.
    """
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable("sdk/unreadable", path, error) from None
    return list(_signed(data, str(path)))


def _signed(data: bytes, name: str) -> Iterator[Signed]:
    for number, line in lines_of(data):
        try:
            yield Signed.read(line)
        except EnvelopeError as error:
            raise ConfigurationError(
                "sdk/not-a-submission", file=name, line=str(number), reason=error.code
            ) from error


def lines_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines that hold anything, with their numbers from 1."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        stripped = line.strip(b" \t\r")
        if stripped:
            yield number, stripped


def write_file(path: Path | str, signed: Iterable[Signed]) -> None:
    """Replace a file as a whole: after a crash it is the old one or the new one.

    Raises `ConfigurationError` when the folder cannot be written.
    """
    write_bytes(path, b"".join(entry.line + b"\n" for entry in signed))


def write_bytes(path: Path | str, data: bytes, mode: int = 0o600) -> None:
    """Replace a file by these bytes, all or nothing. Raises `ConfigurationError`.

    Only its owner may read it by default: annexes stand beside the declarations.
    """
    target = Path(path)
    try:
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except OSError as error:
        raise _unusable("sdk/unwritable", path, error) from None


def _unusable(code: str, path: Path | str, error: OSError) -> ConfigurationError:
    return ConfigurationError(code, file=str(path), reason=error.strerror or type(error).__name__)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
