"""Measure one task over one portfolio, in a process of its own: python -m benchmarks.child.

So nothing that one way loads, allocates or breaks touches another. Figures go to a file.
"""

import argparse
import json
import resource
import sys
from pathlib import Path

import numpy as np

from benchmarks.automotive import Automotive
from benchmarks.catalogue import PORTFOLIOS, TASKS, Task, portfolio
from benchmarks.clock import best, timed
from benchmarks.outcome import Absent, Measured
from hub.footprints.engine import fast


def measured(task: Task, data: Automotive, seconds: float) -> Measured:
    """What the task tells itself, or the times of the way that it prepares.

    Raises `Absent` where something that the task needs is not installed.
    """
    if task.has_numba and not fast.AVAILABLE:
        raise Absent("Numba is not installed")
    made, prepare = timed(lambda: task.load()(data))
    if isinstance(made, Measured):
        return Measured({"prepare": prepare, **made.figures}, made.totals)
    totals, solve, turns = best(made, seconds)
    return Measured({"prepare": prepare, "solve": solve, "turns": turns}, totals)


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("portfolio", choices=PORTFOLIOS)
    parser.add_argument("file", type=Path, help="where the figures go, as JSON")
    parser.add_argument("--seconds", type=float, default=3, help="to repeat what is timed for")
    given = parser.parse_args()
    try:
        data = portfolio(given.portfolio)
        found = measured(TASKS[given.task], data, given.seconds)
    except Absent as reason:
        given.file.write_text(json.dumps({"absent": str(reason)}), "utf-8")
        return
    scale = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    size = {"parts": data.parts, "lines": data.lines, "roots": len(data.roots)}
    totals = None if found.totals is None else np.asarray(found.totals).tolist()
    result = {"figures": {**size, "peak": peak, **found.figures}, "totals": totals}
    given.file.write_text(json.dumps(result), "utf-8")


if __name__ == "__main__":
    main()
