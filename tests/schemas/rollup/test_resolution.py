"""How one part gets its value: declared, built up, default or missing, in that order."""

from decimal import Decimal
from typing import Any

import pytest

from tests.schemas.rollup.chains import (
    KG,
    KWH,
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
    Band,
    Kind,
    Known,
    PartNode,
    Resolution,
)
from tierlight_schemas.rollup.reference import Solution, carbon_coverage, mass_coverage

STEEL = part("steel", kind=Kind.MATERIAL, base_unit=KG, declared=value("2", KG))
POWER = part("power", kind=Kind.ENERGY, base_unit=KWH, declared=value("0.5", KWH))


def gaps(solution: Solution, name: str) -> list[str]:
    return [gap.cause for gap in solution.resolutions[name].gaps]


def known(solution: Solution, name: str) -> Known:
    return solution.resolutions[name].known


# ---- the order ----


def test_a_declaration_beats_the_build_up_and_a_default() -> None:
    frame = part(
        "frame", line("steel", 10, KG), declared=value(30), default=value(99, known=Known.DEFAULT)
    )
    solution = solved(frame, STEEL)
    assert (total(solution, "frame"), known(solution, "frame")) == (30, Known.DECLARED)


def test_without_a_declaration_the_part_is_built_up() -> None:
    frame = part("frame", line("steel", 10, KG), line("power", 4, KWH))
    solution = solved(frame, STEEL, POWER)
    assert (total(solution, "frame"), known(solution, "frame")) == (22, Known.BUILT_UP)
    assert gaps(solution, "frame") == []


def test_a_declaration_is_per_its_amount_and_shares_are_not_divided() -> None:
    quality = value(0).quality.__class__(primary_data_share=Decimal(60))
    steel = part("s", base_unit=KG, declared=value(2500, "tonne", amount=2, quality=quality))
    solution = solved(steel)
    assert total(solution, "s") == Decimal("1.25")
    assert result.quality(solution.accounts["s"])["known_part"]["primary_data_share"] == "60"


EXPIRED = value(30, known=Known.EXPIRED)


def test_an_expired_declaration_without_anything_newer_is_a_gap() -> None:
    solution = solved(part("frame", mass=10, declared=EXPIRED))
    assert total(solution, "frame") is None
    assert (known(solution, "frame"), gaps(solution, "frame")) == (Known.EXPIRED, ["expired"])
    covered = result.coverage(solution.accounts["frame"])
    assert (covered["lines"], covered["mass"]) == ("0", "0")


def test_an_expired_declaration_gives_way_to_the_build_up() -> None:
    frame = part("frame", line("steel", 10, KG), line("power", 4, KWH), declared=EXPIRED)
    solution = solved(frame, STEEL, POWER)
    assert (total(solution, "frame"), known(solution, "frame")) == (22, Known.BUILT_UP)


def test_an_expired_declaration_counts_only_where_the_policy_says_so_and_is_not_known() -> None:
    solution = solved(part("frame", declared=EXPIRED), use_expired=True)
    account = solution.accounts["frame"]
    assert (total(solution, "frame"), known(solution, "frame")) == (30, Known.EXPIRED)
    assert carbon_coverage(account) == 0
    assert result.statement(account)[0] == "total/with-default"


DEFAULT = value(8, known=Known.DEFAULT)


def test_a_default_counts_only_where_the_policy_allows_it() -> None:
    bolt = part("bolt", default=DEFAULT)
    allowed, refused = solved(bolt), solved(bolt, use_defaults=False)
    assert (total(allowed, "bolt"), known(allowed, "bolt")) == (8, Known.DEFAULT)
    assert (total(refused, "bolt"), known(refused, "bolt")) == (None, Known.MISSING)
    assert result.coverage(allowed.accounts["bolt"])["default_share"] == "1"
    assert carbon_coverage(allowed.accounts["bolt"]) == 0


def test_nothing_known_is_a_gap_and_never_a_zero() -> None:
    solution = solved(trader("box", line("lid"), line("base")), part("lid"), part("base"))
    assert total(solution, "box") is None
    assert result.totals(solution.accounts["box"])["excluding_uptake"] is None
    assert result.statement(solution.accounts["box"])[0] == "total/unknown"


def test_a_declared_zero_is_a_value() -> None:
    solution = solved(trader("box", line("lid")), part("lid", declared=value(0)))
    assert total(solution, "box") == 0
    assert result.statement(solution.accounts["box"])[0] == "total/complete"


# ---- thin build-ups ----

BAND = Band("steel part", KG, Decimal(1), Decimal(3))


def thin(steel_kg: int, silent_kg: int, **more: Any) -> Solution:
    frame = trader(
        "frame",
        line("steel", steel_kg, KG),
        line("silent", silent_kg, KG),
        default=value(50, known=Known.DEFAULT),
    )
    silent = part("silent", base_unit=KG, band=BAND)
    return solved(frame, STEEL, silent, **more)


def test_a_thin_build_up_gives_way_to_the_default_and_both_are_kept() -> None:
    solution = thin(10, 2)  # 20 known, 6 estimated: 76.9 %
    assert (total(solution, "frame"), known(solution, "frame")) == (50, Known.DEFAULT)
    rejected = solution.resolutions["frame"].rejected
    assert rejected is not None
    assert rejected.known is Known.BUILT_UP
    assert [edge.child for edge in rejected.edges] == ["steel", "silent"]


def test_a_build_up_of_80_percent_stands() -> None:
    solution = thin(12, 2)  # 24 known, 6 estimated: exactly 80 %
    assert (total(solution, "frame"), known(solution, "frame")) == (24, Known.BUILT_UP)
    assert solution.resolutions["frame"].rejected is None


@pytest.mark.parametrize(("silent_kg", "kept"), [(2, True), (3, False)])
def test_where_a_gap_cannot_be_estimated_the_mass_decides(silent_kg: int, kept: bool) -> None:
    frame = trader(
        "frame", line("steel", 8, KG), line("silent", silent_kg, KG),
        default=value(50, known=Known.DEFAULT),
    )  # fmt: skip
    solution = solved(frame, STEEL, part("silent", base_unit=KG))
    assert total(solution, "frame") == (16 if kept else 50)


def test_a_thin_build_up_stands_where_no_default_may_be_used() -> None:
    assert total(thin(10, 2, use_defaults=False), "frame") == 20


def test_a_build_up_known_to_be_zero_is_not_thin() -> None:
    scrap = part("scrap", kind=Kind.AUXILIARY, base_unit=KG, declared=value(0, KG))
    solution = solved(trader("frame", line("scrap", 2, KG), default=DEFAULT), scrap)
    assert (total(solution, "frame"), known(solution, "frame")) == (0, Known.BUILT_UP)
    assert carbon_coverage(solution.accounts["frame"]) == 1


def test_a_default_that_does_not_convert_replaces_nothing() -> None:
    frame = trader(
        "frame",
        line("steel", 1, KG),
        line("silent", 9, KG),
        default=value(1, KWH, known=Known.DEFAULT),
    )
    solution = solved(frame, STEEL, part("silent", base_unit=KG, band=BAND))
    assert (total(solution, "frame"), known(solution, "frame")) == (2, Known.BUILT_UP)


def test_a_default_and_a_build_up_never_count_together() -> None:
    solution = thin(10, 2)
    assert [item.node for item in contributions(solution, "frame")] == ["frame"]
    assert mass_coverage(solution.accounts["frame"]) is None


def test_coverage_counts_defaults_as_valued_but_not_as_known() -> None:
    box = trader("box", line("steel", 3, KG), line("lid"))
    solution = solved(box, STEEL, part("lid", mass=1, default=value(2, known=Known.DEFAULT)))
    covered = result.coverage(solution.accounts["box"])
    assert (covered["mass"], covered["carbon"]) == ("1", "0.75")
    assert covered["default_share"] == "0.25"


# ---- own process ----


def test_a_process_declaration_and_energy_lines_are_never_both_counted() -> None:
    frame = part("frame", line("steel", 10, KG), line("power", 4, KWH), own=value(7))
    solution = solved(frame, STEEL, POWER)
    assert total(solution, "frame") == 27
    assert [edge.child for edge in solution.resolutions["frame"].edges] == ["steel"]


def test_transport_lines_stand_beside_a_process_declaration() -> None:
    truck = part("truck", kind=Kind.TRANSPORT, base_unit=TKM, declared=value("0.1", TKM))
    frame = part("frame", line("steel", 10, KG), line("truck", 5, TKM), own=value(7))
    assert total(solved(frame, STEEL, truck), "frame") == Decimal("27.5")


@pytest.mark.parametrize("kind", [Kind.ENERGY, Kind.SERVICE, Kind.DIRECT_EMISSION])
def test_energy_service_and_direct_emission_lines_state_the_own_process(kind: Kind) -> None:
    spent = part("spent", kind=kind, base_unit=KG, declared=value(1, KG))
    solution = solved(part("frame", line("steel", 10, KG), line("spent", 1, KG)), STEEL, spent)
    assert gaps(solution, "frame") == []


@pytest.mark.parametrize("kind", [Kind.TRANSPORT, Kind.AUXILIARY, Kind.MATERIAL])
def test_other_lines_leave_the_own_process_unknown(kind: Kind) -> None:
    other = part("other", kind=kind, base_unit=KG, declared=value(1, KG))
    solution = solved(part("frame", line("steel", 10, KG), line("other", 1, KG)), STEEL, other)
    assert gaps(solution, "frame") == ["own-process"]
    assert result.statement(solution.accounts["frame"])[0] == "total/at-least"
    assert carbon_coverage(solution.accounts["frame"]) is None


def test_an_own_process_beyond_the_gate_states_nothing() -> None:
    frame = part("frame", line("steel", 1, KG), line("power", 1, KWH, stage="use"))
    assert gaps(solved(frame, STEEL, POWER), "frame") == ["own-process"]


def test_a_process_declaration_that_does_not_convert_is_a_gap() -> None:
    frame = part("frame", line("steel", 1, KG), own=value(7, KWH))
    solution = solved(frame, STEEL)
    assert (total(solution, "frame"), gaps(solution, "frame")) == (2, ["own-process"])


def test_a_trader_makes_nothing() -> None:
    assert gaps(solved(trader("coil", line("steel", 1, KG)), STEEL), "coil") == []


def test_a_process_without_inputs_is_known_in_part_only() -> None:
    solution = solved(part("frame", mass=4, own=value(7)))
    assert (total(solution, "frame"), gaps(solution, "frame")) == (7, ["missing"])
    assert mass_coverage(solution.accounts["frame"]) == 0


# ---- what a line takes ----


def test_quantity_reference_scrap_yield_allocation_and_take_rate_together() -> None:
    taken = line(
        "steel", 6000, "gram", reference_amount=2, scrap="0.25", process_yield="0.8",
        allocation="0.4", take_rate="0.5", group="roof",
    )  # fmt: skip
    solution = solved(trader("frame", taken), STEEL)
    assert solution.resolutions["frame"].edges[0].coefficient == Decimal("0.9375")
    assert total(solution, "frame") == Decimal("1.875")


def test_pieces_and_kilograms_join_through_the_net_mass() -> None:
    bolt = part("bolt", mass="0.25", declared=value(8, KG))
    assert total(solved(trader("box", line("bolt", 3)), bolt), "box") == 6
    assert total(solved(trader("box", line("bolt", 3, KG)), bolt), "box") == 24


def test_a_piece_without_a_mass_does_not_become_kilograms() -> None:
    solution = solved(trader("box", line("bolt", 3, KG)), part("bolt", declared=value(8)))
    assert (total(solution, "box"), gaps(solution, "box")) == (None, ["unit-mismatch"])
    assert mass_coverage(solution.accounts["box"]) == 0  # the line itself says 3 kg


def test_a_declaration_that_does_not_convert_makes_the_part_missing() -> None:
    solution = solved(part("bolt", declared=value(8, KG)))
    assert (known(solution, "bolt"), gaps(solution, "bolt")) == (Known.MISSING, ["unit-mismatch"])


def test_a_declared_mass_joins_a_piece_to_a_part_kept_in_kilograms() -> None:
    coil = part("coil", base_unit=KG, declared=value(40, mass_kg=Decimal(16)))
    assert total(solved(coil), "coil") == Decimal("2.5")


def test_a_line_that_stands_for_nothing_is_no_gap() -> None:
    roof = line("silent", 1, take_rate=0, group="roof")
    solution = solved(trader("car", line("steel", 3, KG), roof), STEEL, part("silent"))
    assert total(solution, "car") == 6
    assert result.statement(solution.accounts["car"])[0] == "total/complete"


def test_an_option_without_a_take_rate_leaves_its_whole_group_open() -> None:
    frame = trader(
        "car",
        line("steel", 3, KG, group="roof", take_rate="0.4"),
        line("glass", 2, KG, group="roof"),
        line("steel", 1, KG, group="seat", take_rate="0.5"),
    )
    glass = part("glass", kind=Kind.MATERIAL, base_unit=KG, declared=value(1, KG))
    solution = solved(frame, STEEL, glass)
    assert total(solution, "car") == 1
    assert gaps(solution, "car") == ["option-unresolved"] * 2
    assert result.coverage(solution.accounts["car"])["mass"] == "0.0909090909090909"


# ---- waste, by-products, beyond the gate ----


def test_waste_sent_to_treatment_adds_its_treatment() -> None:
    slag = part("slag", kind=Kind.WASTE, base_unit=KG, declared=value("0.3", KG))
    solution = solved(trader("frame", line("steel", 1, KG), line("slag", -2, KG)), STEEL, slag)
    assert total(solution, "frame") == Decimal("2.6")
    assert solution.accounts["frame"].columns["stage:waste"] == Decimal("0.6")
    assert mass_coverage(solution.accounts["frame"]) == 1


def test_waste_to_recycling_is_zero_at_the_cut_off_and_unknown_treatment_is_a_gap() -> None:
    free = part("scrap", kind=Kind.WASTE, base_unit=KG, declared=value(0, KG))
    silent = part("sludge", kind=Kind.WASTE, base_unit=KG)
    frame = trader("frame", line("steel", 1, KG), line("scrap", -2, KG), line("sludge", -1, KG))
    solution = solved(frame, STEEL, free, silent)
    assert total(solution, "frame") == 2
    assert result.statement(solution.accounts["frame"])[0] == "total/at-least"


def beside(resolution: Resolution) -> list[str]:
    return [edge.child for edge in resolution.beside]


def test_a_by_product_is_shown_beside_and_never_credited() -> None:
    heat = part("heat", kind=Kind.ENERGY, base_unit=KWH, declared=value("0.2", KWH))
    frame = part("frame", line("steel", 10, KG), line("heat", -5, KWH), line("power", 2, KWH))
    solution = solved(frame, STEEL, POWER, heat)
    assert total(solution, "frame") == 21
    assert beside(solution.resolutions["frame"]) == ["heat"]
    assert solution.accounts["heat"].total == Decimal("0.2")


@pytest.mark.parametrize("stage", ["use", "maintenance", "end-of-life", "capital-goods"])
def test_lines_beyond_the_gate_are_kept_beside(stage: str) -> None:
    frame = trader("frame", line("steel", 1, KG), line("steel", 9, KG, stage=stage))
    solution = solved(frame, STEEL)
    assert total(solution, "frame") == 2
    assert beside(solution.resolutions["frame"]) == ["steel"]


def test_infrastructure_stands_beside_even_in_a_unit_that_does_not_convert() -> None:
    hall = part("hall", kind=Kind.INFRASTRUCTURE, declared=value(10**9))
    frame = trader("frame", line("steel", 1, KG), line("hall", 1, "square meter"))
    solution = solved(frame, STEEL, hall)
    assert total(solution, "frame") == 2
    assert result.statement(solution.accounts["frame"])[0] == "total/complete"
    inside = solved(trader("frame", line("steel", 1, KG), line("hall", "1e-9")), hall, STEEL)
    assert beside(inside.resolutions["frame"]) == ["hall"]


def test_a_part_with_nothing_but_lines_beside_takes_its_default() -> None:
    hall = part("hall", kind=Kind.INFRASTRUCTURE, declared=value(10))
    frame = trader("frame", line("hall", 1), default=DEFAULT)
    assert total(solved(frame, hall), "frame") == 8
    assert gaps(solved(frame, hall, use_defaults=False), "frame") == ["missing"]


def test_a_direct_emission_takes_the_gas_by_its_factor() -> None:
    gas = part(
        "methane", kind=Kind.DIRECT_EMISSION, base_unit=KG, gas=value("29.8", KG, uptake=None)
    )
    frame = part("frame", line("steel", 1, KG), line("methane", "0.1", KG))
    solution = solved(frame, STEEL, gas)
    assert total(solution, "frame") == Decimal("4.98")
    assert gaps(solution, "frame") == []


# ---- cycles ----


def knot(*extra: PartNode) -> Solution:
    return solved(
        trader("car", line("a"), line("steel", 5, KG)),
        trader("a", line("b", 2), line("steel", 1, KG)),
        trader("b", line("c", 3)),
        trader("c", line("a", 1), default=DEFAULT),
        STEEL,
        *extra,
    )


def test_a_cycle_is_told_with_its_path_and_the_rest_stands() -> None:
    solution = knot()
    assert solution.order.cycles == (("a", "b", "c"),)
    assert {name: gaps(solution, name) for name in "abc"} == {name: ["cycle"] for name in "abc"}
    assert (total(solution, "car"), total(solution, "steel")) == (10, 2)
    assert result.statement(solution.accounts["car"])[0] == "total/at-least"


def test_a_part_that_is_made_of_itself_is_a_cycle() -> None:
    solution = solved(trader("car", line("a"), line("steel", 5, KG)), trader("a", line("a")), STEEL)
    assert solution.order.cycles == (("a",),)
    assert total(solution, "car") == 10


def test_a_declaration_cuts_a_cycle() -> None:
    solution = solved(
        trader("car", line("a")),
        trader("a", line("b"), declared=value(4)),
        trader("b", line("a")),
    )
    assert solution.order.cycles == ()
    assert total(solution, "car") == 4


def test_what_stands_beside_the_total_makes_no_cycle() -> None:
    """The hall that makes the lorry was itself built with lorries."""
    hall = part("hall", line("lorry", 3), kind=Kind.INFRASTRUCTURE)
    lorry = trader("lorry", line("steel", 5, KG), line("hall", "0.001"), line("lorry", -1))
    solution = solved(lorry, hall, STEEL)
    assert solution.order.cycles == ()
    assert total(solution, "lorry") == 10
    assert total(solution, "hall") == 30


def test_lines_that_a_full_sourcing_replaces_make_no_cycle() -> None:
    bought = part("seat", line("cover"), sources=(source("theirs", 1),))
    solution = solved(
        bought, trader("cover", line("seat")), part("theirs", owner="tier1", declared=value(5))
    )
    assert solution.order.cycles == ()
    assert total(solution, "seat") == 5


def test_two_knots_are_two_cycles() -> None:
    solution = solved(
        trader("car", line("a"), line("x")),
        trader("a", line("b")),
        trader("b", line("a")),
        trader("x", line("y")),
        trader("y", line("x"), line("steel", 1, KG)),
        STEEL,
    )
    assert solution.order.cycles == (("a", "b"), ("x", "y"))


def test_a_part_that_the_network_does_not_hold_is_named() -> None:
    with pytest.raises(KeyError, match="ghost"):
        solved(trader("car", line("ghost")))


def test_columns_that_nobody_states_are_absent() -> None:
    solution = solved(
        trader("box", line("a"), line("b")),
        part("a", declared=value(1, columns={"fossil": "0.75"})),
        part("b", declared=value(3)),
    )
    columns = result.columns(solution.accounts["box"])
    assert columns["fossil"] == "0.75"
    assert "land_use_change" not in columns
    assert result.columns_stated(solution.accounts["box"])["fossil"] == "0.25"


def test_a_split_that_fits_leaves_no_stage_of_rounding() -> None:
    thirds = {"stage:production": "1", "stage:materials": "2"}
    steel = part("steel", base_unit=KG, declared=value(3, KG, amount=7, columns=thirds))
    frame = trader("frame", line("steel", "1.1", KG, reference_amount=3, stage="packaging"))
    columns = solved(frame, steel).accounts["frame"].columns
    assert "stage:packaging" not in columns
    assert columns["stage:production"] + columns["stage:materials"] - columns[EXCLUDING] < 1e-45
