"""SciPy's triangular solver, given the matrix in the order that makes it triangular."""

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve_triangular

from benchmarks.automotive import Automotive
from benchmarks.outcome import Floats, Solve
from benchmarks.ways.ours import sorted_with_base


def permuted(data: Automotive) -> Solve:
    """(I - A) x = own, solved downwards."""
    found, base = sorted_with_base(data)
    matrix = csr_array(eye_array(data.parts) - found.graph.links.between(0, data.parts))
    matrix.sort_indices()
    roots = found.rows[data.roots]

    def solve() -> Floats:
        solved: Floats = np.asarray(spsolve_triangular(matrix, base, unit_diagonal=True))
        return solved[roots]

    return solve
