"""The last signed checkpoint outside the database: a restored backup cannot make it forgotten.

The file lies beside the hub's key. It holds the signed note and the newest entries, so that what a
restore has lost can be named.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.kit.errors import Conflict
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import Checkpoint, checkpoint_of
from tierlight_schemas.log.notes import read_note

KEPT = 256
"""Newest entries that the file names."""

Named = tuple[int, str, str]
"""Index, kind and digest of an entry."""


@dataclass(frozen=True)
class Head:
    """What the hub signed last."""

    note: str
    newest: tuple[Named, ...]

    @property
    def checkpoint(self) -> Checkpoint:
        """The tree head that was signed."""
        return checkpoint_of(read_note(self.note))

    def lost(self, size: int) -> list[Named]:
        """The named entries at and beyond a size."""
        return [entry for entry in self.newest if entry[0] >= size]


def read_head(path: Path) -> Head | None:
    """The head in a file; None when there is no file.

    Raises `Conflict` (`log/head-file`) for one that cannot be read.
    """
    try:
        said = json.loads(path.read_bytes())
        newest = ((int(index), str(kind), str(digest)) for index, kind, digest in said["newest"])
        head = Head(str(said["checkpoint"]), tuple(newest))
        head.checkpoint  # noqa: B018 - a file without a checkpoint is unusable
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from None
    except (ValueError, KeyError, TypeError) as error:
        reason = error.code if isinstance(error, LogError) else type(error).__name__
        raise _unusable(path, reason) from None
    return head


def write_head(path: Path, note: str, newest: Sequence[Named]) -> None:
    """Replace the file in one step; on disk when this returns.

    Raises `Conflict` (`log/head-file`) when it cannot be written.
    """
    said = {"checkpoint": note, "newest": newest[-KEPT:]}
    beside = path.with_name(f"{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            json.dump(said, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync_folder(path.absolute().parent)
    except OSError as error:
        raise _unusable(path, error.strerror or type(error).__name__) from None


def _sync_folder(folder: Path) -> None:
    """The new name is on disk too, where the system can say so of a folder."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unusable(path: Path, reason: str) -> Conflict:
    return Conflict("log/head-file", file=str(path), reason=reason)
