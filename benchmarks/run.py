"""Measure the engine beside its peers: python -m benchmarks.run [--quick | --sizes NAME ...].

Every way runs in a process of its own over the same portfolio, and its totals are compared with
those of every other way: the run fails where two differ by more than 1e-9. A full run writes its
tables into benchmarks/README.md.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from benchmarks import tables
from benchmarks.catalogue import FULL, PORTFOLIOS, QUESTIONS, QUICK, WAYS, Task
from benchmarks.outcome import Measured

WITHIN = 1e-9
LIMIT = 240
"""Seconds after which a way is stopped, its preparation included."""
SAMPLED = ("vehicle3k", "vehicle30k")
"""Portfolios over which intervals are drawn."""
SLOW_IN_QUICK = ("pardiso", "levels", "recursive")
ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "benchmarks/README.md"


class Disagreement(Exception):  # noqa: N818 - says what it is
    """Two ways have different totals: none of the figures may be trusted."""


def measure(task: Task, name: str, seconds: float) -> Measured:
    """One task over one portfolio, in a process of its own."""
    if task.has_postgres and not _has_postgres():
        return Measured({}, absent="PostgreSQL is not installed")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "figures.json")
        child = [sys.executable, "-m", "benchmarks.child", task.key, name, str(file)]
        command = [*(["tools/with_postgres"] if task.has_postgres else []), *child]
        environment = {**os.environ, "HUB_WITHOUT_NUMBA": "0" if task.has_numba else "1"}
        try:
            subprocess.run(
                [*command, "--seconds", str(seconds)],
                cwd=ROOT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            return Measured({}, absent=f"stopped after {LIMIT} s")
        except subprocess.CalledProcessError as ended:
            return Measured({}, absent=_last_words(ended))
        made = json.loads(file.read_text("utf-8"))
    if "absent" in made:
        return Measured({}, absent=made["absent"])
    return Measured(made["figures"], made["totals"] and np.array(made["totals"]))


def _has_postgres() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def _last_words(ended: subprocess.CalledProcessError) -> str:
    """Why a child failed. Raises `Disagreement` where it found itself wrong."""
    if "AssertionError" in ended.stderr:
        raise Disagreement(ended.stderr)
    last = (ended.stderr.strip().splitlines() or [f"ended with {ended.returncode}"])[-1]
    reason = last.partition(": ")[2] or last
    return f"failed: {reason.partition('. ')[0][:100]}"


def compare(name: str, found: Iterable[tuple[Task, Measured]]) -> float:
    """The largest relative difference between two ways. Raises `Disagreement` beyond 1e-9."""
    told = [(task, made.totals) for task, made in found if made.totals is not None]
    largest = 0.0
    for task, totals in told[1:]:
        reference = told[0][1][: len(totals)]
        difference = float(np.max(np.abs(totals / reference - 1)))
        largest = max(largest, difference)
        if not difference <= WITHIN:
            raise Disagreement(f"{name}: {task.title} is off {told[0][0].title} by {difference:g}")
    return largest


def _tasks(name: str, quick: bool) -> Iterator[Task]:
    for task in (*WAYS, *QUESTIONS):
        is_sampling = task.key.startswith("samples")
        if is_sampling and name not in SAMPLED:
            continue
        if quick and task.key in SLOW_IN_QUICK:
            continue
        yield task


def measure_all(names: Iterable[str], quick: bool) -> tables.Run:
    """Every task over every portfolio, told as it goes."""
    run: tables.Run = {}
    for name in names:
        run[name] = {}
        for task in _tasks(name, quick):
            print(f"  {name}: {task.title} ...", file=sys.stderr, flush=True)
            run[name][task.key] = measure(task, name, 0.3 if quick else 5)
        compare(name, ((task, run[name][task.key]) for task in WAYS if task.key in run[name]))
    return run


def main() -> None:
    """Measure, print, and after a full run write the tables down."""
    parser = argparse.ArgumentParser(prog="benchmarks.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, under a minute")
    parser.add_argument("--sizes", nargs="+", choices=PORTFOLIOS, help="only these portfolios")
    given = parser.parse_args()
    names = given.sizes or (QUICK if given.quick else FULL)
    try:
        run = measure_all(names, given.quick)
    except Disagreement as reason:
        sys.exit(f"The ways disagree, so no table is made. {reason}")
    text = tables.told(run)
    print(text)
    if not given.sizes and not given.quick:
        tables.write(README, text)
        print(f"Written into {README.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
