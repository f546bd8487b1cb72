"""Every way from a root down to one of its owner's parts: how many, and the largest of them.

Ways are as many as the product of the parallel lines: forty levels of two are a million millions.
They are counted without being walked, and walked only as far as they are listed: each of the
listed is one deviation from a larger one, so the work grows with what is returned.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.explain import is_leaf
from tierlight_schemas.rollup.model import ONE, ZERO, Edge
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum

Choices = Mapping[str, Sequence[Edge]]
"""By part: its lines that lead to the target, the one with the largest way first."""
Way = tuple["Way", Edge] | None
"""Lines from the root, the last first, sharing what comes before."""


@dataclass(frozen=True)
class Path:
    """One way down."""

    edges: tuple[Edge, ...]
    """Line by line; none when the target is the root itself."""
    quantity: Decimal
    """Base units of the target in one base unit of the root, by this way alone."""


@dataclass(frozen=True)
class Paths:
    """The ways to one part."""

    number: int
    """Of all ways."""
    quantity: Decimal
    """Of all ways together: the total of the transposed pass."""
    listed: tuple[Path, ...]
    """The largest first."""

    @property
    def rest(self) -> Decimal:
        """Quantity on the ways that are not listed."""
        if len(self.listed) == self.number:
            return ZERO
        return EXACT.subtract(self.quantity, exact_sum(path.quantity for path in self.listed))


def paths(solution: Solution, root: str, target: str, most: int, most_edges: int) -> Paths:
    """The ways from the root to `target` through the root's owner's own parts.

    Lists at most `most` of them, and no further one once they hold `most_edges` lines.
    """
    number, quantity = _together(solution, root, target)
    if not number:
        return Paths(0, ZERO, ())
    search = _Search(target, *_choices(solution, root, target))
    listed: list[Path] = []
    edges = 0
    for path in search.paths(root):
        if len(listed) >= most or (listed and edges >= most_edges):
            break
        listed.append(path)
        edges += len(path.edges)
    return Paths(number, quantity, tuple(listed))


def _together(solution: Solution, root: str, target: str) -> tuple[int, Decimal]:
    """Number of ways to the target and their quantity, passed on from parents to children.

    What has been passed on is forgotten: numbers of ways may have thousands of digits.
    """
    ways, amounts = {root: 1}, {root: ONE}
    for name in reversed(solution.order.sequence):
        number, amount = ways.pop(name, 0), amounts.pop(name, ZERO)
        if name == target:
            return number, amount
        for edge in _lines(solution, name, root) if number else ():
            ways[edge.child] = ways.get(edge.child, 0) + number
            add_scaled(amounts, {edge.child: edge.coefficient}, amount)
    return 0, ZERO


def _lines(solution: Solution, name: str, root: str) -> Sequence[Edge]:
    """What a part is made of in the root's owner's books; nothing where it stands for itself."""
    resolution = solution.resolutions[name]
    own = resolution.node.owner == solution.resolutions[root].node.owner
    return resolution.edges if own and not is_leaf(resolution) else ()


def _choices(solution: Solution, root: str, target: str) -> tuple[Choices, Mapping[str, Decimal]]:
    """For every part above the target its lines towards it, and the quantity of its largest way."""
    best = {target: ONE}
    choices: dict[str, Sequence[Edge]] = {}
    for name in solution.order.sequence:
        towards = [edge for edge in _lines(solution, name, root) if edge.child in best]
        if name != target and towards:
            towards.sort(key=lambda edge: _size(edge, best).copy_negate())
            choices[name] = towards
            best[name] = _size(towards[0], best)
    return choices, best


def _size(edge: Edge, best: Mapping[str, Decimal]) -> Decimal:
    """Of the largest way that begins with this line."""
    return EXACT.multiply(EXACT.abs(edge.coefficient), best[edge.child])


@dataclass
class _Search:
    """The ways in the order of their size; each is made of a larger one by one other choice."""

    target: str
    choices: Choices
    best: Mapping[str, Decimal]
    waiting: list[tuple[Decimal, int, Way, Decimal, str, int]] = field(default_factory=list)
    """Size with a minus sign, tie-break, way so far, its quantity, where it turns, which line."""
    turns: Iterator[int] = field(default_factory=count)

    def paths(self, root: str) -> Iterator[Path]:
        """All ways from the root, the largest first."""
        if root == self.target:
            yield Path((), ONE)
            return
        self._turn(None, ONE, root, 0)
        while self.waiting:
            _, _, way, amount, name, choice = heappop(self.waiting)
            self._turn(way, amount, name, choice + 1)
            yield self._down(way, amount, name, choice)

    def _turn(self, way: Way, amount: Decimal, name: str, choice: int) -> None:
        """Remember the way that takes another line at a part, and from there the largest one."""
        lines = self.choices[name]
        if choice < len(lines):
            size = EXACT.multiply(EXACT.abs(amount), _size(lines[choice], self.best))
            heappush(
                self.waiting, (size.copy_negate(), next(self.turns), way, amount, name, choice)
            )

    def _down(self, way: Way, amount: Decimal, name: str, choice: int) -> Path:
        """From where it turns to the target; what might turn further down is remembered."""
        while True:
            edge = self.choices[name][choice]
            way, amount = (way, edge), EXACT.multiply(amount, edge.coefficient)
            name, choice = edge.child, 0
            if name == self.target:
                return Path(tuple(_unrolled(way)), amount)
            self._turn(way, amount, name, 1)


def _unrolled(way: Way) -> list[Edge]:
    edges: list[Edge] = []
    while way is not None:
        way, edge = way
        edges.append(edge)
    return edges[::-1]
