"""Graphs of parts as sorted sparse rows: a row stands after everything it is made of."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.uint32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Links:
    """A sparse matrix by rows: how much of part `children[i]` the row's part takes."""

    starts: Indices
    """Where each row begins; one more than there are rows."""
    children: Indices
    amounts: Floats

    def between(self, first: int, last: int) -> csr_array:
        """Rows `first` to `last`, the last excluded, over all parts; shares memory."""
        start, stop = self.starts[first], self.starts[last]
        starts = (self.starts[first : last + 1] - start).view(np.int32)
        children = self.children[start:stop].view(np.int32)
        shape = (last - first, len(self.starts) - 1)
        return csr_array((self.amounts[start:stop], children, starts), shape=shape)

    def turned(self) -> "Links":
        """Who takes each part, and how much: the transposed matrix."""
        turned = self.between(0, len(self.starts) - 1).T.tocsr()
        starts, parents = turned.indptr.astype(np.uint32), turned.indices.astype(np.uint32)
        return Links(starts, parents, turned.data)

    def of(self, rows: Rows) -> "Links":
        """The lines of these rows only, row after row in the order given; they are copied."""
        counts = self.starts[rows + 1] - self.starts[rows]
        places = self.positions(rows)
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.uint32)
        return Links(starts, self.children[places], self.amounts[places])

    def positions(self, rows: Rows) -> Rows:
        """Where the lines of these rows stand, row after row."""
        starts = self.starts[rows].astype(np.int64)
        counts = self.starts[rows + 1].astype(np.int64) - starts
        before = np.cumsum(counts) - counts
        return np.repeat(starts - before, counts) + np.arange(counts.sum())

    def parents(self) -> Indices:
        """The row that each line belongs to."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.uint32), np.diff(self.starts))


@dataclass(frozen=True)
class Graph:
    """Links sorted by level: rows of a level need only rows of levels before it."""

    links: Links
    levels: Indices
    """First row of each level from the leaves up, and the number of rows."""

    @property
    def size(self) -> int:
        """How many parts there are."""
        return len(self.links.starts) - 1

    @cached_property
    def above(self) -> Links:
        """Of every part, who takes it."""
        return self.links.turned()

    @cached_property
    def level(self) -> Indices:
        """Level of each row."""
        return np.repeat(np.arange(len(self.levels) - 1, dtype=np.uint32), np.diff(self.levels))

    @property
    def bytes(self) -> int:
        """Memory of the arrays, the turned links included once they are made."""
        made = [self.links, *([self.above] if "above" in self.__dict__ else [])]
        held = sum(x.starts.nbytes + x.children.nbytes + x.amounts.nbytes for x in made)
        return held + self.levels.nbytes


@dataclass(frozen=True)
class Sorted:
    """A graph, and where everything in it came from."""

    graph: Graph
    rows: Rows
    """The row of each part."""
    lines: Rows
    """Number of the line that stands at each place of the links."""
    cyclic: Rows
    """Parts that need themselves, ascending; their lines are left out, for they are missing."""


def sort(parts: int, parents: Rows, children: Rows, amounts: Floats) -> Sorted:
    """Sort lines `parents[i]` takes `amounts[i]` of `children[i]` into levels, in linear time.

    The lines of a parent keep their order. Parts are numbered 0 to `parts` - 1.
    """
    cyclic = np.zeros(parts, dtype=np.bool_)
    level, left = _levels(parts, parents, children)
    kept = np.arange(len(parents))
    if left.any():
        cyclic = _cyclic(left, parents, children)
        kept = np.flatnonzero(~cyclic[parents])
        level, _ = _levels(parts, parents[kept], children[kept])
    firsts, order = grouped(level, int(level.max(initial=-1)) + 1)
    rows = np.empty(parts, dtype=np.int64)
    rows[order] = np.arange(parts)
    starts, places = grouped(rows[parents[kept]], parts)
    lines = kept[places]
    links = Links(starts, rows[children[lines]].astype(np.uint32), amounts[lines])
    return Sorted(Graph(links, firsts), rows, lines, np.flatnonzero(cyclic))


def grouped(keys: Rows, groups: int) -> tuple[Indices, Rows]:
    """Where each group begins, and the places of its keys in their order: a counting sort.

    A conversion of SciPy's counts; `numpy.argsort(kind="stable")` compares, five times as slowly.
    """
    size = len(keys)
    flags = np.ones(size, dtype=np.bool_)
    table = coo_array((flags, (keys, np.arange(size))), shape=(groups, size)).tocsr()
    return table.indptr.astype(np.uint32), table.indices.astype(np.int64)


def _levels(parts: int, parents: Rows, children: Rows) -> tuple[Rows, Flags]:
    """Level of each part from the leaves up; flagged are those on or above a cycle."""
    level = np.zeros(parts, dtype=np.int64)
    waiting = np.bincount(parents, minlength=parts)
    starts, places = grouped(children, parts)
    by_child = parents[places]
    above = Links(starts, np.empty(0, np.uint32), np.empty(0))
    ready, height = np.flatnonzero(waiting == 0), 0
    while ready.size:
        level[ready] = height
        taken = by_child[above.positions(ready)]
        if taken.size * 8 > parts:
            counts = np.bincount(taken, minlength=parts)
            waiting -= counts
            ready = np.flatnonzero((counts > 0) & (waiting == 0))
        else:  # a long chain: only what is touched may cost time
            touched, counts = np.unique(taken, return_counts=True)
            waiting[touched] -= counts
            ready = touched[waiting[touched] == 0]
        height += 1
    return level, waiting > 0


def _cyclic(left: Flags, parents: Rows, children: Rows) -> Flags:
    """Of the parts that could not be sorted, those that lie on a cycle themselves."""
    inside = np.flatnonzero(left[parents] & left[children])
    matrix = csr_array(
        (np.ones(len(inside), dtype=np.int8), (parents[inside], children[inside])),
        shape=(len(left), len(left)),
    )
    _, knots = connected_components(matrix, directed=True, connection="strong")
    found: Flags = left & (np.bincount(knots)[knots] > 1)
    found[parents[inside][parents[inside] == children[inside]]] = True
    return found
