"""Monte Carlo against closed forms of lognormal sums and products; seeds are part of the tests."""

from decimal import Decimal
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from hub.footprints.montecarlo import Samples, sample
from tests.schemas.rollup.chains import chains, line, network, part, solved, source, trader, value
from tierlight_schemas.rollup.model import EXCLUDING, INCLUDING, Network, PartNode, Policy
from tierlight_schemas.rollup.reference import solve
from tierlight_schemas.rollup.uncertainty import (
    Spread,
    first_order,
    interval_columns,
    uncertain_inputs,
)

MANY = 40_000


def sure(kgco2e: str, gsd: str, value_is: str = "mean", **more):
    return value(kgco2e, gsd=Decimal(gsd), value_is=value_is, **more)


def sampled(*nodes: PartNode, samples: int = MANY, seed: int = 1, **assumed: Any) -> Samples:
    """Samples of the first part's columns."""
    solution = solved(*nodes)
    spread = Spread(**assumed)
    inputs = uncertain_inputs(solution, nodes[0].id, spread)
    columns = interval_columns(solution.accounts[nodes[0].id])
    return sample(solution, nodes[0].id, inputs, columns, spread, samples, seed)


def relative_sd(gsd: float) -> float:
    return sqrt(exp(log(gsd) ** 2) - 1)


def total(found: Samples) -> np.ndarray:
    return found.values[:, found.columns.index(EXCLUDING)]


class TestOneLognormal:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_a_stated_mean_is_the_mean(self, seed):
        found = sampled(part("a", declared=sure("10", "1.5")), seed=seed)
        assert found.mean()[EXCLUDING] == pytest.approx(10, rel=0.01)
        assert found.sd()[EXCLUDING] == pytest.approx(10 * relative_sd(1.5), rel=0.03)
        median = 10 * exp(-(log(1.5) ** 2) / 2)
        assert found.percentiles()[EXCLUDING]["50"] == pytest.approx(median, rel=0.01)

    def test_a_stated_median_is_the_median(self):
        found = sampled(part("a", declared=sure("10", "1.5", "median")))
        percentiles = found.percentiles()[EXCLUDING]
        assert percentiles["50"] == pytest.approx(10, rel=0.01)
        assert percentiles["97.5"] == pytest.approx(10 * 1.5**1.96, rel=0.02)
        assert percentiles["2.5"] == pytest.approx(10 * 1.5**-1.96, rel=0.02)
        assert found.mean()[EXCLUDING] == pytest.approx(10 * exp(log(1.5) ** 2 / 2), rel=0.01)

    def test_a_deviation_of_one_is_no_spread(self):
        found = sampled(part("a", declared=sure("10", "1")), samples=10)
        assert set(total(found)) == {10.0}
        assert found.sd()[EXCLUDING] == 0

    def test_columns_of_one_value_move_together(self):
        found = sampled(part("a", declared=sure("10", "1.5", uptake="-4")), samples=100)
        assert np.allclose(found.values[:, 1] / found.values[:, 0], 0.6)
        assert found.columns == (EXCLUDING, INCLUDING)


class TestSums:
    def test_independent_parts(self):
        found = sampled(
            trader("root", line("a", 2), line("b", 3)),
            part("a", declared=sure("10", "1.2")),
            part("b", declared=sure("5", "1.4")),
        )
        assert found.mean()[EXCLUDING] == pytest.approx(35, rel=0.01)
        variance = (20 * relative_sd(1.2)) ** 2 + (15 * relative_sd(1.4)) ** 2
        assert found.sd()[EXCLUDING] == pytest.approx(sqrt(variance), rel=0.02)

    def test_a_shared_part_is_drawn_once(self):
        """Both arms hold the same bolt: the whole is exactly as the bolt, draw by draw."""
        bolt = part("bolt", declared=sure("10", "1.3"))
        chain = (
            trader("root", line("left"), line("right")),
            trader("left", line("bolt", 2)),
            trader("right", line("bolt", 3)),
            bolt,
        )
        assert np.allclose(total(sampled(*chain)), 5 * total(sampled(bolt)))

    def test_two_parts_alike_are_drawn_apart(self):
        """The bad twin: independent arms spread less than a shared one."""
        found = sampled(
            trader("root", line("a"), line("b")),
            part("a", declared=sure("10", "1.3")),
            part("b", declared=sure("10", "1.3")),
        )
        assert found.sd()[EXCLUDING] == pytest.approx(sqrt(200) * relative_sd(1.3), rel=0.02)

    def test_what_is_fixed_or_missing_shifts_nothing_else(self):
        uncertain = part("a", declared=sure("10", "1.3"))
        chain = (
            trader("root", line("a"), line("b"), line("gap", 7)),
            uncertain,
            part("b", declared=value("30")),
            part("gap"),
        )
        found = sampled(*chain, samples=500)
        assert np.std(total(found)) > 0
        assert total(found).min() > 30

    def test_nothing_known_has_no_column(self):
        assert sampled(part("gap"), samples=10).values.shape == (10, 0)


class TestQuantities:
    LINES = (
        trader("root", line("middle", 2)),
        trader("middle", line("a", 3), line("b", 4)),
        part("a", declared=value("10")),
        part("b", declared=value("5")),
    )

    def test_products_along_a_path(self):
        """2·m·(30·n + 20·k): m is shared by both, closed form of the variance."""
        found = sampled(*self.LINES, quantity_gsd=Decimal("1.2"))
        v = relative_sd(1.2) ** 2
        inner = (30**2 + 20**2) * v
        variance = 4 * (inner + (50**2 + inner) * v)
        assert found.mean()[EXCLUDING] == pytest.approx(100, rel=0.01)
        assert found.sd()[EXCLUDING] == pytest.approx(sqrt(variance), rel=0.02)

    def test_one_line_is_drawn_once_for_all_paths(self):
        chain = (
            trader("root", line("left"), line("right")),
            trader("left", line("nut")),
            trader("right", line("nut")),
            trader("nut", line("steel", 5)),
            part("steel", declared=value("2")),
        )
        found = sampled(*chain, quantity_gsd=Decimal("1.2"))
        v = relative_sd(1.2) ** 2
        arms = 2 * ((1 + v) ** 2 - 1)  # variance of two independent products of two factors
        variance = 100 * ((4 + arms) * (1 + v) - 4)
        assert found.sd()[EXCLUDING] == pytest.approx(sqrt(variance), rel=0.02)

    def test_sources_are_not_drawn(self):
        found = sampled(
            part("root", sources=(source("theirs", "0.4"), source("other", "0.6")), owner="oem"),
            part("theirs", declared=value("10")),
            part("other", declared=value("20")),
            samples=20,
            quantity_gsd=Decimal(2),
        )
        assert np.allclose(total(found), 16)

    def test_a_supplier_s_lines_are_closed(self):
        found = sampled(
            trader("root", line("pack", 2), owner="oem"),
            trader("pack", line("cell", 4), owner="tier1"),
            part("cell", declared=value("10"), owner="tier1"),
            quantity_gsd=Decimal("1.2"),
        )
        assert found.mean()[EXCLUDING] == pytest.approx(80, rel=0.01)
        assert found.sd()[EXCLUDING] == pytest.approx(80 * relative_sd(1.2), rel=0.02)

    def test_a_part_of_one_s_own_inside_a_closed_part_counts_there(self):
        """A bolt in the root, and one in what a supplier delivers back: 10 + 2 × (10 + 5)."""
        found = sampled(
            trader("root", line("bolt"), line("pack", 2), owner="oem"),
            trader("pack", line("bolt"), line("case"), owner="tier1"),
            part("bolt", declared=value("10"), owner="oem"),
            part("case", declared=value("5"), owner="tier1"),
            samples=10,
            quantity_gsd=Decimal(1),
        )
        assert np.allclose(total(found), 40)

    def test_lines_and_sources_in_one_level(self):
        found = sampled(
            trader("root", line("bought", 2), line("made", 1)),
            part("bought", sources=(source("a"),)),
            trader("made", line("b", 1)),
            part("a", declared=value("10"), owner="other"),
            part("b", declared=value("5")),
            quantity_gsd=Decimal("1.1"),
        )
        v = relative_sd(1.1) ** 2
        variance = 400 * v + 25 * ((1 + v) ** 2 - 1)
        assert found.mean()[EXCLUDING] == pytest.approx(25, rel=0.01)
        assert found.sd()[EXCLUDING] == pytest.approx(sqrt(variance), rel=0.02)

    def test_no_spread_of_quantities_leaves_the_values(self):
        chain = (
            trader("root", line("a", 2), line("b", 3)),
            part("a", declared=sure("10", "1.2")),
            part("b", declared=sure("5", "1.4")),
        )
        plain, drawn = sampled(*chain), sampled(*chain, quantity_gsd=Decimal(1))
        assert np.allclose(plain.values, drawn.values)


class TestSeeds:
    CHAIN = (
        trader("root", line("a", 2), line("b", 3)),
        part("a", declared=sure("10", "1.2")),
        part("b", declared=sure("5", "1.4")),
    )

    @pytest.mark.parametrize("assumed", [{}, {"quantity_gsd": Decimal("1.2")}])
    def test_the_same_seed_gives_the_same_samples(self, assumed):
        first = sampled(*self.CHAIN, samples=300, seed=7, **assumed)
        again = sampled(*self.CHAIN, samples=300, seed=7, **assumed)
        other = sampled(*self.CHAIN, samples=300, seed=8, **assumed)
        assert first.seed == 7
        assert (first.values == again.values).all()
        assert not np.isclose(first.values, other.values).any()

    @pytest.mark.parametrize("assumed", [{}, {"quantity_gsd": Decimal("1.2")}])
    def test_more_samples_keep_the_first(self, assumed):
        few = sampled(*self.CHAIN, samples=70, **assumed)
        many = sampled(*self.CHAIN, samples=500, **assumed)
        assert few.values.shape == (70, 2)
        assert np.allclose(few.values, many.values[:70])

    def test_values_and_quantities_have_streams_of_their_own(self):
        """Letting quantities spread does not change how the values were drawn."""
        bolt = (trader("root", line("bolt")), part("bolt", declared=sure("10", "1.3")))
        alone = sampled(*bolt, samples=64)
        with_line = sampled(*bolt, samples=64, quantity_gsd=Decimal("1.0001"))
        assert np.allclose(alone.values, with_line.values, rtol=1e-3)

    @pytest.mark.parametrize(("samples", "seed"), [(1, 1), (10, -1)])
    def test_what_cannot_be_drawn_is_refused(self, samples, seed):
        with pytest.raises(ValueError, match=r"two samples|non-negative|expected"):
            sampled(*self.CHAIN, samples=samples, seed=seed)


@given(chains())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_without_any_spread_every_sample_is_the_reference(chain: Network) -> None:
    """Both ways of sampling, values only and quantities too, meet the reference's columns."""
    solution = solve(chain, ["root"], Policy())
    account = solution.accounts["root"]
    columns = interval_columns(account)
    size = float(account.weight) + 1e3
    for spread in (Spread(), Spread(quantity_gsd=Decimal(1))):
        inputs = uncertain_inputs(solution, "root", spread)
        found = sample(solution, "root", inputs, columns, spread, 3, 1)
        for place, name in enumerate(columns):
            assert np.allclose(
                found.values[:, place], float(account.columns[name]), atol=1e-9 * size
            )


@given(chains())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_preview_agrees_where_it_is_exact(chain: Network) -> None:
    """Mean of values alone; where the deviation is small enough for 2,000 samples to tell."""
    spread = Spread(default_gsd=Decimal("1.1"))
    solution = solve(chain, ["root"], Policy())
    inputs = uncertain_inputs(solution, "root", spread)
    columns = interval_columns(solution.accounts["root"])
    preview = first_order(solution, "root", inputs, columns, spread)
    found = sample(solution, "root", inputs, columns, spread, 2_000, 1)
    for name, moments in preview.items():
        sd = float(moments.sd)
        assert found.mean()[name] == pytest.approx(float(moments.mean), abs=0.15 * sd + 1e-9)
        assert found.sd()[name] == pytest.approx(sd, rel=0.15, abs=1e-9)


def test_a_thousand_samples_of_a_deep_chain_do_not_recurse() -> None:
    nodes = [trader(f"n{i}", line(f"n{i + 1}")) for i in range(2_000)]
    leaf = part("n2000", declared=sure("1", "1.1"))
    found = sampled(*nodes, leaf, samples=100)
    assert found.mean()[EXCLUDING] == pytest.approx(1, rel=0.05)
    assert network(*nodes, leaf).nodes.keys() >= {"n0", "n2000"}
