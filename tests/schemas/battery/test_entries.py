"""A roll-up taken apart by what is made: nothing is lost and nothing is counted twice."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.schemas.battery.packs import nodes
from tests.schemas.rollup.chains import chains, line, part, solved, trader, value
from tests.schemas.rollup.test_real_boms import near
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.entries import entries
from tierlight_schemas.battery.reading import Reading, Step
from tierlight_schemas.rollup.model import EXCLUDING, Kind, Network, Policy
from tierlight_schemas.rollup.reference import solve

laws = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@laws
@given(held=chains(), classes=st.lists(st.sampled_from([*Component, None]), min_size=9))
def test_entries_add_up_to_the_total(held: Network, classes: list[Any]) -> None:
    root = next(iter(held.nodes))
    solution = solve(held, [root], Policy())
    classed = {name: each for name, each in zip(held.nodes, classes, strict=False) if each}
    found = entries(Reading(solution, root, classed, {}, "DE"))
    known = [each.value for each in found if each.value is not None]
    total = solution.accounts[root].columns.get(EXCLUDING)
    assert (total is None) == (not known)
    if total is not None:
        size = sum(abs(Fraction(each)) for each in known)
        assert abs(sum(map(Fraction, known)) - Fraction(total)) <= size / 10**40 + Fraction(
            1, 10**40
        )


@laws
@given(held=chains())
def test_a_total_with_gaps_has_an_entry_that_says_so(held: Network) -> None:
    root = next(iter(held.nodes))
    solution = solve(held, [root], Policy())
    found = entries(Reading(solution, root, {}, {}, "DE"))
    account = solution.accounts[root]
    has_gaps = bool(account.coverage.gaps or account.coverage.unestimable)
    assert has_gaps == any(each.value is None or each.is_partial for each in found)


@pytest.mark.parametrize(
    ("parent", "kind", "inherited"),
    [
        (Component.CATHODE, Kind.ASSEMBLY, Component.CATHODE),
        (Component.ELECTRONICS, Kind.ASSEMBLY, Component.ELECTRONICS),
        (Component.CATHODE, Kind.MATERIAL, Component.RAW_MATERIAL),
        (Component.CELL, Kind.ASSEMBLY, None),
        (Component.MODULE, Kind.ASSEMBLY, None),
        (Component.CELL, Kind.AUXILIARY, Component.RAW_MATERIAL),
        (None, Kind.ASSEMBLY, None),
    ],
)
def test_the_class_of_what_goes_in(parent: Any, kind: Kind, inherited: Any) -> None:
    inner = part("INNER", kind=kind, own=value("3"), declared=value("3"))
    outer = trader("OUTER", line("INNER"))
    solution = solved(trader("PACK", line("OUTER")), outer, inner)
    classes = {"OUTER": parent} if parent else {}
    found = entries(Reading(solution, "PACK", classes, {}, "DE"))
    assert [each.component for each in found if each.part == "INNER"] == [inherited]


def test_energy_is_of_the_making_of_its_parent() -> None:
    solution = solved(*nodes())
    found = entries(Reading(solution, "PACK", {}, {}, "DE"))
    power = next(each for each in found if each.part == "POWER")
    assert (power.step, power.component, power.own_part) == (
        Step.MAKING, Component.BATTERY, "PACK",
    )  # fmt: skip
    assert power.electricity is None  # nobody has said whether it is electricity
    assert near(power.value, Fraction(Decimal(100)))
