"""An entry's place in a log, provable offline (c2sp.org/tlog-proof): the second half of a receipt.

c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
…

<checkpoint>
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import Checkpoint, checkpoint_of, size_of
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.notes import MAX_NOTE_BYTES, Note, decoded, read_note
from tierlight_schemas.log.policy import Policy, Trusted, accept
from tierlight_schemas.log.tree import HASH_BYTES, MAX_PATH, root_of_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 128 * 1024


@dataclass(frozen=True)
class Proof:
    """A place, the hashes from the leaf's sibling to the root's child, and a checkpoint."""

    index: int
    path: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        """The tree head that the path leads to; its signatures are not verified yet."""
        return checkpoint_of(self.note)

    def __str__(self) -> str:
        hashes = "".join(f"{step}\n" for step in encoded_path(self.path))
        return f"{HEADER}\nindex {self.index}\n{hashes}\n{self.note}"


@dataclass(frozen=True)
class Proven:
    """An entry that is in a log at a place, by a checkpoint that the reader's policy accepts."""

    index: int
    trusted: Trusted


def read_proof(data: bytes | str) -> Proof:
    """A proof taken apart. Raises `LogError`: `log/proof`, `log/note`, `log/checkpoint`."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    head, separator, note = raw.partition(b"\n\n")
    if len(raw) > MAX_PROOF_BYTES or not separator:
        raise LogError("log/proof")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise LogError("log/proof") from None
    if lines[1:] and lines[1].startswith("extra "):  # opaque, and nobody signed it
        decoded(lines.pop(1).removeprefix("extra "))
    if len(lines) < 2 or lines[0] != HEADER or not lines[1].startswith("index "):
        raise LogError("log/proof")
    path = read_path(lines[2:])
    proof = Proof(size_of(lines[1].removeprefix("index ")), path, read_note(note))
    proof.checkpoint  # noqa: B018 - a proof without a checkpoint is none
    return proof


def encoded_path(path: Sequence[bytes]) -> list[str]:
    """Hashes as `read_path` reads them."""
    return [base64.b64encode(step).decode() for step in path]


def read_path(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Hashes, a line of base64 each. Raises `LogError` (`log/proof`)."""
    path = tuple(decoded(line) for line in lines)
    if len(path) > MAX_PATH or any(len(step) != HASH_BYTES for step in path):
        raise LogError("log/proof")
    return path


def check_inclusion(proof: Proof, entry: Entry) -> Checkpoint:
    """The checkpoint that holds the entry at the proof's place; whose it is is not asked.

    Raises `LogError`: `log/beyond`, `log/path`, `log/not-included`.
    """
    checkpoint = proof.checkpoint
    found = root_of_inclusion(proof.index, checkpoint.size, entry.leaf, proof.path)
    if found != checkpoint.root:
        raise LogError("log/not-included", index=str(proof.index), size=str(checkpoint.size))
    return checkpoint


def check_proof(proof: Proof, entry: Entry, policy: Policy) -> Proven:
    """The place of an entry in a log that the policy accepts.

    Raises `LogError` as `check_inclusion` and `policy.accept` do.
    """
    check_inclusion(proof, entry)
    return Proven(proof.index, accept(proof.note, policy))
