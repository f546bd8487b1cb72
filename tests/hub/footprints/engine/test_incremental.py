"""Changes step by step, and changes that only might come, against adding everything up again."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.automotive import generated
from hub.footprints.engine import fast
from hub.footprints.engine.graph import Links, sort
from hub.footprints.engine.incremental import Change, CircularChange, Standing, above, again
from hub.footprints.engine.passes import explode, forward
from tests.hub.footprints.engine.test_passes import graphs, sorted_lines


def standing(vehicles: int = 20, lines: int = 40_000, seed: int = 7) -> Standing:
    made = generated("test", vehicles, lines, seed)
    found = sort(made.parts, made.parent, made.child, made.amount)
    base = np.empty_like(made.own)
    base[found.rows] = made.own
    return Standing(found.graph, base)


def assert_full(held: Standing) -> None:
    """To the last bit: nothing drifts."""
    assert held.values.tobytes() == forward(held.graph, held.base).tobytes()


def used_by_few(held: Standing) -> np.ndarray:
    """Components that stand in one to three bills of materials."""
    uses = np.diff(held.graph.above.starts[: held.graph.levels[1] + 1].astype(np.int64))
    return np.flatnonzero((uses > 0) & (uses < 4))


@pytest.mark.parametrize("seed", [11, 12])
def test_a_thousand_random_changes_have_the_bits_of_a_full_pass(seed):
    held = standing()
    dice = np.random.default_rng(seed)
    for _ in range(1000):
        rows = dice.integers(0, held.graph.size, 1)
        held.change(rows, dice.lognormal(0, 1, (1, held.base.shape[1])))
    assert_full(held)
    assert held.full_passes < 1000


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 400), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_changes_of_any_size_have_the_bits_of_a_full_pass(seed, sizes):
    held = standing(3, 6_000, seed % 5)
    dice = np.random.default_rng(seed)
    for size in sizes:
        rows = dice.choice(held.graph.size, min(size, held.graph.size), replace=False)
        held.change(rows, dice.lognormal(0, 1, (len(rows), held.base.shape[1])))
    assert_full(held)


def test_only_what_stands_above_moves():
    held = standing()
    before, row = held.values.copy(), int(held.graph.levels[1])  # of the first level of assemblies
    moved = held.change(np.array([row]), held.base[[row]] + 1)
    changed = np.flatnonzero((held.values != before).any(axis=1))
    assert row in changed
    assert 1 <= len(changed) <= moved < held.graph.size
    assert changed.min() == row
    assert held.full_passes == 1


def test_a_change_of_everything_is_one_full_pass():
    held = standing()
    assert held.change(np.arange(held.graph.size), held.base * 2) == held.graph.size
    assert held.full_passes == 2
    assert_full(held)


def test_what_stays_as_it_was_moves_nothing():
    held = standing()
    before = held.values.copy()
    assert held.change(np.array([3, 4]), held.base[[3, 4]]) == 0
    assert held.change(np.array([], dtype=np.int64), held.base[:0]) == 0
    assert (held.values == before).all()


def test_a_row_named_twice_is_refused_and_nothing_changes():
    held = standing(1, 2_000)
    before = held.base.copy()
    with pytest.raises(ValueError, match="once"):
        held.change(np.array([5, 5]), held.base[[5, 5]] + 1)
    assert (held.base == before).all()


def test_the_callers_arrays_stay_his():
    held = standing(1, 2_000)
    given_base = held.base.copy()
    other = Standing(held.graph, given_base)
    other.change(np.array([0]), other.base[[0]] + 1)
    assert (given_base == held.base).all()


@given(graphs(), st.data())
@settings(max_examples=100, deadline=None)
def test_above_is_whoever_takes_any_of_it_and_fits_the_budget_or_is_none(graph, data):
    parts, lines = graph
    found = sorted_lines(parts, [(p, c, abs(a)) for p, c, a in lines]).graph
    rows = np.array(data.draw(st.lists(st.integers(0, parts - 1), max_size=4)), dtype=np.int64)
    takes = explode(found, range(parts))[rows].any(axis=0)
    expected = np.flatnonzero(takes)
    cost = int(np.diff(found.links.starts.astype(np.int64))[expected].sum())
    fitting = above(found, rows, cost)
    assert fitting is not None
    assert fitting.tolist() == expected.tolist()
    assert cost == 0 or above(found, rows, cost - 1) is None


def test_a_part_used_by_a_hundred_thousand_parents_is_beyond_a_small_budget():
    parents = np.arange(1, 100_001)
    found = sort(100_001, parents, np.zeros_like(parents), np.ones(100_000))
    row = found.rows[:1]
    assert above(found.graph, row, 99_999) is None
    every = above(found.graph, row, 100_000)
    assert every is not None
    assert len(every) == 100_001


def test_again_repairs_what_was_spoilt_above_a_row():
    held = standing()
    row = used_by_few(held)[:1]
    reached = above(held.graph, row, len(held.graph.links.children))
    assert reached is not None
    held.values[reached] = np.nan
    again(held.graph, held.base, held.values, reached)
    assert len(reached) > 1
    assert_full(held)


def changed_lines(held: Standing, dice: np.random.Generator, rows: np.ndarray) -> Change:
    """The rows take twice as much of the first half of what they took, and a component more."""
    drawn = dice.lognormal(0, 1, (len(rows), held.base.shape[1]))
    own = dict(zip(rows[::2].tolist(), drawn, strict=False))
    lines = {}
    for row in rows.tolist():
        places = held.graph.links.positions(np.array([row]))
        taken = held.graph.links.children[places[: len(places) // 2]].astype(np.int64)
        more = dice.integers(0, held.graph.levels[1], 1)
        amounts = np.append(2 * held.graph.links.amounts[places[: len(taken)]], 0.5)
        lines[row] = (np.append(taken, more), amounts)
    return Change(own, lines)


def come_true(held: Standing, change: Change, roots: np.ndarray) -> np.ndarray:
    """Everything sorted and added up again, as if the change had been made."""
    links, base = held.graph.links, held.base.copy()
    parents = links.parents().astype(np.int64)
    kept = ~np.isin(parents, list(change.lines))
    for row, own in change.own.items():
        base[row] = own
    new = [(np.full(len(c), row), c, a) for row, (c, a) in change.lines.items()]
    found = sort(
        held.graph.size,
        np.concatenate([parents[kept], *(row for row, _, _ in new)]),
        np.concatenate([links.children[kept].astype(np.int64), *(c for _, c, _ in new)]),
        np.concatenate([links.amounts[kept], *(a for _, _, a in new)]),
    )
    moved = np.empty_like(base)
    moved[found.rows] = base
    return forward(found.graph, moved)[found.rows[roots]]


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_a_preview_has_the_bits_of_the_change_come_true_and_touches_nothing(seed, count):
    held = standing(3, 6_000, seed % 5)
    dice = np.random.default_rng(seed)
    before = held.base.tobytes(), held.values.tobytes(), held.graph.links.amounts.tobytes()
    assemblies = np.arange(held.graph.levels[1], held.graph.size)
    roots = np.append(dice.choice(assemblies, 3, replace=False), 0)
    change = changed_lines(held, dice, dice.choice(assemblies, count, replace=False))
    found = held.preview(change, roots)
    assert found.tobytes() == come_true(held, change, roots).tobytes()
    after = held.base.tobytes(), held.values.tobytes(), held.graph.links.amounts.tobytes()
    assert after == before


def test_a_preview_of_nothing_is_what_stands():
    held = standing(3, 6_000)
    roots = np.array([held.graph.size - 1, 0, 5])
    assert held.preview(Change(), roots).tobytes() == held.values[roots].tobytes()


def test_a_part_may_come_to_take_one_of_a_higher_level():
    """A component becomes an assembly: the order of the rows is another one then."""
    found = sorted_lines(5, [(0, 1, 2.0), (1, 2, 3.0), (3, 4, 5.0)])
    row = found.rows
    held = Standing(found.graph, np.ones((5, 1)))
    change = Change(lines={int(row[2]): (row[3:4], np.array([7.0]))})
    assert held.preview(change, row[:1])[0, 0] == 1 + 2 * (1 + 3 * (1 + 7 * (1 + 5)))
    assert held.values[row[0], 0] == 1 + 2 * (1 + 3)


@pytest.mark.parametrize(
    ("changed", "taken", "knot"),
    [(2, [0], [0, 1, 2]), (2, [1], [1, 2]), (2, [2], [2]), (1, [2, 0], [0, 1])],
)
def test_changed_lines_that_close_a_circle_are_named(changed, taken, knot):
    found = sorted_lines(4, [(0, 1, 2.0), (1, 2, 3.0), (3, 0, 1.0)])
    row = found.rows
    held = Standing(found.graph, np.ones((4, 1)))
    lines = {int(row[changed]): (row[taken], np.ones(len(taken)))}
    with pytest.raises(CircularChange, match="take a line out") as refused:
        held.preview(Change(lines=lines), row[3:])
    assert refused.value.rows.tolist() == sorted(row[knot].tolist())


def test_a_preview_may_take_everything_away_from_a_part():
    found = sorted_lines(3, [(0, 1, 2.0), (1, 2, 3.0)])
    held = Standing(found.graph, np.ones((3, 2)))
    nothing = (np.empty(0, dtype=np.int64), np.empty(0))
    change = Change(lines={int(found.rows[1]): nothing})
    assert held.preview(change, found.rows[:2]).tolist() == [[3, 3], [1, 1]]


@pytest.mark.skipif(not fast.AVAILABLE, reason="SciPy's way writes through such a view")
def test_values_that_cannot_be_written_in_place_are_refused():
    """A view by columns would be copied, and the sums lost."""
    held = standing(1, 2_000)
    rows = np.arange(held.graph.size)
    with pytest.raises(ValueError, match="copy"):
        again(held.graph, held.base, np.asfortranarray(held.values), rows)


def test_lines_of_rows_are_copied_in_the_order_given():
    links = Links(np.array([0, 1, 1, 3], np.uint32), np.array([5, 6, 7], np.uint32), np.arange(3.0))
    taken = links.of(np.array([2, 1, 0]))
    assert taken.starts.tolist() == [0, 2, 2, 3]
    assert taken.children.tolist() == [6, 7, 5]
    assert taken.amounts.tolist() == [1, 2, 0]


def test_the_same_holds_without_numba():
    """These tests again, in a process that leaves Numba out."""
    if os.environ.get("HUB_WITHOUT_NUMBA") == "1":
        pytest.skip("Numba is left out already")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", __file__]
    environment = {**os.environ, "HUB_WITHOUT_NUMBA": "1"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout
