"""One process, two products; carbon from plants; power by contract and what contracts left."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.schemas.calculator.sheets import BRACKET, calculated, sheet
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.calculator.allocation import allocation_of
from tierlight_schemas.calculator.biogenic import fossil_of, uptake_of
from tierlight_schemas.calculator.writing import row_of

RING = {"name": "ring", "mass": {"amount": "0.43", "unit": "kg"}}
BLANKS = [{**BRACKET["materials"][0], "mass": {"amount": "1.67", "unit": "kg"}}]


def both(**changes):
    return {"materials": BLANKS, "coProducts": [RING], **changes}


def key_of(**told):
    allocation = allocation_of(sheet(**told))
    assert allocation
    return allocation


def codes(calculation):
    return [finding.code for finding in calculation.findings]


class TestCoProducts:
    def test_of_like_worth_share_by_mass(self):
        told = both(price="6", coProducts=[{**RING, "price": "2.9"}])
        allocation = key_of(**told)
        assert (allocation.method, allocation.is_priced) == ("mass", True)
        alone, shared = calculated(materials=BLANKS), calculated(**told)
        packed = alone.by_group["packaging"]
        two_thirds = (alone.total - packed) * 2 / 3
        assert shared.total - packed == pytest.approx(two_thirds, abs=Decimal("1e-25"))
        assert codes(shared) == []

    def test_of_far_better_worth_share_by_what_they_bring(self):
        told = both(price="9", coProducts=[{**RING, "price": "0.5"}])
        allocation = key_of(**told)
        assert allocation.method == "economic"
        assert [step.value for step in allocation.steps] == [Decimal(9), Decimal("9.5")]

    @pytest.mark.parametrize(
        ("price", "method"), [("1.1628", "mass"), ("5", "mass"), ("5.01", "economic")]
    )
    def test_change_the_key_beyond_a_ratio_of_five(self, price, method):
        """1 kg of the part against 0.43 kg of the ring for 0.43: prices of a kilogram decide."""
        kilogram = {"amount": "1", "unit": "kg"}
        told = both(netMass=kilogram, price=price, coProducts=[{**RING, "price": "0.43"}])
        assert key_of(**told).method == method

    def test_without_prices_are_shared_by_mass_and_told_so(self):
        assert codes(calculated(**both())) == ["calculation/co-product-price"]

    def test_without_a_mass_leave_the_share_open(self):
        ring = {**RING, "mass": {"amount": "1", "unit": "件"}}
        found = calculated(materials=BLANKS, coProducts=[ring])
        assert ("ring", "allocation") in [(gap.label, gap.what) for gap in found.gaps]
        assert not found.is_complete

    def test_leave_the_packaging_of_the_part_to_the_part(self):
        assert calculated(**both()).by_group["packaging"] == calculated().by_group["packaging"]

    def test_scale_what_the_place_s_average_would_be(self):
        contract = {
            **BRACKET["energy"][0],
            "supply": "contract",
            "value": {"kgCO2e": "0", "unit": "度", "source": "contract"},
        }
        found = calculated(**both(energy=[contract]))
        power = next(term for term in found.terms if term.carrier)
        assert power.location == pytest.approx(Decimal("0.1164634") * 2 / 3, abs=Decimal("1e-25"))


class TestPlants:
    def test_take_up_the_carbon_that_stays_in_the_part(self):
        """1.24 kg less 0.38 kg of scrap with half of it carbon: 0.43 kg C, 44/12 as much CO2."""
        board = {**BRACKET["materials"][0], "biogenicCarbonPercent": "50"}
        found = calculated(materials=[board])
        assert found.carbon_kg == Decimal("0.43")
        row = row_of(sheet(), found)
        assert row.amounts["biogenic_carbon_content"] == "0.43"
        assert row.amounts["biogenic_co2_uptake"] == "-1.57667"
        assert found.including_uptake == EXACT.add(found.total, uptake_of(Decimal("0.43")))
        assert row.kgco2e == row_of(sheet(), calculated()).kgco2e

    def test_that_nobody_speaks_of_are_not_said_to_be_none(self):
        found = calculated()
        assert found.carbon_kg is None
        assert "biogenic_carbon_content" not in row_of(sheet(), found).amounts

    def test_are_those_of_the_guide_s_cocoa(self):
        """Guide to the methodology, page 59: 6.9 excluding, 6.4 including the uptake."""
        value = {
            "kgCO2e": "6.9",
            "unit": "kg",
            "source": "paper",
            "ofWhich": {
                "landUseChange": "5",
                "landManagementFossil": "0.7",
                "biogenicNonCO2": "0.2",
                "biogenicUptake": "-0.5",
            },
        }
        cocoa = {
            "name": "cocoa",
            "category": "material/cocoa",
            "mass": {"amount": "1", "unit": "kg"},
            "transport": {"mode": "road", "km": "0"},
            "value": value,
        }
        alone = {"materials": [cocoa], "scrap": [], "energy": [], "packaging": []}
        told = sheet(**alone, netMass={"amount": "1", "unit": "kg"})
        found = calculated(**alone)
        assert (found.total, found.including_uptake) == (Decimal("6.9"), Decimal("6.4"))
        amounts = row_of(told, found).amounts
        assert amounts["land_use_change_ghg_emissions"] == "5"
        assert amounts["biogenic_non_co2_emissions"] == "0.2"
        assert amounts["biogenic_co2_uptake"] == "-0.5"
        assert amounts["fossil_ghg_emissions"] == "1.7"

    @pytest.mark.parametrize(
        ("carbon", "uptake"), [("0", 0), ("1", Fraction(-44, 12)), ("0.3", Fraction(-11, 10))]
    )
    def test_take_44_of_co2_for_12_of_carbon(self, carbon, uptake):
        assert float(uptake_of(Decimal(carbon))) == pytest.approx(float(uptake))

    def test_leave_the_rest_of_a_total_fossil(self):
        told = {"land_use_change_ghg_emissions": Decimal(5), "biogenic_co2_uptake": Decimal(-1)}
        assert fossil_of(Decimal(7), told) == 2


class TestPower:
    def test_that_no_contract_covers_takes_what_contracts_left(self):
        left = {**BRACKET["energy"][0], "supply": "residual"}
        found = calculated(energy=[left])
        (power,) = [term for term in found.terms if term.carrier]
        factor = next(step for step in power.steps if step.what == "factor")
        assert factor.value == Decimal("0.6096")
        assert factor.source.endswith("cn-electricity/CN/2023/residual")
        assert power.location == pytest.approx(Decimal("0.1164634"), abs=Decimal("1e-20"))

    @pytest.mark.parametrize(
        ("serials", "codes_found"),
        [
            (["GEC-1", "GEC-2"], []),
            ([], ["calculation/serial-missing"]),
            (["GEC-1", "GEC-1"], ["calculation/serial-twice"]),
        ],
    )
    def test_of_certificates_has_numbers_and_each_once(self, serials, codes_found):
        value = {"kgCO2e": "0", "unit": "度", "source": "contract"}
        bought = {**BRACKET["energy"][0], "supply": "certificate", "value": value}
        assert codes(calculated(energy=[{**bought, "serials": serials}])) == codes_found
