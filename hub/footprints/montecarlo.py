"""Monte Carlo over a solved network: how far a total spreads when its inputs and quantities do.

Draws come from numpy's PCG64 with the seed of the question, one stream for values and one for
quantities, in blocks of a fixed size: the same seed gives the same samples, and asking for more
keeps the first. A value is drawn once, however many parts and paths use it, so that shared parts
stay correlated. Uncertain quantities are swept down from the root, one column a sample.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hub.footprints.passes import Portfolio, compiled
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.uncertainty import (
    PERCENTILES,
    Spread,
    UncertainInput,
    open_parts,
    shift,
    sigma,
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
ENGINE = "tierlight-montecarlo/1"
GENERATOR = f"numpy {np.__version__} PCG64"
#: Samples that are drawn together; part of the engine's meaning, because it orders the draws.
_BLOCK = 64
_leaves_floats = np.errstate(over="ignore", invalid="ignore")
"""What absurd inputs drive out of the floats is not finite, and told as unknown."""


@dataclass(frozen=True)
class Samples:
    """Samples of a root's columns, kgCO2e per base unit, and where they came from."""

    columns: tuple[str, ...]
    values: Floats
    """(samples, columns)."""
    seed: int

    @_leaves_floats
    def mean(self) -> Mapping[str, float]:
        """Mean of each column."""
        return self._by_column(self.values.mean(axis=0))

    @_leaves_floats
    def sd(self) -> Mapping[str, float]:
        """Standard deviation of each column, estimated with n - 1."""
        return self._by_column(self.values.std(axis=0, ddof=1))

    @_leaves_floats
    def percentiles(self) -> Mapping[str, Mapping[str, float]]:
        """By column, each of `PERCENTILES`, linear between samples."""
        found = np.percentile(self.values, [float(p) for p in PERCENTILES], axis=0)
        return {
            name: dict(zip(PERCENTILES, found[:, place].tolist(), strict=True))
            for place, name in enumerate(self.columns)
        }

    def _by_column(self, values: Floats) -> Mapping[str, float]:
        return dict(zip(self.columns, values.tolist(), strict=True))


@dataclass(frozen=True)
class _Draws:
    """The values that are drawn: how each spreads, and where it enters."""

    sigmas: Floats
    shifts: Floats
    places: Places
    """Which draw each input takes."""
    amounts: Floats
    """Base units of each input's part in one of the root."""
    base: Floats
    """(inputs, columns): what each input adds per base unit of its part."""


@dataclass(frozen=True)
class _Level:
    """The edges that lead into the parts of one level, by child."""

    children: Places
    parents: Places
    """Of each edge, who takes the child."""
    amounts: csr_array
    """(children, edges): how much each edge takes, times the middle of its drawn factor."""
    lines: Flags
    """Which of these edges are lines, whose quantity is drawn."""


@_leaves_floats
def sample(
    solution: Solution,
    root: str,
    inputs: Sequence[UncertainInput],
    columns: Sequence[str],
    spread: Spread,
    samples: int,
    seed: int,
) -> Samples:
    """Draw `samples` times (2 or more). Raises `ValueError` for fewer or a negative seed."""
    if samples < 2:
        raise ValueError("a spread needs two samples at least")
    draws = _draws(inputs, columns)
    streams = [np.random.Generator(np.random.PCG64(s)) for s in _seeds(seed)]
    if spread.quantity_gsd is None:
        blocks = _of_values(draws, samples, streams[0])
    else:
        blocks = _of_quantities(solution, root, inputs, draws, spread, samples, streams)
    return Samples(tuple(columns), np.concatenate(blocks)[:samples], seed)


def _seeds(seed: int) -> list[np.random.SeedSequence]:
    return np.random.SeedSequence(seed).spawn(2)


def _draws(inputs: Sequence[UncertainInput], columns: Sequence[str]) -> _Draws:
    firsts: dict[str, UncertainInput] = {}
    for each in inputs:
        firsts.setdefault(each.key, each)
    place = {key: number for number, key in enumerate(firsts)}
    base = [[float(each.columns.get(name, 0)) for name in columns] for each in inputs]
    return _Draws(
        np.array([float(sigma(each.gsd)) for each in firsts.values()]),
        np.array([float(shift(each.gsd, each.value_is)) for each in firsts.values()]),
        np.array([place[each.key] for each in inputs], dtype=np.intp),
        np.array([float(each.amount) for each in inputs]),
        np.array(base).reshape(len(inputs), len(columns)),
    )


def _of_values(draws: _Draws, samples: int, stream: np.random.Generator) -> list[Floats]:
    """Quantities stand: a total is the draws times what each of them multiplies."""
    weights = np.zeros((len(draws.sigmas), draws.base.shape[1]))
    np.add.at(weights, draws.places, draws.base * draws.amounts[:, None])
    blocks = range(0, samples, _BLOCK)
    return [_factors(stream, draws.sigmas, draws.shifts).T @ weights for _ in blocks]


def _factors(stream: np.random.Generator, sigmas: Floats, shifts: Floats) -> Floats:
    """Lognormal factors, (draws, block)."""
    drawn = stream.standard_normal((len(sigmas), _BLOCK))
    drawn *= sigmas[:, None]
    drawn += shifts[:, None]
    return np.exp(drawn, out=drawn)


def _of_quantities(
    solution: Solution,
    root: str,
    inputs: Sequence[UncertainInput],
    draws: _Draws,
    spread: Spread,
    samples: int,
    streams: Sequence[np.random.Generator],
) -> list[Floats]:
    """Each sample has its own quantities: the transposed pass runs over a block at once."""
    assert spread.quantity_gsd is not None
    scale = float(sigma(spread.quantity_gsd))
    portfolio = compiled(solution)
    rows = [portfolio.row[each.node] for each in inputs]
    levels = _levels(solution, portfolio, root, exp(shift(spread.quantity_gsd, spread.value_is)))
    blocks: list[Floats] = []
    for _ in range(0, samples, _BLOCK):
        factors = _factors(streams[0], draws.sigmas, draws.shifts)
        quantity = _swept(levels, portfolio, root, scale, streams[1])
        uses = quantity[rows] * factors[draws.places]
        blocks.append(uses.T @ draws.base)
    return blocks


def _levels(solution: Solution, portfolio: Portfolio, root: str, middle: float) -> list[_Level]:
    """Edges out of the reader's own parts by the level of their child, from the root down."""
    row = portfolio.row
    edges = sorted(
        (row[edge.child], row[part], place, float(edge.coefficient), edge.line is not None)
        for part, _ in open_parts(solution, root)
        for place, edge in enumerate(solution.resolutions[part].edges)
    )
    children = np.array([edge[0] for edge in edges], dtype=np.intp)
    parents = np.array([edge[1] for edge in edges], dtype=np.intp)
    lines = np.array([edge[4] for edge in edges], dtype=np.bool_)
    amounts = np.array([edge[3] for edge in edges]) * np.where(lines, middle, 1)
    levels: list[_Level] = []
    for first, last in reversed(portfolio.levels):
        run = slice(*np.searchsorted(children, [first, last]).tolist())
        held, starts = np.unique(children[run], return_index=True)
        size = run.stop - run.start
        if size:
            entries = (amounts[run], np.arange(size), np.append(starts, size))
            matrix = csr_array(entries, shape=(len(held), size))
            levels.append(_Level(held, parents[run], matrix, lines[run]))
    return levels


def _swept(
    levels: Sequence[_Level],
    portfolio: Portfolio,
    root: str,
    scale: float,
    stream: np.random.Generator,
) -> Floats:
    """Base units of every part in one of the root, (parts, block), under drawn quantities.

    A line's factor is drawn in single precision: its 1e-7 is nothing beside the sampling.
    """
    quantity = np.zeros((len(portfolio.parts), _BLOCK))
    quantity[portfolio.row[root]] = 1
    for level in levels:
        taken = quantity[level.parents]
        size = (np.count_nonzero(level.lines), _BLOCK)
        drawn = stream.standard_normal(size, dtype=np.float32)
        drawn *= np.float32(scale)
        np.exp(drawn, out=drawn)
        if level.lines.all():
            taken *= drawn
        else:
            taken[level.lines] *= drawn
        quantity[level.children] += level.amounts @ taken
    return quantity
