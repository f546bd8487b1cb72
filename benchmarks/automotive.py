"""Synthetic automotive portfolios as plain arrays: deterministic, shuffled, any size.

Vehicles come in models of ten variants that share most of their lines; assemblies stand on ten
levels, each mostly in its own neighbourhood, so that sub-assemblies are shared; components are
picked by a Zipf-like law, so that a few screws are everywhere. Part numbers are shuffled: whoever
needs an order must sort.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = 10
"""Of assemblies, the vehicle included; components are the eleventh."""
LINES_OF_AN_ASSEMBLY = 18.75
SUB_ASSEMBLIES = 3.0
VARIANTS = 10
COLUMNS = 10


@dataclass(frozen=True)
class Automotive:
    """Lines `parent` takes `amount` of `child`, own values of each part, and the vehicles."""

    name: str
    parts: int
    parent: NDArray[np.int64]
    child: NDArray[np.int64]
    amount: NDArray[np.float64]
    own: NDArray[np.float64]
    """(parts, columns), kgCO2e: what each part adds itself, most of it the components."""
    roots: NDArray[np.int64]
    leaves: NDArray[np.int64]

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self.parent)


SIZES = {
    "vehicle3k": (1, 3_000),
    "vehicle30k": (1, 30_000),
    "portfolio300": (300, 1_500_000),
    "stress5m": (1_000, 5_000_000),
}


def automotive(name: str, seed: int = 7) -> Automotive:
    """The portfolio of that name in `SIZES`, the same every time."""
    return generated(name, *SIZES[name], seed)


def generated(name: str, vehicles: int, lines: int, seed: int = 7) -> Automotive:
    """A portfolio of so many vehicles and lines."""
    dice = np.random.default_rng(seed)
    widths = _widths(vehicles, lines)
    assemblies, components = int(widths.sum()), max(1, int(widths.sum() * 1.5))
    firsts = np.concatenate(([0], np.cumsum(widths)))
    counts = _spread(lines, assemblies)
    parent = np.repeat(np.arange(assemblies), counts)
    child = _children(dice, parent, firsts, assemblies, components)
    amount = np.round(dice.lognormal(0, 0.6, lines), 3) + 0.001
    _share_between_variants(dice, child, amount, counts[:vehicles])
    parts = assemblies + components
    own = np.zeros((parts, COLUMNS))
    own[assemblies:] = dice.lognormal(0, 1, (components, COLUMNS))
    own[:assemblies, 0] = dice.lognormal(-1, 0.5, assemblies)
    number = dice.permutation(parts)
    shuffled = np.empty_like(own)
    shuffled[number] = own
    line = dice.permutation(lines)
    roots, leaves = number[:vehicles], number[assemblies:]
    return Automotive(
        name,
        parts,
        number[parent[line]],
        number[child[line]],
        amount[line],
        shuffled,
        roots,
        leaves,
    )


def _widths(vehicles: int, lines: int) -> NDArray[np.int64]:
    """Assemblies on each level: growing by one ratio from the vehicles to the whole."""
    wanted = lines / LINES_OF_AN_ASSEMBLY / vehicles
    low, high = 1.0, 1000.0
    for _ in range(60):
        ratio = (low + high) / 2
        low, high = (ratio, high) if sum(ratio**n for n in range(LEVELS)) < wanted else (low, ratio)
    return np.maximum(1, np.round(vehicles * low ** np.arange(LEVELS))).astype(np.int64)


def _spread(lines: int, assemblies: int) -> NDArray[np.int64]:
    counts = np.full(assemblies, lines // assemblies)
    counts[: lines - counts.sum()] += 1
    return counts


def _children(
    dice: np.random.Generator,
    parent: NDArray[np.int64],
    firsts: NDArray[np.int64],
    assemblies: int,
    components: int,
) -> NDArray[np.int64]:
    """Mostly components by a Zipf-like law, else an assembly of the next level near by."""
    lines = len(parent)
    child = assemblies + (components * dice.random(lines) ** 3).astype(np.int64)
    level = np.searchsorted(firsts, parent, side="right") - 1
    chance = SUB_ASSEMBLIES / (lines / assemblies)
    taken = np.flatnonzero((dice.random(lines) < chance) & (level < LEVELS - 1))
    below = level[taken] + 1
    width = firsts[below + 1] - firsts[below]
    place = (parent[taken] - firsts[below - 1]) / (firsts[below] - firsts[below - 1])
    near = place * width + dice.integers(-20, 21, len(taken))
    popular = width * dice.random(len(taken)) ** 3
    chosen = np.where(dice.random(len(taken)) < 0.85, near, popular).astype(np.int64) % width
    child[taken] = firsts[below] + chosen
    return child


def _share_between_variants(
    dice: np.random.Generator,
    child: NDArray[np.int64],
    amount: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> None:
    """A variant takes nine tenths of its lines from the first of its model."""
    ends = np.cumsum(counts)
    for vehicle in range(len(counts)):
        first = vehicle - vehicle % VARIANTS
        same = min(counts[vehicle], counts[first])
        mine, model = ends[vehicle] - counts[vehicle], ends[first] - counts[first]
        keep = np.flatnonzero(dice.random(same) < 0.9)
        child[mine + keep], amount[mine + keep] = child[model + keep], amount[model + keep]
