"""A network on paper is the network: packed, unpacked and solved it gives the same accounts."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.rollup.chains import KG, chains, line, network, part, solved, source, value
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.canonical import canonical
from tierlight_schemas.network_annex import NetworkAnnex
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    INCLUDING,
    Input,
    Kind,
    Known,
    Leg,
    Network,
    PartNode,
    Policy,
)
from tierlight_schemas.rollup.packed import ROOT, exact, pack, unpack
from tierlight_schemas.rollup.reference import Solution, solve
from tierlight_schemas.statement import result_document

policies = st.builds(
    Policy,
    st.booleans(),
    st.booleans(),
    st.sampled_from([Decimal(0), Decimal("0.8")]),
    st.booleans(),
)


def again(solution: Solution, root: str) -> Solution:
    """What whoever has only the paper computes."""
    text = canonical(pack(solution, root))
    return solve(unpack(json.loads(text)), [ROOT], solution.policy)


def of_one_owner(network: Network) -> Network:
    return Network({name: replace(node, owner="oem") for name, node in network.nodes.items()})


def near(one: Decimal | None, other: Decimal | None) -> bool:
    """Equal but for what 50 digits leave over."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= Decimal("1e-38") * max(abs(one), abs(other), Decimal(1))


class TestRoundTrip:
    @given(chains(), policies)
    def test_gives_identical_accounts(self, held, policy):
        open_to_all = of_one_owner(held)
        solution = solve(open_to_all, ["root"], policy)
        parts = pack(solution, "root")
        unpacked = solve(unpack(parts), [ROOT], policy)
        assert unpacked.accounts[ROOT] == solution.accounts["root"]

    @given(chains(), policies)
    def test_passes_through_canonical_json_unchanged(self, held, policy):
        solution = solve(held, ["root"], policy)
        parts = pack(solution, "root")
        assert json.loads(canonical(parts)) == parts
        document = {"type": "tierlight.network/1", "inputs": [], "parts": parts}
        assert NetworkAnnex.model_validate(document).document() == document

    @given(chains(), policies)
    def test_packs_what_was_unpacked_into_the_same_bytes(self, held, policy):
        solution = solve(of_one_owner(held), ["root"], policy)
        parts = pack(solution, "root")
        assert canonical(pack(solve(unpack(parts), [ROOT], policy), ROOT)) == canonical(parts)

    @given(chains(), policies)
    def test_with_closed_parts_keeps_the_result(self, held, policy):
        solution = solve(held, ["root"], policy)
        before, after = solution.accounts["root"], again(solution, "root").accounts[ROOT]
        assert near(after.columns.get(EXCLUDING), before.columns.get(EXCLUDING))
        assert result.totals(after) == result.totals(before)
        assert result.statement(after) == result.statement(before)
        whole = ("lines", "mass", "carbon", "default_share", "estimated_gaps")
        for name in (*whole, "gaps_without_estimate"):
            assert result.coverage(after)[name] == result.coverage(before)[name]
        assert result.quality(after) == result.quality(before)

    def test_refines_declarations_by_their_inputs_on_the_deep_basis(self):
        inputs = (Input("cell", Decimal(2), "piece", Decimal(10), Decimal("0.5")),)
        pack_value = value(100, inputs=inputs)
        solution = solved(
            part("pack", declared=pack_value), part("cell", declared=value(7)), deep=True
        )
        assert solution.accounts["pack"].total == 97
        assert again(solution, "pack").accounts[ROOT] == solution.accounts["pack"]

    def test_leaves_inputs_out_that_only_the_deep_basis_reads(self):
        inputs = (Input("cell", Decimal(2), "piece", Decimal(10)),)
        solution = solved(part("pack", declared=value(100, inputs=inputs)), part("cell"))
        assert len(pack(solution, "pack")) == 1

    def test_names_a_cycle(self):
        solution = solved(part("a", line("b")), part("b", line("a")))
        assert again(solution, "a").accounts[ROOT] == solution.accounts["a"]

    def test_goes_ten_thousand_levels_deep(self):
        nodes = [part(f"p{n}", line(f"p{n + 1}")) for n in range(10_000)]
        solution = solved(*nodes, part("p10000", declared=value(3)))
        assert again(solution, "p0").accounts[ROOT] == solution.accounts["p0"]

    @pytest.mark.parametrize("quantity", ["1e-13", "1000000", "1E+6", "-0.000", "1e-40"])
    def test_keeps_every_size_of_number(self, quantity):
        solution = solved(part("a", line("b", quantity)), part("b", declared=value("0.1")))
        assert again(solution, "a").accounts[ROOT] == solution.accounts["a"]


def bought(*inside: PartNode, leg: Leg | None = None) -> Solution:
    """A vehicle of one owner with a part of a supplier, who built it up."""
    root = part("car", line("axle"), owner="oem")
    axle = part("axle", owner="oem", sources=(source(inside[0].id, leg=leg),))
    return solve(network(root, axle, *inside), ["car"], Policy())


class TestAClosedPart:
    made = part(
        "S-AXLE", line("S-STEEL", 3, KG), line("S-SECRET", 2), owner="supplier", mass="4",
        own=value(5, columns={"stage:forging": 5}),
    )  # fmt: skip
    steel = part(
        "S-STEEL", owner="supplier", kind=Kind.MATERIAL, base_unit=KG,
        declared=value(2, unit=KG, columns={"fossil": 1}),
    )  # fmt: skip
    secret = part("S-SECRET", owner="supplier", default=value(4, known=Known.DEFAULT))

    def test_is_one_part_with_nothing_inside(self):
        packed = pack(bought(self.made, self.steel, self.secret), "car")
        assert [item["owner"] for item in packed] == ["0", "0", "1"]
        assert set(packed[2]) == {
            *("owner", "kind", "baseUnit", "netMassKg", "declared", "revision", "account")
        }

    def test_tells_neither_stages_nor_columns_nor_kinds_of_what_lies_inside(self):
        account = pack(bought(self.made, self.steel, self.secret), "car")[2]["account"]
        assert account["columns"] == {EXCLUDING: "19", INCLUDING: "19", "stage:materials": "19"}
        assert account["carbon"] == {"built_up": "11", "default": "8"}
        assert "fossil" not in account["stated"]

    def test_carries_no_name_of_anybody(self):
        text = canonical(pack(bought(self.made, self.steel, self.secret), "car")).decode()
        for name in ("S-AXLE", "S-STEEL", "S-SECRET", "supplier", "car", "axle", "oem"):
            assert f'"{name}"' not in text

    def test_still_pays_its_way_to_the_buyer(self):
        declared = part("S-AXLE", owner="supplier", declared=value(7, outbound=Decimal(1)))
        solution = bought(declared, leg=Leg("supplier", True))
        assert solution.accounts["car"].total == 8
        assert again(solution, "car").accounts[ROOT] == solution.accounts["car"]

    def test_of_which_nothing_is_known_stays_a_gap(self):
        solution = bought(part("S-AXLE", owner="supplier"))
        assert result.totals(again(solution, "car").accounts[ROOT])["excluding_uptake"] is None
        packed = pack(solution, "car")
        assert "declared" not in packed[2]
        assert packed[2]["account"]["unestimable"] == {"missing": "1"}

    def test_weighs_in_quality_as_before(self):
        solution = bought(self.made, self.steel, self.secret)
        once, twice = solution.accounts["car"], again(solution, "car").accounts[ROOT]
        assert result.quality(once) == result.quality(twice)

    def test_is_packed_into_a_result_without_null(self):
        document = result_document(again(bought(self.made, self.steel, self.secret), "car"), ROOT)
        assert json.loads(canonical(document)) == document
        assert document["total"]["excludingUptake"] == "19"


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E+3", "1000"), ("1.50", "1.5"), ("-0.0", "0"), ("1E-7", "0.0000001"), ("-2", "-2")],
)
def test_a_number_has_one_spelling(number, text):
    assert exact(Decimal(number)) == text
    assert EXACT.compare(Decimal(text), Decimal(number)) == 0
