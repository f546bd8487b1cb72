"""Changes of own values, step by step, against adding everything up again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.automotive import generated
from hub.footprints.engine.graph import sort
from hub.footprints.engine.incremental import Standing
from hub.footprints.engine.passes import forward

WITHIN = 1e-12


def standing(vehicles: int = 20, lines: int = 40_000, seed: int = 7) -> Standing:
    made = generated("test", vehicles, lines, seed)
    found = sort(made.parts, made.parent, made.child, made.amount)
    base = np.empty_like(made.own)
    base[found.rows] = made.own
    return Standing(found.graph, base)


def assert_full(held: Standing) -> None:
    expected = forward(held.graph, held.base)
    np.testing.assert_allclose(held.values, expected, rtol=WITHIN, atol=WITHIN * expected.max())


def test_a_thousand_random_changes_are_a_full_pass():
    held = standing()
    dice = np.random.default_rng(11)
    for _ in range(1000):
        rows = dice.integers(0, held.graph.size, 1)
        held.change(rows, dice.lognormal(0, 1, (1, held.base.shape[1])))
    assert_full(held)
    assert held.full_passes < 1000


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 400), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_changes_of_any_size_are_a_full_pass(seed, sizes):
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


def test_a_row_named_twice_is_refused():
    held = standing(1, 2_000)
    with pytest.raises(ValueError, match="once"):
        held.change(np.array([5, 5]), held.base[[5, 5]])


def test_the_callers_arrays_stay_his():
    held = standing(1, 2_000)
    given_base = held.base.copy()
    again = Standing(held.graph, given_base)
    again.change(np.array([0]), again.base[[0]] + 1)
    assert (given_base == held.base).all()
