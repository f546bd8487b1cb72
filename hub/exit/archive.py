"""Files as a ZIP archive that is sent while it is made: at no time is a whole file held.

Names, sizes and digests of all files are: 1.6 kB each, for the archive's own directory and for the
manifest.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from hub.kit.leaving import ExportFile

_PIECE = 64 * 1024


@dataclass(frozen=True)
class Written:
    """A file that is in the archive."""

    name: str
    about: str
    size: int
    sha256: str
    """Hex, over the file's own bytes."""


def archive(
    files: Iterable[ExportFile],
    closing: Callable[[list[Written]], Iterable[ExportFile]],
    at: datetime,
) -> Iterator[bytes]:
    """The bytes of the archive; `closing` makes its last files from what was written before."""
    held = _Held()
    written: list[Written] = []
    with ZipFile(cast(IO[bytes], held), "w", ZIP_DEFLATED) as packed:
        for file in files:
            yield from _write(packed, held, file, at, written)
        for file in closing(written):
            yield from _write(packed, held, file, at, written)
    yield held.taken()


def _write(
    packed: ZipFile, held: "_Held", file: ExportFile, at: datetime, written: list[Written]
) -> Iterator[bytes]:
    hashed, size = hashlib.sha256(), 0
    entry = ZipInfo(file.name, at.timetuple()[:6])
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
    with packed.open(entry, "w", force_zip64=True) as target:
        for chunk in file.chunks:
            hashed.update(chunk)
            size += len(chunk)
            target.write(chunk)
            if held.size >= _PIECE:
                yield held.taken()
    written.append(Written(file.name, file.about, size, hashed.hexdigest()))


class _Held:
    """A file that cannot be sought: what was written is taken away."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        """Hold some bytes."""
        self._chunks.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing lies in between."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = b"".join(self._chunks)
        self._chunks, self.size = [], 0
        return data
