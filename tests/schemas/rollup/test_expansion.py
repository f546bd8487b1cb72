"""The laws of the roll-up, on random chains, against every path walked in exact fractions."""

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.schemas.rollup.brute import SIZES, Expansion, expand
from tests.schemas.rollup.chains import chains
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.explain import contributions
from tierlight_schemas.rollup.model import EXCLUDING, Kind, Network, PartNode, Policy, Value
from tierlight_schemas.rollup.reference import quantities, solve

TIGHT = Fraction(1, 10**40)
laws = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def same(found: Any, expected: Any, size: Fraction = Fraction(1)) -> bool:
    return abs(Fraction(found) - Fraction(expected)) <= TIGHT * (1 + size)


def root_account(network: Network) -> Account:
    return solve(network, ["root"], Policy()).accounts["root"]


@given(chains())
@laws
def test_every_column_is_the_sum_over_all_paths(network: Network) -> None:
    account, expected = root_account(network), expand(network, "root")
    unstaged = {n for n in account.columns if not n.startswith("stage:")}
    assert unstaged == {n for n in expected.columns if not n.startswith("stage:")}
    for name in unstaged:
        size = sum_of_sizes(network, expected)
        assert same(account.columns[name], expected.columns[name], size)


def sum_of_sizes(network: Network, expected: Expansion) -> Fraction:
    """More than any partial sum can reach: 50 digits are relative to the largest of them."""
    reach = sum((abs(Fraction(amount)) for amount in expected.quantities.values()), Fraction(0))
    return 1 + reach * 10**6 * len(network.nodes)


@given(chains())
@laws
def test_coverage_counts_every_path_once(network: Network) -> None:
    coverage, expected = root_account(network).coverage, expand(network, "root")
    for mine, theirs in (
        (coverage.lines, expected.lines),
        (coverage.mass, expected.mass),
        (coverage.carbon, expected.carbon),
    ):
        found = {(tier, known.value): v for (tier, known), v in mine.items() if v}
        wanted = {cell: v for cell, v in theirs.items() if v}
        assert found.keys() == wanted.keys()
        scale = sum_of_sizes(network, expected)
        assert all(same(found[cell], wanted[cell], scale) for cell in wanted)
    assert sum(coverage.unestimable.values()) == sum(expected.gaps.values())


@given(chains())
@laws
def test_including_uptake_is_told_only_when_every_contributor_states_it(network: Network) -> None:
    account, expected = root_account(network), expand(network, "root")
    printed = result.totals(account)["including_uptake"]
    assert (printed is not None) == (
        expected.silent_on_uptake == 0 and "including_uptake" in expected.columns
    )


@given(chains())
@laws
def test_quantities_of_the_transposed_pass_merge_all_paths(network: Network) -> None:
    solution = solve(network, ["root"], Policy())
    found, expected = quantities(solution, "root"), expand(network, "root")
    assert found.keys() == expected.quantities.keys()
    assert all(same(found[name], expected.quantities[name], Fraction(10**6)) for name in found)


@given(chains())
@laws
def test_contributions_add_up_to_the_total(network: Network) -> None:
    solution = solve(network, ["root"], Policy())
    parts = contributions(solution, "root")
    known = [item.value for item in parts if item.value is not None]
    account = solution.accounts["root"]
    assert (EXCLUDING in account.columns) == bool(known)
    whole = sum(map(Fraction, known), Fraction(0))
    assert same(account.total, whole, sum_of_sizes(network, expand(network, "root")))
    assert all(item.part.owner == "oem" or item.tier == 1 for item in parts)


@given(chains())
@laws
def test_stages_add_up_to_the_total(network: Network) -> None:
    account = root_account(network)
    stages = [Fraction(v) for n, v in account.columns.items() if n.startswith("stage:")]
    size = sum_of_sizes(network, expand(network, "root"))
    if EXCLUDING in account.columns and stages:
        assert same(account.total, sum(stages), size)


@given(chains(), st.randoms(use_true_random=False))
@laws
def test_the_order_of_parts_and_lines_means_nothing(network: Network, dice: random.Random) -> None:
    nodes = list(network.nodes.values())
    dice.shuffle(nodes)
    shuffled = [
        replace(
            node,
            lines=tuple(dice.sample(node.lines, len(node.lines))),
            sources=tuple(dice.sample(node.sources, len(node.sources))),
        )
        for node in nodes
    ]
    assert_equal(network, Network({node.id: node for node in shuffled}))


def assert_equal(one: Network, other: Network, factor: Fraction = Fraction(1)) -> None:
    mine, theirs = root_account(one), root_account(other)
    assert mine.columns.keys() == theirs.columns.keys()
    sizes = [sum_of_sizes(net, expand(net, "root")) for net in (one, other)]
    size = sum(sizes, Fraction(0)) * max(abs(factor), Fraction(1))
    for name, found in mine.columns.items():
        assert same(Fraction(found) * factor, theirs.columns[name], size)
    carbon = theirs.coverage.carbon
    for cell, found in mine.coverage.carbon.items():
        assert same(Fraction(found) * abs(factor), carbon[cell], size)


@given(chains(), st.data())
@laws
def test_units_are_only_a_way_of_writing(network: Network, data: st.DataObject) -> None:
    def rewrite(node: PartNode) -> PartNode:
        lines = []
        for line in node.lines:
            child = network.nodes[line.child]
            dimension, size = SIZES[line.unit]
            unit = data.draw(st.sampled_from([u for u, (d, _) in SIZES.items() if d == dimension]))
            factor = size / SIZES[unit][1]
            # 3.6 MJ a kWh has no finite inverse; every other factor here has.
            if child.kind is Kind.ENERGY and factor.denominator % 9 == 0:
                unit, factor = line.unit, Fraction(1)
            quantity = line.quantity * factor.numerator / factor.denominator
            lines.append(replace(line, unit=unit, quantity=quantity))
        return replace(node, lines=tuple(lines))

    rewritten = {name: rewrite(node) for name, node in network.nodes.items()}
    assert_equal(network, Network(rewritten))


@given(chains(), st.sampled_from([Decimal(2), Decimal("0.125"), Decimal(1000)]))
@laws
def test_a_value_per_so_much_is_the_same_value(network: Network, times: Decimal) -> None:
    def restate(value: Value | None) -> Value | None:
        if value is None:
            return None
        columns = {name: number * times for name, number in value.columns.items()}
        outbound = None if value.outbound is None else value.outbound * times
        return replace(value, columns=columns, amount=value.amount * times, outbound=outbound)

    assert_equal(network, with_values(network, restate))


def with_values(network: Network, change: Any) -> Network:
    return Network(
        {
            name: replace(
                node,
                declared=change(node.declared),
                own=change(node.own),
                default=change(node.default),
            )
            for name, node in network.nodes.items()
        }
    )


def _times(factor: Decimal) -> Any:
    def change(value: Value | None) -> Value | None:
        if value is None:
            return None
        columns = {name: number * factor for name, number in value.columns.items()}
        outbound = None if value.outbound is None else value.outbound * factor
        return replace(value, columns=columns, outbound=outbound)

    return change


@given(chains(), st.sampled_from([Decimal(3), Decimal("-2"), Decimal("0.5")]))
@laws
def test_the_total_is_linear_in_the_values(network: Network, factor: Decimal) -> None:
    assert_equal(network, with_values(network, _times(factor)), Fraction(factor))


@given(chains(), st.data())
@laws
def test_totals_of_two_sets_of_values_add_up(network: Network, data: st.DataObject) -> None:
    numbers = st.integers(-500, 500).map(Decimal)

    def other_numbers(value: Value | None) -> Value | None:
        if value is None:
            return None
        columns = {name: data.draw(numbers) for name in value.columns}
        outbound = None if value.outbound is None else data.draw(numbers)
        return replace(value, columns=columns, outbound=outbound)

    second = with_values(network, other_numbers)
    both = Network(
        {name: _sum_of_nodes(node, second.nodes[name]) for name, node in network.nodes.items()}
    )
    mine, theirs, summed = (root_account(net).columns for net in (network, second, both))
    size = sum_of_sizes(network, expand(network, "root"))
    for name in summed:
        if not name.startswith("stage:"):
            assert same(summed[name], Fraction(mine[name]) + Fraction(theirs[name]), size)


def _sum_of_nodes(one: PartNode, other: PartNode) -> PartNode:
    def add(a: Value | None, b: Value | None) -> Value | None:
        if a is None or b is None:
            return None
        columns = {name: number + b.columns[name] for name, number in a.columns.items()}
        outbound = None if a.outbound is None or b.outbound is None else a.outbound + b.outbound
        return replace(a, columns=columns, outbound=outbound)

    return replace(
        one,
        declared=add(one.declared, other.declared),
        own=add(one.own, other.own),
        default=add(one.default, other.default),
    )


@given(chains(), st.sampled_from([Decimal(4), Decimal("0.25"), Decimal(10)]))
@laws
def test_all_lines_of_a_root_times_a_number_is_its_total_times_that(
    network: Network, factor: Decimal
) -> None:
    root = network.nodes["root"]
    for change in (
        {"quantity": lambda held: held.quantity * factor},
        {"reference_amount": lambda held: held.reference_amount / factor},
    ):
        lines = [replace(held, **_applied(change, held)) for held in root.lines]
        scaled = Network({**network.nodes, "root": replace(root, lines=tuple(lines))})
        assert_equal(network, scaled, Fraction(factor))


def _applied(change: Mapping[str, Any], held: Any) -> dict[str, Any]:
    return {name: new(held) for name, new in change.items()}


@given(chains(), st.sampled_from([Decimal("0.5"), Decimal("0.2")]))
@laws
def test_a_line_split_in_two_is_one_line(network: Network, part: Decimal) -> None:
    def split(node: PartNode) -> PartNode:
        lines = []
        for line in node.lines:
            lines.append(replace(line, quantity=line.quantity * part))
            lines.append(replace(line, quantity=line.quantity * (1 - part)))
        return replace(node, lines=tuple(lines))

    halves = {name: split(node) for name, node in network.nodes.items()}
    assert_equal(network, Network(halves))


@given(chains())
@laws
def test_what_one_gap_hides_changes_no_other_number(network: Network) -> None:
    """Taking a value away lowers the total by exactly that part's contribution."""
    solution = solve(network, ["root"], Policy())
    leaves = [
        name for name in solution.accounts
        if network.nodes[name].declared and not network.nodes[name].lines
        and not network.nodes[name].sources
    ]  # fmt: skip
    assume(leaves)
    name = leaves[0]
    node = replace(network.nodes[name], declared=None, default=None)
    without = root_account(Network({**network.nodes, name: node}))
    expected = expand(Network({**network.nodes, name: node}), "root")
    whole = expand(network, "root")
    change = Fraction(solution.accounts["root"].total) - Fraction(without.total)
    difference = whole.columns.get(EXCLUDING, Fraction(0)) - expected.columns.get(
        EXCLUDING, Fraction(0)
    )
    assert same(change, difference, sum_of_sizes(network, whole))
