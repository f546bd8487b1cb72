"""Order and cycles, against definitions that are too slow to ship."""

import random
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from tierlight_schemas.rollup.graph import order

graphs = st.dictionaries(
    st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=10
)


def successors(graph: Mapping[int, list[int]]):
    return lambda node: graph.get(node, [])


def reachable(graph: Mapping[int, list[int]], start: int) -> set[int]:
    """Everything one or more edges away."""
    found: set[int] = set()
    waiting = list(graph.get(start, []))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(graph.get(node, []))
    return found


@given(graphs)
@settings(deadline=None)
def test_every_reachable_node_once_children_before_parents(graph: dict[int, list[int]]) -> None:
    found = order(graph, successors(graph))
    assert sorted(found.sequence) == sorted(set(graph) | {n for v in graph.values() for n in v})
    place = {node: number for number, node in enumerate(found.sequence)}
    for parent, children in graph.items():
        for child in children:
            assert place[child] < place[parent] or parent in reachable(graph, child)


@given(graphs)
@settings(deadline=None)
def test_cyclic_are_exactly_the_nodes_that_reach_themselves(graph: dict[int, list[int]]) -> None:
    found = order(graph, successors(graph))
    assert found.cyclic == {node for node in graph if node in reachable(graph, node)}


@given(graphs)
@settings(deadline=None)
def test_each_knot_is_told_by_one_real_cycle(graph: dict[int, list[int]]) -> None:
    found = order(graph, successors(graph))
    knots = {frozenset(n for n in found.cyclic if n in reachable(graph, c) and
                       c in reachable(graph, n)) for c in found.cyclic}  # fmt: skip
    assert len(found.cycles) == len(knots)
    for path in found.cycles:
        assert len(set(path)) == len(path)
        following = [*path[1:], path[0]]
        assert all(b in graph[a] for a, b in zip(path, following, strict=True))


def test_a_part_used_by_a_hundred_thousand_parents_is_visited_once() -> None:
    asked: list[int] = []

    def below(node: int) -> list[int]:
        asked.append(node)
        return [-1] if node >= 0 else []

    found = order(range(100_000), below)
    assert found.sequence[0] == -1
    assert asked.count(-1) == 2  # once to walk it, once to see whether it is its own child


def test_a_chain_of_a_hundred_thousand_is_walked_without_recursion() -> None:
    found = order([0], lambda node: [node + 1] if node < 100_000 else [])
    assert found.sequence[0] == 100_000
    assert len(found.sequence) == 100_001


def test_a_cycle_of_ten_thousand_is_told_with_its_full_path() -> None:
    found = order([7], lambda node: [(node + 1) % 10_000])
    assert len(found.cycles[0]) == 10_000
    assert found.cycles[0][0] == 7


def test_the_shortest_way_round_is_told() -> None:
    graph = {"a": ["b", "c"], "b": ["d"], "d": ["a"], "c": ["a"]}
    assert order(["a"], lambda node: graph[node]).cycles == (("a", "c"),)


def test_roots_in_any_order_find_the_same_knots() -> None:
    graph = {n: [(n * 3 + 1) % 40, (n * 7 + 2) % 40] for n in range(40)}
    dice = random.Random(1)
    for _ in range(5):
        roots = dice.sample(sorted(graph), len(graph))
        assert order(roots, successors(graph)).cyclic == order(graph, successors(graph)).cyclic
