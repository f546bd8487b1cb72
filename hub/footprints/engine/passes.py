"""The passes over a sorted graph, in float64.

Nothing is solved and nothing factorised: a pass adds up every row once. NumPy and SciPy suffice;
with Numba (extra `[fast]`) the same sums run compiled. Each row is summed by one thread in the
order of its lines, so any number of threads gives the same bits.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

# Private, and used with open eyes: what SciPy offers in public returns a new array for every
# product, which is then added to the rows. This writes the sums where they belong, in a third less
# time, and releases the lock. A test compares it with a plain loop, bit by bit.
from scipy.sparse._sparsetools import csr_matvecs

from hub.footprints.engine import fast
from hub.footprints.engine.graph import Floats, Graph, Links, Rows

_WORTH_THREADS = 100_000
"""Lines of a graph below which one thread is through before others have started."""
_WORTH_SHARING = 4096
"""Lines and rows of a level below which one thread is quicker than handing parts to others."""
Run = tuple[int, int]
"""First row, and the row after the last."""


def forward(graph: Graph, base: Floats, threads: int = 1) -> Floats:
    """All columns of all parts: own values and everything below; threads change no bit of it."""
    base = np.ascontiguousarray(base, dtype=np.float64)
    values = np.empty_like(base)
    threads = _useful(graph, threads)
    runs = _runs(graph) if threads > 1 else [(0, graph.size)]
    _sweep(graph.links, runs, base, values, threads)
    return values


def explode(graph: Graph, rows: Sequence[int] | Rows, threads: int = 1) -> Floats:
    """Base units of every part in one base unit of each of `rows`, (parts, rows): transposed."""
    quantities = np.zeros((graph.size, len(rows)))
    quantities[np.asarray(rows, dtype=np.int64), np.arange(len(rows))] = 1
    runs = reversed(_runs(graph))
    _sweep(graph.above, runs, quantities, quantities, _useful(graph, threads))
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
    reached = np.flatnonzero(quantities)
    values = quantities[reached] * own[reached]
    size = np.abs(values)
    count = min(count, len(size))
    largest = np.argpartition(-size, count - 1)[:count] if count else np.empty(0, dtype=np.int64)
    ranked = largest[np.lexsort((reached[largest], -size[largest]))]
    return [
        (int(reached[n]), float(quantities[reached[n]]), float(values[n]))
        for n in ranked
        if values[n]
    ]


def add_up(links: Links, base: Floats, values: Floats, first: int, last: int) -> None:
    """Make the rows `first` to `last`, the last excluded, of `values`: base and what they take.

    Rows are made one after another: a row may take what was made before it.
    """
    if fast.pays(links):
        fast.add_up(links, base, values, first, last)
        return
    if values is not base:
        values[first:last] = base[first:last]
    add_products(links, values, values, first, last)


def add_products(links: Links, values: Floats, sums: Floats, first: int, last: int) -> None:
    """Add to rows of `sums` what the same rows of the links take of `values`; SciPy only."""
    csr_matvecs(
        last - first,
        len(values),
        values.shape[1],
        links.starts[first : last + 1].view(np.int32),
        links.children.view(np.int32),
        links.amounts,
        values.reshape(-1),
        sums[first:last].reshape(-1, copy=False),
    )


def _runs(graph: Graph) -> list[Run]:
    """The rows of each level, from the leaves up."""
    return list(pairwise(graph.levels.tolist()))


def _useful(graph: Graph, threads: int) -> int:
    return threads if len(graph.links.children) >= _WORTH_THREADS else 1


def _sweep(links: Links, runs: Iterable[Run], base: Floats, values: Floats, threads: int) -> None:
    """Make run after run; where threads share a run, its rows must need none of the same run."""
    if threads < 2:
        for first, last in runs:
            add_up(links, base, values, first, last)
        return
    with ThreadPoolExecutor(threads) as pool:
        for run in runs:
            shares = _shares(links, run, threads)
            if len(shares) == 1:
                add_up(links, base, values, *run)
            else:
                made = [pool.submit(add_up, links, base, values, *share) for share in shares]
                for share in made:
                    share.result()


def _shares(links: Links, run: Run, threads: int) -> list[Run]:
    """The run cut where every thread gets as many lines; as many rows where there are no lines."""
    first, last = run
    starts = links.starts[first : last + 1].astype(np.int64)
    if starts[-1] - starts[0] + last - first < _WORTH_SHARING:
        return [run]
    if starts[-1] == starts[0]:
        starts = np.arange(last - first + 1)
    targets = np.linspace(starts[0], starts[-1], threads + 1)
    cuts = first + np.searchsorted(starts, targets)
    cuts[-1] = last
    return [(a, b) for a, b in pairwise(cuts.tolist()) if a < b]
