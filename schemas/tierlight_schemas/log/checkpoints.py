"""Tree heads as signed notes (c2sp.org/tlog-checkpoint), and what witnesses add to them."""

import base64
import re
from dataclasses import dataclass

from tierlight_schemas.errors import LogError
from tierlight_schemas.log.notes import (
    COSIGNATURE,
    ED25519,
    Note,
    Sign,
    Signature,
    VerifierKey,
    decoded,
    sign_note,
)
from tierlight_schemas.log.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_TIME_BYTES = 8


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(checkpoint: Checkpoint, key: VerifierKey, sign: Sign) -> Note:
    """The log's own signature."""
    return sign_note(checkpoint.text, key, sign)


def checkpoint_of(note: Note) -> Checkpoint:
    """The tree head that a note states. Raises `LogError` (`log/checkpoint`).

    Lines beyond the third are refused: nobody could audit what they say.
    """
    lines = note.text[:-1].split("\n")
    if len(lines) != 3 or not lines[0]:
        raise LogError("log/checkpoint")
    root = decoded(lines[2])
    if len(root) != HASH_BYTES:
        raise LogError("log/checkpoint")
    return Checkpoint(lines[0], size_of(lines[1]), root)


def size_of(text: str) -> int:
    """A number of entries without sign or leading zeroes. Raises `LogError` (`log/checkpoint`)."""
    if not _SIZE.fullmatch(text) or int(text) >= 1 << 63:
        raise LogError("log/checkpoint")
    return int(text)


def cosign(note: Note, key: VerifierKey, time: int, sign: Sign) -> Signature:
    """A witness's line: as of `time` (POSIX seconds) this is the largest tree it has seen."""
    value = time.to_bytes(_TIME_BYTES, "big") + sign(_witnessed(note.text, time))
    return Signature(key.name, key.id, value)


def cosigned_at(note: Note, line: Signature, key: VerifierKey) -> int | None:
    """The time of a witness's line, if its signature holds."""
    time = int.from_bytes(line.value[:_TIME_BYTES], "big")
    signature = line.value[_TIME_BYTES:]
    if key.kind != COSIGNATURE or len(signature) != 64 or time >= 1 << 63:
        return None
    return time if key.holds(signature, _witnessed(note.text, time)) else None


def is_signed(note: Note, line: Signature, key: VerifierKey) -> bool:
    """Whether a log's line holds."""
    return key.kind == ED25519 and key.holds(line.value, note.text.encode())


def _witnessed(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
