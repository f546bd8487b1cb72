"""The sums compiled by Numba, where the extra `[fast]` is installed.

Each row is summed in the order of its lines and nothing is fused, so the bits do not depend on how
the rows are shared out. Nothing here starts threads: the kernels only release the lock, because
Numba's own threads survive neither a fork nor two callers at once. The first use compiles, for a
second or so. Without Numba this module only says so.
"""

import heapq
import os
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.footprints.engine.graph import Floats, Graph, Links, Rows

AVAILABLE = find_spec("numba") is not None and os.environ.get("HUB_WITHOUT_NUMBA") != "1"
"""Whether there are compiled passes."""
LEAST_LINES = 20_000
"""Of a graph: below it a process spends longer on compiling than the compiled pass ever saves."""

_BLOCK = 16
"""Most columns summed at once: as many as fit in the registers."""
Kernel = Callable[..., Any]


def pays(links: Links) -> bool:
    """Whether the compiled passes are used for a graph of these links."""
    return AVAILABLE and len(links.children) >= LEAST_LINES


def add_up(links: Links, base: Floats, values: Floats, first: int, last: int) -> None:
    """Make the rows `first` to `last`, the last excluded, one after another."""
    _by_block(_over_run, links, base, values, first, last)


def again(links: Links, base: Floats, values: Floats, rows: Rows) -> None:
    """Make these rows anew, in the order given."""
    _by_block(_over_rows, links, base, values, rows)


def above(graph: Graph, rows: Rows, budget: int) -> Rows | None:
    """These rows and everything above them, ascending; None beyond so many lines."""
    up = graph.above
    found, fits = _climb()(rows, graph.links.starts, up.starts, up.children, budget)
    return found if fits else None


def _by_block(
    kernel: Callable[[int], Kernel], links: Links, base: Floats, values: Floats, *which: Any
) -> None:
    width = values.shape[1]
    flat = base.reshape(-1), values.reshape(-1, copy=False)
    for first in range(0, width, _BLOCK):
        columns = min(_BLOCK, width - first)
        kernel(columns)(*which, links.starts, links.children, links.amounts, *flat, width, first)


def _compiled(function: Callable[..., Any], **options: Any) -> Kernel:
    os.environ.setdefault("NUMBA_SLP_VECTORIZE", "1")  # read when Numba is first imported
    import numba

    kernel: Kernel = numba.njit(function, **options)
    return kernel


@lru_cache(maxsize=_BLOCK)
def _row(columns: int) -> Kernel:
    """The sum of one row, one local a column: a loop over columns leaves the registers."""
    block = range(columns)
    lines = [
        "def row_sum(row, starts, children, amounts, base, values, width, first):",
        "    place = row * width + first",
        *(f"    sum{n} = base[place + u({n})]" for n in block),
        "    for line in range(u(starts[row]), u(starts[row + u(1)])):",
        "        child, amount = u(children[line]) * width + first, amounts[line]",
        *(f"        sum{n} += amount * values[child + u({n})]" for n in block),
        *(f"    values[place + u({n})] = sum{n}" for n in block),
    ]
    made: dict[str, Any] = {}
    exec("\n".join(lines), {"u": np.uint64, "range": range}, made)
    return _compiled(made["row_sum"], inline="always")


@lru_cache(maxsize=_BLOCK)
def _over_run(columns: int) -> Kernel:
    row_sum = _row(columns)

    def over_run(
        first: Any, last: Any, starts: Any, kids: Any, amounts: Any, b: Any, v: Any, w: Any, c: Any
    ) -> None:
        for row in range(np.uint64(first), np.uint64(last)):
            row_sum(row, starts, kids, amounts, b, v, np.uint64(w), np.uint64(c))

    return _compiled(over_run, nogil=True)


@lru_cache(maxsize=_BLOCK)
def _over_rows(columns: int) -> Kernel:
    row_sum = _row(columns)

    def over_rows(
        rows: Any, starts: Any, kids: Any, amounts: Any, b: Any, v: Any, w: Any, c: Any
    ) -> None:
        for row in rows:
            row_sum(np.uint64(row), starts, kids, amounts, b, v, np.uint64(w), np.uint64(c))

    return _compiled(over_rows, nogil=True)


@lru_cache(maxsize=1)
def _climb() -> Kernel:
    """A heap of rows still to come: the least comes first, so rows come out ascending."""

    def climb(
        rows: Any, starts: Any, above: Any, parents: Any, budget: int
    ) -> tuple[NDArray[np.int64], bool]:
        found = [np.int64(0) for _ in range(0)]
        waiting = [np.int64(row) for row in rows]
        heapq.heapify(waiting)
        lines = pushed = np.intp(0)  # no more are pushed than the rows found will have lines
        while waiting:
            row = heapq.heappop(waiting)
            if found and found[-1] == row:
                continue
            found.append(row)
            lines += np.intp(starts[row + 1]) - np.intp(starts[row])
            pushed += np.intp(above[row + 1]) - np.intp(above[row])
            if lines > budget or pushed > budget:
                return np.array(found), False
            for place in range(above[row], above[row + 1]):
                heapq.heappush(waiting, np.int64(parents[place]))
        return np.array(found), True

    return _compiled(climb, nogil=True)
