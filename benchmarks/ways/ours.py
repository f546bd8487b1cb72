"""The engine of the hub."""

import numpy as np

from benchmarks.automotive import Automotive
from benchmarks.outcome import Floats, Solve
from hub.footprints.engine.graph import Sorted, sort
from hub.footprints.engine.passes import forward


def one_thread(data: Automotive) -> Solve:
    """With Numba or without, as the process was started."""
    return _passing(data, 1)


def two_threads(data: Automotive) -> Solve:
    """The same, rows shared."""
    return _passing(data, 2)


def sorted_with_base(data: Automotive) -> tuple[Sorted, Floats]:
    """The graph of a portfolio, and what each row adds itself."""
    found = sort(data.parts, data.parent, data.child, data.amount)
    base = np.empty_like(data.own)
    base[found.rows] = data.own
    return found, base


def _passing(data: Automotive, threads: int) -> Solve:
    found, base = sorted_with_base(data)
    roots = found.rows[data.roots]
    return lambda: forward(found.graph, base, threads)[roots]
