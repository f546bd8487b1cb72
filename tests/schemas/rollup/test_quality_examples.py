"""Published worked examples of quality figures: the exact value, and apart from it the printed one.

Sources: Catena-X Product Carbon Footprint Rulebook 4.0.1 (table 5, figure 17); Catena-X and TfS PCF
verification framework 2.0 (tables 8, 9, 10); PACT how-to guide to the methodology v3 (pages 48, 59,
63, 64). Numbers only, re-typed.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from tests.schemas.rollup.chains import KG, line, part, solved, source, total, trader, value
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.model import EXCLUDING, INCLUDING, Band, Kind, PartNode, Quality
from tierlight_schemas.rollup.reference import Solution


def figure(account: Account, name: str) -> Fraction:
    return Fraction(account.quality[name]) / Fraction(account.retrospective)


def printed(number: Fraction, digits: str = "1") -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal(digits), ROUND_HALF_UP)


def close(found: Fraction, expected: str) -> bool:
    """Equal to the digits of an expectation that was cut to so many."""
    digits = len(expected.partition(".")[2])
    return abs(found - Fraction(expected)) <= Fraction(1, 2 * 10**digits)


def primary(percent: str | int) -> Quality:
    return Quality(primary_data_share=Decimal(percent))


# ---- primary data share and ratings ----

TABLE_5 = {"A": (10, 75), "B": (25, 25), "C": (50, 50), "D": (15, 100)}


def components(rows: Mapping[str, tuple[object, Quality]], across_links: bool) -> Solution:
    """A product of components, bought across links or made by the same owner."""
    leaves = [
        part(f"their {name}", owner=f"company {name}", declared=value(str(kg), quality=quality))
        for name, (kg, quality) in rows.items()
    ]
    if not across_links:
        return solved(trader("product", *(line(leaf.id) for leaf in leaves)), *leaves)
    bought = [part(name, sources=(source(f"their {name}", 1),)) for name in rows]
    return solved(trader("product", *(line(node.id) for node in bought)), *bought, *leaves)


@pytest.mark.parametrize("across_links", [True, False])
def test_primary_data_share_of_rulebook_table_5(across_links: bool) -> None:
    rows = {name: (kg, primary(percent)) for name, (kg, percent) in TABLE_5.items()}
    account = components(rows, across_links).accounts["product"]
    assert figure(account, "primary_data_share") == Fraction("53.75")
    assert printed(figure(account, "primary_data_share")) == 54


FIGURE_17 = {"a": (1, 1, 90), "b": (1.5, 2, 70), "c": (2, 2, 80), "d": (-1.75, 2.7, 30)}


def test_a_negative_contribution_weighs_with_its_absolute_value() -> None:
    rows = {
        name: (kg, replace(primary(share), technological=Decimal(str(rating))))
        for name, (kg, rating, share) in FIGURE_17.items()
    }
    account = components(rows, across_links=True).accounts["product"]
    assert account.total == Decimal("2.75")
    assert figure(account, "technological") == Fraction("2.036")
    assert figure(account, "primary_data_share") == Fraction("65.2")
    # The rulebook prints 2.00 for the rating: a slip, its own table gives 2.04.
    assert printed(figure(account, "technological"), "0.01") == Decimal("2.04")
    assert printed(figure(account, "primary_data_share")) == 65


def test_primary_data_share_of_the_guide() -> None:
    """Direct emissions count 100 % primary; 1288 / 4290, page 63."""
    product = part(
        "product", line("a"), line("b"), line("c"), own=value(1000, quality=primary(100))
    )
    leaves = [
        part("a", declared=value(800, quality=primary(36))),
        part("b", declared=value(2400, quality=primary(0))),
        part("c", declared=value(90)),
    ]
    account = solved(product, *leaves).accounts["product"]
    assert figure(account, "primary_data_share") == Fraction(128800, 4290)
    assert printed(figure(account, "primary_data_share"), "0.1") == Decimal("30.0")


def test_data_quality_ratings_of_the_guide() -> None:
    """Three components of 25, 30 and 45 %, page 64."""
    ratings = {"a": (25, 2, 1, 2), "b": (30, 2, 5, 2), "c": (45, 1, 2, 3)}
    rows = {
        name: (
            kg,
            Quality(technological=Decimal(t), temporal=Decimal(p), geographical=Decimal(g)),
        )
        for name, (kg, t, p, g) in ratings.items()
    }
    account = components(rows, across_links=True).accounts["product"]
    found = [figure(account, name) for name in ("technological", "temporal", "geographical")]
    assert found == [Fraction("1.55"), Fraction("2.65"), Fraction("2.45")]


def test_what_is_not_rated_counts_as_the_worst() -> None:
    rows = {"a": (1, replace(primary(80), technological=Decimal(1))), "b": (3, Quality())}
    account = components(rows, across_links=False).accounts["product"]
    assert figure(account, "primary_data_share") == 20
    assert figure(account, "technological") == 4


# ---- totals ----


def test_a_product_with_land_use_and_uptake() -> None:
    """Page 59: land use change 5, land management 0.5 + 0.2, fossil 1, other gases 0.1 + 0.1."""
    farm = value("5.6", uptake="-0.5", columns={
        "land_use_change": "5", "land_management_fossil": "0.5", "biogenic_non_co2": "0.1",
        "biogenic_uptake": "-0.5",
    })  # fmt: skip
    mill = value("1.3", columns={
        "land_management_fossil": "0.2", "fossil": "1", "biogenic_non_co2": "0.1",
    })  # fmt: skip
    solution = solved(
        trader("cocoa", line("bean", 1, KG), line("milling", 1, KG)),
        part("bean", base_unit=KG, declared=replace(farm, unit=KG)),
        part("milling", base_unit=KG, declared=replace(mill, unit=KG)),
    )
    columns = solution.accounts["cocoa"].columns
    assert (columns[EXCLUDING], columns[INCLUDING]) == (Decimal("6.9"), Decimal("6.4"))
    assert columns["land_management_fossil"] == Decimal("0.7")
    assert columns["biogenic_uptake"] == Decimal("-0.5")


def test_a_bottle_of_two_materials() -> None:
    """Page 48: 0.3 x 0.6 + 0.1 x 0.25."""
    bottle = trader("bottle", line("body", "0.3", KG), line("cap", "0.1", KG))
    body = part("body", base_unit=KG, declared=value("0.6", KG))
    cap = part("cap", base_unit=KG, declared=value("0.25", KG))
    assert total(solved(bottle, body, cap), "bottle") == Decimal("0.205")


# ---- verification shares ----

INBOUND = {"F1": {}, "E1": {}, "C1": {"E1": 3}, "D1": {"F1": 1}, "B1": {"C1": 2, "D1": 1},
           "A1": {"B1": 1}}  # fmt: skip
OWN_KG = {"F1": 5, "E1": 10, "C1": 20, "D1": 10, "B1": 15, "A1": 25}
IN_DEPTH, REGULAR, NONE = 95, 80, 0
TABLE_8 = {
    "F1": IN_DEPTH, "E1": IN_DEPTH, "C1": IN_DEPTH, "D1": NONE, "B1": IN_DEPTH, "A1": IN_DEPTH,
}  # fmt: skip


def verified(indicator: str, percent: int) -> Quality:
    program = indicator == "program"
    share = Decimal(percent)
    return Quality(program=share) if program else Quality(third_party=share)


def chain(indicator: str, own: Mapping[str, int], inbound=INBOUND, kg=OWN_KG) -> Solution:
    """Every production belongs to a company of its own and buys its inbound across a link."""
    nodes: list[PartNode] = []
    for name, taken in inbound.items():
        owner = name[0]
        lines = [line(f"{child} at {owner}", amount) for child, amount in taken.items()]
        nodes.extend(
            part(f"{child} at {owner}", owner=owner, sources=(source(child, 1),)) for child in taken
        )
        quality = verified(indicator, own[name])
        process = value(kg[name], quality=quality)
        if lines:
            nodes.append(part(name, *lines, owner=owner, own=process))
        else:
            nodes.append(part(name, owner=owner, declared=process))
    return solved(*nodes, root="A1")


def shares(solution: Solution, indicator: str) -> dict[str, Fraction]:
    return {
        name: figure(solution.accounts[name], indicator)
        for name in INBOUND
        if name in solution.accounts
    }


def test_verification_shares_of_table_8() -> None:
    solution = chain("third_party", TABLE_8)
    totals = {name: solution.accounts[name].total for name in INBOUND}
    assert totals == {"F1": 5, "E1": 10, "C1": 50, "D1": 15, "B1": 130, "A1": 155}
    found = shares(solution, "third_party")
    assert [found[name] for name in ("F1", "E1", "C1", "D1")] == [95, 95, 95, 0]
    assert close(found["B1"], "84.038462")
    assert close(found["A1"], "85.806452")
    assert [printed(found[name]) for name in ("B1", "A1")] == [84, 86]


def test_unverified_own_production_breaks_the_chain_whatever_its_inbound_carries() -> None:
    unverified = chain("third_party", TABLE_8 | {"B1": NONE})
    assert shares(unverified, "third_party")["B1"] == 0
    assert shares(unverified, "third_party")["A1"] == Fraction(25 * 95, 155)


def test_verification_shares_of_table_9_where_one_production_is_verified_less() -> None:
    """No inbound counts as better verified than the production that takes it in: C1 is 80."""
    found = shares(chain("third_party", TABLE_8 | {"C1": REGULAR}), "third_party")
    assert found["C1"] == 80
    assert found["B1"] == Fraction("72.5")
    assert close(found["A1"], "76.129032")
    assert [printed(found[name]) for name in ("C1", "B1", "A1")] == [80, 73, 76]


def test_table_9_prints_77_because_it_rounds_before_handing_over() -> None:
    """We never round between tiers; who receives a rounded 73 and adds it up gets the 77."""
    handed_over = part(
        "B1", owner="B", declared=value(130, quality=Quality(third_party=Decimal(73)))
    )
    own = value(25, quality=Quality(third_party=Decimal(95)))
    bought = part("B1 at A", owner="A", sources=(source("B1", 1),))
    solution = solved(part("A1", line("B1 at A"), owner="A", own=own), bought, handed_over)
    found = figure(solution.accounts["A1"], "third_party")
    assert found == Fraction(25 * 95 + 130 * 73, 155)
    assert printed(found) == 77


def test_program_certification_shares_of_table_10_know_no_broken_chain() -> None:
    certified = {"E1": 100, "C1": 0, "D1": 0, "B1": 100, "A1": 100}
    inbound = {"E1": {}, "C1": {"E1": 3}, "D1": {}, "B1": {"C1": 2, "D1": 1}, "A1": {"B1": 1}}
    found = shares(chain("program", certified, inbound, OWN_KG | {"D1": 15}), "program")
    assert [found[name] for name in ("E1", "C1", "D1")] == [100, 60, 0]
    assert close(found["B1"], "57.692308")
    assert close(found["A1"], "64.516129")
    assert [printed(found[name]) for name in ("B1", "A1")] == [58, 65]


def test_an_unknown_own_process_breaks_the_chain_and_a_trader_does_not() -> None:
    leaf = part("leaf", declared=value(10, quality=Quality(third_party=Decimal(95))))
    made = solved(part("made", line("leaf")), leaf).accounts["made"]
    passed_on = solved(trader("sold", line("leaf")), leaf).accounts["sold"]
    assert figure(made, "third_party") == 0
    assert figure(passed_on, "third_party") == 95


def test_a_traders_warehouse_is_weighed_but_breaks_no_chain() -> None:
    leaf = part("leaf", declared=value(10, quality=Quality(third_party=Decimal(95))))
    power = part("power", kind=Kind.ENERGY, declared=value(10))
    passed_on = solved(trader("sold", line("leaf"), line("power")), leaf, power).accounts["sold"]
    assert figure(passed_on, "third_party") == Fraction("47.5")


# ---- weights, gaps and plans ----


def test_across_a_link_a_part_is_one_contributor_with_the_size_of_its_total() -> None:
    """Inside the supplier 30 and -10 weigh 40; the buyer weighs its 20."""
    theirs = trader("theirs", line("plus"), line("minus"), owner="tier1")
    plus = part("plus", owner="tier1", declared=value(30, quality=primary(100)))
    minus = part("minus", owner="tier1", declared=value(-10, quality=primary(0)))
    bought = part("bought", sources=(source("theirs", 1),))
    other = part("other", declared=value(20, quality=primary(0)))
    solution = solved(trader("car", line("bought"), line("other")), bought, other, theirs, plus,
                      minus)  # fmt: skip
    assert solution.accounts["theirs"].weight == 40
    assert solution.accounts["car"].weight == 40
    assert figure(solution.accounts["car"], "primary_data_share") == Fraction("37.5")


def test_figures_are_given_over_what_is_known_and_over_the_estimated_total() -> None:
    quality = replace(primary(80), technological=Decimal(1), third_party=Decimal(90))
    known = part("known", base_unit=KG, declared=value(3, KG, quality=quality))
    band = Band("steel part", KG, Decimal(0), Decimal(1))
    silent = part("silent", base_unit=KG, band=band)
    solution = solved(trader("car", line("known", 1, KG), line("silent", 1, KG)), known, silent)
    figures = result.quality(solution.accounts["car"])
    shown = ("primary_data_share", "technological", "third_party")
    assert [figures["known_part"][name] for name in shown] == ["80", "1", "90"]
    assert [figures["estimated_total"][name] for name in shown] == ["60", "2", "67.5"]


def test_a_gap_that_nobody_can_estimate_leaves_the_estimated_figures_open() -> None:
    known = part("known", declared=value(3, quality=primary(80)))
    solution = solved(trader("car", line("known"), line("silent")), known, part("silent"))
    quality = result.quality(solution.accounts["car"])
    assert quality["known_part"]["primary_data_share"] == "80"
    assert quality["estimated_total"]["primary_data_share"] is None


def test_prospective_values_have_no_quality_figures() -> None:
    plan = Quality(primary_data_share=Decimal(100), prospective=True)
    rows = {"now": (30, primary(40)), "plan": (10, plan)}
    account = components(rows, across_links=True).accounts["product"]
    quality = result.quality(account)
    assert (quality["time_basis"], quality["prospective_share"]) == ("mixed", "0.25")
    assert quality["known_part"]["primary_data_share"] == "40"
    only = components({"plan": (10, plan)}, across_links=True).accounts["product"]
    assert result.quality(only)["time_basis"] == "prospective"
    assert result.quality(only)["known_part"] == {}
