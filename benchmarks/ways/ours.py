"""The engine of the hub."""

import numpy as np

from benchmarks.automotive import Automotive
from benchmarks.outcome import Absent, Floats, Solve
from hub.footprints.engine import fast
from hub.footprints.engine.graph import Sorted, sort
from hub.footprints.engine.passes import forward


def default(data: Automotive) -> Solve:
    """NumPy and SciPy only, one thread."""
    return _passing(data, 1)


def default_two(data: Automotive) -> Solve:
    """NumPy and SciPy only, two threads."""
    return _passing(data, 2)


def fast_one(data: Automotive) -> Solve:
    """With Numba, one thread."""
    return _compiled(data, 1)


def fast_two(data: Automotive) -> Solve:
    """With Numba, two threads."""
    return _compiled(data, 2)


def sorted_with_base(data: Automotive) -> tuple[Sorted, Floats]:
    """The graph of a portfolio, and what each row adds itself."""
    found = sort(data.parts, data.parent, data.child, data.amount)
    base = np.empty_like(data.own)
    base[found.rows] = data.own
    return found, base


def _compiled(data: Automotive, threads: int) -> Solve:
    if not fast.AVAILABLE:
        raise Absent("Numba is not installed")
    return _passing(data, threads)


def _passing(data: Automotive, threads: int) -> Solve:
    found, base = sorted_with_base(data)
    roots = found.rows[data.roots]
    return lambda: forward(found.graph, base, threads)[roots]
