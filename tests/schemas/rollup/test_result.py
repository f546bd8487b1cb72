"""What a total is allowed to say of itself."""

from decimal import Decimal

import pytest

from tests.schemas.rollup.chains import KG, line, part, solved, source, trader, value
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.model import Band, Known, PartNode

STEEL = part("steel", base_unit=KG, declared=value(2, KG))
ABOVE_ZERO = Band("steel part", KG, Decimal(1), Decimal(3))
BELOW_ZERO = Band("timber", KG, Decimal("-2"), Decimal("0.5"))


def says(*children: PartNode) -> str:
    car = trader("car", *(line(child.id, 1, child.base_unit) for child in children))
    return result.statement(solved(car, *children).accounts["car"])[0]


def gap(band: Band | None) -> PartNode:
    return part("silent", base_unit=KG, band=band)


DEFAULT = part("default", base_unit=KG, default=value(5, KG, known=Known.DEFAULT))


@pytest.mark.parametrize(
    ("children", "code"),
    [
        ((STEEL,), "total/complete"),
        ((STEEL, gap(ABOVE_ZERO)), "total/at-least"),
        ((STEEL, gap(None)), "total/at-least"),
        ((STEEL, gap(BELOW_ZERO)), "total/open"),
        ((STEEL, DEFAULT), "total/with-default"),
        ((STEEL, DEFAULT, gap(ABOVE_ZERO)), "total/open"),
        ((gap(ABOVE_ZERO),), "total/unknown"),
    ],
    ids=["whole", "gap", "gap without band", "gap below zero", "default", "both", "nothing"],
)
def test_at_least_is_said_only_where_nothing_can_lower_the_total(
    children: tuple[PartNode, ...], code: str
) -> None:
    assert says(*children) == code


def test_known_and_default_are_told_apart() -> None:
    car = trader("car", line("steel", 1, KG), line("default", 1, KG))
    params = result.statement(solved(car, STEEL, DEFAULT).accounts["car"])[1]
    assert (params["value"], params["default"], params["mass"]) == ("2", "5", "100.0")


def test_carbon_coverage_estimates_gaps_at_the_median_of_their_band() -> None:
    car = trader("car", line("steel", 3, KG), line("silent", 2, KG))
    covered = result.coverage(solved(car, STEEL, gap(ABOVE_ZERO)).accounts["car"])
    assert (covered["carbon"], covered["estimated_gaps"]) == ("0.5", "6")
    assert (covered["lines"], covered["mass"]) == ("0.5", "0.6")


def test_a_gap_without_a_band_makes_carbon_coverage_not_estimable() -> None:
    car = trader("car", line("steel", 3, KG), line("silent", 2, KG))
    covered = result.coverage(solved(car, STEEL, gap(None)).accounts["car"])
    assert (covered["carbon"], covered["gaps_without_estimate"]) == (None, 1)


def test_the_band_of_a_bought_part_estimates_an_open_share() -> None:
    bought = part(
        "seat", mass=20, band=ABOVE_ZERO, sources=(source("a", "0.5"), source(None, "0.5"))
    )
    supplier = part("a", owner="a", mass=20, declared=value(60))
    covered = result.coverage(solved(bought, supplier).accounts["seat"])
    assert (covered["estimated_gaps"], covered["carbon"]) == ("30", "0.5")


def test_a_contributor_of_zero_that_states_no_uptake_leaves_that_total_unknown() -> None:
    told = trader("box", line("steel", 1, KG), line("wood", 1, KG))
    silent = part("wood", base_unit=KG, declared=value(0, KG, uptake=None))
    stated = part("wood", base_unit=KG, declared=value(0, KG, uptake="-1.5"))
    assert result.totals(solved(told, STEEL, silent).accounts["box"])["including_uptake"] is None
    whole = result.totals(solved(told, STEEL, stated).accounts["box"])
    assert (whole["excluding_uptake"], whole["including_uptake"]) == ("2", "0.5")


def test_amounts_are_printed_with_15_digits_in_plain_notation() -> None:
    third = part("steel", base_unit=KG, declared=value("1e-7", KG, amount=3))
    totals = result.totals(solved(third).accounts["steel"])
    assert totals["excluding_uptake"] == "0.0000000333333333333333"


def test_kinds_add_up_to_the_whole() -> None:
    verified = part("ok", base_unit=KG, declared=value(4, KG, known=Known.VERIFIED))
    car = part(
        "car", line("ok", 1, KG), line("steel", 2, KG), line("default", 1, KG),
        line("silent", 1, KG), own=value(7, known=Known.DECLARED),
    )  # fmt: skip
    kinds = result.kinds(solved(car, verified, STEEL, DEFAULT, gap(None)).accounts["car"])
    assert {k: (v["lines"], v["mass_kg"], v["value"]) for k, v in kinds.items()} == {
        "verified": ("1", "1", "4"),
        "declared": ("1", "2", "11"),
        "built_up": ("0", "0", "0"),
        "default": ("1", "1", "5"),
        "expired": ("0", "0", "0"),
        "missing": ("1", "1", "0"),
    }


def test_the_input_digest_knows_no_order_and_no_repetition() -> None:
    assert result.input_digest(["b", "a", "a"]) == result.input_digest(["a", "b"])
    assert result.input_digest(["a"]) != result.input_digest(["a", "b"])
