"""A compiled bill-of-materials portfolio of one owner, as one packed, versioned blob.

The blob is a header and arrays, each on a 64-byte border, in the order of `Snapshot`'s fields:
whoever maps the file reads the arrays where they lie. Parts stand sorted, what is made of others
after them; lines carry base units of the child per base unit of the parent and the days on which
they hold. Declarations are not in it: day, knowledge and values select among the lines without
sorting anything again, unless some lines form a cycle.

Another format version is not read but compiled anew (`StaleFormat`); a blob whose digest does not
match its body is refused (`CorruptSnapshot`).
"""

import hashlib
import mmap
import struct
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.footprints.engine.graph import Flags, Floats, Graph, Indices, Links, Rows, Sorted, sort

MAGIC = b"TIERLSNP"
FORMAT = 1
_HEADER = struct.Struct("<8sIIQ32s8x")
"""Magic, format, number of arrays, bytes of the body, SHA-256 of the body."""
_ALIGN = 64

ALWAYS = (date.min.toordinal(), date.max.toordinal() + 1)
"""First day, and first day no longer, of what is not limited."""
#: What a line is to its parent's total; from `BESIDE` on it is not inside.
INPUT, OWN_PROCESS, TRANSPORT, BESIDE, BEYOND_GATE, MISMATCH = range(6)


class SnapshotError(ValueError):
    """A blob that cannot be used."""


class StaleFormat(SnapshotError):  # noqa: N818 - says what it is
    """Written by another version of the format: compile again."""


class CorruptSnapshot(SnapshotError):  # noqa: N818 - says what it is
    """Not a snapshot, cut short, or altered since it was written: compile again."""


@dataclass(frozen=True)
class Snapshot:
    """All parts, lines and sources of one owner at one knowledge date; row i is part i."""

    ids: NDArray[np.bytes_]
    kinds: NDArray[np.uint8]
    """Place of the kind in `Kind`."""
    units: NDArray[np.uint8]
    """Place of the base unit in `UNITS`."""
    masses: Floats
    """kg of one base unit; NaN is unknown."""
    categories: Indices
    """Place of the category in `category_names`; 0 for none."""
    category_text: NDArray[np.uint8]
    """The categories' names in UTF-8, a NUL before each."""
    levels: Indices
    starts: Indices
    children: Indices
    amounts: Floats
    """Base units of the child in one base unit of the parent; NaN where units do not convert."""
    first_days: NDArray[np.int32]
    end_days: NDArray[np.int32]
    what: NDArray[np.uint8]
    """`INPUT`, `OWN_PROCESS`, …: which scale of its parent a line takes."""
    stages: NDArray[np.uint8]
    """Place of the stage in `Stage`; the number of stages where a line states none."""
    open_lines: Indices
    """Lines that may be gaps, ascending: of a group of options, or in a unit that does not
    convert."""
    open_groups: Indices
    """Their group, by a number of its own for each parent; 0 for none."""
    open_without_rate: NDArray[np.bool_]
    """Whether they state no take rate."""
    open_masses: Floats
    """kg of each in one base unit of its parent; NaN is unknown."""
    cyclic: Indices
    """Rows of parts that need themselves through lines of any day."""
    source_rows: Indices
    source_shares: Floats
    source_first_days: NDArray[np.int32]
    source_end_days: NDArray[np.int32]

    @cached_property
    def graph(self) -> Graph:
        """All lines of all days; meaningful as it stands only where nothing is cyclic."""
        return Graph(Links(self.starts, self.children, self.amounts), self.levels)

    @cached_property
    def row(self) -> dict[str, int]:
        """Row of each part id."""
        return {part.decode(): row for row, part in enumerate(self.ids.tolist())}

    @cached_property
    def category_names(self) -> list[str]:
        """The categories, the first of which is none."""
        return self.category_text.tobytes().decode().split("\0")

    @property
    def bytes_per_line(self) -> float:
        """Bytes held for each line, beside ids and values."""
        names = ("children", "amounts", "first_days", "end_days", "what", "stages", "starts")
        held: int = sum(getattr(self, name).nbytes for name in names)
        return held / max(1, len(self.children))

    def holds(self, day: date) -> Flags:
        """Which lines hold on a day."""
        number = day.toordinal()
        found: Flags = (self.first_days <= number) & (number < self.end_days)
        return found

    def options(self, holds: Flags) -> Rows:
        """Places in `open_lines` of options that nothing decides: some line of their group that
        holds states no take rate."""
        held = holds[self.open_lines] & (self.open_groups > 0)
        undecided = np.unique(self.open_groups[held & self.open_without_rate])
        return np.flatnonzero(held & np.isin(self.open_groups, undecided))

    def linked(self, day: date) -> Indices:
        """Rows of the parts that are bought on a day, confirmed or not."""
        number = day.toordinal()
        holds = (self.source_first_days <= number) & (number < self.source_end_days)
        found: Indices = np.unique(self.source_rows[holds])
        return found

    def sorted(self, amounts: Floats) -> Sorted:
        """The graph with these amounts of the lines; a line of which nothing is taken has 0.

        Nothing is sorted again unless lines of some day form a cycle; then the lines taken are,
        and `Sorted.cyclic` names the parts that need themselves through them.
        """
        if not len(self.cyclic):
            every = np.arange(len(amounts))
            links = replace(self.graph.links, amounts=amounts)
            rows = np.arange(len(self.ids))
            return Sorted(replace(self.graph, links=links), rows, every, every[:0])
        held = np.flatnonzero(amounts)
        parents = self.parents[held].astype(np.int64)
        found = sort(len(self.ids), parents, self.children[held].astype(np.int64), amounts[held])
        return replace(found, lines=held[found.lines])

    @cached_property
    def parents(self) -> Indices:
        """Row of the parent of each line."""
        return self.graph.links.parents()


_TYPES: dict[str, Any] = {
    "kinds": np.uint8,
    "units": np.uint8,
    "what": np.uint8,
    "stages": np.uint8,
    "category_text": np.uint8,
    "open_without_rate": np.bool_,
    "masses": np.float64,
    "open_masses": np.float64,
    "amounts": np.float64,
    "source_shares": np.float64,
    "first_days": np.int32,
    "end_days": np.int32,
    "source_first_days": np.int32,
    "source_end_days": np.int32,
    "ids": np.dtype("S36"),
}
_FIELDS = tuple((f.name, np.dtype(_TYPES.get(f.name, np.uint32))) for f in fields(Snapshot))


def pack(snapshot: Snapshot) -> bytes:
    """The blob of a snapshot; the same snapshot gives the same bytes."""
    arrays = [np.ascontiguousarray(getattr(snapshot, n), d.newbyteorder("<")) for n, d in _FIELDS]
    counts = np.array([len(array) for array in arrays], dtype="<u8").tobytes()
    body = bytearray(_padded(counts))
    for array in arrays:
        body += _padded(array.tobytes())
    digest = hashlib.sha256(body).digest()
    return _HEADER.pack(MAGIC, FORMAT, len(arrays), len(body), digest) + bytes(body)


def unpack(blob: bytes | mmap.mmap, verify: bool = True) -> Snapshot:
    """The snapshot in a blob; its arrays lie in the blob's own memory and cannot be written.

    Raises `StaleFormat` and `CorruptSnapshot`. Without `verify` the digest is taken on trust:
    for a file that this process has verified before.
    """
    view = memoryview(blob)
    if len(view) < _HEADER.size or bytes(view[:8]) != MAGIC:
        raise CorruptSnapshot("this is no snapshot of a bill of materials")
    _, version, arrays, size, digest = _HEADER.unpack_from(view)
    if version != FORMAT or arrays != len(_FIELDS):
        raise StaleFormat(f"the snapshot has format {version}, this hub reads {FORMAT}")
    body = view[_HEADER.size :]
    if len(body) != size or (verify and hashlib.sha256(body).digest() != digest):
        raise CorruptSnapshot("the snapshot was cut short or altered; delete it, it is made anew")
    return _read(body)


def _read(body: memoryview) -> Snapshot:
    counts = np.frombuffer(body, dtype="<u8", count=len(_FIELDS)).tolist()
    place = _aligned(8 * len(_FIELDS))
    held: dict[str, Any] = {}
    for (name, dtype), count in zip(_FIELDS, counts, strict=True):
        end = place + count * dtype.itemsize
        if end > len(body):
            raise CorruptSnapshot("the snapshot's counts do not fit its size; delete it")
        held[name] = np.frombuffer(body[place:end], dtype=dtype.newbyteorder("<"))
        place = _aligned(end)
    return Snapshot(**held)


def digest_of(blob: bytes | mmap.mmap) -> str:
    """The SHA-256 that the header states, in hex."""
    digest: bytes = _HEADER.unpack_from(blob)[4]
    return digest.hex()


def map_file(path: Path, verify: bool = True) -> Snapshot:
    """The snapshot in a file, mapped into memory: workers share its pages.

    Raises `StaleFormat`, `CorruptSnapshot`, and `OSError` where there is no such file.
    """
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise CorruptSnapshot("the snapshot file is empty; delete it, it is made anew")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return unpack(mapped, verify)


def _padded(data: bytes) -> bytes:
    return data + bytes(_aligned(len(data)) - len(data))


def _aligned(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN


@dataclass(frozen=True)
class Columns:
    """Rows of the tables as columns, before sorting; parts are numbered in the order of `ids`."""

    ids: NDArray[np.bytes_]
    kinds: NDArray[np.uint8]
    units: NDArray[np.uint8]
    masses: Floats
    categories: Rows
    category_text: NDArray[np.uint8]
    parents: Rows
    children: Rows
    positions: Rows
    amounts: Floats
    first_days: Rows
    end_days: Rows
    what: NDArray[np.uint8]
    stages: NDArray[np.uint8]
    groups: Rows
    """Group of options of each line; 0 for none."""
    without_rate: Flags
    line_masses: Floats
    source_of: Rows
    source_shares: Floats
    source_first_days: Rows
    source_end_days: Rows


def packed(columns: Columns) -> Snapshot:
    """Sort the columns into a snapshot."""
    size = len(columns.ids)
    found = sort(size, columns.parents, columns.children, columns.amounts)
    rows, owners = found.rows, found.rows[columns.parents]
    lines = np.lexsort((columns.positions, owners))
    order = np.argsort(rows)
    counts = np.bincount(owners, minlength=size)
    may_be_gaps = (columns.groups > 0) | (columns.what == MISMATCH)
    open_lines = np.flatnonzero(may_be_gaps[lines])
    arrays = {
        "category_text": columns.category_text,
        "open_lines": open_lines,
        "open_groups": columns.groups[lines][open_lines],
        "open_without_rate": columns.without_rate[lines][open_lines],
        "open_masses": columns.line_masses[lines][open_lines],
        "levels": found.graph.levels,
        "starts": np.concatenate(([0], np.cumsum(counts))),
        "children": rows[columns.children[lines]],
        "cyclic": np.sort(rows[found.cyclic]),
        "source_rows": rows[columns.source_of],
    }
    for name, _ in _FIELDS:
        if name in ("ids", "kinds", "units", "masses", "categories"):
            arrays[name] = getattr(columns, name)[order]
        elif name not in arrays:
            held = getattr(columns, name)
            arrays[name] = held if name.startswith("source") else held[lines]
    typed: dict[str, Any] = {n: np.ascontiguousarray(arrays[n], dtype=d) for n, d in _FIELDS}
    return Snapshot(**typed)
