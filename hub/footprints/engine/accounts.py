"""What adds up for every part of a portfolio, in one pass: columns and coverage in float64.

The same sums as the decimal reference makes (`tierlight_schemas.rollup.account`), without tiers and
quality: what a part adds itself (`Terms`) plus what its lines take of other parts, children first.
Agrees with the reference within 1e-12 of the absolute contributions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from hub.footprints.engine.graph import Flags, Floats, Graph, Links, Rows, Sorted
from hub.footprints.engine.incremental import above
from hub.footprints.engine.terms import (
    CARBON,
    ESTIMABLE,
    GAPS,
    KNOWN,
    LINES,
    MASS,
    NEGATIVE,
    PLACE,
    UNESTIMABLE,
    WITHOUT_UPTAKE,
    Masks,
    Terms,
    bits,
    stand_default,
)
from tierlight_schemas.rollup.account import Account, Cell, Coverage
from tierlight_schemas.rollup.model import Known

_SLACK = 1e-12
"""How far below the least coverage rounding may put a build-up that just reaches it."""
_FULL_ABOVE = 0.1
"""Share of all lines that a change may reach before adding up everything is cheaper."""
_BEYOND = Decimal("1e300")


@dataclass
class Accounts:
    """Everything that adds up, of every part of a portfolio on one day."""

    terms: Terms
    """By row of the graph."""
    links: Links
    """What is taken of other parts by those built up; 0 for what is not taken."""
    levels: NDArray[np.uint32]
    places: Rows
    """The row of the graph of each part of the snapshot."""
    staged: Mapping[int, Links]
    """By stage column: the lines that book what has no stage of its own under it."""
    least: float
    """Coverage below which an average factor stands for a part in place of a thin build-up."""
    weighed: Floats = field(init=False)
    counts: Floats = field(init=False)
    rest: Floats = field(init=False)
    stated: Masks = field(init=False)
    instead: Flags = field(init=False)
    """Parts for which their average factor stands in place of a thin build-up."""

    @classmethod
    def of(
        cls,
        terms: Terms,
        found: Sorted,
        stages: NDArray[np.uint8],
        stage_columns: Mapping[int, int],
        least: float,
        before: "Accounts | None" = None,
    ) -> "Accounts":
        """All parts added up; `terms` by part, `stages` by line, `stage_columns` by stage.

        With the accounts `before` a change only what differs, and what stands above it, is added
        up; they stay as they are.
        """
        order = np.argsort(found.rows)
        accounts = cls(
            _in_order(terms, order),
            found.graph.links,
            found.graph.levels,
            found.rows,
            _by_stage(found.graph.links, stages[found.lines], stage_columns),
            least,
        )
        reached = None if before is None else accounts._reached_since(before)
        if before is None or reached is None:
            accounts.refresh()
        else:
            accounts._take_over(before, reached)
        return accounts

    def _reached_since(self, before: "Accounts") -> Rows | None:
        """The rows whose own terms or lines differ, and all above them; None: add up everything."""
        links, old = self.links, before.links
        is_same_graph = np.array_equal(links.starts, old.starts) and np.array_equal(
            links.children, old.children
        )
        if not is_same_graph or self.terms.names != before.terms.names:
            return None
        differs = self.terms.differs(before.terms)
        differs[links.parents()[links.amounts != old.amounts]] = True
        graph = Graph(links, self.levels)
        budget = int(_FULL_ABOVE * len(links.children))
        return above(graph, np.flatnonzero(differs), budget)

    def _take_over(self, before: "Accounts", reached: Rows) -> None:
        for name in ("weighed", "counts", "rest", "stated", "instead"):
            setattr(self, name, getattr(before, name).copy())
        self.change(reached)

    def refresh(self) -> None:
        """Add everything up anew, level by level."""
        terms = self.terms
        self.weighed, self.counts = terms.weighed.copy(), terms.counts.copy()
        self.rest, self.stated = terms.rest.copy(), terms.stated.copy()
        self.instead = np.zeros(len(self.rest), dtype=np.bool_)
        for first, last in pairwise(self.levels.tolist()):
            self._add(np.arange(first, last), slice(first, last))

    def change(self, reached: Rows) -> None:
        """Add these rows up anew, children first; ascending, with everything above each."""
        for name in ("weighed", "counts", "rest", "stated"):
            getattr(self, name)[reached] = getattr(self.terms, name)[reached]
        self.instead[reached] = False
        ends = np.searchsorted(reached, self.levels)
        for first, last in pairwise(ends.tolist()):
            if last > first:
                self._add(reached[first:last], None)

    def _add(self, rows: Rows, block: slice | None) -> None:
        """Add to the rows of one level what their lines take."""
        where = rows if block is None else block
        takes = self._matrix(self.links, rows, block)
        if takes.nnz:
            self.weighed[where] += takes @ self.weighed
            self._book_stages(rows, block)
            taken = csr_array((np.not_equal(takes.data, 0).astype(np.float64), takes.indices,
                               takes.indptr), shape=takes.shape)  # fmt: skip
            self.counts[where] += taken @ self.counts
            self.stated[where] |= _any_of(taken, self.stated)
        thin = rows[self._is_thin(rows)]
        if thin.size:
            self.instead[thin] = True
            stand_default(self, self.terms, thin, self.terms.default[thin], self.terms.masses[thin])

    def _book_stages(self, rows: Rows, block: slice | None) -> None:
        """What children have without a stage of their own counts under the stage of their line."""
        for column, links in self.staged.items():
            takes = self._matrix(links, rows, block)
            some = np.flatnonzero(np.diff(takes.indptr))
            if some.size:
                is_open = self.rest[takes.indices] != 0
                states = rows[some[np.logical_or.reduceat(is_open, takes.indptr[some])]]
                self.weighed[rows, column] += takes @ self.rest
                self.stated[states] |= bits([column], self.terms.width)

    def _matrix(self, links: Links, rows: Rows, block: slice | None) -> csr_array:
        if block is not None:
            return links.between(block.start, block.stop)
        places = links.positions(rows)
        counts = links.starts[rows + 1].astype(np.int64) - links.starts[rows]
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        columns = links.children[places].astype(np.int32)
        shape = (len(rows), len(links.starts) - 1)
        return csr_array((links.amounts[places], columns, starts), shape=shape)

    def _is_thin(self, rows: Rows) -> Flags:
        """Whether an average factor knows more than the build-up."""
        may: Flags = self.terms.built[rows] & ~np.isnan(self.terms.default[rows])
        if not may.any():
            return may
        covered = self.carbon_coverage(rows)
        covered = np.where(np.isnan(covered), self.mass_coverage(rows), covered)
        with np.errstate(invalid="ignore"):
            thick: Flags = covered >= self.least - _SLACK
            return may & ~thick

    def carbon_coverage(self, rows: Rows) -> Floats:
        """Known kgCO2e / all, gaps at their estimate; NaN where that cannot be estimated."""
        carbon = self._cells(rows, CARBON)
        known = carbon[:, :3].sum(axis=1)
        everything = carbon.sum(axis=1) + self._cells(rows, GAPS, 1)[:, 0]
        covered = _ratio(known, everything)
        covered[self.is_whole(rows)] = 1
        covered[self.counts[rows, UNESTIMABLE] > 0] = np.nan
        return covered

    def mass_coverage(self, rows: Rows) -> Floats:
        """kg with a value / kg of all; NaN without any mass."""
        mass = self._cells(rows, MASS)
        whole = mass.sum(axis=1)
        return _ratio(whole - mass[:, PLACE[Known.MISSING]], whole)

    def is_whole(self, rows: Rows) -> Flags:
        """Whether all of a part is known: no gap, no average factor, nothing expired."""
        counts = self.counts[rows]
        standing_in = [LINES + PLACE[known] for known in (Known.DEFAULT, Known.EXPIRED)]
        lacking = counts[:, [*standing_in, ESTIMABLE, UNESTIMABLE]].any(axis=1)
        return ~lacking & self.states(rows, 0)

    def states(self, rows: Rows, column: int) -> Flags:
        """Whether some contributor states a column."""
        word = self.stated[rows, column // 64] >> np.uint64(column % 64)
        found: Flags = (word & np.uint64(1)).astype(np.bool_)
        return found

    def _cells(self, rows: Rows, start: int, count: int = len(KNOWN)) -> Floats:
        first = self.terms.width + start
        return self.weighed[rows, first : first + count]

    @cached_property
    def graph(self) -> Graph:
        """What is taken in the end: nothing below a part for which its average factor stands."""
        stands = self.instead[self.links.parents()]
        amounts = np.where(stands, 0.0, self.links.amounts)
        return Graph(replace(self.links, amounts=amounts), self.levels)

    def totals(self, rows: Rows) -> Floats:
        """kgCO2e excluding uptake of what is known; NaN where nothing is."""
        return np.where(self.states(rows, 0), self.weighed[rows, 0], np.nan)

    def account(self, row: int) -> Account:
        """One part's account in decimals, as far as float64 tells it; all of it in tier 0."""
        rows, width = np.array([row]), self.terms.width
        columns = {
            name: _decimal(self.weighed[row, column])
            for column, name in enumerate(self.terms.names)
            if self.states(rows, column)[0]
        }
        counts = [_decimal(count) for count in self.counts[row]]
        held = [_decimal(value) for value in self.weighed[row, width:]]
        return Account(
            columns,
            coverage=self._coverage(held, counts),
            without_uptake=counts[WITHOUT_UPTAKE],
        )

    @staticmethod
    def _coverage(held: Sequence[Decimal], counts: Sequence[Decimal]) -> Coverage:
        present = {known for known in KNOWN if counts[LINES + PLACE[known]]}
        cell: Cell = (0, Known.MISSING)

        def by_kind(values: Sequence[Decimal], start: int) -> dict[Cell, Decimal]:
            found = {known: values[start + PLACE[known]] for known in KNOWN}
            return {(0, k): value for k, value in found.items() if value or k in present}

        return Coverage(
            by_kind(counts, LINES),
            by_kind(held, MASS),
            by_kind(held, CARBON),
            {cell: held[GAPS]} if counts[ESTIMABLE] else {},
            {cell: counts[UNESTIMABLE]} if counts[UNESTIMABLE] else {},
            counts[NEGATIVE],
        )


def _decimal(value: np.float64) -> Decimal:
    """What float64 cannot hold is absurd, as any such number is (`amounts.ABSURD`)."""
    return Decimal(repr(float(value))) if np.isfinite(value) else _BEYOND


def _ratio(part: Floats, whole: Floats) -> Floats:
    found: Floats = np.full(len(part), np.nan)
    np.divide(part, whole, out=found, where=whole != 0)
    return found


def _any_of(taken: csr_array, stated: Masks) -> Masks:
    """For each row the bits of everything it takes."""
    found = np.zeros((taken.shape[0], stated.shape[1]), dtype=np.uint64)
    counts = np.diff(taken.indptr)
    held = np.where(taken.data[:, None] != 0, stated[taken.indices], np.uint64(0))
    some = np.flatnonzero(counts)
    if some.size:
        found[some] = np.bitwise_or.reduceat(held, taken.indptr[some], axis=0)
    return found


def _in_order(terms: Terms, order: Rows) -> Terms:
    rows = ("weighed", "counts", "rest", "stated", "built", "default", "masses")
    return replace(terms, **{name: getattr(terms, name)[order] for name in rows})


def _by_stage(
    links: Links, stages: NDArray[np.uint8], columns: Mapping[int, int]
) -> dict[int, Links]:
    """The lines that take something, by the column of their stage."""
    taken, parents = links.amounts != 0, links.parents()
    found: dict[int, Links] = {}
    for stage, column in columns.items():
        places = np.flatnonzero(taken & (stages == stage))
        if places.size:
            counts = np.bincount(parents[places], minlength=len(links.starts) - 1)
            starts = np.concatenate(([0], np.cumsum(counts))).astype(np.uint32)
            found[column] = Links(starts, links.children[places], links.amounts[places])
    return found
