"""Scenarios over a network: each kind of change by hand, what is refused, and the laws."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.schemas.rollup.chains import (
    KG,
    KWH,
    TKM,
    chains,
    line,
    network,
    part,
    source,
    trader,
    value,
)
from tierlight_schemas.rollup.difference import difference
from tierlight_schemas.rollup.inputs import used
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    ZERO,
    Kind,
    Known,
    Line,
    Network,
    PartNode,
    Policy,
    Value,
)
from tierlight_schemas.rollup.overlay import (
    Overlay,
    ScenarioError,
    is_assumed,
    named,
    overlaid,
)
from tierlight_schemas.rollup.reference import carbon_coverage, solve
from tierlight_schemas.rollup.result import input_digest, kinds, statement
from tierlight_schemas.rollup.vectors import exact_sum
from tierlight_schemas.scenario import Scenario

laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WITHIN = Decimal("1e-40")


def default(kgco2e: str, unit: str = KG) -> Value:
    return value(kgco2e, unit, known=Known.DEFAULT, reference="Handbook (2020)")


def mine(name: str, *lines: Line, **more: Any) -> PartNode:
    return part(name, *lines, owner="oem", **more)


# 10 kg of steel at 2 in each of 4 doors, a pack 40/60 from A at 100 and B at 50, 5 kWh at 0.5.
CAR = network(
    trader(
        "car", line("door", 4, position=1), line("pack", 1, position=2),
        line("power", 5, KWH, position=3), line("truck", 7, TKM, position=4),
        owner="oem",
    ),
    trader("door", line("steel", 10, KG, position=1), owner="oem"),
    mine("steel", base_unit=KG, kind=Kind.MATERIAL, declared=value("2", KG), category="metal"),
    mine(
        "pack",
        sources=(
            replace(source("a-pack", "0.4"), supplier="A", supplier_part="A-1"),
            replace(source("b-pack", "0.6"), supplier="B", supplier_part="B-1"),
        ),
        mass="300",
    ),
    part("a-pack", owner="A", declared=value("100")),
    part("b-pack", owner="B", declared=value("50")),
    mine("power", base_unit=KWH, kind=Kind.ENERGY, category="grid", default=default("0.5", KWH)),
    mine("alu", base_unit=KG, kind=Kind.MATERIAL, category="metal", default=default("9")),
    mine("truck", base_unit=TKM, kind=Kind.TRANSPORT, declared=value(0, TKM)),
    mine("rail", base_unit=TKM, kind=Kind.TRANSPORT, declared=value(1, TKM)),
)  # fmt: skip
ON_RECORD = Decimal("152.5")  # 80 + 0.4 × 100 + 0.6 × 50 + 2.5
OWN = {name: name for name, node in CAR.nodes.items() if node.owner == "oem"}

VALUE = {"change": "value", "part": "steel", "value": "0.8", "unit": "kg"}
A_SHARE = {"change": "share", "part": "pack", "supplierPart": "A-1"}
ALL = "A-1, B-1"
B_SHARE = {"change": "share", "part": "pack", "supplierPart": "B-1"}
SOURCE = {"change": "new-source", "part": "pack", "name": "C", "unit": "piece"}
FACTOR = {"change": "factor", "category": "grid", "unit": "kWh"}
DOOR = {"part": "door", "child": "steel"}
TRUCK = {"change": "replaced-child", "part": "car", "child": "truck"}


def scenario(*changes: Mapping[str, Any]) -> Scenario:
    return Scenario.model_validate({"changes": [dict(change) for change in changes]})


def laid(*changes: Mapping[str, Any], over: Network = CAR) -> Overlay:
    return overlaid(over, OWN, scenario(*changes))


def total(net: Network, root: str = "car") -> Decimal:
    return solve(net, [root], Policy()).accounts[root].total


class TestEachKind:
    @pytest.mark.parametrize(
        ("expected", "changes"),
        [
            ("104.5", [VALUE]),  # 40 × 0.8 instead of 80
            ("104.5", [VALUE | {"value": "800", "unit": "t"}]),
            ("152.5", [VALUE | {"part": "alu"}]),  # not in the car
            ("182.5", [A_SHARE | {"share": "1"}, B_SHARE | {"share": "0"}]),
            ("122.5", [B_SHARE | {"share": "0"}]),  # a gap, never rescaled
            ("136.48", [B_SHARE | {"share": "0"}, SOURCE | {"share": "0.6", "value": "23.3"}]),
            ("232.5", [DOOR | {"change": "line", "quantity": "20"}]),
            ("152.5", [DOOR | {"change": "line", "quantity": "10000", "unit": "g"}]),
            ("160.5", [DOOR | {"change": "line", "scrap": "0.1"}]),
            ("232.5", [DOOR | {"change": "line", "yield": "0.5"}]),
            ("192.5", [DOOR | {"change": "new-line", "quantity": "5"}]),
            ("156.5", [DOOR | {"change": "new-line", "quantity": "5", "referenceAmount": "10"}]),
            ("72.5", [{"change": "removed-line", "part": "car", "child": "door"}]),
            ("432.5", [DOOR | {"change": "replaced-child", "by": "alu"}]),  # 40 × 9
            ("152", [FACTOR | {"value": "0.4"}]),
            ("151.5", [FACTOR | {"value": "0.3"}]),
            ("159.5", [TRUCK | {"by": "rail"}]),
            ("151.5", [FACTOR | {"value": "9"}, FACTOR | {"value": "0.3"}]),  # the later one
        ],
    )  # fmt: skip
    def test_by_hand(self, expected, changes):
        assert total(CAR) == ON_RECORD
        assert total(laid(*changes).network) == Decimal(expected)

    def test_all_at_once(self):
        """32 of steel, 40 + 0.6 × 20 of packs, 1.5 of power."""
        changes = [VALUE, B_SHARE | {"share": "0"}, SOURCE | {"share": "0.6", "value": "20"}]
        assert total(laid(*changes, FACTOR | {"value": "0.3"}).network) == Decimal("85.5")

    def test_a_factor_finds_parts_that_had_none_and_leaves_declared_ones(self):
        bare = Network({**CAR.nodes, "alu": replace(CAR.nodes["alu"], default=None)})
        metal = {"change": "factor", "category": "metal", "unit": "kg", "value": "3"}
        swap = DOOR | {"change": "replaced-child", "by": "alu"}
        assert total(laid(metal, over=bare).network) == ON_RECORD
        assert total(laid(metal, swap, over=bare).network) == Decimal("192.5")

    def test_a_factor_in_the_part_s_own_unit_stands_before_one_that_only_converts(self):
        in_joule = FACTOR | {"unit": "MJ", "value": "7"}
        with pytest.raises(ScenarioError, match="factor-unit"):
            laid(in_joule)
        bare = Network({**CAR.nodes, "power": replace(CAR.nodes["power"], default=None)})
        with pytest.raises(ScenarioError, match="factor-unit"):
            laid(FACTOR | {"unit": "kg", "value": "7"}, over=bare)
        assert total(laid(in_joule, over=bare).network) == Decimal("276")  # 150 + 5 × 3.6 × 7

    def test_a_factor_leaves_the_characterization_of_a_gas(self):
        gas = replace(
            CAR.nodes["power"], kind=Kind.DIRECT_EMISSION, base_unit=KG, default=None,
            gas=value("27", KG, known=Known.BUILT_UP),
        )  # fmt: skip
        net = Network({**CAR.nodes, "power": gas})
        with pytest.raises(ScenarioError, match="category-unknown"):
            laid(FACTOR | {"unit": "kg", "value": "7"}, over=net)


class TestWhatIsAssumed:
    def test_is_never_known(self):
        everything = {"change": "value", "part": "car", "value": "7", "unit": "piece"}
        solution = solve(laid(everything).network, ["car"], Policy())
        account = solution.accounts["car"]
        assert account.total == 7
        assert carbon_coverage(account) == 0
        assert not account.is_whole
        held = kinds(account)
        assert held["default"]["value"] == "7"
        assert [kind for kind, row in held.items() if row["value"] != "0"] == ["default"]
        assert statement(account)[0] == "total/with-default"

    def test_names_its_scenario_and_no_factor_is_spelled_like_it(self):
        made = scenario(VALUE)
        assumed = overlaid(CAR, OWN, made).network.nodes["steel"].declared
        assert assumed is not None
        assert assumed.reference == f"scenario {made.digest}"
        assert is_assumed(assumed)
        for factor in (f"scenario {made.digest} (2025)", "scenario", f"scenario {'x' * 64}"):
            assert not is_assumed(Value({}, Decimal(1), KG, reference=factor))

    def test_stands_on_basis_deep_too(self):
        own = value("5")
        made = Network({**CAR.nodes, "door": replace(CAR.nodes["door"], own=own)})
        change = {"change": "value", "part": "door", "value": "1", "unit": "piece"}
        deep = solve(laid(change, over=made).network, ["car"], Policy(deep=True))
        assert deep.accounts["door"].total == 1

    def test_has_no_known_total_including_uptake(self):
        account = solve(laid(VALUE).network, ["steel"], Policy()).accounts["steel"]
        assert account.without_uptake == 1


class TestInputs:
    @pytest.mark.parametrize(
        "change",
        [
            VALUE,
            A_SHARE | {"share": "0.3"},
            SOURCE | {"share": "0", "value": "1"},
            DOOR | {"change": "line", "quantity": "9"},
            DOOR | {"change": "line", "quantity": "10"},
            FACTOR | {"value": "0.5"},
        ],
    )
    def test_have_another_digest_than_what_is_on_record(self, change):
        def inputs(net: Network) -> str:
            return input_digest(used(solve(net, ["car"], Policy()).resolutions.values()))

        made = laid(change).network
        assert inputs(made) == inputs(laid(change).network) != inputs(CAR)


class TestErrors:
    @pytest.mark.parametrize(
        ("code", "change", "told"),
        [
            ("part-unknown", VALUE | {"part": "stele"}, {"part": "stele"}),
            ("part-unknown", VALUE | {"part": "a-pack"}, {"part": "a-pack"}),
            ("part-unknown", DOOR | {"change": "new-line", "child": "b-pack", "quantity": "1"}, {}),
            ("part-unknown", DOOR | {"change": "replaced-child", "by": "none"}, {"part": "none"}),
            ("part-unknown", DOOR | {"change": "line", "child": "none", "scrap": "1"}, {}),
            ("unit", VALUE | {"unit": "kWh"}, {"base_unit": "kilogram", "unit": "kilowatt hour"}),
            ("unit", VALUE | {"unit": "piece"}, {"part": "steel"}),
            ("unit", SOURCE | {"share": "0", "value": "1", "unit": "liter"}, {"part": "pack"}),
            ("unit", DOOR | {"change": "line", "quantity": "1", "unit": "m"}, {"part": "steel"}),
            ("unit", DOOR | {"change": "new-line", "quantity": "1", "unit": "tkm"}, {}),
            ("unit", DOOR | {"change": "replaced-child", "by": "power"}, {"part": "power"}),
            ("source-unknown", A_SHARE | {"supplierPart": "Z", "share": "0"}, {"known": ALL}),
            ("source-unknown", A_SHARE | {"supplier": "B", "share": "0"}, {}),
            ("source-unknown", A_SHARE | {"part": "steel", "share": "0"}, {"known": "–"}),
            ("shares", A_SHARE | {"share": "0.41"}, {"sum": "101", "part": "pack"}),
            ("shares", SOURCE | {"share": "0.01", "value": "1"}, {"sum": "101"}),
            ("line-unknown", DOOR | {"change": "removed-line", "child": "alu"}, {}),
            ("line-unknown", DOOR | {"change": "removed-line", "position": "2"}, {}),
            ("transport", {"change": "removed-line", "part": "car", "child": "truck"}, {}),
            ("transport", DOOR | {"change": "new-line", "child": "rail", "quantity": "1"}, {}),
            ("transport", TRUCK | {"by": "alu"}, {}),
            ("category-unknown", FACTOR | {"category": "Grid", "value": "1"}, {"category": "Grid"}),
            ("factor-unit", FACTOR | {"unit": "kg", "value": "1"}, {"unit": "kilogram"}),
        ],
    )  # fmt: skip
    def test_name_the_change(self, code, change, told):
        with pytest.raises(ScenarioError) as caught:
            laid(VALUE, change)
        assert caught.value.code == f"scenario/{code}"
        assert caught.value.params["number"] == "2"
        assert caught.value.params["change"] == change["change"]
        assert told.items() <= caught.value.params.items()

    def test_two_lines_of_one_child_are_told_by_position(self):
        twice = replace(
            CAR.nodes["door"], lines=(line("steel", 1, KG), line("steel", 2, KG, position=7))
        )
        net = Network({**CAR.nodes, "door": twice})
        with pytest.raises(ScenarioError) as caught:
            laid(DOOR | {"change": "removed-line"}, over=net)
        assert caught.value.params["positions"] == "0, 7"
        assert (
            total(
                laid(DOOR | {"change": "removed-line", "position": "7"}, over=net).network, "door"
            )
            == 2
        )

    def test_two_sources_of_one_name(self):
        pack = CAR.nodes["pack"]
        twins = replace(pack, sources=(pack.sources[0], replace(pack.sources[0], supplier="D")))
        net = Network({**CAR.nodes, "pack": twins})
        with pytest.raises(ScenarioError, match="source-ambiguous"):
            laid(A_SHARE | {"share": "0.1"}, over=net)
        laid(A_SHARE | {"supplier": "D", "share": "0.1"}, over=net)

    def test_shares_may_pass_the_whole_on_their_way(self):
        swapped = [A_SHARE | {"share": "0.6"}, B_SHARE | {"share": "0.4"}]
        assert total(laid(*swapped).network) == Decimal("162.5")  # 60 + 20 for 40 + 30

    def test_a_cycle_is_for_the_roll_up_to_find(self):
        made = laid(DOOR | {"change": "new-line", "child": "car", "quantity": "1"})
        solution = solve(made.network, ["car"], Policy())
        assert solution.order.cyclic == {"car", "door"}
        assert solution.resolutions["car"].known is Known.MISSING


class TestWithoutEffect:
    def test_parts_elsewhere_and_lines_behind_a_declaration(self):
        door = replace(CAR.nodes["door"], declared=value("20"))
        net = Network({**CAR.nodes, "door": door})
        made = laid(
            VALUE,
            VALUE | {"part": "alu"},
            DOOR | {"change": "line", "quantity": "1"},
            B_SHARE | {"share": "0.5"},
            FACTOR | {"value": "3"},
            SOURCE | {"share": "0.1", "value": "1"},
            {"change": "factor", "category": "metal", "unit": "kg", "value": "1"},
            over=net,
        )
        assert made.without_effect(solve(made.network, ["car"], Policy())) == [1, 2, 3, 7]


def test_what_a_scenario_names():
    told = named(
        scenario(VALUE, DOOR | {"change": "replaced-child", "by": "alu"}, FACTOR | {"value": "1"})
    )
    assert told.parts == {"steel", "door", "alu"}
    assert told.categories == {"grid"}


class TestView:
    def test_holds_only_what_changed_over_the_same_objects(self):
        before = dict(CAR.nodes)
        made = laid(VALUE, SOURCE | {"share": "0", "value": "1"})
        assert CAR.nodes == before
        changed = {n for n in made.network.nodes if made.network.nodes[n] is not CAR.nodes.get(n)}
        assert changed == {"steel", "pack", "pack|scenario|2"}
        assert len(made.network.nodes) == len(CAR.nodes) + 1
        assert len(set(made.network.nodes)) == len(CAR.nodes) + 1
        with pytest.raises(KeyError):
            made.network.nodes["nobody"]

    def test_an_empty_one_is_the_network_itself(self):
        assert laid().network is CAR

    def test_an_own_part_that_comes_back_inside_a_supplier_s_is_not_touched(self):
        """Otherwise the change would tell how much of it the supplier uses."""
        back = replace(CAR.nodes["steel"], id="steel|onward")
        pack = trader("a-pack", line("steel|onward", 3, KG), owner="A")
        net = Network({**CAR.nodes, back.id: back, "a-pack": pack})
        assert total(laid(VALUE, over=net).network) - total(net) == -48


@st.composite
def cases(draw: Any) -> tuple[Network, list[dict[str, Any]]]:
    """A random chain and changes of values of its parts, every part of the reader's own."""
    net = draw(chains())
    names = draw(st.lists(st.sampled_from(sorted(net.nodes)), min_size=1, max_size=4, unique=True))
    numbers = st.integers(-500, 5000).map(lambda n: f"{Decimal(n) / 100:f}")
    return net, [
        {"change": "value", "part": net.nodes[name].number, "value": draw(numbers)}
        | {"unit": net.nodes[name].base_unit}
        for name in names
    ]


def root_of(net: Network) -> str:
    return next(iter(net.nodes))


class TestLaws:
    @laws
    @given(case=cases(), deep=st.booleans())
    def test_differences_add_up_and_the_base_stays(self, case, deep):
        net, changes = case
        own = {node.number: name for name, node in net.nodes.items()}
        assume(len(own) == len(net.nodes))
        before, objects = dict(net.nodes), {name: id(node) for name, node in net.nodes.items()}
        made = overlaid(net, own, scenario(*changes)).network
        root = root_of(net)
        found = difference(net, made, root, Policy(deep=deep), Policy(deep=deep))
        moved = exact_sum(step.value for step in found.steps)
        assert abs(moved - found.value) <= WITHIN * (1 + abs(found.value))
        assert net.nodes == before
        assert {name: id(node) for name, node in net.nodes.items()} == objects

    @laws
    @given(case=cases(), data=st.data())
    def test_changes_of_different_parts_commute_in_the_total(self, case, data):
        net, changes = case
        own = {node.number: name for name, node in net.nodes.items()}
        assume(len(own) == len(net.nodes))
        root = root_of(net)
        at_once = overlaid(net, own, scenario(*changes)).network
        shuffled = data.draw(st.permutations(changes))
        other = overlaid(net, own, scenario(*shuffled)).network
        one_by_one = net
        for change in shuffled:
            one_by_one = overlaid(one_by_one, own, scenario(change)).network
        accounts = [solve(n, [root], Policy()).accounts[root] for n in (at_once, other, one_by_one)]
        assert accounts[0].columns == accounts[1].columns == accounts[2].columns
        assert accounts[0].coverage == accounts[1].coverage == accounts[2].coverage

    @laws
    @given(case=cases())
    def test_the_same_again_gives_the_same(self, case):
        net, changes = case
        own = {node.number: name for name, node in net.nodes.items()}
        assume(len(own) == len(net.nodes))
        first, again = (overlaid(net, own, scenario(*changes)).network for _ in range(2))
        assert dict(first.nodes) == dict(again.nodes)


def test_an_assumption_weighs_as_much_as_it_says():
    account = solve(laid(VALUE).network, ["car"], Policy()).accounts["car"]
    carbon = {kind: ZERO for kind in Known}
    for (_, kind), amount in account.coverage.carbon.items():
        carbon[kind] += amount
    assert carbon[Known.DEFAULT] == Decimal("34.5")  # steel 32, power 2.5
    assert account.columns[EXCLUDING] == Decimal("104.5")
