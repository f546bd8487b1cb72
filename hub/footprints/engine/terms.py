"""What each part of a portfolio adds itself: rows of numbers, and what the places in them mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hub.footprints.engine.graph import Flags, Floats, Rows
from tierlight_schemas.rollup.account import Account, Coverage, unstaged
from tierlight_schemas.rollup.model import EXCLUDING, INCLUDING, ZERO, Known

KNOWN = tuple(Known)
"""The order of kinds in every group of cells below."""
PLACE = {known: place for place, known in enumerate(KNOWN)}
#: Cells that grow with the amount taken, behind the columns: kg and kgCO2e by kind, and kgCO2e that
#: gaps may hide.
MASS, CARBON, GAPS, CELLS = 0, len(KNOWN), 2 * len(KNOWN), 2 * len(KNOWN) + 1
#: Counts, whatever amount is taken: lines of the expansion by kind, gaps with and without an
#: estimate, gaps that may be negative, contributors without a total including uptake.
LINES, ESTIMABLE, UNESTIMABLE, NEGATIVE, WITHOUT_UPTAKE, COUNTS = (0, *range(6, 11))
Masks = NDArray[np.uint64]


class Sums(Protocol):
    """Rows of numbers of parts: what they add, or what they add up to."""

    weighed: Floats
    counts: Floats
    rest: Floats
    stated: Masks


@dataclass
class Terms:
    """What each part adds itself, whether it takes its lines, and what could stand instead."""

    names: tuple[str, ...]
    """The columns, both totals first."""
    weighed: Floats
    """(parts, columns and `CELLS`)."""
    counts: Floats
    """(parts, `COUNTS`)."""
    rest: Floats
    """kgCO2e that no stage column explains."""
    stated: Masks
    """(parts, words): a bit for each column that some contributor states."""
    built: Flags
    """Whether the part is built up of its own lines and sources, so that it may be thin."""
    default: Floats
    """kgCO2e of the whole part by its owner's average factor; NaN where there is none."""
    masses: Floats
    """kg of one base unit of what carries mass; NaN is unknown."""

    @classmethod
    def empty(cls, parts: int, names: Sequence[str], default: Floats, masses: Floats) -> "Terms":
        """Parts that add nothing yet."""
        return cls(
            tuple(names),
            np.zeros((parts, len(names) + CELLS)),
            np.zeros((parts, COUNTS)),
            np.zeros(parts),
            np.zeros((parts, -(-len(names) // 64)), dtype=np.uint64),
            np.zeros(parts, dtype=np.bool_),
            default,
            masses,
        )

    @cached_property
    def width(self) -> int:
        """Number of columns; cells stand behind them."""
        return len(self.names)

    def put(self, row: int, account: Account) -> None:
        """Set what a part adds itself, in exact numbers."""
        self.weighed[row], self.counts[row] = 0, 0
        place = {name: column for column, name in enumerate(self.names)}
        for name, value in account.columns.items():
            self.weighed[row, place[name]] = float(value)
        self.stated[row] = bits([place[name] for name in account.columns], self.width)
        self.rest[row] = float(unstaged(account.columns))
        self._put_coverage(row, account.coverage)
        self.counts[row, WITHOUT_UPTAKE] = float(account.without_uptake)

    def _put_coverage(self, row: int, held: Coverage) -> None:
        weighed, counts = self.weighed[row, self.width :], self.counts[row]
        for start, cells in ((MASS, held.mass), (CARBON, held.carbon)):
            for (_, known), value in cells.items():
                weighed[start + PLACE[known]] += float(value)
        for (_, known), value in held.lines.items():
            counts[LINES + PLACE[known]] += float(value)
        weighed[GAPS] = float(sum(held.gaps.values(), ZERO))
        counts[ESTIMABLE] = len(held.gaps)
        counts[UNESTIMABLE] = float(sum(held.unestimable.values(), ZERO))
        counts[NEGATIVE] = float(held.negative_gaps)

    def add_gaps(
        self, rows: Rows, kilograms: Floats, estimates: Floats, is_line: bool = True
    ) -> None:
        """One gap each; a row may come more than once. NaN: no mass, or not to be estimated."""
        missing = PLACE[Known.MISSING]
        known = ~np.isnan(estimates)
        hidden = np.where(known, np.abs(estimates), 0)
        np.add.at(self.weighed[:, self.width + GAPS], rows, hidden)
        np.add.at(self.counts[:, ESTIMABLE], rows, known)
        np.add.at(self.counts[:, UNESTIMABLE], rows, ~known)
        if is_line:
            np.add.at(self.counts[:, LINES + missing], rows, 1)
            mass = np.nan_to_num(np.abs(kilograms))
            np.add.at(self.weighed[:, self.width + MASS + missing], rows, mass)

    def clear(self, rows: Rows) -> None:
        """Forget what these parts add."""
        self.weighed[rows], self.counts[rows], self.rest[rows], self.stated[rows] = 0, 0, 0, 0

    def differs(self, other: "Terms") -> Flags:
        """Rows in which two terms of the same columns are not the same."""
        found = np.zeros(len(self.rest), dtype=np.bool_)
        for name in ("weighed", "counts", "stated"):
            found |= (getattr(self, name) != getattr(other, name)).any(axis=1)
        found |= (self.rest != other.rest) | (self.built != other.built)
        return found

    def stand_default(self, rows: Rows) -> None:
        """Parts for which their owner's average factor stands."""
        stand_default(self, self, rows, self.default[rows], self.masses[rows])


def bits(columns: Sequence[int], width: int) -> Masks:
    """A row of `Terms.stated` with the bits of these columns."""
    words = np.zeros(-(-width // 64), dtype=np.uint64)
    for column in columns:
        words[column // 64] |= np.uint64(1 << (column % 64))
    return words


def stand_default(held: Sums, terms: Terms, rows: Rows, values: Floats, masses: Floats) -> None:
    """Let an average factor stand for whole parts: it states the total excluding uptake alone."""
    default = PLACE[Known.DEFAULT]
    held.weighed[rows], held.counts[rows] = 0, 0
    held.weighed[rows, 0] = held.rest[rows] = values
    held.weighed[rows, terms.width + MASS + default] = np.nan_to_num(masses)
    held.weighed[rows, terms.width + CARBON + default] = np.abs(values)
    held.counts[rows, LINES + default] = 1
    held.counts[rows, WITHOUT_UPTAKE] = 1
    held.stated[rows] = bits([0], terms.width)


def column_names(accounts: Iterator[Account], stages: Sequence[str]) -> tuple[str, ...]:
    """Both totals, then every other column that something states or lines are booked under."""
    named = {name for account in accounts for name in account.columns}
    others = (named | {f"stage:{stage}" for stage in stages}) - {EXCLUDING, INCLUDING}
    return (EXCLUDING, INCLUDING, *sorted(others))
