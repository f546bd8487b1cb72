"""A plain loop in C over the same arrays, compiled at run time; and what the memory allows."""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.automotive import COLUMNS, Automotive
from benchmarks.clock import best
from benchmarks.outcome import Absent, Floats, Measured, Solve
from benchmarks.ways.ours import sorted_with_base

_SOURCE = """
#include <stdint.h>
void add_up(int64_t rows, const uint32_t *restrict starts, const uint32_t *restrict children,
            const double *restrict amounts, const double *base, double *values) {
    for (int64_t row = 0; row < rows; row++) {
        double sum[K];
        #pragma GCC unroll 16
        for (int k = 0; k < K; k++) sum[k] = base[row * K + k];
        for (uint32_t line = starts[row]; line < starts[row + 1]; line++) {
            const double *child = values + (uint64_t)children[line] * K;
            #pragma GCC unroll 16
            for (int k = 0; k < K; k++) sum[k] += amounts[line] * child[k];
        }
        #pragma GCC unroll 16
        for (int k = 0; k < K; k++) values[row * K + k] = sum[k];
    }
}
void triad(int64_t size, double *restrict a, const double *restrict b, const double *restrict c) {
    for (int64_t i = 0; i < size; i++) a[i] = b[i] + 3.0 * c[i];
}
void gather(int64_t size, const uint32_t *restrict rows, const double *restrict table,
            double *out) {
    double sum[K] = {0};
    for (int64_t i = 0; i < size; i++) {
        const double *row = table + (uint64_t)rows[i] * K;
        #pragma GCC unroll 16
        for (int k = 0; k < K; k++) sum[k] += row[k];
    }
    for (int k = 0; k < K; k++) out[k] = sum[k];
}
"""
_TRIAD = 8_000_000
"""Numbers in each of three arrays: 192 MB, beyond any cache."""


def loop(data: Automotive) -> Solve:
    """The same sums, row after row."""
    library, (found, base) = _library(), sorted_with_base(data)
    links, values = found.graph.links, np.empty_like(base)
    given = [_at(a) for a in (links.starts, links.children, links.amounts, base, values)]
    roots = found.rows[data.roots]

    def solve() -> Floats:
        library.add_up(ctypes.c_int64(data.parts), *given)
        return values[roots]

    return solve


def floor(data: Automotive) -> Measured:
    """Bandwidth of a triad in bytes a second, and seconds to gather a random row for each line."""
    library = _library()
    a, b, c = np.zeros(_TRIAD), np.ones(_TRIAD), np.ones(_TRIAD)
    size = ctypes.c_int64(_TRIAD)
    _, triad, _ = best(lambda: library.triad(size, _at(a), _at(b), _at(c)), 1)
    rows = np.random.default_rng(1).integers(0, data.parts, data.lines).astype(np.uint32)
    table, out, lines = np.ones((data.parts, COLUMNS)), np.empty(COLUMNS), data.lines
    _, gather, _ = best(
        lambda: library.gather(ctypes.c_int64(lines), _at(rows), _at(table), _at(out)), 1
    )
    return Measured({"triad bytes/s": 24 * _TRIAD / triad, "gather": gather})


def _library() -> ctypes.CDLL:
    """The compiled source. Raises `Absent` without a compiler."""
    if not (compiler := shutil.which("gcc")):
        raise Absent("gcc is not installed")
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "loop.c"), Path(folder, "loop.so")
        source.write_text(_SOURCE, encoding="ascii")
        flags = ["-O3", "-march=native", "-ffp-contract=off", f"-DK={COLUMNS}", "-shared", "-fPIC"]
        subprocess.run([compiler, *flags, str(source), "-o", str(made)], check=True)
        return ctypes.CDLL(str(made))


def _at(array: np.ndarray) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)
