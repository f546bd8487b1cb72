"""Bought parts: shares, legs, tiers, and what stops at a company's border."""

from decimal import Decimal

import pytest

from tests.schemas.rollup.chains import (
    KG,
    TKM,
    line,
    part,
    solved,
    source,
    total,
    trader,
    value,
)
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.explain import contributions
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    INCLUDING,
    LEGS,
    Kind,
    Known,
    Leg,
    PartNode,
)
from tierlight_schemas.rollup.reference import Solution, mass_coverage

SUPPLIER_PAYS, BUYER_PAYS = Leg("supplier", True), Leg("buyer", True)


def a_supplier(name: str, kgco2e: int, owner: str = "", **more: object) -> PartNode:
    return part(name, owner=owner or name, declared=value(kgco2e), **more)


def causes(solution: Solution, name: str) -> list[str]:
    return [gap.cause for gap in solution.resolutions[name].gaps]


# ---- shares ----


def test_shares_weigh_the_suppliers() -> None:
    bought = part("seat", sources=(source("a", "0.6"), source("b", "0.4")))
    solution = solved(bought, a_supplier("a", 100), a_supplier("b", 50))
    assert total(solution, "seat") == 80
    assert causes(solution, "seat") == []
    assert result.statement(solution.accounts["seat"])[0] == "total/complete"


def test_the_owners_declaration_beats_its_sources() -> None:
    bought = part("seat", sources=(source("a", 1),), declared=value(70))
    assert total(solved(bought, a_supplier("a", 100)), "seat") == 70


def test_a_share_that_does_not_resolve_is_a_gap_and_is_never_rescaled() -> None:
    bought = part("seat", mass=20, sources=(source("a", "0.6"), source(None, "0.4")))
    solution = solved(bought, a_supplier("a", 100))
    assert total(solution, "seat") == 60
    assert causes(solution, "seat") == ["share"]
    # Supplier `a` states no mass, but the buyer knows what a seat weighs.
    assert mass_coverage(solution.accounts["seat"]) == Decimal("0.6")
    assert result.statement(solution.accounts["seat"])[0] == "total/at-least"


def test_a_share_of_nothing_is_no_gap() -> None:
    bought = part("seat", sources=(source("a", 1), source(None, 0)))
    solution = solved(bought, a_supplier("a", 100))
    assert (total(solution, "seat"), causes(solution, "seat")) == (100, [])


def test_each_share_has_its_mass() -> None:
    bought = part("seat", mass=20, sources=(source("a", "0.6"), source(None, "0.4")))
    solution = solved(bought, a_supplier("a", 100, net_mass_kg=Decimal(20)))
    assert result.coverage(solution.accounts["seat"])["mass"] == "0.6"


def test_a_supplier_that_states_its_mass_is_weighed_by_it() -> None:
    bought = part("seat", mass=20, sources=(source("a", "0.6"), source(None, "0.4")))
    lighter = part("a", owner="a", declared=value(100, mass_kg=Decimal(36), amount=2))
    solution = solved(bought, lighter)
    assert result.kinds(solution.accounts["seat"])["declared"]["mass_kg"] == "10.8"
    service = part("a", owner="a", kind=Kind.SERVICE, declared=value(100, mass_kg=Decimal(36)))
    weighed = result.kinds(solved(bought, service).accounts["seat"])["declared"]["mass_kg"]
    assert weighed == "12"


def test_shares_above_100_percent_make_the_part_missing_whatever_else_is_known() -> None:
    bought = part(
        "seat",
        line("a"),
        mass=20,
        sources=(source("a", "0.6"), source("b", "0.41")),
        default=value(9, known=Known.DEFAULT),
    )
    solution = solved(bought, a_supplier("a", 100), a_supplier("b", 50))
    assert (total(solution, "seat"), causes(solution, "seat")) == (None, ["share"])
    assert mass_coverage(solution.accounts["seat"]) == 0


def test_a_remainder_comes_from_the_owners_own_lines() -> None:
    foam = part("foam", kind=Kind.MATERIAL, base_unit=KG, declared=value(4, KG))
    bought = part("seat", line("foam", 10, KG), sources=(source("a", "0.75"),), own=value(20))
    solution = solved(bought, a_supplier("a", 100), foam)
    assert total(solution, "seat") == 75 + Decimal("0.25") * (40 + 20)
    assert causes(solution, "seat") == []


def test_a_remainder_without_lines_is_missing() -> None:
    bought = part("seat", mass=20, sources=(source("a", "0.75"),))
    solution = solved(bought, a_supplier("a", 100, net_mass_kg=Decimal(20)))
    assert (total(solution, "seat"), causes(solution, "seat")) == (75, ["share"])
    assert result.coverage(solution.accounts["seat"])["mass"] == "0.75"


def test_a_fully_bought_part_makes_nothing_itself() -> None:
    foam = part("foam", kind=Kind.MATERIAL, base_unit=KG, declared=value(4, KG))
    bought = part("seat", line("foam", 10, KG), sources=(source("a", 1),), own=value(20))
    solution = solved(bought, a_supplier("a", 100), foam)
    assert (total(solution, "seat"), causes(solution, "seat")) == (100, [])


def test_the_buyers_net_mass_joins_its_pieces_to_the_suppliers_kilograms() -> None:
    bought = part("seat", mass=20, sources=(source("a", 1),))
    foam = part("a", owner="a", base_unit=KG, declared=value(5, KG))
    assert total(solved(bought, foam), "seat") == 100


def test_the_suppliers_net_mass_joins_its_pieces_to_the_buyers_kilograms() -> None:
    """A net mass beside a base unit of kilograms says 1 kg a kg, and joins nothing."""
    bought = part("coil", base_unit=KG, mass=1, sources=(source("a", 1),))
    pieces = part("a", owner="a", mass=16, declared=value(80))
    solution = solved(bought, pieces)
    assert total(solution, "coil") == 5
    assert mass_coverage(solution.accounts["coil"]) == 1


def test_units_that_do_not_join_across_a_link_are_a_gap_of_that_share() -> None:
    bought = part("seat", sources=(source("a", "0.5"), source("b", "0.5")))
    foam = part("a", owner="a", base_unit=KG, declared=value(5, KG))
    solution = solved(bought, foam, a_supplier("b", 50))
    assert (total(solution, "seat"), causes(solution, "seat")) == (25, ["unit-mismatch"])


# ---- legs ----


def with_leg(leg: Leg | None, **supplier: object) -> Solution:
    more = {"outbound": Decimal(6), "amount": 2} | supplier
    declared = value(100, **more)  # type: ignore[arg-type]
    return solved(
        part("seat", sources=(source("a", 1, leg),)),
        part("a", owner="a", mass=20, declared=declared),
    )


def test_a_leg_the_supplier_pays_is_its_outbound_value_per_declared_amount() -> None:
    solution = with_leg(SUPPLIER_PAYS)
    columns = solution.accounts["seat"].columns
    assert [columns[name] for name in (EXCLUDING, INCLUDING, LEGS)] == [53, 53, 3]
    assert columns["stage:transport"] == 3
    assert LEGS not in solution.accounts["a"].columns


def test_a_supplier_that_pays_and_states_nothing_is_a_gap() -> None:
    solution = with_leg(SUPPLIER_PAYS, outbound=None)
    assert (total(solution, "seat"), causes(solution, "seat")) == (50, ["leg"])


def test_an_outbound_value_of_zero_is_no_gap() -> None:
    solution = with_leg(SUPPLIER_PAYS, outbound=Decimal(0))
    assert (total(solution, "seat"), causes(solution, "seat")) == (50, [])


def test_a_leg_on_nobodys_record_is_a_gap_with_its_tonnes() -> None:
    for leg in (Leg("buyer", False), Leg("supplier", False)):
        solution = with_leg(leg)
        assert causes(solution, "seat") == ["leg"]
        gap = solution.resolutions["seat"].gaps[0]
        assert gap.mass_kg == 20
        assert not gap.is_line
        covered = result.coverage(solution.accounts["seat"])
        assert (covered["lines"], covered["mass"], covered["carbon"]) == ("1", "1", None)


def test_an_expired_outbound_value_is_not_used() -> None:
    bought = part("seat", sources=(source("a", 1, SUPPLIER_PAYS),))
    expired = value(90, known=Known.EXPIRED, outbound=Decimal(6))
    foam = part("foam", owner="a", base_unit=KG, declared=value(4, KG))
    theirs = trader("a", line("foam", 10, KG), owner="a", declared=expired)
    solution = solved(bought, theirs, foam)
    assert (total(solution, "seat"), causes(solution, "seat")) == (40, ["leg"])
    lenient = solved(bought, theirs, foam, use_expired=True)
    assert (total(lenient, "seat"), causes(lenient, "seat")) == (96, [])


def test_the_buyers_transport_line_counts_once_beside_the_full_share() -> None:
    truck = part("truck", kind=Kind.TRANSPORT, base_unit=TKM, declared=value("0.1", TKM))
    bought = part("seat", line("truck", 30, TKM), sources=(source("a", 1, BUYER_PAYS),))
    declared = value(100, outbound=Decimal(6))
    solution = solved(bought, part("a", owner="a", declared=declared), truck)
    assert (total(solution, "seat"), causes(solution, "seat")) == (103, [])
    assert solution.accounts["seat"].columns["stage:transport"] == 3


def test_a_leg_follows_its_share() -> None:
    sources = (source("a", "0.25", SUPPLIER_PAYS), source(None, "0.75", SUPPLIER_PAYS))
    declared = value(100, outbound=Decimal(8))
    solution = solved(part("seat", sources=sources), part("a", owner="a", declared=declared))
    assert (total(solution, "seat"), causes(solution, "seat")) == (27, ["share"])


# ---- tiers ----


def tiers(solution: Solution, root: str) -> dict[int, tuple[str | None, str | None, str | None]]:
    rows = result.coverage(solution.accounts[root])["by_tier"]
    return {row["tier"]: (row["lines"], row["mass_kg"], row["value"]) for row in rows}


def test_tiers_count_the_links_crossed_not_the_levels_of_a_bill_of_materials() -> None:
    deep = [
        trader("car", line("axle"), line("seat", 2), owner="oem"),
        trader("axle", line("bolt", 4), owner="oem"),
        part("bolt", owner="oem", mass="0.5", declared=value(1)),
        part("seat", owner="oem", sources=(source("their seat", 1),)),
        trader("their seat", line("foam", 3, KG), line("rail"), owner="tier1"),
        part("foam", owner="tier1", base_unit=KG, declared=value(2, KG)),
        part("rail", owner="tier1", sources=(source("steel rail", 1),)),
        part("steel rail", owner="tier2", mass=4, declared=value(10)),
    ]
    solution = solved(*deep)
    assert tiers(solution, "car") == {
        0: ("1", "2", "4"),
        1: ("1", "6", "12"),
        2: ("1", "8", "20"),
    }
    assert total(solution, "car") == 36


def test_a_silent_supplier_is_missing_in_its_own_tier() -> None:
    solution = solved(
        trader("car", line("bolt"), line("seat"), owner="oem"),
        part("bolt", owner="oem", mass=1, declared=value(1)),
        part("seat", owner="oem", mass=20, sources=(source(None, 1, Leg("buyer", False)),)),
    )
    assert tiers(solution, "car") == {0: ("1", "1", "1"), 1: ("0", "20", "0")}
    silent = [item for item in contributions(solution, "car") if item.value is None]
    assert [(item.role, item.tier) for item in silent] == [("share", 1)]


def test_the_leg_is_the_buyers_own() -> None:
    solution = with_leg(Leg("buyer", False))
    by_tier = result.coverage(solution.accounts["seat"])["by_tier"]
    assert [(row["tier"], row["carbon"]) for row in by_tier] == [(0, None), (1, "1")]


@pytest.mark.parametrize("reason", ["unregistered", "unconfirmed", "not-shared"])
def test_why_a_share_is_silent_changes_no_number(reason: str) -> None:
    plain = solved(part("seat", mass=3, sources=(source(None, 1),)))
    told = solved(part("seat", mass=3, sources=(source(None, 1, reason=reason),)))
    assert result.coverage(plain.accounts["seat"]) == result.coverage(told.accounts["seat"])


# ---- the border ----


def test_contributions_stop_at_the_owners_border_and_add_up() -> None:
    solution = solved(
        trader("car", line("axle", 2), line("seat", 2), owner="oem"),
        trader("axle", line("bolt", 4), line("seat", 1), owner="oem"),
        part("bolt", owner="oem", declared=value("0.1")),
        part("seat", owner="oem", sources=(source("their seat", 1, SUPPLIER_PAYS),)),
        trader("their seat", line("foam", 3, KG), owner="tier1", declared=None),
        part("foam", owner="tier1", base_unit=KG, declared=value(2, KG)),
    )
    found = {item.node: item for item in contributions(solution, "car") if item.value is not None}
    assert found.keys() == {"bolt", "their seat"}
    assert {name: (item.quantity, item.value, item.tier) for name, item in found.items()} == {
        "their seat": (Decimal(4), Decimal(24), 1),
        "bolt": (Decimal(8), Decimal("0.8"), 0),
    }
    assert sum(item.value or 0 for item in found.values()) == total(solution, "car")


def test_contributions_come_largest_first_then_gaps_by_mass() -> None:
    solution = solved(
        part("car", line("a"), line("b"), line("heavy"), line("light"), own=value(7)),
        part("a", declared=value(1)),
        part("b", declared=value(-9)),
        part("light", mass=1),
        part("heavy", mass=5),
    )
    rows = [(item.node, item.role, item.value) for item in contributions(solution, "car")]
    assert rows == [
        ("b", "part", -9),
        ("car", "own", 7),
        ("a", "part", 1),
        ("heavy", "missing", None),
        ("light", "missing", None),
    ]


def test_a_part_that_comes_back_from_a_supplier_stays_inside_that_supplier() -> None:
    """Castings sent to a supplier and bought back machined: counted once, in its value."""
    solution = solved(
        trader("car", line("casting"), line("machined"), owner="oem"),
        part("casting", owner="oem", declared=value(5)),
        part("machined", owner="oem", sources=(source("theirs", 1),)),
        trader("theirs", line("bought casting"), owner="tier1"),
        part("bought casting", owner="tier1", sources=(source("casting", 1),)),
    )
    found = {item.node: item.value for item in contributions(solution, "car")}
    assert found == {"casting": 5, "theirs": 5}
    assert total(solution, "car") == 10
    assert tiers(solution, "car")[2] == ("1", "0", "5")


def test_a_gap_is_counted_in_the_unit_of_its_line_or_of_its_supplier() -> None:
    solution = solved(
        trader("car", line("glue", 2, KG), line("wheel", 4)),
        part("glue", declared=value(1)),
        part("wheel", mass=12, sources=(source("theirs", 1, Leg("buyer", False)),)),
        part("theirs", owner="theirs", base_unit=KG, declared=value(3, KG)),
        root="car",
    )
    gaps = {item.part.number: item for item in contributions(solution, "car") if item.value is None}
    assert {name: (g.role, g.quantity, g.unit) for name, g in gaps.items()} == {
        "glue": ("unit-mismatch", Decimal(2), KG),
        "wheel": ("leg", Decimal(48), KG),
    }


@pytest.mark.parametrize(
    ("shares", "lines"), [(("0.333",) * 3, "0"), (("0.33",) * 3, "0"), (("0.33", "0.33"), "1")]
)
def test_shares_printed_short_of_a_whole_leave_no_gap(shares: tuple[str, ...], lines: str) -> None:
    theirs = [part(f"s{n}", owner=f"o{n}", declared=value("3")) for n in range(len(shares))]
    bought = part("bought", sources=tuple(source(f"s{n}", s) for n, s in enumerate(shares)))
    account = solved(bought, *theirs).accounts["bought"]
    missing = sum(v for (_, known), v in account.coverage.lines.items() if known is Known.MISSING)
    assert missing == Decimal(lines)


def test_the_way_in_that_a_supplier_states_is_not_the_buyers_own_making() -> None:
    theirs = part("theirs", owner="theirs", declared=value(15, outbound=Decimal("0.6")))
    bought = part("wheel", sources=(source("theirs", 1, SUPPLIER_PAYS),))
    rows = [(item.role, item.value) for item in contributions(solved(bought, theirs), "wheel")]
    assert rows == [("part", Decimal(15)), ("leg", Decimal("0.6"))]
    half = source("theirs", "0.5", SUPPLIER_PAYS)
    made = part("wheel", line("hub"), sources=(half,), own=value(4))
    solution = solved(made, theirs, part("hub", declared=value(2)))
    found = {item.role: item.value for item in contributions(solution, "wheel") if item.value}
    assert (found["own"], found["leg"]) == (Decimal(2), Decimal("0.3"))
    assert total(solution, "wheel") == Decimal("10.8")
