"""Own values changed: what stands above them is brought up to date, and nothing else.

A change runs up the graph level by level as a difference. Where it reaches so many lines that a
full pass costs less, the full pass is made. Differences drift by rounding, so a full pass
(`refresh`) replaces them from time to time; the result is the same within 1e-12.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from hub.footprints.engine.graph import Floats, Graph, Rows
from hub.footprints.engine.passes import forward

_FULL_ABOVE = 0.04
"""Share of all lines that a change may reach before a full pass is cheaper, as measured."""


@dataclass
class Standing:
    """The values of all parts, kept while own values change. Not for several threads at once."""

    graph: Graph
    base: Floats
    """(parts, columns): what each part adds itself."""
    values: Floats = field(init=False)
    """(parts, columns): what each part is, everything below included."""
    full_passes: int = 0
    """How often everything was added up."""

    def __post_init__(self) -> None:
        self.base = self.base.copy()
        self.refresh()

    def refresh(self) -> None:
        """Add everything up; ends the drift of what was changed step by step."""
        self.values = forward(self.graph, self.base)
        self.full_passes += 1

    def change(self, rows: Rows, own: Floats) -> int:
        """Set the own values of some parts, each named once; tells how many parts moved.

        Raises `ValueError` for rows named twice: which of the two holds would be left to chance.
        """
        if len(np.unique(rows)) != len(rows):
            raise ValueError("a part may be changed once in one go; keep its last value")
        difference = own - self.base[rows]
        moved = np.flatnonzero(difference.any(axis=1))
        self.base[rows] = own
        reached = self._raise(rows[moved], difference[moved])
        if reached is None:
            self.refresh()
            return self.graph.size
        return reached

    def _raise(self, rows: Rows, difference: Floats) -> int | None:
        """Carry differences upwards; None when that would cost more than a full pass."""
        budget = max(1000, int(_FULL_ABOVE * len(self.graph.links.children)))
        reached = self._reached(rows, budget)
        if reached is None:
            return None
        slot = np.searchsorted(reached, rows)
        change = np.zeros((len(reached), self.base.shape[1]))
        change[slot] = difference
        for first, last in self._levels(reached):
            self._push(reached, change, first, last)
        self.values[reached] += change
        return len(reached)

    def _reached(self, rows: Rows, budget: int) -> Rows | None:
        """The parts and everything above them, ascending; None beyond so many lines."""
        seen = np.unique(rows)
        front, lines = seen, 0
        while front.size:
            above = self.graph.above
            counts = above.starts[front + 1].astype(np.int64) - above.starts[front]
            lines += int(counts.sum())
            if lines > budget:
                return None
            parents = np.unique(above.children[above.positions(front)].astype(np.int64))
            front = np.setdiff1d(parents, seen, assume_unique=True)
            seen = np.union1d(seen, front)
        return seen

    def _levels(self, reached: Rows) -> list[tuple[int, int]]:
        """Where the reached rows of each level begin and end, from the leaves up."""
        level = self.graph.level[reached]
        ends = np.flatnonzero(np.diff(level)) + 1
        bounds = [0, *ends.tolist(), len(reached)]
        return [(a, b) for a, b in pairwise(bounds) if b > a]

    def _push(self, reached: Rows, change: Floats, first: int, last: int) -> None:
        """Give the differences of some rows to those that take them."""
        above, rows = self.graph.above, reached[first:last]
        places = above.positions(rows)
        if not places.size:
            return
        counts = above.starts[rows + 1].astype(np.int64) - above.starts[rows]
        given = np.repeat(change[first:last], counts, axis=0) * above.amounts[places, None]
        np.add.at(change, np.searchsorted(reached, above.children[places]), given)
