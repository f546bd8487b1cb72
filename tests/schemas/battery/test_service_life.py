"""kWh over the service life: the cases of the reference, and inputs that are not there."""

from decimal import Decimal

import pytest

from tierlight_schemas.battery.gaps import Number
from tierlight_schemas.battery.model import ServiceLife
from tierlight_schemas.battery.rulesets import ANNEX_II, DRAFT_2024
from tierlight_schemas.battery.service_life import functional_unit

CAR = {"usableKwh": "72", "vehicleCategory": "M1", "warrantyYears": "8"}
PACK = Number(Decimal("457.1"), "kg", "part:PACK")


def unit(rules=DRAFT_2024, mass=PACK, **life):
    given = {**CAR, **life}
    return functional_unit(ServiceLife.model_validate(given), mass, rules)


class TestTotal:
    @pytest.mark.parametrize(
        ("absolute", "declared"),
        [
            ("8144.2", "0.2357"),
            ("9000", "0.2604"),
            ("5250", "0.1519"),
            ("13125", "0.3798"),
            ("5467.5", "0.1582"),
        ],
    )
    def test_of_a_car(self, absolute, declared):
        total = unit()[0].total_kwh
        assert total.value == 34_560
        per_kwh = Decimal(absolute) / total.value
        assert per_kwh.quantize(Decimal("1e-4")) == Decimal(declared)

    def test_the_same_pack_in_a_lorry(self):
        lorry = unit(vehicleCategory="N2")[0].total_kwh.value
        assert round(lorry / unit()[0].total_kwh.value, 4) == Decimal("4.1667")

    def test_the_reference_flow(self):
        assert round(unit()[0].reference_flow.value, 5) == Decimal("0.01323")

    @pytest.mark.parametrize(
        ("category", "cycles"),
        [("M1", 60), ("N1", 60), ("L", 20), ("M2", 250), ("M3", 250), ("N2", 250), ("N3", 250)],
    )
    def test_cycles_by_category(self, category, cycles):
        found = unit(vehicleCategory=category)[0].cycles_per_year
        assert (found.value, found.source) == (cycles, "ruleset:eu-cfb-ev/draft-2024-04")

    @pytest.mark.parametrize(
        ("life", "years"),
        [
            ({}, "8"),
            ({"warrantyKm": "160000", "kmPerYear": "20000"}, "8"),
            ({"warrantyKm": "160000", "kmPerYear": "25000"}, "6.4"),
            ({"warrantyKm": "160000", "kmPerYear": "10000"}, "8"),
            ({"warrantyYears": None, "warrantyKm": "160000", "kmPerYear": "10000"}, "16"),
        ],
    )
    def test_the_shorter_warranty_counts(self, life, years):
        assert unit(**life)[0].years.value == Decimal(years)


class TestGaps:
    @pytest.mark.parametrize(
        ("rules", "life", "cases"),
        [
            (DRAFT_2024, {"usableKwh": None}, {"usable-energy"}),
            (DRAFT_2024, {"vehicleCategory": None}, {"cycles"}),
            (ANNEX_II, {}, {"cycles"}),  # Annex II itself has no default
            (ANNEX_II, {"cyclesPerYear": "60"}, {"cycles-justification"}),
            (ANNEX_II, {"cyclesPerYear": "60", "cyclesJustification": "as driven"}, set()),
            (DRAFT_2024, {"warrantyYears": None}, {"warranty"}),
            (DRAFT_2024, {"warrantyKm": "160000"}, {"km-per-year"}),  # it may be the shorter one
        ],
    )
    def test_name_the_input(self, rules, life, cases):
        found, gaps = unit(rules, **life)
        assert {gap.case for gap in gaps} == cases
        assert {gap.clause for gap in gaps} <= {"Annex II(3)"}
        assert (found.total_kwh is None) == bool(cases - {"cycles-justification"})

    def test_without_a_mass_there_is_no_reference_flow(self):
        found, gaps = unit(mass=None)
        assert found.reference_flow is None
        assert [gap.case for gap in gaps] == ["mass"]

    @pytest.mark.parametrize(
        "life",
        [{"usableKwh": "0"}, {"usableKwh": "-1"}, {"warrantyYears": "eight"}, {"kmPerYear": "0"},
         {"vehicleCategory": "M9"}, {"usable_kwh ": "1"}],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, life):
        with pytest.raises(ValueError, match="validation error"):
            unit(**life)
