"""Every way from a root to a part: counted, the largest listed, against every way walked."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schemas.rollup.brute import expand
from tests.schemas.rollup.chains import KG, chains, line, part, solved, source, trader, value
from tests.schemas.rollup.test_expansion import same, sum_of_sizes
from tierlight_schemas.rollup.explain import is_leaf, quantities_inside
from tierlight_schemas.rollup.model import Network, PartNode, Policy
from tierlight_schemas.rollup.paths import Path, Paths, paths
from tierlight_schemas.rollup.reference import Solution, solve

laws = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ALL = 10**6


def found(solution: Solution, target: str, most: int = ALL, root: str = "root") -> Paths:
    return paths(solution, root, target, most, ALL)


def walked(solution: Solution, root: str, target: str) -> list[tuple[tuple[int, ...], Fraction]]:
    """Every way on its own, by the places of its lines, with its quantity as a fraction."""
    ways: list[tuple[tuple[int, ...], Fraction]] = []
    waiting: list[tuple[str, tuple[int, ...], Fraction]] = [(root, (), Fraction(1))]
    while waiting:
        name, places, amount = waiting.pop()
        resolution = solution.resolutions[name]
        if name == target:
            ways.append((places, amount))
        elif resolution.node.owner == "oem" and not is_leaf(resolution):
            for place, edge in enumerate(resolution.edges):
                taken = amount * Fraction(edge.coefficient)
                waiting.append((edge.child, (*places, place), taken))
    return ways


def places_of(solution: Solution, root: str, path: Path) -> tuple[int, ...]:
    name, places = root, []
    for edge in path.edges:
        places.append(next(i for i, e in enumerate(solution.resolutions[name].edges) if e is edge))
        name = edge.child
    return tuple(places)


def ladder(levels: int, quantity: str = "1", parallel: int = 2) -> Solution:
    """Every level holds the next one by so many parallel lines."""
    nodes = [
        trader(f"p{n}", *(line(f"p{n + 1}", quantity, position=i) for i in range(parallel)))
        for n in range(levels)
    ]
    return solved(*nodes, part(f"p{levels}", declared=value(1)))


class TestLaws:
    @given(chains(), st.data())
    @laws
    def test_the_ways_are_all_ways(self, held: Network, data: Any) -> None:
        solution = solve(held, ["root"], Policy())
        target = data.draw(st.sampled_from(sorted(held.nodes)))
        expected = dict(walked(solution, "root", target)) if target in solution.accounts else {}
        got = found(solution, target)
        assert got.number == len(expected) == len(got.listed)
        listed = {places_of(solution, "root", path): path.quantity for path in got.listed}
        assert listed.keys() == expected.keys()
        size = sum_of_sizes(held, expand(held, "root"))
        assert all(same(listed[places], expected[places], size) for places in listed)

    @given(chains())
    @laws
    def test_their_quantities_add_up_to_the_transposed_pass(self, held: Network) -> None:
        solution = solve(held, ["root"], Policy())
        for name, quantity in quantities_inside(solution, "root").items():
            got = found(solution, name)
            assert got.quantity == quantity
            whole = sum((Fraction(path.quantity) for path in got.listed), Fraction(0))
            assert same(quantity, whole, abs(Fraction(quantity)))
            assert got.rest == 0

    @given(chains(), st.integers(0, 5), st.data())
    @laws
    def test_the_largest_come_first_and_the_rest_is_told(self, held, most, data):
        solution = solve(held, ["root"], Policy())
        target = data.draw(st.sampled_from(sorted(quantities_inside(solution, "root"))))
        few, every = found(solution, target, most), found(solution, target)
        assert few.listed == every.listed[:most]
        sizes = [abs(path.quantity) for path in every.listed]
        assert all(
            one >= other or abs(one - other) <= Decimal("1e-40") * one
            for one, other in pairwise(sizes)
        )
        listed = sum((Fraction(path.quantity) for path in few.listed), Fraction(0))
        assert same(few.quantity, listed + Fraction(few.rest), abs(Fraction(few.quantity)))


class TestHostile:
    def test_forty_levels_of_two_lines_are_counted_and_a_hundred_listed(self):
        got = found(ladder(40), "p40", 100, "p0")
        assert got.number == 2**40
        assert got.quantity == 2**40
        assert len(got.listed) == 100
        assert len({tuple(map(id, path.edges)) for path in got.listed}) == 100
        assert got.rest == 2**40 - 100

    def test_quantities_that_no_decimal_holds_do_not_multiply_the_work(self):
        """A third at each level: every size is rounded, and equal ways differ at the last digit."""
        nodes = [
            trader(
                f"p{n}",
                *(line(f"p{n + 1}", "1", reference_amount="3", position=i) for i in range(2)),
            )
            for n in range(60)
        ]
        got = found(solved(*nodes, part("p60")), "p60", 50, "p0")
        assert got.number == 2**60
        assert len(got.listed) == 50

    def test_a_number_of_ways_may_have_thousands_of_digits(self):
        got = found(ladder(20_000), "p20000", 1, "p0")
        assert got.number == 2**20_000
        assert len(got.listed[0].edges) == 20_000

    def test_no_more_lines_are_listed_than_asked_for(self):
        got = paths(ladder(30), "p0", "p30", 1000, 100)
        assert len(got.listed) == 4  # 30 lines each: the fourth passes a hundred
        assert paths(ladder(30), "p0", "p30", 1000, 1).listed[0].quantity == 1

    def test_a_graph_full_of_dead_ends_is_not_searched(self):
        """Only the lines that lead to the target are followed."""
        dead = [trader(f"d{n}", line(f"d{n + 1}"), line(f"d{n + 1}")) for n in range(40)]
        root = trader("root", line("d0"), line("p"))
        got = found(solved(root, *dead, part("d40"), part("p")), "p")
        assert [path.quantity for path in got.listed] == [1]


def positions(got: Paths) -> list[int]:
    """Of the first line of each way."""
    lines = [path.edges[0].line for path in got.listed]
    return [line.position for line in lines if line is not None]


class TestShapes:
    def test_parallel_lines_are_two_ways(self):
        root = trader("root", line("p", 2, position=0), line("p", 3, position=1))
        got = found(solved(root, part("p")), "p")
        assert [path.quantity for path in got.listed] == [Decimal(3), Decimal(2)]
        assert positions(got) == [1, 0]

    def test_equal_ways_stand_in_the_order_of_the_lines(self):
        root = trader("root", *(line("p", 2, position=n) for n in range(4)))
        got = found(solved(root, part("p")), "p")
        assert positions(got) == [0, 1, 2, 3]

    def test_the_root_is_in_itself_once(self):
        got = found(solved(trader("root", line("p")), part("p")), "root")
        assert (got.number, got.quantity) == (1, Decimal(1))
        assert got.listed == (Path((), Decimal(1)),)

    @pytest.mark.parametrize(
        ("nodes", "target"),
        [
            ((trader("root"), part("p")), "p"),
            ((part("root", line("p"), declared=value(1)), part("p")), "p"),
            ((trader("root", line("p", "-1")), part("p")), "p"),  # a by-product stands beside
            ((trader("root", line("p", stage="use")), part("p")), "p"),
            ((trader("root", line("p", 1, KG)), part("p")), "p"),  # does not convert
            ((trader("root", line("p")), part("p", line("root"))), "p"),  # a cycle
        ],
        ids=["no line", "declared above", "by-product", "beyond the gate", "units", "cycle"],
    )
    def test_what_does_not_enter_has_no_way(self, nodes: tuple[PartNode, ...], target: str):
        got = found(solved(*nodes), target)
        assert (got.number, got.listed) == (0, ())
        assert (got.quantity, got.rest) == (Decimal(0), Decimal(0))

    def test_no_way_leads_through_a_supplier(self):
        solution = solved(
            trader("root", line("mine"), line("p"), owner="oem"),
            trader("mine", owner="oem", sources=(source("S"),)),
            trader("S", line("S-IN"), owner="sun"),
            part("S-IN", owner="sun"),
            part("p", owner="oem"),
        )
        assert found(solution, "S").number == 1
        assert found(solution, "S-IN").number == 0

    def test_ways_of_different_length_are_told_by_size(self):
        solution = solved(
            trader("root", line("a", 5), line("p", 8)), trader("a", line("p", 2)), part("p")
        )
        got = found(solution, "p")
        assert [(path.quantity, len(path.edges)) for path in got.listed] == [
            (Decimal(10), 2),
            (Decimal(8), 1),
        ]
        assert Counter(len(path.edges) for path in got.listed) == {1: 1, 2: 1}
