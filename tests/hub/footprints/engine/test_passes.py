"""The passes against exact fractions, and shapes that break what recurses or squares."""

import os
import subprocess
import sys
from fractions import Fraction
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.footprints.engine import fast, passes
from hub.footprints.engine.graph import Graph, Sorted, sort
from hub.footprints.engine.passes import explode, forward, one_root, top
from tests.schemas.rollup.test_real_boms import dictionaries
from tests.shared_data import PRODUCT_BOMS

Line = tuple[int, int, float]
WITHIN = 1e-12


def sorted_lines(parts: int, lines: list[Line]) -> Sorted:
    parents = np.array([line[0] for line in lines], dtype=np.int64)
    children = np.array([line[1] for line in lines], dtype=np.int64)
    amounts = np.array([line[2] for line in lines], dtype=np.float64)
    return sort(parts, parents, children, amounts)


def by_part(found: Sorted, own: np.ndarray) -> np.ndarray:
    """Own values by row to totals by part."""
    base = np.empty_like(own)
    base[found.rows] = own
    return forward(found.graph, base)[found.rows]


def exactly(parts: int, lines: list[Line], own: np.ndarray) -> list[Fraction]:
    """The same totals in fractions, children before parents; for graphs numbered that way."""
    totals = [Fraction(float(value)) for value in own]
    for part in range(parts - 1, -1, -1):
        for parent, child, amount in lines:
            if parent == part:
                totals[part] += Fraction(amount) * totals[child]
    return totals


@st.composite
def graphs(draw) -> tuple[int, list[Line]]:
    """Lines from lower to higher numbers; the same child may stand twice."""
    parts = draw(st.integers(1, 12))
    pairs = st.tuples(st.integers(0, parts - 1), st.integers(0, parts - 1))
    amount = st.floats(1e-13, 1e6) | st.floats(-1e6, -1e-13)
    lines = draw(st.lists(st.tuples(pairs, amount), max_size=30))
    return parts, [(min(p), max(p), amount) for p, amount in lines if p[0] != p[1]]


@given(graphs(), st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_every_total_is_the_exact_one(graph, columns):
    parts, lines = graph
    own = np.arange(1, parts * columns + 1, dtype=np.float64).reshape(parts, columns) / 7
    found = by_part(sorted_lines(parts, lines), own)
    sizes = exactly(parts, [(p, c, abs(a)) for p, c, a in lines], own[:, -1])
    for total, expected, size in zip(
        found[:, -1], exactly(parts, lines, own[:, -1]), sizes, strict=True
    ):
        assert abs(Fraction(float(total)) - expected) <= Fraction(WITHIN) * size


@given(graphs(), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_lines_in_any_order_and_parts_by_any_number_give_the_same(graph, dice):
    parts, lines = graph
    own = np.linspace(1, 2, parts)[:, None]
    number = list(range(parts))
    dice.shuffle(number)
    mixed = [(number[p], number[c], a) for p, c, a in lines]
    dice.shuffle(mixed)
    renumbered = np.empty_like(own)
    renumbered[number] = own
    plain = by_part(sorted_lines(parts, lines), own)
    again = by_part(sorted_lines(parts, mixed), renumbered)[number]
    sizes = by_part(sorted_lines(parts, [(p, c, abs(a)) for p, c, a in lines]), own)
    assert (np.abs(again - plain) <= WITHIN * sizes).all()


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_quantities_explain_every_total(graph):
    """Additivity over roots: quantity times own value, summed, is the forward pass."""
    parts, lines = graph
    found = sorted_lines(parts, [(p, c, abs(a)) for p, c, a in lines])
    base = np.linspace(1, 2, parts)[:, None]
    quantities, totals = explode(found.graph, range(parts)), forward(found.graph, base)
    assert quantities.T @ base == pytest.approx(totals, rel=WITHIN)
    assert one_root(found.graph, base, 0) == pytest.approx(totals[0], rel=WITHIN)


@given(graphs(), st.lists(st.floats(0, 1e6), min_size=12, max_size=12))
@settings(max_examples=80, deadline=None)
def test_totals_of_two_own_values_add_up(graph, other):
    """Additivity over what is added in, and scaling: the pass is linear."""
    parts, lines = graph
    found = sorted_lines(parts, [(p, c, abs(a)) for p, c, a in lines])
    one, two = np.linspace(1, 2, parts)[:, None], np.array(other[:parts])[:, None]
    together = forward(found.graph, one + 3 * two)
    apart = forward(found.graph, one) + 3 * forward(found.graph, two)
    assert together == pytest.approx(apart, rel=WITHIN)


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_a_root_over_several_roots_is_their_sum(graph):
    parts, lines = graph
    absolute = [(p, c, abs(a)) for p, c, a in lines]
    own = np.append(np.linspace(1, 2, parts), 0)[:, None]
    over = [(parts, part, 2.0) for part in range(parts)]
    totals = by_part(sorted_lines(parts + 1, [*absolute, *over]), own)
    assert totals[parts] == pytest.approx(2 * totals[:parts].sum(), rel=WITHIN)


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_lines_to_the_same_child_are_one_line_with_their_sum(graph):
    parts, lines = graph
    merged: dict[tuple[int, int], float] = {}
    for parent, child, amount in lines:
        merged[parent, child] = merged.get((parent, child), 0.0) + abs(amount)
    own = np.linspace(1, 2, parts)[:, None]
    apart = by_part(sorted_lines(parts, [(p, c, abs(a)) for p, c, a in lines]), own)
    assert by_part(
        sorted_lines(parts, [(p, c, a) for (p, c), a in merged.items()]), own
    ) == pytest.approx(apart, rel=WITHIN)


@given(graphs(), st.data())
@settings(max_examples=80, deadline=None)
def test_a_part_split_into_two_identical_halves_changes_no_total(graph, data):
    """The twin is made as the part is; whoever takes the part takes half of each."""
    parts, lines = graph
    part = data.draw(st.integers(0, parts - 1))
    split: list[Line] = []
    for parent, child, amount in lines:
        half = abs(amount) / 2
        split += [(parent, part, half), (parent, parts, half)] if child == part else []
        split += [(parent, child, abs(amount))] if child != part else []
    split += [(parts, child, amount) for parent, child, amount in split if parent == part]
    own = np.linspace(1, 2, parts)[:, None]
    halves = by_part(sorted_lines(parts + 1, split), np.append(own, [own[part]], axis=0))
    whole = by_part(sorted_lines(parts, [(p, c, abs(a)) for p, c, a in lines]), own)
    assert halves[:parts] == pytest.approx(whole, rel=WITHIN)


@given(graphs(), st.data(), st.sampled_from([1e-3, 0.45359237, 3.6, 1000.0]))
@settings(max_examples=80, deadline=None)
def test_another_unit_of_a_part_changes_no_other_total(graph, data, factor):
    """`factor` new units are one old one: what it takes and adds shrinks, what is taken grows."""
    parts, lines = graph
    part = data.draw(st.integers(0, parts - 1))
    absolute = [(p, c, abs(a)) for p, c, a in lines]
    changed = [
        (p, c, a / (factor if p == part else 1) * (factor if c == part else 1))
        for p, c, a in absolute
    ]
    own = np.linspace(1, 2, parts)[:, None]
    expected = by_part(sorted_lines(parts, absolute), own)
    own[part] /= factor
    expected[part] /= factor
    assert by_part(sorted_lines(parts, changed), own) == pytest.approx(expected, rel=WITHIN)


def test_the_largest_contributors_come_first_and_add_up():
    found = sorted_lines(4, [(0, 1, 2.0), (0, 2, 1.0), (1, 3, 5.0), (2, 3, 1.0)])
    own = np.empty(4)
    own[found.rows] = [0.0, 1.0, 30.0, 4.0]
    ranked = top(found.graph, own, int(found.rows[0]), 20)
    assert [(q, v) for _, q, v in ranked] == [(11.0, 44.0), (1.0, 30.0), (2.0, 2.0)]
    assert top(found.graph, own, int(found.rows[0]), 1)[0][0] == found.rows[3]
    assert top(found.graph, own, int(found.rows[0]), 0) == []


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_all_contributors_together_are_the_total(graph):
    parts, lines = graph
    found = sorted_lines(parts, [(p, c, abs(a)) for p, c, a in lines])
    own = np.linspace(1, 2, parts)
    own[found.rows[parts - 1]] = 0.0
    total = forward(found.graph, own[:, None])[found.rows[0], 0]
    ranked = top(found.graph, own, int(found.rows[0]), parts + 3)
    assert sum(value for _, _, value in ranked) == pytest.approx(total, rel=WITHIN)
    assert [abs(v) for _, _, v in ranked] == sorted((abs(v) for _, _, v in ranked), reverse=True)
    assert all(value == quantity * own[row] != 0 for row, quantity, value in ranked)


@given(graphs(), st.sampled_from([1, 10, 17, 33]), st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_a_pass_has_the_bits_of_a_plain_loop(graph, columns, threads):
    """Base first, then line after line: whichever kernel runs, and however rows are shared."""
    parts, lines = graph
    found = sorted_lines(parts, lines).graph
    base = np.random.default_rng(parts).lognormal(0, 1, (parts, columns))
    expected = base.copy()
    for row in range(parts):
        for line in range(found.links.starts[row], found.links.starts[row + 1]):
            expected[row] += found.links.amounts[line] * expected[found.links.children[line]]
    with patch.multiple(passes, _WORTH_THREADS=0, _WORTH_SHARING=0):
        assert forward(found, base, threads).tobytes() == expected.tobytes()


@pytest.mark.parametrize("name", PRODUCT_BOMS)
def test_a_published_product_bom_is_the_walk_over_its_own_rows(name):
    rows = dictionaries(f"bom/product_bom_{name}.csv")
    number = {row["line_id"]: n for n, row in enumerate(rows)}
    lines = [
        (
            number[row["parent_line_id"]],
            number[row["line_id"]],
            float(row["qty_per_parent"]) / float(row["parent_ref_amount"]),
        )
        for row in rows[1:]
    ]
    own = np.arange(1, len(rows) + 1, dtype=np.float64)[:, None]
    absolute = [(p, c, abs(a)) for p, c, a in lines]
    totals = by_part(sorted_lines(len(rows), absolute), own)[:, 0]
    for found, expected in zip(totals, exactly(len(rows), absolute, own[:, 0]), strict=True):
        assert abs(Fraction(float(found)) - expected) <= Fraction(WITHIN) * expected


@pytest.mark.parametrize("length", [1, 2, 3, 7, 1000])
def test_a_cycle_of_any_length_is_named_and_the_rest_stands(length):
    knot = [(n, (n + 1) % length, 1.0) for n in range(length)]
    leaf, above = length, length + 1
    found = sorted_lines(length + 2, [*knot, (0, leaf, 1.0), (above, 0, 2.0), (above, leaf, 3.0)])
    assert found.cyclic.tolist() == list(range(length))
    own = np.ones((length + 2, 1))
    totals = by_part(found, own)[:, 0]
    assert totals[above] == 1 + 2 + 3
    assert (totals[:length] == 1).all()


def test_two_knots_and_what_lies_between_them():
    found = sorted_lines(
        6, [(0, 1, 1.0), (1, 0, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 4, 1.0), (4, 3, 1.0)]
    )
    assert found.cyclic.tolist() == [0, 1, 3, 4]
    assert by_part(found, np.ones((6, 1)))[2, 0] == 2


CHAIN = """
import numpy as np
from hub.footprints.engine.graph import sort
from hub.footprints.engine.incremental import Standing
from hub.footprints.engine.passes import explode, forward
length = {length}
numbers = np.arange(length)
found = sort(length + 1, numbers, numbers + 1, np.ones(length))
assert len(found.graph.levels) == length + 2
held = Standing(found.graph, np.ones((length + 1, 1)))
assert held.values[found.rows[0], 0] == length + 1
assert forward(found.graph, held.base, 2).tobytes() == held.values.tobytes()
assert explode(found.graph, [int(found.rows[0])]).sum() == length + 1
held.change(found.rows[length // 2 : length // 2 + 1], np.array([[5.0]]))
assert held.values[found.rows[0], 0] == length + 5
knot = sort(length, numbers, (numbers + 1) % length, np.ones(length))
assert knot.cyclic.tolist() == numbers.tolist()
"""


@pytest.mark.parametrize("without_numba", ["0", "1"])
def test_a_chain_of_ten_thousand_and_as_long_a_knot(without_numba):
    """Quadratic time would be hours at this length: the limit is a hundred times what it takes."""
    environment = {**os.environ, "HUB_WITHOUT_NUMBA": without_numba}
    script = CHAIN.format(length=10_000)
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, timeout=120)


def test_a_part_used_by_a_hundred_thousand_parents():
    parts = 100_002
    parents = np.concatenate((np.arange(1, 100_001), np.zeros(100_000, dtype=np.int64)))
    children = np.concatenate((np.full(100_000, 100_001), np.arange(1, 100_001)))
    found = sort(parts, parents, children, np.full(200_000, 0.5))
    own = np.zeros((parts, 1))
    own[100_001] = 4.0
    assert by_part(found, own)[0, 0] == 100_000
    assert explode(found.graph, [int(found.rows[0])])[found.rows[100_001], 0] == 25_000


def test_nothing_and_a_single_part():
    empty = sorted_lines(0, [])
    assert forward(empty.graph, np.empty((0, 3)), 2).shape == (0, 3)
    assert forward(empty.graph, np.empty((0, 3))).shape == (0, 3)
    assert explode(empty.graph, []).shape == (0, 0)
    single = sorted_lines(1, [])
    assert by_part(single, np.array([[2.5, 1.0]])).tolist() == [[2.5, 1.0]]
    assert explode(single.graph, [0]).tolist() == [[1.0]]


def test_quantities_from_1e_minus_13_to_1e6():
    found = sorted_lines(3, [(0, 1, 1e-13), (0, 2, 1e6), (1, 2, 1e6)])
    totals = by_part(found, np.array([[0.0], [0.0], [3.0]]))
    assert totals[0, 0] == pytest.approx(3e6 + 3e-7, rel=WITHIN)


def test_a_line_of_the_graph_takes_no_more_than_forty_bytes():
    lines = 100_000
    found = sort(5_000, np.arange(lines) % 2_000, 2_000 + np.arange(lines) % 3_000, np.ones(lines))
    assert found.graph.above.starts.dtype == np.uint32  # made, so that it is counted
    assert found.graph.bytes / lines <= 40


COMPILED = """
import numpy as np
from hub.footprints.engine import fast, passes
from hub.footprints.engine.graph import sort
from hub.footprints.engine.passes import explode, forward
from benchmarks.automotive import generated
made = generated("small", 40, 200_000)
found = sort(made.parts, made.parent, made.child, made.amount)
base = np.empty_like(made.own)
base[found.rows] = made.own
assert fast.AVAILABLE == {available}
for threads in (1, 2):
    values = forward(found.graph, base, threads)
    quantities = explode(found.graph, found.rows[made.roots], threads)
    np.save({path!r} + f"-{{threads}}", np.concatenate((values.ravel(), quantities.ravel())))
"""


@pytest.mark.skipif(not fast.AVAILABLE, reason="Numba (extra [fast]) is not installed")
def test_compiled_passes_agree_and_any_number_of_threads_gives_the_same_bits(tmp_path):
    found = {}
    for available in (True, False):
        path = str(tmp_path / str(available))
        environment = {**os.environ, "HUB_WITHOUT_NUMBA": "0" if available else "1"}
        script = COMPILED.format(available=available, path=path)
        subprocess.run([sys.executable, "-c", script], check=True, env=environment)
        found[available] = [np.load(f"{path}-{threads}.npy") for threads in (1, 2)]
    for one, two in found.values():
        assert one.tobytes() == two.tobytes()
    assert found[True][0] == pytest.approx(found[False][0], rel=WITHIN)


def test_a_graph_keeps_the_order_of_a_parents_lines():
    """The order of a sum is the order of the lines, so its bits do not depend on the sorting."""
    found: Graph = sorted_lines(4, [(0, 3, 1.0), (0, 1, 2.0), (0, 2, 3.0), (0, 1, 4.0)]).graph
    assert found.links.amounts.tolist() == [1.0, 2.0, 3.0, 4.0]
