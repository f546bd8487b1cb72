"""A total taken apart adds up again, whatever it is taken apart by."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.disclosure.closed import seen
from tests.schemas.rollup.brute import expand
from tests.schemas.rollup.chains import (
    KG,
    PIECE,
    chains,
    line,
    network,
    part,
    solved,
    source,
    trader,
    value,
)
from tests.schemas.rollup.test_expansion import same, sum_of_sizes
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.adding_up import adding_up
from tierlight_schemas.rollup.breakdown import Facet, Group, Told, broken_down, pieces
from tierlight_schemas.rollup.explain import STAGE
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    LEGS,
    Band,
    Kind,
    Known,
    Leg,
    Network,
    PartNode,
    Policy,
)
from tierlight_schemas.rollup.reference import Solution, solve
from tierlight_schemas.rollup.vectors import exact_sum

laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
COUNTRIES = ["DE", "CN", None]


@st.composite
def placed(draw: Any) -> Network:
    """A random chain whose values state countries and whose parts have categories."""
    held = draw(chains())
    nodes = {}
    for name, node in held.nodes.items():
        more: dict[str, Any] = {"category": draw(st.sampled_from(["steel", "pack", None]))}
        for kind in ("declared", "own"):
            if getattr(node, kind) is not None:
                country = draw(st.sampled_from(COUNTRIES))
                more[kind] = replace(getattr(node, kind), country=country)
        nodes[name] = replace(node, **more)
    return Network(nodes)


def groups(solution: Solution, facet: Facet, root: str | None = None) -> dict[Any, Group]:
    root = root or next(iter(solution.network.nodes))
    return {group.name: group for group in broken_down(solution, root, facet)}


def values(solution: Solution, facet: Facet) -> dict[Any, Decimal | None]:
    return {name: group.value for name, group in groups(solution, facet).items()}


def walked(solution: Solution, facet: Facet) -> dict[Any, Fraction]:
    """kgCO2e by what a facet calls it, every way on its own, in exact fractions."""
    found: dict[Any, Fraction] = defaultdict(Fraction)
    waiting: list[tuple[str, Fraction, PartNode | None]] = [("root", Fraction(1), None)]
    while waiting:
        name, amount, buyer = waiting.pop()
        resolution, node = solution.resolutions[name], solution.network.nodes[name]
        bought = node.owner != "oem"
        if not bought and resolution.known is Known.BUILT_UP and resolution.edges:
            waiting += [(e.child, amount * Fraction(e.coefficient), node) for e in resolution.edges]
        elif bought or resolution.known is not Known.BUILT_UP:
            record, value = buyer if bought and buyer else node, resolution.value
            closed = resolution.known is Known.BUILT_UP
            place = Told.NOT_DISCLOSED if closed else (value and value.country)
            whole = amount * Fraction(solution.accounts[name].total)
            found[_called(facet, node, int(bought), record, place)] += whole
            continue
        own = Fraction(resolution.base.get(EXCLUDING, 0))
        legs = Fraction(resolution.base.get(LEGS, 0))
        place = resolution.value and resolution.value.country
        found[_called(facet, node, 0, node, place)] += amount * (own - legs)
        found[_called(facet, node, 0, node, None)] += amount * legs
    return found


def _called(facet: Facet, node: PartNode, tier: int, record: PartNode, place: Any) -> Any:
    return {
        Facet.PART: (node.owner, node.number),
        Facet.TIER: tier,
        Facet.COMMODITY: record.category or Told.NOT_STATED,
        Facet.COUNTRY: place or Told.NOT_STATED,
    }[facet]


class TestLaws:
    @given(placed(), st.sampled_from([Facet.PART, Facet.TIER, Facet.COMMODITY, Facet.COUNTRY]))
    @laws
    def test_groups_are_those_of_every_way_walked_in_fractions(self, held, facet):
        solution = solve(held, ["root"], Policy())
        expected, found = walked(solution, facet), groups(solution, facet, "root")
        size = sum_of_sizes(held, expand(held, "root"))
        for name in {*expected, *found}:
            mine = found[name].value if name in found else None
            assert same(mine or 0, expected[name], size), name

    @given(placed(), st.sampled_from(Facet))
    @laws
    def test_groups_add_up_to_the_total(self, held, facet):
        solution = solve(held, ["root"], Policy())
        account = solution.accounts["root"]
        found = broken_down(solution, "root", facet)
        known = [group.value for group in found if group.value is not None]
        assert (EXCLUDING in account.columns) == bool(known)
        size = sum_of_sizes(held, expand(held, "root"))
        assert same(account.total, sum(map(Fraction, known), Fraction(0)), size)

    @given(placed(), st.sampled_from(Facet), st.booleans())
    @laws
    def test_so_do_average_values_and_ended_declarations(self, held, facet, use_expired):
        ended = {
            name: replace(node, declared=replace(node.declared, known=Known.EXPIRED))
            if node.declared and node.category == "steel"
            else node
            for name, node in held.nodes.items()
        }
        solution = solve(Network(ended), ["root"], Policy(use_expired=use_expired))
        kinds = result.kinds(solution.accounts["root"])
        found = broken_down(solution, "root", facet)
        for name in ("default", "expired"):
            whole = sum((Fraction(getattr(group, name)) for group in found), Fraction(0))
            told = Fraction(kinds[name]["value"] or 0)
            assert abs(whole - told) <= abs(told) * Fraction(1, 10**14)

    @given(placed(), st.sampled_from(Facet))
    @laws
    def test_the_kilograms_of_gaps_are_those_of_the_coverage(self, held, facet):
        solution = solve(held, ["root"], Policy())
        missing = [
            kg for (_, known), kg in solution.accounts["root"].coverage.mass.items()
            if known is Known.MISSING
        ]  # fmt: skip
        found = [
            group.gap_mass_kg for group in broken_down(solution, "root", facet)
            if group.gap_mass_kg is not None
        ]  # fmt: skip
        size = sum_of_sizes(held, expand(held, "root"))
        assert same(exact_sum(found), exact_sum(missing), size)

    @given(placed())
    @laws
    def test_there_is_a_gap_in_a_group_exactly_where_the_total_has_one(self, held):
        solution = solve(held, ["root"], Policy())
        coverage = solution.accounts["root"].coverage
        is_open = bool(coverage.gaps or coverage.unestimable)
        for facet in Facet:
            found = broken_down(solution, "root", facet)
            assert any(group.gaps for group in found) == is_open
            assert all(group.gaps for group in found if group.value is None)

    @given(placed())
    @laws
    def test_stages_are_those_that_the_closed_account_shows(self, held):
        solution = solve(held, ["root"], Policy())
        shown = {
            name.removeprefix(STAGE): column
            for name, column in seen(solution, "root").columns.items()
            if name.startswith(STAGE)
        }
        found = groups(solution, Facet.STAGE, "root")
        size = sum_of_sizes(held, expand(held, "root"))
        for name in {*shown, *(name for name in found if isinstance(name, str))}:
            mine = found[name].value if name in found else None
            assert same(mine or 0, shown.get(name, 0), size), name

    @given(placed())
    @laws
    def test_nothing_of_a_supplier_s_inside_is_in_any_piece(self, held):
        solution = solve(held, ["root"], Policy())
        for piece in pieces(solution, "root"):
            direct = {
                edge.child
                for resolution in solution.resolutions.values()
                if resolution.node.owner == "oem"
                for edge in resolution.edges
            }
            assert piece.part.owner == "oem" or piece.part.id in direct


CAR = (
    part("car", line("door", 2), line("seat"), line("film", stage="packaging"), owner="oem",
         category="vehicle", own=value(400, country="DE")),
    part("door", line("steel", 10, KG), line("bolt", 3), owner="oem", category="body"),
    part("steel", owner="oem", kind=Kind.MATERIAL, base_unit=KG, category="steel",
         default=value(2, unit=KG, known=Known.DEFAULT)),
    part("bolt", owner="oem", category="bolt", mass="0.1", sources=(source(None),)),
    part("seat", owner="oem", category="seat",
         sources=(source("S-SEAT", "0.6", Leg("supplier", True)), source("T-SEAT", "0.4"))),
    part("S-SEAT", owner="sun", category="secret", declared=value(
        50, country="CN", outbound=Decimal(5), columns={"stage:foaming": 30})),
    part("T-SEAT", line("T-FOAM", 2), owner="tec", category="secret", own=value(7, country="PL")),
    part("T-FOAM", owner="tec", mass="1.5"),
    part("film", owner="oem", declared=value(1, country="DE")),
)  # fmt: skip


class TestACar:
    """400 own making + 40 steel by average + 30 + 3 seat of Sun + 2.8 of Tec + 1 film = 476.8."""

    solution = solved(*CAR)

    def test_by_part(self):
        found = values(self.solution, Facet.PART)
        assert found == {
            ("oem", "car"): 400, ("oem", "steel"): 40, ("sun", "S-SEAT"): 30, ("oem", "seat"): 3,
            ("tec", "T-SEAT"): Decimal("2.8"), ("oem", "film"): 1,
            ("oem", "bolt"): None, ("oem", "door"): None,
        }  # fmt: skip

    def test_by_supplier(self):
        assert values(self.solution, Facet.SUPPLIER) == {
            Told.OWN: 404, Told.NOT_STATED: 40, "sun": 30, "tec": Decimal("2.8"),
            "a supplier": None,
        }  # fmt: skip

    def test_by_tier(self):
        assert values(self.solution, Facet.TIER) == {0: 444, 1: Decimal("32.8")}

    def test_by_commodity_as_the_buyer_calls_it(self):
        assert values(self.solution, Facet.COMMODITY) == {
            "vehicle": 400, "steel": 40, "seat": Decimal("35.8"), Told.NOT_STATED: 1,
            "bolt": None, "body": None,
        }  # fmt: skip

    def test_by_country(self):
        assert values(self.solution, Facet.COUNTRY) == {
            "DE": 401, Told.NOT_STATED: 43, "CN": 30, Told.NOT_DISCLOSED: Decimal("2.8")
        }  # fmt: skip

    def test_by_stage(self):
        assert values(self.solution, Facet.STAGE) == {
            "production": 400, "materials": Decimal("54.8"), "foaming": 18, "transport": 3,
            "packaging": 1,
        }  # fmt: skip

    def test_gaps_stand_beside_with_their_mass(self):
        found = groups(self.solution, Facet.SUPPLIER)
        bolts, tec, own = found["a supplier"], found["tec"], found[Told.OWN]
        assert (bolts.gaps, bolts.gap_mass_kg, bolts.value) == (1, Decimal("0.6"), None)
        assert (tec.gaps, tec.gap_mass_kg, tec.value) == (1, Decimal("1.2"), Decimal("2.8"))
        assert (own.gaps, own.gap_mass_kg, own.gaps_without_mass) == (1, None, 1)

    def test_average_values_are_told_apart(self):
        found = groups(self.solution, Facet.STAGE)["materials"]
        assert (found.default, found.expired) == (Decimal(40), Decimal(0))
        assert groups(self.solution, Facet.COUNTRY)["DE"].default == 0

    @pytest.mark.parametrize(
        ("facet", "name", "certainty"),
        [
            (Facet.SUPPLIER, "sun", "complete"),
            (Facet.SUPPLIER, "tec", "at-least"),
            (Facet.SUPPLIER, Told.NOT_STATED, "with-default"),
            (Facet.SUPPLIER, "a supplier", "unknown"),
            (Facet.STAGE, "materials", "open"),
        ],
    )
    def test_how_a_value_is_to_be_read(self, facet, name, certainty):
        assert groups(self.solution, facet)[name].certainty == certainty


def one(**fields: Any) -> Solution:
    """A root of one part."""
    return solved(trader("root", line("p", 2), owner="oem"), part("p", owner="oem", **fields))


class TestPlaces:
    def test_a_part_that_stands_in_two_stages_is_one_gap(self):
        solution = solved(
            trader("root", line("film"), line("film", stage="packaging")), part("film", mass="2")
        )
        found = groups(solution, Facet.STAGE)
        assert {name: group.gaps for name, group in found.items()} == {
            "materials": 1,
            "packaging": 1,
        }
        (group,) = broken_down(solution, "root", Facet.COUNTRY)
        assert (group.gaps, group.gap_mass_kg) == (1, Decimal(4))

    def test_a_gap_that_may_lower_the_total_leaves_it_open(self):
        band = Band("wood", PIECE, Decimal(-5), Decimal(1))
        solution = solved(
            trader("root", line("a"), line("b")), part("a", declared=value(3)), part("b", band=band)
        )
        (group,) = broken_down(solution, "root", Facet.SUPPLIER)[-1:]
        assert group.value is None
        assert groups(solution, Facet.TIER)[0].certainty == "open"

    @pytest.mark.parametrize(
        ("fields", "supplier"),
        [
            ({}, Told.NOT_STATED),
            ({"declared": value(1)}, Told.OWN),
            ({"default": value(1, known=Known.DEFAULT)}, Told.NOT_STATED),
            ({"default": value(1, known=Known.DEFAULT), "sources": (source(None),)}, "a supplier"),
            ({"default": value(1, known=Known.DEFAULT), "own": value(1)}, Told.OWN),
            ({"sources": (source(None, "0.7"),)}, "a supplier"),
            ({"sources": (source(None, "0.7"), source(None, "0.7"))}, "a supplier"),
            ({"kind": Kind.DIRECT_EMISSION, "gas": value(28)}, Told.OWN),
        ],
    )
    def test_whose_a_part_is(self, fields, supplier):
        assert supplier in groups(one(**fields), Facet.SUPPLIER)

    @pytest.mark.parametrize(
        ("fields", "country"),
        [
            ({"declared": value(1, country="SE")}, "SE"),
            ({"declared": value(1)}, Told.NOT_STATED),
            ({"default": value(1, known=Known.DEFAULT)}, Told.NOT_STATED),
            ({}, Told.NOT_STATED),
        ],
    )
    def test_where_a_part_is_made(self, fields, country):
        assert list(groups(one(**fields), Facet.COUNTRY)) == [country]

    def test_a_root_that_is_declared_is_one_piece(self):
        solution = solved(part("root", declared=value(3, country="SE")))
        assert values(solution, Facet.COUNTRY) == {"SE": 3}
        assert values(solution, Facet.STAGE) == {Told.NOT_STATED: 3}

    def test_a_root_of_which_nothing_is_known_is_one_gap(self):
        (group,) = broken_down(solved(part("root")), "root", Facet.PART)
        assert (group.value, group.gaps, group.certainty) == (None, 1, "unknown")


class TestPrinted:
    @pytest.mark.parametrize(
        ("parts", "total"),
        [
            (["1", "2"], "3"),
            (["0.3333333333333333333"] * 3, "1"),
            (["0.6666666666666666666", "-0.3333333333333333333"], "0.3333333333333333333"),
            (["1e-20", "1000"], "1000.00000000000000000001"),
            (["1e20", "-1e20", "0.1"], "0.1"),
            (["5", "-5"], "0"),
            (["0", "0"], "0"),
        ],
    )
    def test_parts_add_up_as_printed(self, parts, total):
        printed = adding_up([Decimal(text) for text in parts], Decimal(total))
        whole = sum(map(Fraction, printed), Fraction(0))
        assert len(printed) == len(parts)
        assert whole == Fraction(result.text(Decimal(total)) or 0)

    def test_of_nothing_there_is_nothing(self):
        assert adding_up([], Decimal(3)) == []

    @given(st.lists(st.decimals(-(10**9), 10**9, places=17), min_size=1, max_size=9))
    def test_no_part_moves_by_more_than_one_at_the_last_place(self, parts):
        total = sum(map(Fraction, parts), Fraction(0))
        exact = Decimal(total.numerator) / Decimal(total.denominator)
        printed = adding_up(parts, exact)
        assert sum(map(Fraction, printed)) == sum(map(Fraction, adding_up([exact], exact)))
        place = max(abs(exact) * Decimal("1e-14"), max(map(abs, parts)) * Decimal("1e-27"))
        for part_, shown in zip(parts, printed, strict=True):
            assert abs(part_ - shown) <= place


def test_a_network_of_the_cast_of_chains_is_left_as_it_is() -> None:
    """Asking changes nothing: the same solution answers again."""
    solution = solve(network(*CAR), ["car"], Policy())
    assert broken_down(solution, "car", Facet.STAGE) == broken_down(solution, "car", Facet.STAGE)
