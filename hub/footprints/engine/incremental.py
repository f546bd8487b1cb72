"""Something changed: what stands above it is summed anew, and nothing else.

A change is followed up the graph, and every row that it reaches is summed once more from its
children, in the order of a full pass. So the result has the bits of a full pass and nothing drifts,
however many changes follow each other. Where a change reaches so many lines that a full pass costs
less, the full pass is made.

`preview` answers what a change would make of some roots, with own values or lines changed, while
everything stands as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from hub.footprints.engine import fast
from hub.footprints.engine.graph import Floats, Graph, Links, Rows, sort
from hub.footprints.engine.passes import add_products, forward

_FULL_ABOVE = 0.2
"""Share of all lines that a change may reach before a full pass is cheaper, as measured."""


class CircularChange(ValueError):  # noqa: N818 - says what it is
    """Changed lines would make parts out of themselves."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(f"rows that would need themselves: {rows.tolist()}; take a line out")
        self.rows = rows
        """All rows that lie on a cycle, ascending."""


@dataclass(frozen=True)
class Change:
    """What would be different: own values of some rows, the lines of some."""

    own: Mapping[int, Floats] = field(default_factory=dict)
    """By row, what one base unit of it adds itself, one value a column."""
    lines: Mapping[int, tuple[Rows, Floats]] = field(default_factory=dict)
    """By row, all that it would take: children and amounts, in place of what it takes now."""


def above(graph: Graph, rows: Rows, budget: int) -> Rows | None:
    """These rows and everything above them, ascending; None where they have more lines than that.

    A change costs what the lines of all these rows cost: beyond the budget make a full pass.
    """
    if fast.pays(graph.links):
        return fast.above(graph, np.asarray(rows, dtype=np.int64), budget)
    starts, up = graph.links.starts, graph.above
    seen = set(rows.tolist())
    waiting, lines = list(seen), 0
    while waiting:
        row = waiting.pop()
        lines += int(starts[row + 1]) - int(starts[row])
        if lines > budget:
            return None
        parents = up.children[up.starts[row] : up.starts[row + 1]].tolist()
        new = set(parents) - seen
        seen |= new
        waiting.extend(new)
    return np.array(sorted(seen), dtype=np.int64)


def again(graph: Graph, base: Floats, values: Floats, rows: Rows) -> None:
    """Sum these rows of `values` anew in place, ascending so that children come first."""
    if fast.pays(graph.links):
        fast.again(graph.links, base, values, rows)
        return
    links, sums = graph.links.of(rows), base[rows]
    for first, last in pairwise(np.unique(np.searchsorted(rows, graph.levels)).tolist()):
        add_products(links, values, sums, first, last)
        values[rows[first:last]] = sums[first:last]


def preview(graph: Graph, base: Floats, values: Floats, change: Change, roots: Rows) -> Floats:
    """All columns of some roots, (roots, columns), if a change came true; nothing is touched.

    What the change reaches is cut out as a small graph, whose leaves are worth what stands.

    Raises `CircularChange` where the changed lines close a cycle.
    """
    changed = np.array(sorted(change.own.keys() | change.lines.keys()), dtype=np.int64)
    reached = above(graph, changed, len(graph.links.children))
    assert reached is not None  # no rows have more lines than there are
    links = _with(graph.links.of(reached), reached, change.lines)
    parts = np.union1d(np.concatenate((reached, links.children)).astype(np.int64), roots)
    own, inside = values[parts], np.searchsorted(parts, reached)
    own[inside] = base[reached]
    for row, held in change.own.items():
        own[np.searchsorted(parts, row)] = held
    made = sort(
        len(parts), inside[links.parents()], np.searchsorted(parts, links.children), links.amounts
    )
    if made.cyclic.size:
        raise CircularChange(parts[made.cyclic])
    sorted_own = np.empty_like(own)
    sorted_own[made.rows] = own
    totals: Floats = forward(made.graph, sorted_own)[made.rows[np.searchsorted(parts, roots)]]
    return totals


def _with(links: Links, rows: Rows, changed: Mapping[int, tuple[Rows, Floats]]) -> Links:
    """The lines of these rows, those of the changed ones replaced."""
    if not changed:
        return links
    children = np.split(links.children, links.starts[1:-1])
    amounts = np.split(links.amounts, links.starts[1:-1])
    for row, (taken, amount) in changed.items():
        place = int(np.searchsorted(rows, row))
        children[place], amounts[place] = taken.astype(np.uint32), amount
    starts = np.concatenate(([0], np.cumsum([len(each) for each in children])))
    return Links(starts.astype(np.uint32), np.concatenate(children), np.concatenate(amounts))


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
        self.base = np.array(self.base, dtype=np.float64, order="C")
        self.refresh()

    def refresh(self) -> None:
        """Add everything up."""
        self.values = forward(self.graph, self.base)
        self.full_passes += 1

    def change(self, rows: Rows, own: Floats) -> int:
        """Set the own values of some parts, each named once; tells how many parts were summed.

        Raises `ValueError` for rows named twice: which of the two holds would be left to chance.
        """
        if len(set(rows.tolist())) != len(rows):
            raise ValueError("a part may be changed once in one go; keep its last value")
        moved = rows[(own != self.base[rows]).any(axis=1)]
        self.base[rows] = own
        reached = above(self.graph, moved, int(_FULL_ABOVE * len(self.graph.links.children)))
        if reached is None:
            self.refresh()
            return self.graph.size
        again(self.graph, self.base, self.values, reached)
        return len(reached)

    def preview(self, change: Change, roots: Rows) -> Floats:
        """What a change would make of some roots; see `preview`."""
        return preview(self.graph, self.base, self.values, change, roots)
