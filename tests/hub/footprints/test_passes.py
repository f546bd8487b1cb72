"""The float kernel against the decimal reference."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hub.footprints.passes import compiled, explode, forward
from tests.schemas.rollup.brute import expand
from tests.schemas.rollup.chains import (
    KG,
    chains,
    line,
    network,
    part,
    solved,
    source,
    trader,
    value,
)
from tests.schemas.rollup.test_real_boms import (
    bicycle_roots,
    bicycles,
    dictionaries,
    premise,
)
from tests.shared_data import PRODUCT_BOMS
from tierlight_schemas.rollup.model import EXCLUDING, INCLUDING, Input, Network, Policy
from tierlight_schemas.rollup.reference import Solution, quantities, solve

WITHIN = 1e-12
laws = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def assert_agrees(solution: Solution) -> None:
    """Every column of every part, unknown where unknown, within 1e-12 of what was added up."""
    portfolio = compiled(solution)
    values, sizes = forward(portfolio), forward(of_absolutes(solution))
    assert set(portfolio.parts) == solution.accounts.keys()
    for name, account in solution.accounts.items():
        row = portfolio.row[name]
        found = {c: values[row, n] for c, n in portfolio.column.items()}
        assert {c for c, v in found.items() if not np.isnan(v)} == account.columns.keys()
        # What a stage does not explain may cancel in the sizes; the sums themselves are sizes too.
        scale = np.nansum(np.abs(sizes[row])) + sum(abs(float(v)) for v in account.columns.values())
        scale += 1e-300
        for column, expected in account.columns.items():
            assert abs(found[column] - float(expected)) <= WITHIN * scale


def of_absolutes(solution: Solution):
    """The same portfolio with every number positive: how much was added up at all."""
    portfolio = compiled(solution)
    return replace(
        portfolio,
        base=np.abs(portfolio.base),
        links=replace(portfolio.links, amounts=np.abs(portfolio.links.amounts)),
        stated=np.ones_like(portfolio.stated),
    )


@given(chains())
@laws
def test_all_parts_and_columns_agree_with_the_reference(chain: Network) -> None:
    assert_agrees(solve(chain, ["root"], Policy()))


@given(chains())
@laws
def test_quantities_of_several_roots_at_once(chain: Network) -> None:
    solution = solve(chain, list(chain.nodes), Policy())
    roots = list(solution.accounts)
    portfolio = compiled(solution)
    exploded = explode(portfolio, roots)
    for place, root in enumerate(roots):
        expected = quantities(solution, root)
        for name in portfolio.parts:
            found = exploded[portfolio.row[name], place]
            assert found == pytest.approx(float(expected.get(name, 0)), rel=WITHIN)


@given(chains())
@laws
def test_the_total_is_what_each_part_adds_times_its_quantity(chain: Network) -> None:
    """The two passes meet: the transposed one explains the number of the other."""
    portfolio = compiled(solve(chain, ["root"], Policy()))
    quantity = explode(portfolio, ["root"])[:, 0]
    excluding = portfolio.column[EXCLUDING]
    whole = float(quantity @ portfolio.base[:, excluding])
    expected = expand(chain, "root")
    if EXCLUDING in expected.columns:
        total = forward(portfolio)[portfolio.row["root"], excluding]
        size = float(expected.size) + 1e-300
        assert abs(whole - total) <= WITHIN * size
        assert abs(Fraction(total) - expected.columns[EXCLUDING]) <= Fraction(WITHIN * size)


def test_all_97_bicycles_in_one_sweep() -> None:
    solution = solve(network(*bicycles("2026-01-01")), bicycle_roots(), Policy())
    assert_agrees(solution)
    portfolio, roots = compiled(solution), bicycle_roots()
    exploded = explode(portfolio, roots)
    for place, root in enumerate(roots):
        expected = quantities(solution, root)
        assert {portfolio.parts[row] for row in np.flatnonzero(exploded[:, place])} == set(expected)
        found = [exploded[portfolio.row[name], place] for name in expected]
        assert found == pytest.approx([float(v) for v in expected.values()], rel=WITHIN)


@pytest.mark.parametrize("name", PRODUCT_BOMS)
def test_a_product_bom_in_one_sweep(name: str) -> None:
    root, nodes = premise(dictionaries(f"bom/product_bom_{name}.csv"))
    assert_agrees(solved(*nodes, root=root))


def refinement() -> Solution:
    """A declared cell made of a cathode that has since declared less."""
    used = (
        Input("cathode", Decimal(2), KG, Decimal(20)),
        Input("silent", Decimal(1), KG, Decimal(3)),
    )
    return solved(
        trader("car", line("cell", 4)),
        part("cell", declared=value(50, columns={"fossil": "48"}, inputs=used)),
        part("cathode", owner="donghai", base_unit=KG, declared=value(15, KG)),
        part("silent", owner="eternal", base_unit=KG),
        deep=True,
    )


def test_a_deep_refinement_moves_the_totals_only() -> None:
    solution = refinement()
    portfolio = compiled(solution)
    car = forward(portfolio)[portfolio.row["car"]]
    assert car[portfolio.column[EXCLUDING]] == pytest.approx(4 * (50 + 2 * (15 - 20)), rel=WITHIN)
    assert car[portfolio.column[INCLUDING]] == pytest.approx(160, rel=WITHIN)
    assert car[portfolio.column["fossil"]] == pytest.approx(192, rel=WITHIN)
    assert_agrees(solution)
    assert explode(portfolio, ["car"])[portfolio.row["cathode"], 0] == pytest.approx(8, rel=WITHIN)


def test_unknown_is_nan_and_never_zero() -> None:
    solution = solved(
        trader("box", line("told"), line("silent")),
        part("told", declared=value(2, uptake=None)),
        part("silent"),
    )
    portfolio = compiled(solution)
    values = forward(portfolio)
    assert np.isnan(values[portfolio.row["silent"]]).all()
    assert np.isnan(values[portfolio.row["box"], portfolio.column[INCLUDING]])
    assert values[portfolio.row["box"], portfolio.column[EXCLUDING]] == 2


def test_indices_are_packed_and_levels_need_only_levels_before_them() -> None:
    solution = solved(
        trader("car", line("wheel", 4), line("axle", 2)),
        trader("axle", line("wheel", 2), line("bolt", 8)),
        part("wheel", line("bolt", 5), sources=(source(None, "0.5"),)),
        part("bolt", declared=value("0.01")),
    )
    portfolio = compiled(solution)
    assert portfolio.links.children.dtype == portfolio.links.starts.dtype == np.uint32
    assert portfolio.levels == ((0, 1), (1, 2), (2, 3), (3, 4))
    assert portfolio.parts == ("bolt", "wheel", "axle", "car")
    for first, last in portfolio.levels:
        start, stop = portfolio.links.starts[first], portfolio.links.starts[last]
        assert (portfolio.links.children[start:stop] < first).all()
    bolts = explode(portfolio, ["car"])[portfolio.row["bolt"], 0]
    assert bolts == pytest.approx(4 * 5 * 0.5 + 2 * (2 * 5 * 0.5 + 8), rel=WITHIN)


def test_the_same_portfolio_gives_the_same_bits() -> None:
    solution = refinement()
    first, second = forward(compiled(solution)), forward(compiled(solution))
    assert first.tobytes() == second.tobytes()


def test_a_root_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="lorry"):
        explode(compiled(refinement()), ["lorry"])


def test_nothing_at_all_compiles() -> None:
    portfolio = compiled(solve(network(), [], Policy()))
    assert forward(portfolio).shape == (0, 2)
    assert explode(portfolio, []).shape == (0, 0)


def test_a_chain_of_ten_thousand_levels_is_one_sweep() -> None:
    nodes = [trader(f"p{n}", line(f"p{n + 1}", 1)) for n in range(10_000)]
    solution = solved(*nodes, part("p10000", declared=value("3.5")))
    portfolio = compiled(solution)
    assert forward(portfolio)[portfolio.row["p0"], portfolio.column[EXCLUDING]] == 3.5
    assert explode(portfolio, ["p0"]).sum() == 10_001
