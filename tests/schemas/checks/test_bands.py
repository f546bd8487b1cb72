from dataclasses import replace
from decimal import Decimal

import pytest

from tests.schemas.checks.documents import (
    BRACKET,
    GONE,
    PROCESS,
    bracket,
    changed,
    process_credential,
)
from tests.schemas.checks.finding import AT, found, only
from tests.schemas.make_vectors import PACK, TRANSPORT
from tierlight_schemas.checks import BANDS, check, read_bands
from tierlight_schemas.units import canonical

CODE = "unit-implausible"


def filed_as(category: str, **pcf: object) -> dict[str, object]:
    """The bracket under another category."""
    return changed(bracket(**pcf), productClassifications=[f"urn:tierlight:category:{category}"])


class TestShippedBands:
    @pytest.mark.parametrize("band", BANDS.values(), ids=list(BANDS))
    def test_are_in_order_and_have_a_source(self, band):
        assert 0 < band.hard_low <= band.soft_low < band.soft_high <= band.hard_high
        assert band.soft_low < band.median < band.soft_high
        assert band.basis in ("published", "mixed", "one model")
        assert band.source
        assert band.per == "" or canonical(band.per) == band.per

    def test_the_median_is_the_geometric_mean_of_the_soft_bounds(self):
        assert BANDS["steel-part"].median ** 2 == pytest.approx(Decimal("0.6") * Decimal("4.5"))
        assert BANDS["cast-iron-part"].median == 2

    def test_tonnes_per_vehicle_are_kilograms_per_piece(self):
        car = BANDS["bev-passenger-car"]
        assert (car.per, car.unit, car.hard_low) == ("piece", "kgCO2e/vehicle", Decimal(5000))

    def test_refuse_bounds_out_of_order(self):
        row = {"id": "x", "name": "x", "quantity": "footprint", "unit": "kgCO2e/kg", "basis": ""}
        bounds = {"hardLow": "1", "softLow": "3", "softHigh": "2", "hardHigh": "4"}
        with pytest.raises(ValueError, match="'x'"):
            read_bands({"bands": [{**row, **bounds, "source": ""}]})


class TestCategory:
    @pytest.mark.parametrize(
        "urn", ["urn:tierlight:category:STEEL-part", "urn:pact:oem:c:steel-part"]
    )
    def test_is_recognised_at_the_end_of_a_classification(self, urn):
        light = changed(bracket(productMassPerDeclaredUnit="0.100"), productClassifications=[urn])
        assert found(light, CODE)

    @pytest.mark.parametrize(
        "urns",
        [GONE, ["urn:unspsc:31162800"], ["urn:x:steel-part-7"], ["urn:x:grid-electricity-cn"], [7]],
    )
    def test_unknown_is_never_judged(self, urns):
        absurd = changed(
            bracket(productMassPerDeclaredUnit="0.000001"), productClassifications=urns
        )
        assert not found(absurd, CODE)

    def test_of_the_caller_comes_first(self):
        assert not found(BRACKET, CODE)
        assert only(BRACKET, CODE, category="logic-ic").evidence["category"] == "logic-ic"

    def test_unknown_to_the_bands_falls_back_to_the_document(self):
        light = bracket(productMassPerDeclaredUnit="0.100")
        assert found(light, CODE, category="housing")


class TestHardBand:
    def test_names_the_numbers(self):
        evidence = only(bracket(productMassPerDeclaredUnit="0.100"), CODE).evidence
        assert evidence == {
            "found": "21.3",
            "unit": "kgCO2e/kg",
            "category": "steel-part",
            "low": "0.3",
            "high": "9",
            "median": "1.64",
            "factor": "13",
        }

    @pytest.mark.parametrize("mass", ["0.240", "7.00"])
    def test_is_silent_inside(self, mass):
        assert not found(bracket(productMassPerDeclaredUnit=mass), CODE)

    def test_rounding_gets_the_benefit_of_the_doubt(self):
        assert found(bracket(productMassPerDeclaredUnit="0.20"), CODE)
        assert not found(bracket(productMassPerDeclaredUnit="0.2"), CODE)

    @pytest.mark.parametrize("mass", ["0", "1", "0.0", GONE, "x"])
    def test_needs_a_mass_to_a_digit(self, mass):
        document = filed_as("logic-ic", productMassPerDeclaredUnit=mass)
        assert bool(found(document, CODE)) == (mass == "1")

    def test_per_kilogram_takes_the_declared_amount(self):
        document = bracket(declaredUnitOfMeasurement="kilogram", declaredUnitAmount="1000")
        assert only(document, CODE).evidence["found"] == "0.00213"

    def test_per_kilowatt_hour(self):
        assert not found(PACK, CODE)
        tenfold = changed(PACK, pcf__pcfExcludingBiogenicUptake="920")
        assert only(tenfold, CODE).evidence["unit"] == "kgCO2e/kWh"

    def test_per_megajoule_is_converted(self):
        document = changed(
            PACK,
            pcf__declaredUnitOfMeasurement="megajoule",
            pcf__declaredUnitAmount="3.6",
        )
        assert not found(document, CODE)

    def test_a_pack_in_pieces_has_no_capacity(self):
        pieces = changed(PACK, pcf__declaredUnitOfMeasurement="piece")
        assert not found(pieces, CODE)

    def test_per_tonne_kilometre(self):
        assert not found(TRANSPORT, CODE)
        assert found(changed(TRANSPORT, pcf__pcfExcludingBiogenicUptake="93"), CODE)

    def test_per_vehicle(self):
        car = filed_as("bev-passenger-car", pcfExcludingBiogenicUptake="16400")
        assert not found(car, CODE)
        assert found(filed_as("bev-passenger-car", pcfExcludingBiogenicUptake="1640"), CODE)

    def test_of_a_plant(self):
        category = "oem-assembly-plant-cn"
        assert not found(process_credential(PROCESS), CODE, category=category)
        document = process_credential({**PROCESS, "emissions": "3105"})
        assert found(document, CODE, category=category)

    def test_of_an_operator(self):
        steel = BANDS["steel-part"]
        strict = {"steel-part": replace(steel, hard_high=Decimal("2.5"))}
        assert [f.code for f in check(BRACKET, AT, strict)] == [f"document/{CODE}"]


class TestThousandfold:
    @pytest.mark.parametrize("mass", ["820", "0.000820"])
    def test_is_named(self, mass):
        assert (
            only(bracket(productMassPerDeclaredUnit=mass), CODE).evidence["case"] == "thousandfold"
        )

    @pytest.mark.parametrize("mass", ["82", "0.0082"])
    def test_a_hundredfold_is_something_else(self, mass):
        assert "case" not in only(bracket(productMassPerDeclaredUnit=mass), CODE).evidence


class TestWideBand:
    """A band so wide that what is a thousand times its median lies inside."""

    WIDE = replace(BANDS["steel-part"], hard_low=Decimal("0.0001"), hard_high=Decimal(10_000))

    @pytest.mark.parametrize("mass", ["0.001", "1300"])
    def test_is_told_though_it_is_inside(self, mass):
        document = bracket(productMassPerDeclaredUnit=mass)
        evidence = only(document, CODE, bands={"steel-part": self.WIDE}).evidence
        assert (evidence["case"], evidence["median"]) == ("thousandfold", "1.64")

    @pytest.mark.parametrize("mass", ["0.01", "0.820", "100"])
    def test_a_hundredfold_is_not(self, mass):
        document = bracket(productMassPerDeclaredUnit=mass)
        assert not found(document, CODE, bands={"steel-part": self.WIDE})

    def test_a_band_without_a_median_has_bounds_alone(self):
        zero = replace(self.WIDE, hard_low=Decimal(0), soft_low=Decimal(0), hard_high=Decimal(9))
        light = bracket(productMassPerDeclaredUnit="0.001")
        evidence = only(light, CODE, bands={"steel-part": zero}).evidence
        assert evidence["factor"] == "–"
        assert not found(BRACKET, CODE, bands={"steel-part": zero})
