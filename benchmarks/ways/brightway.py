"""bw2calc, the calculation library of Brightway, as its authors advise for many demands."""

import sys
import warnings
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.automotive import COLUMNS, Automotive
from benchmarks.clock import timed
from benchmarks.outcome import Absent, Floats, Measured, Solve
from benchmarks.ways.ours import one_thread

SIGMA = 0.1
"""Of ln quantity, for every line, in a Monte Carlo run."""


def pardiso(data: Automotive) -> Solve:
    """With pypardiso, which bw2calc takes on x64 where it is installed."""
    return _fast_scores(data, "pypardiso")


def umfpack(data: Automotive) -> Solve:
    """With UMFPACK through scikit-umfpack, which bw2calc takes elsewhere."""
    return _fast_scores(data, "scikits.umfpack")


def monte_carlo(data: Automotive, samples: int = 10) -> Measured:
    """Seconds a sample for one vehicle and column, every quantity drawn."""
    bw2calc = _with_solver("scikits.umfpack")
    lca = bw2calc.LCA(
        {int(data.roots[0]): 1},
        data_objs=[_package(data, columns=1, uncertain=True)],
        use_distributions=True,
        seed_override=7,
    )
    lca.lci()
    lca.lcia()
    scores, seconds = [], []
    for _ in range(samples):
        _, took = timed(lambda: next(lca))
        scores.append(lca.score)
        seconds.append(took)
    total = one_thread(data)()[0, 0]
    assert abs(np.mean(scores) / total - 1) < 0.3, "the mean is far off the total"
    return Measured({"a sample": min(seconds)})


def _with_solver(solver: str) -> Any:
    """bw2calc bound to one solver: it takes the first that can be imported."""
    try:
        found = all(find_spec(name) for name in ("bw2calc", solver))
    except ModuleNotFoundError:
        found = False
    if not found:
        raise Absent(f"bw2calc or {solver} is not installed")
    if solver != "pypardiso":
        sys.modules["pypardiso"] = None  # type: ignore[assignment]  # as if not installed
    warnings.simplefilter("ignore")
    import bw2calc

    return bw2calc


def _fast_scores(data: Automotive, solver: str) -> Solve:
    bw2calc = _with_solver(solver)
    columns = [("column", str(k)) for k in range(COLUMNS)]
    lca = bw2calc.FastScoresOnlyMultiLCA(
        demands={str(place): {int(root): 1.0} for place, root in enumerate(data.roots)},
        method_config={"impact_categories": columns},
        data_objs=[_package(data)],
        direction="adjoint",
    )
    lca._load_datapackages()
    lca.build_precalculated()

    def solve() -> Floats:
        scores: Floats = lca.calculate().values.T
        return scores

    return solve


def _package(data: Automotive, columns: int = COLUMNS, uncertain: bool = False) -> Any:
    """The portfolio as matrices: a part makes one of itself, and takes its lines."""
    import bw_processing

    package = bw_processing.create_datapackage(sum_intra_duplicates=True)
    parts, lines = np.arange(data.parts), data.lines
    taken, takers = np.append(data.child, parts), np.append(data.parent, parts)
    amounts = np.append(data.amount, np.ones(data.parts))
    more = {"distributions_array": _drawn(amounts, lines)} if uncertain else {}
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        name="lines",
        indices_array=_indices(taken, takers),
        data_array=amounts,
        flip_array=np.arange(len(taken)) < lines,
        **more,
    )
    owner, column = np.nonzero(data.own[:, :columns])
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        name="own",
        indices_array=_indices(data.parts + column, owner),
        data_array=data.own[owner, column],
    )
    for k in range(columns):
        package.add_persistent_vector(
            matrix="characterization_matrix",
            name=f"column {k}",
            identifier=["column", str(k)],
            indices_array=_indices(np.array([data.parts + k]), np.array([0])),
            data_array=np.ones(1),
        )
    return package


def _indices(rows: Any, columns: Any) -> Any:
    import bw_processing

    made = np.empty(len(rows), dtype=bw_processing.INDICES_DTYPE)
    made["row"], made["col"] = rows, columns
    return made


def _drawn(amounts: Floats, lines: int) -> Any:
    """Lognormal quantities whose mean is what stands; what a part makes of itself is fixed."""
    import bw_processing

    made = np.zeros(len(amounts), dtype=bw_processing.UNCERTAINTY_DTYPE)
    made["minimum"] = made["maximum"] = np.nan
    made["uncertainty_type"][:lines], made["loc"] = 2, amounts
    made["loc"][:lines] = np.log(amounts[:lines]) - SIGMA**2 / 2
    made["scale"][:lines] = SIGMA
    return made
