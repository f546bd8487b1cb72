"""A part's footprint from bills: by hand, in fractions, and with everything that may be wrong."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.calculator.sheets import BRACKET, calculated, sheet
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.calculator import PartSheet, calculate
from tierlight_schemas.findings import Severity

KWH = Decimal("0.582317")
STEEL = Decimal("1.92")


def values(calculation):
    return {(term.group, term.label): term.value for term in calculation.terms}


def gaps(calculation):
    return {(gap.group, gap.label, gap.what) for gap in calculation.gaps if gap.is_missing}


def codes(calculation):
    return [finding.code for finding in calculation.findings]


class TestBracket:
    def test_is_what_a_person_works_out(self):
        by_hand = {
            ("material", "DC04 coil"): Decimal("1.24") * STEEL,
            ("scrap", "DC04 coil"): Decimal(0),
            ("energy", "electricity"): 480000 * KWH / 20 / 120000,
            ("energy", "natural-gas"): 60000 * Decimal("2.1622") / 20 / 120000,
            ("transport", "DC04 coil"): Decimal("0.00124") * 320 * Decimal("0.10749"),
            ("packaging", "bag"): Decimal("0.006") * Decimal("3.09515524"),
        }
        found = calculated()
        assert values(found) == pytest.approx(by_hand, abs=Decimal("1e-20"))
        assert found.total == sum(by_hand.values())
        assert found.total == Decimal("2.61254136344")
        assert found.is_complete
        assert codes(found) == []

    def test_says_of_every_number_where_it_comes_from(self):
        for term in calculated().terms:
            for step in term.steps:
                assert step.origin == "own" or step.source

    def test_is_the_sum_of_its_leaves(self):
        found = calculated()
        total = sum((term.value for term in found.terms), Decimal(0))
        assert total == found.total == sum(found.by_group.values())

    def test_names_the_upstream_of_the_gas_that_no_average_covers(self):
        (gap,) = calculated().gaps
        assert (gap.label, gap.what, gap.is_missing) == ("natural-gas", "upstream", False)

    def test_lies_in_its_range(self):
        found = calculated()
        assert Decimal("0.6") < found.unsure < Decimal("0.8")


class TestUnknown:
    @pytest.mark.parametrize(
        ("change", "gap"),
        [
            ({"energy": [{"carrier": "electricity"}]}, ("energy", "electricity", "amount")),
            (
                {"share": {"method": "machine-hours"}},
                ("energy", "electricity", "share"),
            ),
            (
                {"share": {"method": "mass", "quantity": "1", "total": "0"}},
                ("energy", "electricity", "share"),
            ),
            (
                {
                    "materials": [
                        {**BRACKET["materials"][0], "category": "material/unobtainium"},
                    ]
                },
                ("material", "DC04 coil", "value"),
            ),
            (
                {
                    "materials": [
                        {**BRACKET["materials"][0], "mass": {"amount": "2", "unit": "m²"}},
                    ]
                },
                ("material", "DC04 coil", "unit"),
            ),
            (
                {"scrap": [{**BRACKET["scrap"][0], "material": "chips"}]},
                ("scrap", "chips", "material"),
            ),
            (
                {"scrap": [{**BRACKET["scrap"][0], "fate": "disposed"}]},
                ("scrap", "DC04 coil", "value"),
            ),
            (
                {"packaging": [{**BRACKET["packaging"][0], "uses": "0"}]},
                ("packaging", "bag", "uses"),
            ),
            (
                {"boughtParts": [{"name": "nut", "quantity": {"amount": "2", "unit": "件"}}]},
                ("bought", "nut", "value"),
            ),
            (
                {"boughtParts": [{"name": "nut", "quantity": {"amount": "2", "unit": "件"}}]},
                ("transport", "nut", "mass"),
            ),
            (
                {"energy": [{**BRACKET["energy"][0], "supply": "contract"}]},
                ("energy", "electricity", "value"),
            ),
        ],
    )
    def test_is_a_gap_and_never_zero(self, change, gap):
        found = calculated(**change)
        assert gap in gaps(found)
        assert not found.is_complete
        assert (gap[0], gap[1]) not in values(found)

    def test_distance_is_assumed_and_says_so(self):
        material = {k: v for k, v in BRACKET["materials"][0].items() if k != "transport"}
        (leg,) = [t for t in calculated(materials=[material]).terms if t.group == "transport"]
        assert leg.value == Decimal("0.00124") * 500 * Decimal("0.10749")
        assert [step.origin for step in leg.steps] == ["own", "assumed", "default"]


class TestMaterials:
    def test_with_recycled_content_are_told_by_route(self):
        aluminium = {
            "name": "AlSi9Cu3",
            "category": "material/aluminium",
            "mass": {"amount": "1240", "unit": "g"},
            "recycledPercent": "60",
        }
        found = calculated(materials=[aluminium], scrap=[])
        primary, recycled = (t.value for t in found.terms if t.group == "material")
        assert primary == Decimal("1.24") * Decimal("15.1") * Decimal("0.4")
        assert recycled == Decimal("1.24") * Decimal("0.995") * Decimal("0.6")

    def test_of_a_maker_who_declared_them_take_its_value(self):
        value = {"kgCO2e": "0.68", "unit": "kg", "source": "declaration", "reference": "ab" * 32}
        coil = {**BRACKET["materials"][0], "value": {**value, "primaryDataShare": "80"}}
        found = calculated(materials=[coil])
        assert values(found)["material", "DC04 coil"] == Decimal("1.24") * Decimal("0.68")
        assert (found.primary_data_share or 0) > 60

    def test_that_go_back_into_the_own_furnace_are_not_bought_again(self):
        scrap = [{**BRACKET["scrap"][0], "fate": "returned"}]
        found = calculated(scrap=scrap)
        assert values(found)["scrap", "DC04 coil"] == pytest.approx(
            -Decimal("0.38") * STEEL, abs=Decimal("1e-40")
        )


CONTRACT = {
    **BRACKET["energy"][0],
    "supply": "contract",
    "value": {"kgCO2e": "0.02", "unit": "度", "source": "contract"},
}


class TestElectricity:
    def test_of_a_contract_is_told_both_ways(self):
        found = calculated(energy=[CONTRACT])
        saved = (KWH - Decimal("0.02")) * 480000 / 20 / 120000
        assert found.location_based - found.total == saved

    def test_of_the_own_roof_burns_nothing_and_names_what_is_left_out(self):
        found = calculated(energy=[{**BRACKET["energy"][0], "supply": "own-generation"}])
        assert values(found)["energy", "electricity"] == 0
        assert [gap.what for gap in found.gaps] == ["upstream"]

    def test_of_a_sub_meter_needs_no_share(self):
        found = calculated(share={"method": "sub-meter"})
        assert values(found)["energy", "electricity"] == 480000 * KWH / 120000


class TestFindings:
    @pytest.mark.parametrize(
        ("change", "code", "severity"),
        [
            ({"netMass": {"amount": "0", "unit": "kg"}}, "calculation/net-mass", "error"),
            ({"netMass": {"amount": "1", "unit": "件"}}, "calculation/net-mass", "error"),
            ({"pieces": "0"}, "calculation/pieces", "error"),
            ({"periodEnd": "2024-01-01"}, "calculation/period", "error"),
            (
                {"share": {"method": "revenue", "quantity": "1", "total": "9"}},
                "calculation/revenue",
                "warning",
            ),
            (
                {"share": {"method": "mass", "quantity": "10", "total": "9"}},
                "calculation/share-above-all",
                "error",
            ),
            ({"netMass": {"amount": "0.9", "unit": "kg"}}, "calculation/mass-balance", "warning"),
            ({"netMass": {"amount": "0.8", "unit": "kg"}}, "calculation/mass-balance", "warning"),
            ({"leftOutPercent": "3.1"}, "calculation/left-out", "error"),
        ],
    )
    def test_say_what_does_not_fit(self, change, code, severity):
        found = {f.code: f.severity for f in calculated(**change).findings}
        assert found[code] is Severity(severity)

    @pytest.mark.parametrize(
        "change",
        [
            {"netMass": {"amount": "0.88", "unit": "kg"}},
            {"netMass": {"amount": "1.72", "unit": "斤"}},
            {"leftOutPercent": "3"},
            {"share": {"method": "pieces", "quantity": "9", "total": "9"}},
        ],
    )
    def test_are_silent_about_what_fits(self, change):
        assert codes(calculated(**change)) == []


class TestSheet:
    @pytest.mark.parametrize(
        "change",
        [
            {"pieces": 120000},
            {"pieces": "120,000"},
            {"materials": []},
            {"periodStart": "2024-1-1"},
            {"share": {"method": "guess"}},
            {"extra": "x"},
            {"site": {"id": "W", "country": "China"}},
            {"materials": [{**BRACKET["materials"][0], "category": "Steel!"}]},
        ],
    )
    def test_refuses_what_it_does_not_know(self, change):
        with pytest.raises(ValueError, match="validation error"):
            sheet(**change)


amount = st.decimals(min_value="0.001", max_value="100000", places=3).map(str)


@given(
    masses=st.lists(amount, min_size=1, max_size=4),
    kwh=amount,
    pieces=st.integers(1, 10**6),
    part=st.integers(1, 1000),
)
def test_equals_the_same_in_fractions(masses, kwh, pieces, part):
    materials = [
        {
            "name": f"m{number}",
            "category": "material/steel",
            "mass": {"amount": mass, "unit": "kg"},
            "transport": {"mode": "rail", "km": "100"},
        }
        for number, mass in enumerate(masses)
    ]
    changed = {
        "materials": materials,
        "scrap": [],
        "packaging": [],
        "pieces": str(pieces),
        "energy": [{"carrier": "electricity", "amount": {"amount": kwh, "unit": "度"}}],
        "share": {"method": "pieces", "quantity": str(part), "total": "1000"},
    }
    found = calculate(PartSheet.model_validate({**BRACKET, **changed}))
    steel, rail = Fraction(STEEL), Fraction("0.02782")
    expected = sum(Fraction(mass) * steel + Fraction(mass) / 10 * rail for mass in masses)
    expected += Fraction(kwh) * Fraction(KWH) * part / 1000 / pieces
    near = EXACT.divide(Decimal(expected.numerator), Decimal(expected.denominator))
    assert abs(found.total - near) <= abs(near) * Decimal("1e-45")
