"""Solved again after a change: the same as solved from the start, and no more work than needed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from tests.schemas.rollup.chains import KG, line, network, part, solved, source, value
from tests.schemas.rollup.changes import POLICIES, histories
from tierlight_schemas.rollup.again import solve_again
from tierlight_schemas.rollup.alike import alike
from tierlight_schemas.rollup.model import Leg, PartNode, Policy
from tierlight_schemas.rollup.reference import Solution, solve


@given(histories(), POLICIES)
@settings(deadline=None)
def test_after_any_history_the_outcome_is_that_of_a_full_solve(history, policy) -> None:
    former = solve(history[0], ["root"], policy)
    for held in history[1:]:
        full = solve(held, ["root"], policy)
        former = solve_again(former, held, ["root"], policy)
        assert alike(former, full)


@given(histories(), POLICIES, POLICIES)
@settings(deadline=None)
def test_other_roots_and_other_policies_are_solved_as_they_are(history, policy, other) -> None:
    former = solve(history[0], ["root"], policy)
    roots = [*history[-1].nodes][:3]
    again = solve_again(former, history[-1], roots, other)
    assert alike(again, solve(history[-1], roots, other))


def chain(cell: str = "5", pack_lines: str = "4") -> tuple[PartNode, ...]:
    return (
        part("car", line("pack"), line("seat", 5), owner="oem", own=value(100)),
        part("pack", owner="oem", sources=(source("pack@beifeng"),)),
        part("pack@beifeng", line("cell", pack_lines), owner="beifeng", own=value(40)),
        part("cell", owner="beifeng", declared=value(cell)),
        part("seat", line("foam", 2), owner="oem", own=value(3)),
        part("foam", owner="oem", declared=value(2)),
    )


def again(*nodes: PartNode, former: Solution) -> tuple[Solution, set[str]]:
    """The next solution, and the parts that were added up anew."""
    found = solve_again(former, network(*nodes), ["car"], Policy())
    assert alike(found, solve(network(*nodes), ["car"], Policy()))
    return found, {
        name for name, account in found.accounts.items() if account is not former.accounts[name]
    }


@pytest.mark.parametrize(
    ("after", "moved"),
    [
        (chain(), set()),
        (chain(cell="6"), {"cell", "pack@beifeng", "pack", "car"}),
        (chain(cell="5.0"), {"cell", "pack@beifeng", "pack", "car"}),
        (chain(pack_lines="4.0"), {"pack@beifeng", "pack", "car"}),
    ],
    ids=["nothing", "a declaration", "its printed decimals", "a line"],
)
def test_only_what_rests_on_the_change_is_added_up_anew(after: Any, moved: set[str]) -> None:
    former = solved(*chain())
    assert again(*after, former=former)[1] == moved


def test_a_change_that_moves_nothing_ends_where_it_is() -> None:
    """A name is not a number: the part itself is another, and nothing above it."""
    renamed = [
        part("seat", line("foam", 2), owner="oem", own=value(3), revision="r2")
        if node.id == "seat"
        else node
        for node in chain()
    ]
    found, moved = again(*renamed, former=solved(*chain()))
    assert moved == set()
    assert found.resolutions["seat"].node.revision == "r2"


def changed(*nodes: PartNode, by: PartNode, root: str, **policy: Any) -> tuple[Any, Any]:
    """The root's account before and after one node is another; the latter as a full solve's."""
    former = solved(*nodes, root=root, **policy)
    held = network(*(by if node.id == by.id else node for node in nodes))
    found = solve_again(former, held, [root], Policy(**policy))
    assert alike(found, solve(held, [root], Policy(**policy)))
    return former.accounts[root], found.accounts[root]


def test_a_part_that_comes_into_a_cycle_or_out_of_it() -> None:
    """Its own record is as it was: what it takes has begun, or ceased, to take it."""
    free = part("b", line("c"), own=value(1))
    caught = part("b", line("c"), line("a"), own=value(1))
    nodes = (part("a", line("b"), own=value(2)), free, part("c", declared=value(3)))
    before, after = changed(*nodes, by=caught, root="a")
    assert (before.total, after.total) == (6, 0)
    again, back = changed(nodes[0], caught, nodes[2], by=free, root="a")
    assert (again.total, back.total) == (0, 6)


def test_what_a_piece_weighs_is_how_much_of_it_a_line_in_kilograms_takes() -> None:
    nodes = (
        part("a", line("screw", 1, KG), own=value(0)),
        part("screw", declared=value(3), mass="0.5"),
    )
    lighter = part("screw", declared=value(3), mass="0.25")
    before, after = changed(*nodes, by=lighter, root="a")
    assert (before.total, after.total) == (6, 12)


def test_what_a_supplier_states_of_the_way_out_is_its_buyers_leg() -> None:
    def made(outbound: str) -> PartNode:
        return part("made", owner="b", declared=value(3, outbound=Decimal(outbound)))

    bought = part("bought", sources=(source("made", leg=Leg("supplier", True)),))
    before, after = changed(bought, made("0.5"), by=made("0.75"), root="bought")
    assert (before.total, after.total) == (Decimal("3.5"), Decimal("3.75"))


def test_a_line_that_leads_to_nothing_is_an_error_as_ever() -> None:
    broken = [part("car", line("nowhere"))]
    with pytest.raises(KeyError):
        solve_again(solved(*chain()), network(*broken), ["car"], Policy())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Decimal("2.5"), Decimal("2.5"), True),
        (Decimal("2.5"), Decimal("2.50"), False),
        (Decimal("0"), Decimal("-0"), False),
        (Decimal(1), 1, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ((1, 2), (1, 2, 3), False),
        ((1, 2), [1, 2], False),
        (value("2.5"), value("2.5"), True),
        (value("2.5"), value("2.50"), False),
        (part("a", line("b")), part("a", line("b", "1.0")), False),
        (None, Decimal(0), False),
    ],
)
def test_alike_is_more_than_equal(one: Any, other: Any, same: bool) -> None:
    assert alike(one, other) is same
