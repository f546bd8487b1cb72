"""What a whole portfolio answers: which roots take a part, what a supplier's parts add, which gaps
weigh most. Each is one pass over all roots; a row names parts by their row in the snapshot.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hub.footprints.engine.gaps import CAUSES
from hub.footprints.engine.graph import Floats, Rows
from hub.footprints.engine.passes import forward
from hub.footprints.engine.reading import Portfolio
from hub.footprints.engine.specials import Special
from tierlight_schemas.rollup.model import ZERO, Edge, Known, Source

_BLOCK = 32
"""Parts followed upwards in one pass."""


@dataclass(frozen=True)
class Use:
    """A root that takes a part."""

    root: int
    quantity: float
    """Base units of the part in one base unit of the root, all paths together."""
    value: float | None
    """kgCO2e of the part in it; None is not known."""
    share: float | None
    """Of the root's known total."""


@dataclass(frozen=True)
class Supplied:
    """A supplier's part as one own part takes it."""

    row: int
    special: Special
    edge: Edge


@dataclass(frozen=True)
class OpenGap:
    """Something lacking, with what it may hide in all roots together."""

    row: int
    cause: str
    child: int | None
    """The part that the line takes, where the gap is a line's."""
    source: Source | None
    roots: int
    """How many roots it stands in."""
    quantity: float
    """Base units of the part that lacks it, in all roots together."""
    kilograms: float | None
    estimate: float | None
    """kgCO2e that it may hide; None cannot be estimated."""


def where_used(portfolio: Portfolio, row: int) -> list[Use]:
    """Every root that takes an own part, and how much of its footprint that is."""
    accounts = portfolio.accounts
    place = accounts.places[[row]]
    value = float(accounts.totals(place)[0])
    taken = _taken_by_roots(portfolio, [(row, 1.0)])
    return list(_uses(portfolio, taken[:, 0], value))


def supplied(portfolio: Portfolio) -> Iterator[Supplied]:
    """The suppliers' parts that own parts take."""
    accounts = portfolio.accounts
    for row, special in portfolio.specials.items():
        if not accounts.instead[accounts.places[row]]:
            for edge in special.edges:
                yield Supplied(row, special, edge)


def owner_of(portfolio: Portfolio, item: Supplied) -> str:
    """The company that supplies it."""
    return portfolio.suppliers.network.nodes[item.edge.child].owner


def roots_with(portfolio: Portfolio, rows: Collection[int]) -> int:
    """How many roots take any of these parts."""
    accounts = portfolio.accounts
    base = np.zeros((len(accounts.places), 1))
    base[accounts.places[list(rows)]] = 1
    taken = forward(accounts.graph, base)
    return int(np.count_nonzero(taken[accounts.places[portfolio.roots]]))


def uses_of_supplied(
    portfolio: Portfolio, parts: Sequence[Supplied]
) -> Iterator[tuple[Supplied, list[Use]]]:
    """Every root that takes each of these parts; quantities in the supplier's base units."""
    for start in range(0, len(parts), _BLOCK):
        block = parts[start : start + _BLOCK]
        taken = _taken_by_roots(portfolio, [(p.row, float(p.edge.coefficient)) for p in block])
        for column, part in enumerate(block):
            account = portfolio.suppliers.accounts[part.edge.child]
            value = float(account.total) if account.columns else np.nan
            yield part, list(_uses(portfolio, taken[:, column], value))


def _taken_by_roots(portfolio: Portfolio, parts: Sequence[tuple[int, float]]) -> Floats:
    """(roots, parts): how much of each part, times its amount, is in one base unit of each root."""
    accounts = portfolio.accounts
    base = np.zeros((len(accounts.places), len(parts)))
    for column, (row, amount) in enumerate(parts):
        base[accounts.places[row], column] = amount
    taken: Floats = forward(accounts.graph, base)[accounts.places[portfolio.roots]]
    return taken


def _uses(portfolio: Portfolio, taken: Floats, value: float) -> Iterator[Use]:
    places = portfolio.accounts.places[portfolio.roots]
    totals = portfolio.accounts.totals(places)
    for root, quantity, total in zip(portfolio.roots.tolist(), taken, totals, strict=True):
        if quantity:
            held = None if np.isnan(value) else float(quantity * value)
            share = None if held is None or not total or np.isnan(total) else held / float(total)
            yield Use(root, float(quantity), held, share)


def open_gaps(portfolio: Portfolio) -> list[OpenGap]:
    """Every gap of the roots' totals: those that may hide most first, then by kg, then the rest."""
    quantities = _quantities(portfolio, portfolio.roots)[portfolio.accounts.places]
    quantities[portfolio.accounts.instead[portfolio.accounts.places]] = 0
    counts = _roots_of(portfolio)[portfolio.accounts.places]
    found = [*_own_gaps(portfolio, quantities, counts), *_inside(portfolio, quantities, counts)]
    return sorted(found, key=_weight)


def _weight(gap: OpenGap) -> tuple[float, float, int]:
    estimate = -1.0 if gap.estimate is None else gap.estimate
    return -estimate, -(gap.kilograms or 0.0), gap.row


def _own_gaps(
    portfolio: Portfolio, quantities: Floats, counts: NDArray[np.int64]
) -> Iterator[OpenGap]:
    gaps = portfolio.gaps
    amounts = quantities[gaps.rows]
    for gap in np.flatnonzero(amounts).tolist():
        yield OpenGap(
            int(gaps.rows[gap]),
            CAUSES[gaps.causes[gap]],
            None if gaps.children[gap] < 0 else int(gaps.children[gap]),
            None if gaps.sources[gap] < 0 else gaps.links[gaps.sources[gap]],
            int(counts[gaps.rows[gap]]),
            float(amounts[gap]),
            _known(gaps.kilograms[gap] * amounts[gap]),
            _known(gaps.estimates[gap] * amounts[gap]),
        )


def _inside(
    portfolio: Portfolio, quantities: Floats, counts: NDArray[np.int64]
) -> Iterator[OpenGap]:
    """What suppliers' parts lack inside: as much of it as their coverage tells."""
    for row, special in portfolio.specials.items():
        for edge in special.edges if quantities[row] else ():
            held = portfolio.suppliers.accounts[edge.child].coverage
            if held.gaps or held.unestimable:
                amount = float(quantities[row]) * float(edge.coefficient)
                missing = (v for (_, known), v in held.mass.items() if known is Known.MISSING)
                kilograms = float(sum(missing, ZERO)) * amount
                hidden = float(sum(held.gaps.values(), ZERO)) * amount
                yield OpenGap(
                    row,
                    "inside",
                    None,
                    edge.source,
                    int(counts[row]),
                    float(quantities[row]),
                    kilograms or None,
                    None if held.unestimable else hidden,
                )


def below(portfolio: Portfolio, rows: Rows) -> set[int]:
    """These parts and everything that they take."""
    taken = _quantities(portfolio, rows)[portfolio.accounts.places]
    return set(np.flatnonzero(taken).tolist())


def _quantities(portfolio: Portfolio, rows: Rows) -> Floats:
    """Base units of every part in one base unit of each of these, added up; by row of the graph."""
    graph = portfolio.accounts.graph
    quantities = np.zeros((graph.size, 1))
    quantities[portfolio.accounts.places[rows]] = 1
    bounds = graph.levels.tolist()
    for first, last in reversed(list(pairwise(bounds))):
        quantities[first:last] += graph.above.between(first, last) @ quantities
    found: Floats = quantities[:, 0]
    return found


def _roots_of(portfolio: Portfolio) -> NDArray[np.int64]:
    """How many roots take each part, by row of the graph: a bit for each root, 64 at a time."""
    graph, roots = portfolio.accounts.graph, portfolio.accounts.places[portfolio.roots]
    above, bounds = graph.above, graph.levels.tolist()
    counts = np.zeros(graph.size, dtype=np.int64)
    parents = np.where(above.amounts != 0, above.children, graph.size)
    for start in range(0, len(roots), 64):
        block = roots[start : start + 64]
        bits = np.zeros(graph.size + 1, dtype=np.uint64)  # the last one is nobody's
        bits[block] = np.uint64(1) << np.arange(len(block), dtype=np.uint64)
        for first, last in reversed(list(pairwise(bounds))):
            _inherit(bits, above.starts[first : last + 1], parents, first)
        counts += np.bitwise_count(bits[:-1])
    return counts


def _inherit(
    bits: NDArray[np.uint64], starts: NDArray[np.uint32], parents: Rows, first: int
) -> None:
    """Give the parts of a level the bits of whatever takes them."""
    some = np.flatnonzero(np.diff(starts))
    if some.size:
        held = bits[parents[starts[0] : starts[-1]]]
        bits[first + some] |= np.bitwise_or.reduceat(held, starts[some] - starts[0])


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else abs(float(value))
