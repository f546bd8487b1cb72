"""The passes over a sorted graph, in float64.

Nothing is solved and nothing factorised: a pass is one sparse product a level. NumPy and SciPy
suffice; with Numba (extra `[fast]`) the same sums run compiled, on several threads, and give the
same bits on any number of them, because each row is summed by one thread in the order of its lines.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from hub.footprints.engine import fast
from hub.footprints.engine.graph import Floats, Graph, Rows


def forward(graph: Graph, base: Floats, threads: int = 1) -> Floats:
    """All columns of all parts: own values and everything below, in one pass.

    `threads` counts with Numba only, and changes no bit of the result.
    """
    values = np.ascontiguousarray(base, dtype=np.float64).copy()
    if fast.AVAILABLE:
        fast.forward(graph, values, threads)
        return values
    for first, last in _bounds(graph)[1:]:
        values[first:last] += graph.links.between(first, last) @ values
    return values


def explode(graph: Graph, rows: Sequence[int] | Rows, threads: int = 1) -> Floats:
    """Base units of every part in one base unit of each of `rows`, (parts, rows): transposed."""
    quantities = np.zeros((graph.size, len(rows)))
    quantities[np.asarray(rows, dtype=np.int64), np.arange(len(rows))] = 1
    if fast.AVAILABLE and quantities.shape[1] > 1:  # SciPy is as quick with a single column
        fast.backward(graph, quantities, threads)
        return quantities
    for first, last in reversed(_bounds(graph)[:-1]):
        quantities[first:last] += graph.above.between(first, last) @ quantities
    return quantities


def one_root(graph: Graph, base: Floats, row: int) -> Floats:
    """All columns of one part: its quantities times what each part adds."""
    values: Floats = explode(graph, [row])[:, 0] @ base
    return values


def top(graph: Graph, own: Floats, row: int, count: int) -> list[tuple[int, float, float]]:
    """The parts that add most to one, largest first: row, base units of it, value.

    `own` is what one base unit of each part adds by itself.
    """
    quantities = explode(graph, [row])[:, 0]
    values = quantities * own
    size = np.abs(values)
    count = min(count, len(size))
    largest = np.argpartition(-size, count - 1)[:count] if count else np.empty(0, dtype=np.int64)
    ranked = largest[np.lexsort((largest, -size[largest]))]
    return [(int(n), float(quantities[n]), float(values[n])) for n in ranked if values[n]]


def _bounds(graph: Graph) -> list[tuple[int, int]]:
    firsts = graph.levels.tolist()
    return list(pairwise(firsts))
