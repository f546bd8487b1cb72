"""Processes that take each other's goods: exact, in any order, and refused where nothing leaves."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.cbam.reports import works
from tierlight_schemas.cbam.embedded import embedded
from tierlight_schemas.cbam.solving import closed, delivered, overdrawn, solve

AMOUNTS = st.fractions(0, 1000, max_denominator=1000)


@st.composite
def systems(draw):
    """Up to five processes, of each of which some good leaves."""
    names = [f"P{number}" for number in range(draw(st.integers(1, 5)))]
    taken = {n: {m: draw(AMOUNTS) for m in names if draw(st.booleans())} for n in names}
    leaving = st.fractions(Fraction(1, 10), 1000, max_denominator=100)
    made = {
        n: draw(leaving) + sum((row.get(n, Fraction(0)) for row in taken.values()), Fraction(0))
        for n in names
    }
    emitted = {n: [draw(AMOUNTS), draw(AMOUNTS)] for n in names}
    return made, taken, emitted


class TestProperties:
    @given(systems())
    def test_what_leaves_carries_what_was_emitted(self, system):
        made, taken, emitted = system
        solved, left = solve(made, taken, emitted), delivered(made, taken)
        for column in range(2):
            carried = sum(solved[each][column] * left[each] for each in made)
            assert carried == sum(emitted[each][column] for each in made)

    @given(systems(), st.randoms())
    def test_the_order_makes_no_difference(self, system, random):
        made, taken, emitted = system
        names = list(made)
        random.shuffle(names)
        assert solve({n: made[n] for n in names}, taken, emitted) == solve(made, taken, emitted)

    @given(systems())
    def test_agrees_with_floating_point(self, system):
        made, taken, emitted = system
        names = list(made)
        matrix = np.array(
            [[float(made[i] * (i == j) - taken[i].get(j, 0)) for j in names] for i in names]
        )
        right = np.array([[float(value) for value in emitted[each]] for each in names])
        solved = solve(made, taken, emitted)
        found = [[float(value) for value in solved[each]] for each in names]
        assert np.allclose(np.linalg.solve(matrix, right), found, rtol=1e-6, atol=1e-6)

    @given(systems())
    def test_a_round_trip_more_changes_nothing(self, system):
        made, taken, emitted = system
        solved = solve(made, taken, emitted)
        for each in made:
            brought = sum(t * solved[source][0] for source, t in taken[each].items())
            assert solved[each][0] == (emitted[each][0] + brought) / made[each]

    @given(systems())
    def test_nothing_falls_below_zero(self, system):
        assert all(value >= 0 for row in solve(*system).values() for value in row)


class TestLoops:
    def test_are_the_limit_of_going_round(self):
        made = {"A": Fraction(100), "B": Fraction(50)}
        taken = {"A": {"B": Fraction(40)}, "B": {"A": Fraction(20)}}
        emitted = {"A": [Fraction(10)], "B": [Fraction(30)]}
        a = b = Fraction(0)
        for _ in range(60):
            a, b = (10 + 40 * b) / 100, (30 + 20 * a) / 50
        solved = solve(made, taken, emitted)
        assert abs(solved["A"][0] - a) < Fraction(1, 10**12)
        assert abs(solved["B"][0] - b) < Fraction(1, 10**12)
        assert solved["A"][0] == Fraction(34, 84)

    def test_a_process_may_take_its_own_good(self):
        solved = solve({"A": Fraction(10)}, {"A": {"A": Fraction(4)}}, {"A": [Fraction(3)]})
        assert solved["A"] == (Fraction(1, 2),)

    def test_of_three_come_out_the_same_in_every_order(self):
        taken = {"A": {"C": "5"}, "B": {"A": "20"}, "C": {"B": "10"}}
        found = set()
        for order in permutations("ABC"):
            report = works(dict.fromkeys(order, "40"), taken)
            found.add(tuple(sorted((n, x.direct) for n, x in embedded(report).items())))
        assert len(found) == 1


class TestRefused:
    @pytest.mark.parametrize(
        ("made", "taken", "names"),
        [
            ({"A": 10}, {"A": {"A": 11}}, {"A": 11}),
            ({"A": 10, "B": 5}, {"B": {"A": 10.5}}, {"A": 10.5}),
            ({"A": 10, "B": 5}, {"A": {"A": 6}, "B": {"A": 6}}, {"A": 12}),
            ({"A": 1, "B": 1}, {"A": {"B": 2}, "B": {"A": 3}}, {"A": 3, "B": 2}),
        ],
    )
    def test_more_is_taken_than_is_made(self, made, taken, names):
        assert overdrawn(_exact(made), {n: _exact(row) for n, row in taken.items()}) == names

    @pytest.mark.parametrize(
        ("made", "taken", "names"),
        [
            ({"A": 10}, {"A": {"A": 10}}, ["A"]),
            ({"A": 10, "B": 5}, {"A": {"B": 5}, "B": {"A": 10}}, ["A", "B"]),
            ({"A": 10, "B": 5, "C": 1}, {"A": {"B": 5}, "B": {"A": 10}}, ["A", "B"]),
        ],
    )
    def test_nothing_leaves(self, made, taken, names):
        assert closed(_exact(made), {n: _exact(row) for n, row in taken.items()}) == names

    @pytest.mark.parametrize(
        ("made", "taken"),
        [
            ({"A": 10}, {}),
            ({"A": 10, "B": 5}, {"B": {"A": 10}}),
            ({"A": 10, "B": 5, "C": 1}, {"B": {"A": 10}, "C": {"B": 5}}),
            ({"A": 10, "B": 5}, {"A": {"B": 5}, "B": {"A": 9}}),
        ],
    )
    def test_goods_may_all_go_on_while_some_leave_in_the_end(self, made, taken):
        rows = {n: _exact(row) for n, row in taken.items()}
        assert (overdrawn(_exact(made), rows), closed(_exact(made), rows)) == ({}, [])


def _exact(row):
    return {name: Fraction(value) for name, value in row.items()}
