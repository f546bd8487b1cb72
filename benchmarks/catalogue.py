"""Every way and every question that is measured, and every portfolio."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from benchmarks import published
from benchmarks.automotive import SIZES, Automotive, automotive


@dataclass(frozen=True)
class Task:
    """Something to measure, in a process of its own."""

    key: str
    title: str
    place: str
    """Module and function: imported only where it is measured."""
    has_numba: bool = False
    """Whether the hub may use Numba in it."""
    has_postgres: bool = False
    """Whether it needs a PostgreSQL cluster."""
    is_lca: bool = False
    """Whether it is a library of life cycle assessment."""

    def load(self) -> Callable[[Automotive], Any]:
        """The function that measures, or that prepares what is measured."""
        module, _, name = self.place.partition(":")
        loaded: Callable[[Automotive], Any] = getattr(import_module(module), name)
        return loaded


_WAYS = "benchmarks.ways."
WAYS = (
    Task("default", "Tierlight, SciPy only", _WAYS + "ours:one_thread"),
    Task("default2", "Tierlight, SciPy only, 2 threads", _WAYS + "ours:two_threads"),
    Task("fast", "Tierlight [fast]", _WAYS + "ours:one_thread", has_numba=True),
    Task("fast2", "Tierlight [fast], 2 threads", _WAYS + "ours:two_threads", has_numba=True),
    Task("c", "plain loop in C", _WAYS + "plain_c:loop"),
    Task("triangular", "SciPy spsolve_triangular", _WAYS + "triangular:permuted"),
    Task("duckdb", "DuckDB by level, 2 threads", _WAYS + "databases:duckdb_by_level"),
    Task("umfpack", "bw2calc, UMFPACK", _WAYS + "brightway:umfpack", is_lca=True),
    Task("pardiso", "bw2calc, PARDISO", _WAYS + "brightway:pardiso", is_lca=True),
    Task("levels", "PostgreSQL by level", _WAYS + "databases:postgres_by_level", has_postgres=True),
    Task(
        "recursive",
        "PostgreSQL recursive query",
        _WAYS + "databases:postgres_recursive",
        has_postgres=True,
    ),
)
_ASKED = "benchmarks.questions:"
QUESTIONS = (
    Task("floor", "memory", _WAYS + "plain_c:floor"),
    Task("memory", "bytes a line", _ASKED + "memory"),
    Task("change", "one change", _ASKED + "change"),
    Task("change-fast", "one change [fast]", _ASKED + "change", has_numba=True),
    Task("what-if", "one preview", _ASKED + "what_if"),
    Task("what-if-fast", "one preview [fast]", _ASKED + "what_if", has_numba=True),
    Task("explain", "explain, top 20", _ASKED + "explain"),
    Task("explain-fast", "explain, top 20 [fast]", _ASKED + "explain", has_numba=True),
    Task("samples", "Monte Carlo", _ASKED + "monte_carlo"),
    Task("samples-lca", "Monte Carlo, bw2calc", _WAYS + "brightway:monte_carlo"),
)
TASKS = {task.key: task for task in (*WAYS, *QUESTIONS)}
PORTFOLIOS = ("lorry", "bicycles", *SIZES)
FULL = tuple(name for name in PORTFOLIOS if name != "vehicle3k")
QUICK = ("lorry", "vehicle3k")


def portfolio(name: str) -> Automotive:
    """One of `PORTFOLIOS`. Raises `Absent` where its file is not there."""
    if name == "lorry":
        return published.lorry()
    return published.bicycles() if name == "bicycles" else automotive(name)
