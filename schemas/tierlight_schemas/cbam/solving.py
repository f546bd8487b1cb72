"""Embedded emissions of processes that take each other's goods: (I - A) x = e, exactly.

For a process i that makes L(i) tonnes, emits E(i) and takes M(i, j) tonnes of process j,

    L(i) x(i) = E(i) + Σ M(i, j) x(j)

Rows of rationals are eliminated in turn; nothing is rounded. No process may hand over more than
it makes, and from each some good must leave in the end: then exactly one solution exists, the limit
of following the goods round and round.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

Row = dict[str, Fraction]
ZERO = Fraction(0)


def delivered(made: Mapping[str, Fraction], taken: Mapping[str, Row]) -> dict[str, Fraction]:
    """Tonnes of each process that no process takes; below 0 where more is taken than is made."""
    left = dict(made)
    for row in taken.values():
        for source, tonnes in row.items():
            left[source] -= tonnes
    return left


def overdrawn(made: Mapping[str, Fraction], taken: Mapping[str, Row]) -> dict[str, Fraction]:
    """Processes of which more is taken than is made, with what is taken."""
    return {each: made[each] - left for each, left in delivered(made, taken).items() if left < 0}


def closed(made: Mapping[str, Fraction], taken: Mapping[str, Row]) -> list[str]:
    """Processes of which nothing ever leaves: all goes into each other, round and round."""
    leaving = {each for each, left in delivered(made, taken).items() if left > 0}
    grown = True
    while grown:
        more = {
            source
            for taker in leaving
            for source, tonnes in taken.get(taker, {}).items()
            if tonnes > 0
        }
        grown = not more <= leaving
        leaving |= more
    return [each for each in made if each not in leaving]


def solve(
    made: Mapping[str, Fraction],
    taken: Mapping[str, Row],
    emitted: Mapping[str, Sequence[Fraction]],
) -> dict[str, tuple[Fraction, ...]]:
    """x of each process, for each column of `emitted`, per tonne made.

    Takes only what is neither `overdrawn` nor `closed`, and positive amounts made.
    """
    rows = {each: _row(each, made, taken) for each in made}
    sums = {each: list(emitted[each]) for each in made}
    order = list(made)
    for place, pivot in enumerate(order):
        for below in order[place + 1 :]:
            _eliminate(pivot, below, rows, sums)
    solved: dict[str, tuple[Fraction, ...]] = {}
    for each in reversed(order):
        row, columns = rows[each], sums[each]
        for name, factor in row.items():
            if name in solved:
                columns = [c - factor * x for c, x in zip(columns, solved[name], strict=True)]
        solved[each] = tuple(column / row[each] for column in columns)
    return solved


def _row(each: str, made: Mapping[str, Fraction], taken: Mapping[str, Row]) -> Row:
    row = {source: -tonnes for source, tonnes in taken.get(each, {}).items() if tonnes}
    row[each] = made[each] + row.get(each, ZERO)
    return row


def _eliminate(
    pivot: str, below: str, rows: dict[str, Row], sums: dict[str, list[Fraction]]
) -> None:
    factor = rows[below].pop(pivot, ZERO)
    if not factor:
        return
    ratio = factor / rows[pivot][pivot]
    for name, value in rows[pivot].items():
        if name != pivot:
            rows[below][name] = rows[below].get(name, ZERO) - ratio * value
    sums[below] = [s - ratio * p for s, p in zip(sums[below], sums[pivot], strict=True)]
