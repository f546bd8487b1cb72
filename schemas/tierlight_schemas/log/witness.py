"""Whether a witness may cosign a checkpoint (c2sp.org/tlog-witness, `add-checkpoint`): pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import Checkpoint, checkpoint_of, size_of
from tierlight_schemas.log.notes import MAX_NOTE_BYTES, Note, read_note
from tierlight_schemas.log.policy import Policy, accept
from tierlight_schemas.log.proofs import encoded_path, read_path
from tierlight_schemas.log.tree import check_consistency

MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4_000


@dataclass(frozen=True)
class AddCheckpoint:
    """What a log asks a witness: to cosign a checkpoint that follows from an older size."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        hashes = "".join(f"{step}\n" for step in encoded_path(self.path))
        return f"old {self.old}\n{hashes}\n{self.note}"


def read_request(body: bytes) -> AddCheckpoint:
    """A request's body. Raises `LogError`: `log/request`, `log/note`, `log/checkpoint`."""
    head, separator, note = body.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if len(body) > MAX_REQUEST_BYTES or not separator or not lines[0].startswith("old "):
        raise LogError("log/request")
    old = size_of(lines[0].removeprefix("old "))
    request = AddCheckpoint(old, read_path(lines[1:]), read_note(note))
    if checkpoint_of(request.note).size < old:
        raise LogError("log/request")
    return request


def may_cosign(known: Checkpoint | None, request: AddCheckpoint, logs: Policy) -> Checkpoint:
    """The checkpoint that may be cosigned and must be remembered before that.

    `known` is the largest one cosigned so far of this log. Raises `LogError`: `log/unknown-log`
    or `log/signature` when no log of the policy signed it, `log/old-size` when the request starts
    elsewhere, `log/rollback` for a tree that has become smaller, `log/fork` for another root of
    the same size, `log/inconsistent` or `log/path` when it does not follow from what is known.
    """
    new = accept(request.note, Policy(logs.logs)).checkpoint
    size = known.size if known else 0
    if known and new.size < size:
        raise LogError("log/rollback", known=str(size), size=str(new.size))
    if request.old != size:
        raise LogError("log/old-size", known=str(size), old=str(request.old))
    if known is None:
        refuse_path(request.path)
        return new
    if new.size == size and new.root != known.root:
        raise LogError("log/fork", size=str(size))
    check_consistency(size, new.size, known.root, new.root, request.path)
    return new


def refuse_path(path: Sequence[bytes]) -> None:
    """Raise `LogError` (`log/path`) for a proof from nothing that is not empty."""
    if path:
        raise LogError("log/path", given=str(len(path)))
