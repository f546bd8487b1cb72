"""Order of a bill of materials: children before parents, cycles named, nothing recurses.

Tarjan's algorithm with an explicit stack: linear time, any depth.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True)
class Order(Generic[Node]):
    """Every reachable node once, children first, and the cycles met."""

    sequence: tuple[Node, ...]
    """Each node stands after all its successors, except inside a cycle."""
    cycles: tuple[tuple[Node, ...], ...]
    """One cycle for each knot, as a path whose last node leads back to its first."""
    cyclic: frozenset[Node]
    """All nodes that lie on some cycle."""


def order(roots: Iterable[Node], successors: Callable[[Node], Sequence[Node]]) -> Order[Node]:
    """Sort everything reachable from `roots`; a component with a cycle is reported as one path."""
    search = _Search(successors)
    for root in roots:
        if root not in search.index:
            search.visit(root)
    return Order(tuple(search.sequence), tuple(search.cycles), frozenset(search.cyclic))


class _Search(Generic[Node]):
    """The state of one depth-first search."""

    def __init__(self, successors: Callable[[Node], Sequence[Node]]) -> None:
        self.successors = successors
        self.index: dict[Node, int] = {}
        self.low: dict[Node, int] = {}
        self.open: list[Node] = []
        self.is_open: set[Node] = set()
        self.sequence: list[Node] = []
        self.cycles: list[tuple[Node, ...]] = []
        self.cyclic: set[Node] = set()

    def visit(self, root: Node) -> None:
        """Walk everything below `root`."""
        work = [(root, iter(self._enter(root)))]
        while work:
            node, rest = work[-1]
            child = next(rest, None)
            if child is None:
                work.pop()
                if work:
                    self._lower(work[-1][0], self.low[node])
                self._close(node)
            elif child not in self.index:
                work.append((child, iter(self._enter(child))))
            elif child in self.is_open:
                self._lower(node, self.index[child])

    def _enter(self, node: Node) -> Sequence[Node]:
        self.index[node] = self.low[node] = len(self.index)
        self.open.append(node)
        self.is_open.add(node)
        return self.successors(node)

    def _lower(self, node: Node, value: int) -> None:
        self.low[node] = min(self.low[node], value)

    def _close(self, node: Node) -> None:
        if self.low[node] != self.index[node]:
            return
        component: list[Node] = []
        while True:
            member = self.open.pop()
            self.is_open.discard(member)
            component.append(member)
            if member == node:
                break
        self.sequence.extend(component)
        if len(component) > 1 or node in self.successors(node):
            self.cyclic.update(component)
            self.cycles.append(_cycle(node, set(component), self.successors))


def _cycle(
    start: Node, members: set[Node], successors: Callable[[Node], Sequence[Node]]
) -> tuple[Node, ...]:
    """A shortest cycle through `start` inside its component, by breadth-first search."""
    before: dict[Node, Node | None] = {start: None}
    level = [start]
    while level:
        following: list[Node] = []
        for node in level:
            for child in successors(node):
                if child == start:
                    return _path_to(node, before)
                if child in members and child not in before:
                    before[child] = node
                    following.append(child)
        level = following
    raise AssertionError("a strongly connected component without a cycle")


def _path_to(node: Node, before: dict[Node, Node | None]) -> tuple[Node, ...]:
    path = [node]
    while (previous := before[path[-1]]) is not None:
        path.append(previous)
    return tuple(reversed(path))
