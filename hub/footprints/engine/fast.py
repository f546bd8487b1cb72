"""The passes compiled by Numba, where the extra `[fast]` is installed.

Each row is summed by one thread in the order of its lines: any number of threads gives the same
bits. Without Numba this module only says so.
"""

import os
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.footprints.engine.graph import Graph, Links

AVAILABLE = find_spec("numba") is not None and os.environ.get("HUB_WITHOUT_NUMBA") != "1"
"""Whether the compiled passes are used."""

_BLOCK = 16
"""Most columns summed at once: as many as fit in the registers."""
_SMALL = 2048
"""Rows of a level below which one thread is quicker than waking the others."""
Kernel = Callable[..., None]


def forward(graph: "Graph", values: NDArray[np.float64], threads: int = 1) -> None:
    """Add to each row of `values` what its links take of rows before it."""
    _sweep(graph.levels, graph.links, values, threads)


def backward(graph: "Graph", values: NDArray[np.float64], threads: int = 1) -> None:
    """Add to each row of `values` what the rows above pass down."""
    _sweep(graph.levels[::-1], graph.above, values, threads)


def _sweep(
    levels: NDArray[np.uint32], links: "Links", values: NDArray[np.float64], threads: int
) -> None:
    width = values.shape[1]
    count = _set_threads(threads)
    bounds = np.ascontiguousarray(levels).astype(np.int64)
    for first in range(0, width, _BLOCK):
        kernel = _kernel(min(_BLOCK, width - first), count > 1)
        flat = values.reshape(-1)
        kernel(bounds, links.starts, links.children, links.amounts, flat, width, first)


def _set_threads(threads: int) -> int:
    os.environ.setdefault("NUMBA_SLP_VECTORIZE", "1")  # read when Numba is first imported
    import numba

    config: Any = numba.config
    count = max(1, min(threads, int(config.NUMBA_NUM_THREADS)))
    numba.set_num_threads(count)
    return count


@lru_cache(maxsize=64)
def _kernel(columns: int, is_parallel: bool) -> Kernel:
    """The pass over a block of so many columns."""
    import numba

    add_row = numba.njit(_row(columns), inline="always")
    single = numba.njit(_rows_of(add_row, range), nogil=True)
    several = single
    if is_parallel:
        several = numba.njit(_rows_of(add_row, numba.prange), nogil=True, parallel=True)
    kernel: Kernel = numba.njit(_pass_of(single, several), nogil=True)
    return kernel


def _row(columns: int) -> Any:
    """The sum of one row, one local a column: a loop over columns leaves the registers."""
    block = range(columns)
    lines = [
        "def add_row(row, starts, children, amounts, values, width, first):",
        "    place = row * width + first",
        *(f"    sum{n} = values[place + u({n})]" for n in block),
        "    for line in range(u(starts[row]), u(starts[row + u(1)])):",
        "        child, amount = u(children[line]) * width + first, amounts[line]",
        *(f"        sum{n} += amount * values[child + u({n})]" for n in block),
        *(f"    values[place + u({n})] = sum{n}" for n in block),
    ]
    made: dict[str, Any] = {}
    exec("\n".join(lines), {"u": np.uint64, "range": range}, made)
    return made["add_row"]


def _rows_of(add_row: Any, numbers: Any) -> Any:
    def add_rows(
        start: Any, stop: Any, starts: Any, children: Any, amounts: Any, values: Any, w: Any, c: Any
    ) -> None:
        for row in numbers(start, stop):
            add_row(np.uint64(row), starts, children, amounts, values, np.uint64(w), np.uint64(c))

    return add_rows


def _pass_of(single: Any, several: Any) -> Any:
    small = _SMALL

    def sweep(
        levels: Any, starts: Any, children: Any, amounts: Any, values: Any, w: Any, c: Any
    ) -> None:
        for level in range(len(levels) - 1):
            start, stop = levels[level], levels[level + 1]
            start, stop = min(start, stop), max(start, stop)
            if stop - start < small:
                single(start, stop, starts, children, amounts, values, w, c)
            else:
                several(start, stop, starts, children, amounts, values, w, c)

    return sweep
