"""Uncertain inputs and the first-order preview, against numbers worked out by hand."""

from decimal import Decimal
from math import exp, log, sqrt
from typing import Any

import pytest

from tests.schemas.rollup.chains import KG, line, network, part, solved, source, trader, value
from tierlight_schemas.extension import PART_EXTENSION
from tierlight_schemas.rollup.declared import value_of_footprint
from tierlight_schemas.rollup.model import EXCLUDING, INCLUDING, Known, Leg, Policy
from tierlight_schemas.rollup.reference import solve
from tierlight_schemas.rollup.uncertainty import (
    PERCENTILES,
    Moments,
    Spread,
    first_order,
    interval_columns,
    origins,
    sigma,
    uncertain_inputs,
)


def sure(kgco2e: str, gsd: str | None = None, value_is: str = "mean", **more):
    spread: dict[str, Any] = {} if gsd is None else {"gsd": Decimal(gsd), "value_is": value_is}
    return value(kgco2e, **spread, **more)


def preview(*nodes, root: str | None = None, **assumed) -> Moments:
    """Moments of the total excluding uptake; the first part is the root."""
    solution = solved(*nodes, root=root)
    spread = Spread(**assumed)
    name = root or nodes[0].id
    inputs = uncertain_inputs(solution, name, spread)
    return first_order(solution, name, inputs, (EXCLUDING,), spread)[EXCLUDING]


def relative_sd(gsd: float) -> float:
    """Coefficient of variation of a lognormal distribution."""
    return sqrt(exp(log(gsd) ** 2) - 1)


class TestFromTheDocument:
    def footprint(self, **uncertainty) -> dict:
        data = {"partNumber": "P"} | ({"uncertainty": uncertainty} if uncertainty else {})
        return {
            "pcf": {
                "pcfExcludingBiogenicUptake": "10",
                "declaredUnitAmount": "1",
                "declaredUnitOfMeasurement": "piece",
                "productMassPerDeclaredUnit": "2",
                "exemptedEmissionsPercent": "0",
            },
            "extensions": [{"dataSchema": PART_EXTENSION, "data": data}],
        }

    @pytest.mark.parametrize("kind", ["mean", "median"])
    def test_a_stated_spread_is_read(self, kind):
        footprint = self.footprint(geometricStandardDeviation="1.15", valueIs=kind)
        read = value_of_footprint(footprint, "digest")
        assert (read.gsd, read.value_is) == (Decimal("1.15"), kind)

    def test_without_one_nothing_is_invented(self):
        read = value_of_footprint(self.footprint(), "digest")
        assert (read.gsd, read.value_is) == (None, None)

    def test_below_one_is_no_deviation(self):
        footprint = self.footprint(geometricStandardDeviation="0.9", valueIs="mean")
        assert value_of_footprint(footprint, "digest").gsd is None


class TestOneValue:
    def test_a_mean_stays_the_mean(self):
        found = preview(part("a", declared=sure("10", "1.5")))
        assert found.mean == 10
        assert float(found.sd) == pytest.approx(10 * relative_sd(1.5))
        # the median of a lognormal whose mean is 10, and 1.96 deviations above
        s = log(1.5)
        assert float(found.percentiles["50"]) == pytest.approx(10 * exp(-s * s / 2))
        high = 10 * exp(-s * s / 2 + 1.959963984540054 * s)
        assert float(found.percentiles["97.5"]) == pytest.approx(high)

    def test_a_median_stays_the_median(self):
        found = preview(part("a", declared=sure("10", "1.5", "median")))
        assert float(found.percentiles["50"]) == pytest.approx(10)
        assert float(found.mean) == pytest.approx(10 * exp(log(1.5) ** 2 / 2))
        assert float(found.percentiles["2.5"]) == pytest.approx(10 * 1.5**-1.959963984540054)

    def test_a_deviation_of_one_is_no_spread(self):
        found = preview(part("a", declared=sure("10", "1")))
        assert [found.mean, found.sd] == [10, 0]
        assert {float(each) for each in found.percentiles.values()} == {10.0}

    def test_a_negative_value_spreads_as_far(self):
        found = preview(part("a", declared=sure("-10", "1.5")))
        assert float(found.sd) == pytest.approx(10 * relative_sd(1.5))
        assert float(found.percentiles["50"]) == -10  # as a normal distribution

    def test_below_one_is_refused(self):
        with pytest.raises(ValueError, match="not below 1"):
            sigma(Decimal("0.5"))


class TestSums:
    def test_independent_parts_add_their_variances(self):
        found = preview(
            trader("root", line("a", 2), line("b", 3)),
            part("a", declared=sure("10", "1.2")),
            part("b", declared=sure("5", "1.4")),
        )
        assert found.mean == 35
        variance = (20 * relative_sd(1.2)) ** 2 + (15 * relative_sd(1.4)) ** 2
        assert float(found.sd) == pytest.approx(sqrt(variance))

    def test_a_shared_part_is_one_draw_not_two(self):
        """Twice the same bolt by two paths spreads like 4 bolts, not like two independent pairs."""
        shared = preview(
            trader("root", line("left", 1), line("right", 1)),
            trader("left", line("bolt", 2)),
            trader("right", line("bolt", 2)),
            part("bolt", declared=sure("10", "1.3")),
        )
        assert float(shared.sd) == pytest.approx(40 * relative_sd(1.3))

    def test_parts_on_one_declaration_move_together(self):
        def of(second: str) -> Moments:
            return preview(
                trader("root", line("a"), line("b")),
                part("a", declared=sure("10", "1.3", reference="one")),
                part("b", declared=sure("10", "1.3", reference=second)),
            )

        assert float(of("one").sd) == pytest.approx(20 * relative_sd(1.3))
        assert float(of("another").sd) == pytest.approx(sqrt(200) * relative_sd(1.3))

    def test_quantities_to_first_order(self):
        found = preview(
            trader("root", line("a", 2), line("b", 3)),
            part("a", declared=sure("10")),
            part("b", declared=sure("5")),
            quantity_gsd=Decimal("1.1"),
        )
        assert found.mean == 35
        assert float(found.sd) == pytest.approx(sqrt(20**2 + 15**2) * relative_sd(1.1))

    def test_a_source_is_no_uncertain_quantity(self):
        found = preview(
            part("root", sources=(source("theirs"),), owner="oem"),
            part("theirs", declared=sure("10"), owner="maker"),
            quantity_gsd=Decimal("1.5"),
        )
        assert [found.mean, found.sd] == [10, 0]


class TestWhatIsNotStated:
    CHAIN = (
        trader("root", line("told"), line("untold"), line("gap")),
        part("told", declared=sure("10", "1.2")),
        part("untold", declared=sure("30")),
        part("gap"),
    )

    def test_is_held_fixed_and_said(self):
        found, solution = preview(*self.CHAIN), solved(*self.CHAIN)
        assert float(found.sd) == pytest.approx(10 * relative_sd(1.2))
        sums = origins(uncertain_inputs(solution, "root", Spread()))
        assert sums == {"stated": 10, "assumed": 0, "fixed": 30}

    def test_is_assumed_only_when_asked(self):
        assumed = Spread(default_gsd=Decimal("1.5"))
        found = preview(*self.CHAIN, default_gsd=Decimal("1.5"))
        variance = (10 * relative_sd(1.2)) ** 2 + (30 * relative_sd(1.5)) ** 2
        assert float(found.sd) == pytest.approx(sqrt(variance))
        solution = solved(*self.CHAIN)
        sums = origins(uncertain_inputs(solution, "root", assumed))
        assert sums == {"stated": 10, "assumed": 30, "fixed": 0}

    def test_a_gap_has_no_spread(self):
        """What is missing is no input: an interval is one of what is known."""
        solution = solved(*self.CHAIN)
        spread = Spread(default_gsd=Decimal(3))
        assert {each.node for each in uncertain_inputs(solution, "root", spread)} == {
            "told",
            "untold",
        }

    def test_nothing_known_has_no_columns(self):
        assert interval_columns(solved(part("gap")).accounts["gap"]) == ()

    def test_a_leg_is_an_input_of_its_own(self):
        """The supplier's value spreads as it says; of the way out nothing is said."""
        chain = (
            part("root", sources=(source("theirs", leg=Leg("supplier", True)),), owner="oem"),
            part("theirs", declared=sure("10", "1.2", outbound=Decimal(4)), owner="maker"),
        )
        solution = solved(*chain)
        inputs = uncertain_inputs(solution, "root", Spread())
        legs, theirs = sorted(inputs, key=lambda each: each.columns[EXCLUDING])
        assert (legs.node, legs.origin) == ("root", "fixed")
        assert legs.columns[EXCLUDING] == 4
        assert (theirs.node, theirs.origin) == ("theirs", "stated")
        assert theirs.columns[EXCLUDING] == 10
        found = preview(*chain)
        assert found.mean == 14
        assert float(found.sd) == pytest.approx(10 * relative_sd(1.2))

    def test_own_process_and_leg_of_one_part(self):
        own = sure("3", known=Known.DECLARED)
        half = source("theirs", "0.5", Leg("supplier", True))
        chain = (
            part("root", line("x"), own=own, sources=(half,), owner="oem"),
            part("x", declared=sure("1"), owner="oem"),
            part("theirs", declared=sure("10", outbound=Decimal(4)), owner="maker"),
        )
        solution = solved(*chain)
        found = [
            e.columns[EXCLUDING]
            for e in uncertain_inputs(solution, "root", Spread())
            if e.node == "root"
        ]
        assert sorted(found) == [Decimal("1.5"), 2]


class TestBeyondTheBorder:
    """What a supplier's part is made of must not show in how it spreads."""

    def chain(self, gsd: str | None) -> tuple:
        return (
            trader("root", line("bought", 2), owner="oem"),
            part("bought", sources=(source("pack"),), owner="oem"),
            trader("pack", line("cell", 4), line("case"), owner="tier1"),
            part("cell", declared=sure("10", gsd), owner="tier1"),
            part("case", declared=sure("5"), owner="tier1"),
        )

    def test_a_closed_part_is_one_value_that_states_nothing(self):
        solution = solved(*self.chain("1.5"))
        (pack,) = uncertain_inputs(solution, "root", Spread())
        assert (pack.node, pack.origin) == ("pack", "fixed")
        assert [pack.amount, pack.columns[EXCLUDING]] == [2, 45]

    @pytest.mark.parametrize("gsd", [None, "1.5"])
    def test_assumptions_are_made_of_it_as_a_whole(self, gsd):
        found = preview(*self.chain(gsd), default_gsd=Decimal("1.2"))
        assert float(found.sd) == pytest.approx(90 * relative_sd(1.2))

    def test_its_lines_are_not_the_reader_s(self):
        found = preview(*self.chain(None), quantity_gsd=Decimal("1.2"))
        assert float(found.sd) == pytest.approx(90 * relative_sd(1.2))

    def test_its_owner_sees_inside(self):
        found = preview(*self.chain("1.5"), root="pack")
        assert float(found.sd) == pytest.approx(40 * relative_sd(1.5))


class TestColumns:
    def test_only_what_everything_states(self):
        solution = solved(
            trader("root", line("a"), line("b")),
            part("a", declared=value("10", columns={"fossil": "9", "biogenic_non_co2": "1"})),
            part("b", declared=value("5", columns={"fossil": "5", "carbon_content_fossil": "2"})),
        )
        names = interval_columns(solution.accounts["root"])
        assert names == (EXCLUDING, INCLUDING, "fossil")

    def test_including_only_when_it_is_complete(self):
        solution = solved(
            trader("root", line("a"), line("b")),
            part("a", declared=value("10")),
            part("b", declared=value("0", uptake=None)),
        )
        assert interval_columns(solution.accounts["root"]) == (EXCLUDING,)


def test_basis_deep_is_refused():
    solution = solve(network(part("root", declared=value("1"))), ["root"], Policy(deep=True))
    with pytest.raises(ValueError, match="basis `declared`"):
        uncertain_inputs(solution, "root", Spread())


def test_percentiles_are_in_order():
    steel = part("a", base_unit=KG, declared=sure("10", "1.8", unit=KG))
    values = [preview(steel).percentiles[p] for p in PERCENTILES]
    assert values == sorted(values)
