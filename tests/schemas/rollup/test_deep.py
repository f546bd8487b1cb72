"""Basis `deep`: a declaration refined by its inputs, never discarded."""

from decimal import Decimal
from typing import Any

import pytest

from tests.schemas.rollup.chains import (
    KG,
    KWH,
    line,
    part,
    solved,
    source,
    total,
    trader,
    value,
)
from tierlight_schemas.rollup.explain import contributions
from tierlight_schemas.rollup.model import INCLUDING, Band, Input, Known, PartNode
from tierlight_schemas.rollup.reference import Solution, carbon_coverage

SPLIT = {"fossil": "48", "biogenic_uptake": "-2"}


def used(node: str | None, quantity: str, kgco2e: str, unit: str = KG, **more: Any) -> Input:
    return Input(node, Decimal(quantity), unit, Decimal(kgco2e), **more)


def cell(*inputs: Input, amount: int = 1, **more: Any) -> PartNode:
    declared = value(50, amount=amount, uptake="-2", columns=SPLIT, inputs=inputs)
    return part("cell", owner="cellwerk", declared=declared, **more)


def cathode(kgco2e: str, **more: Any) -> PartNode:
    declared = value(kgco2e, KG, uptake="-7", **more)
    return part("cathode", owner="donghai", base_unit=KG, declared=declared)


def both(*nodes: PartNode) -> tuple[Solution, Solution]:
    return solved(*nodes), solved(*nodes, deep=True)


def test_a_refinement_adds_what_the_input_is_now_less_what_was_used() -> None:
    plain, deep = both(cell(used("cathode", "2", "20")), cathode("15"))
    assert total(plain, "cell") == 50
    assert total(deep, "cell") == 50 + 2 * (15 - 20)


def test_both_totals_move_by_the_same_and_no_other_column_moves() -> None:
    plain, deep = both(cell(used("cathode", "2", "20")), cathode("15", columns={"fossil": "14"}))
    before, after = plain.accounts["cell"].columns, deep.accounts["cell"].columns
    assert (before[INCLUDING], after[INCLUDING]) == (Decimal(48), Decimal(38))
    assert {name: after[name] for name in SPLIT} == {name: before[name] for name in SPLIT}
    assert after.keys() == before.keys()


def test_a_total_that_was_not_stated_is_not_invented() -> None:
    declared = value(50, uptake=None, inputs=(used("cathode", "2", "20"),))
    deep = solved(part("cell", declared=declared), cathode("15"), deep=True)
    assert INCLUDING not in deep.accounts["cell"].columns


def test_quantities_are_per_declared_amount_and_in_any_unit_that_converts() -> None:
    _, deep = both(cell(used("cathode", "2000", "0.02", "gram"), amount=4), cathode("15"))
    assert total(deep, "cell") == (50 + 2 * (15 - 20)) / Decimal(4)


def test_an_input_shared_with_other_products_counts_by_its_share() -> None:
    _, deep = both(cell(used("cathode", "2", "20", allocation=Decimal("0.25"))), cathode("15"))
    assert total(deep, "cell") == Decimal("47.5")


@pytest.mark.parametrize(
    "unknown",
    [
        used(None, "2", "20"),
        used("nowhere", "2", "20"),
        used("silent", "2", "20"),
        used("cathode", "2", "20", KWH),
    ],
    ids=["closed", "not in the network", "missing", "unit"],
)
def test_what_cannot_be_looked_into_keeps_the_value_the_declarant_used(unknown: Input) -> None:
    silent = part("silent", owner="eternal", base_unit=KG)
    _, deep = both(cell(unknown), cathode("15"), silent)
    assert total(deep, "cell") == 50
    assert carbon_coverage(deep.accounts["cell"]) == 1


def test_an_input_known_in_part_refines_nothing() -> None:
    """Its known half is no reason to forget the other."""
    band = Band("cathode", KG, Decimal(1), Decimal(30))
    half = trader("cathode", line("ore"), line("silent", 1, KG), owner="donghai", base_unit=KG)
    ore = part("ore", owner="donghai", declared=value(3))
    silent = part("silent", owner="eternal", base_unit=KG, band=band)
    _, deep = both(cell(used("cathode", "2", "20")), half, ore, silent)
    assert (total(deep, "cathode"), total(deep, "cell")) == (3, 50)


def test_a_default_below_refines_nothing() -> None:
    guess = part("cathode", owner="d", base_unit=KG, default=value(1, KG, known=Known.DEFAULT))
    _, deep = both(cell(used("cathode", "2", "20")), guess)
    assert total(deep, "cell") == 50


def test_refinements_run_through_several_tiers() -> None:
    deeper = cathode("15", inputs=(used("nickel", "0.5", "8"),))
    nickel = part("nickel", owner="mine", base_unit=KG, declared=value("10", KG))
    _, deep = both(cell(used("cathode", "2", "20")), deeper, nickel)
    assert total(deep, "cathode") == 16
    assert total(deep, "cell") == 50 + 2 * (16 - 20)


def test_carbon_and_quality_weigh_the_refined_total() -> None:
    _, deep = both(cell(used("cathode", "2", "20")), cathode("15"))
    account = deep.accounts["cell"]
    assert account.weight == 40
    assert account.coverage.carbon == {(0, Known.DECLARED): Decimal(40)}


def test_contributions_of_a_refined_chain_add_up_and_name_nobody_below() -> None:
    car = trader("car", line("ours", 4), line("bolt"), owner="oem")
    ours = part("ours", owner="oem", sources=(source("cell", 1),))
    bolt = part("bolt", owner="oem", declared=value(1))
    _, deep = both(car, ours, cell(used("cathode", "2", "20")), cathode("15"), bolt)
    rows = {item.node: item.value for item in contributions(deep, "car")}
    assert rows == {"cell": 160, "bolt": 1}
    assert total(deep, "car") == 161


def test_an_own_declared_part_is_one_contribution_whatever_refines_it() -> None:
    declared = value(50, inputs=(used("cathode", "2", "20"),))
    _, deep = both(
        trader("car", line("cell", 3), line("cathode", 1, KG)),
        part("cell", declared=declared),
        part("cathode", base_unit=KG, declared=value("15", KG)),
    )
    rows = {item.node: (item.quantity, item.value) for item in contributions(deep, "car")}
    assert rows == {"cell": (Decimal(3), Decimal(120)), "cathode": (Decimal(1), Decimal(15))}
    assert total(deep, "car") == 135


def test_declarants_that_used_each_other_stop_at_their_declarations() -> None:
    one = part("one", declared=value(10, inputs=(used("two", "1", "4", "piece"),)))
    two = part("two", declared=value(6, inputs=(used("one", "1", "5", "piece"),)))
    _, deep = both(one, two)
    assert deep.order.cycles != ()
    assert (total(deep, "one"), total(deep, "two")) == (10, 6)


# ---- own process and inputs instead of a composition ----


def made(*lines: Any, **more: Any) -> PartNode:
    return part("cell", *lines, owner="cellwerk", declared=value(50), own=value(9), **more)


def test_a_process_declaration_and_whole_inputs_replace_the_declaration() -> None:
    plain, deep = both(made(line("cathode", 2, KG)), cathode("15"))
    assert (total(plain, "cell"), total(deep, "cell")) == (50, 39)
    assert deep.resolutions["cell"].known is Known.BUILT_UP


def test_without_every_input_the_declaration_stands_and_the_build_up_is_kept() -> None:
    silent = part("silent", owner="eternal", base_unit=KG)
    _, deep = both(made(line("cathode", 2, KG), line("silent", 1, KG)), cathode("15"), silent)
    assert (total(deep, "cell"), deep.resolutions["cell"].known) == (50, Known.DECLARED)
    assert deep.resolutions["cell"].rejected is not None


def test_a_composition_on_record_comes_before_process_and_lines() -> None:
    declared = value(50, inputs=(used("cathode", "2", "20"),))
    node = part("cell", line("cathode", 1, KG), declared=declared, own=value(9))
    _, deep = both(node, cathode("15"))
    assert total(deep, "cell") == 40


def test_without_inputs_and_process_deep_is_the_declaration() -> None:
    node = part("cell", line("cathode", 2, KG), declared=value(50))
    _, deep = both(node, cathode("15"))
    assert total(deep, "cell") == 50
