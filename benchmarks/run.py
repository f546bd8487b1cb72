"""Time the roll-up three ways on the same data, in one run, each result checked against the others.

    python benchmarks/run.py [--vehicles 20]

`reference` is the decimal roll-up with coverage and quality, which stored results come from;
`kernel` the float64 sweep; `paths` walks every path of every vehicle in plain Python, as a
recursive query does. Times are the best of several turns; read the ratios, not the seconds.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from benchmarks.portfolios import Portfolio, generated, lorry
from hub.footprints.passes import compiled, explode, forward
from tierlight_schemas.rollup.model import EXCLUDING, Policy
from tierlight_schemas.rollup.reference import Solution, solve

WITHIN = 1e-12
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Row:
    """One way to the result."""

    way: str
    seconds: float
    note: str = ""


def timed(work: Callable[[], Answer], turns: int) -> tuple[Answer, float]:
    """The answer, and the best of so many turns in seconds."""
    best = float("inf")
    for _ in range(turns):
        started = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - started)
    return answer, best


def walk(solution: Solution, roots: tuple[str, ...]) -> tuple[list[float], int]:
    """kgCO2e of each root by walking all paths in floats, and how many parts were met on them."""
    own = {n: float(r.base.get(EXCLUDING, 0)) for n, r in solution.resolutions.items()}
    below = {
        name: [(edge.child, float(edge.coefficient)) for edge in resolution.edges]
        for name, resolution in solution.resolutions.items()
    }
    totals, met = [], 0
    for root in roots:
        total, waiting = 0.0, [(root, 1.0)]
        while waiting:
            name, amount = waiting.pop()
            met += 1
            total += amount * own[name]
            waiting.extend((child, amount * factor) for child, factor in below[name])
        totals.append(total)
    return totals, met


def measure(portfolio: Portfolio) -> list[Row]:
    """All ways over one portfolio. Raises `AssertionError` when two of them disagree."""
    roots = portfolio.roots
    solution, reference = timed(lambda: solve(portfolio.network, roots, Policy()), 2)
    arrays, compiling = timed(lambda: compiled(solution), 3)
    values, sweep = timed(lambda: forward(arrays), 7)
    quantities, exploding = timed(lambda: explode(arrays, roots), 7)
    (walked, met), paths = timed(lambda: walk(solution, roots), 1)
    excluding = arrays.column[EXCLUDING]
    expected = np.array([float(solution.accounts[root].total) for root in roots])
    explained = arrays.base[:, excluding] @ quantities
    for found in (values[[arrays.row[root] for root in roots], excluding], explained, walked):
        np.testing.assert_allclose(found, expected, rtol=WITHIN)
    parts, columns = values.shape
    return [
        Row("kernel, one sweep", sweep, f"{parts:,} parts x {columns} columns, all roots"),
        Row("kernel, transposed", exploding, f"quantities of all parts in {len(roots)} root(s)"),
        Row("kernel, compiling", compiling, "once per change of a bill of materials"),
        Row("reference", reference, "decimal, with coverage, tiers and quality"),
        Row("paths", paths, f"{met:,} parts met on all paths, one column, roots only"),
    ]


def report(portfolio: Portfolio, rows: list[Row]) -> None:
    """Print the ways side by side, as multiples of the sweep."""
    print(f"\n{portfolio.name}: {len(portfolio.network.nodes):,} parts, {portfolio.lines:,} lines")
    print(f"  {'way':<20} {'milliseconds':>12} {'ratio':>9}")
    for row in rows:
        ratio = row.seconds / rows[0].seconds
        print(f"  {row.way:<20} {row.seconds * 1000:>12,.2f} {ratio:>9,.1f}  {row.note}")


def main() -> None:
    """Measure the lorry, then generated portfolios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--vehicles", type=int, default=20, help="size of the largest portfolio")
    vehicles = parser.parse_args().vehicles
    for portfolio in (lorry(), generated(1), generated(vehicles)):
        report(portfolio, measure(portfolio))
    print("\nAll ways agree within 1e-12.")


if __name__ == "__main__":
    main()
