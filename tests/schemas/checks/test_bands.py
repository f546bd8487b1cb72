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
from tierlight_schemas.checks import BANDS, Band, Bands, band, check, check_own, lowest, read_bands
from tierlight_schemas.errors import BandError
from tierlight_schemas.messages import LANGUAGES, render
from tierlight_schemas.units import canonical

CODE = "unit-implausible"


def filed_as(category: str, **pcf: object) -> dict[str, object]:
    """The bracket under another category."""
    return changed(bracket(**pcf), productClassifications=[f"urn:tierlight:category:{category}"])


def known(category: str, route: str = "", bands: Bands | None = None) -> Band:
    found = band(category, route, bands)
    assert found is not None
    return found


def floor(category: str, bands: Bands | None = None) -> Band:
    found = lowest(category, bands)
    assert found is not None
    return found


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

    def test_of_a_route_lie_within_those_of_any(self):
        for each in BANDS.values():
            whole = known(each.category)
            assert whole.hard_low <= each.hard_low
            assert each.hard_high <= whole.hard_high
            assert whole.soft_low <= each.soft_low
            assert each.soft_high <= whole.soft_high

    def test_of_materials_of_two_routes_part_at_the_points_cited(self):
        brine, spodumene = (known("lithium-carbonate", of) for of in ("brine", "spodumene"))
        assert brine.soft_high == spodumene.soft_low == Decimal("9.34")
        assert brine.soft_high**2 == pytest.approx(
            Decimal("3.6201") * Decimal("24.1051"), rel=Decimal("0.001")
        )


class TestLookUp:
    @pytest.mark.parametrize(
        ("category", "route", "expected"),
        [
            ("steel-part", "", ("steel-part", "0.3", "9")),
            ("steel-part", "blast-furnace", ("steel-part-blast-furnace", "0.68", "9")),
            ("steel-part", "hydrogen", ("steel-part", "0.3", "9")),  # not known apart
            ("aluminium-part", "primary", ("aluminium-primary-part", "2", "28")),
            ("aluminium-part", "recycled", ("aluminium-recycled-part", "0.2", "5")),
            ("aluminium-part", "", ("aluminium-part", "0.2", "28")),
            ("aluminium-recycled-part", "", ("aluminium-recycled-part", "0.2", "5")),
            ("lithium-hydroxide", "brine", ("lithium-hydroxide-brine", "4", "17.2")),
            ("logic-ic", "recycled", ("logic-ic", "200", "6000")),
        ],
    )
    def test_by_category_and_route(self, category, route, expected):
        found = known(category, route)
        assert (found.id, str(found.hard_low), str(found.hard_high)) == expected

    @pytest.mark.parametrize("category", ["", "steel", "recycled", "Steel-Part"])
    def test_of_an_unknown_category_is_none(self, category):
        assert band(category) is band(category, "recycled") is lowest(category) is None

    @pytest.mark.parametrize(
        ("category", "low"),
        [
            ("aluminium-part", "0.2"),
            ("aluminium-primary-part", "2"),
            ("plastic-part", "0.3"),
            ("lithium-hydroxide", "4"),
            ("copper-part", "1"),
        ],
    )
    def test_the_lowest_of_a_material_whatever_the_route(self, category, low):
        assert floor(category).hard_low == Decimal(low)

    def test_what_encloses_all_routes_is_trusted_as_the_least_trusted(self):
        rows = [row("x-a", category="x", route="a"), row("x-b", category="x", route="b")]
        rows[1] |= {"basis": "one model", "hardHigh": "9", "source": "B"}
        whole = known("x", bands=read_bands({"bands": rows}))
        assert (whole.basis, whole.hard_high, whole.source) == ("one model", Decimal(9), "A; B")

    def test_an_operator_s_route_widens_what_encloses_all(self):
        low = row("aluminium-hydrogen", category="aluminium-part", route="hydrogen", hardLow="0.1")
        held = read_bands({"bands": [low]}, BANDS)
        assert known("aluminium-part", "hydrogen", held).hard_low == Decimal("0.1")
        assert floor("aluminium-part", held).hard_low == Decimal("0.1")
        assert floor("aluminium-part").hard_low == Decimal("0.2")


def row(named: str, **more: object) -> dict[str, object]:
    """A row of a file of bands."""
    bounds = {"hardLow": "1", "softLow": "2", "softHigh": "3", "hardHigh": "4"}
    told = {"name": named, "quantity": "footprint", "unit": "kgCO2e/kg", "basis": "mixed"}
    return {"id": named, **told, **bounds, "source": "A"} | more


class TestFile:
    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ([row("x", softLow="3", softHigh="2")], "order"),
            ([row("x", hardLow="2.5")], "order"),
            ([row("x", softLow="0", hardLow="0")], "order"),
            ([row("x", softLow="3", softHigh="3")], "order"),
            ([row("x", hardHigh="1e3")], "number"),
            ([row("x", hardHigh="4,0")], "number"),
            ([row("x", hardHigh=4)], "text"),
            ([row("x", source="")], "text"),
            ([row("x", source="a" * 501)], "text"),
            ([row("x", category="")], "text"),
            ([{"id": "x"}], "text"),
            ([row("x", note="?")], "member"),
            ([row("X")], "id"),
            ([row("x y")], "id"),
            ([row("x", category="y", route="A")], "id"),
            ([row("x", basis="guess")], "choice"),
            ([row("x", quantity="mass")], "choice"),
            ([row("x", unit="kgCO2e/piece")], "unit"),
            ([row("x", unit="gCO2e/kg")], "unit"),
            ([row("x", quantity="electricity")], "unit"),
            ([row("x", unit="kWh/vehicle")], "unit"),
            ([row("x"), row("x")], "twice"),
            ([row("x", category="y")], "route"),
            ([row("x", route="a")], "route"),
            ([row("x", category="x", route="a")], "route"),
            ([row("x", category="z", route="a"), row("y", category="z", route="a")], "route"),
            ([row("x", category="steel-part", route="a", unit="kgCO2e/kWh")], "route"),
            ([7], "form"),
            ("x", "form"),
        ],
    )
    def test_that_cannot_be_used_is_refused_with_band_and_member(self, rows, code):
        with pytest.raises(BandError) as refused:
            read_bands({"bands": rows}, BANDS)
        assert refused.value.code == f"band/{code}"
        assert refused.value.params["band"]
        assert refused.value.params["member"]
        for lang in LANGUAGES:
            told = render(refused.value.code, {"file": "bands.json", **refused.value.params}, lang)
            assert "–" not in told.text + told.remedy

    @pytest.mark.parametrize("document", [None, [], {}, {"bands": None}, "x"])
    def test_without_a_list_is_refused(self, document):
        with pytest.raises(BandError, match="band/form"):
            read_bands(document)

    def test_beside_the_shipped_ones(self):
        held = read_bands({"bands": [row("steel-part"), row("wood-part")]}, BANDS)
        assert held["steel-part"].hard_high == 4
        assert held["wood-part"].median ** 2 == pytest.approx(6)
        assert held.keys() - {"wood-part"} == BANDS.keys()


class TestOperator:
    STRICT = read_bands({"bands": [row("steel-part")]}, BANDS)

    def own(self, document: object) -> list[dict[str, str]]:
        return [each.evidence for each in check_own(document, AT, self.STRICT)]

    def test_finds_beside_the_verdict(self):
        heavy = bracket(productMassPerDeclaredUnit="0.426")  # 2.13 kg / 0.426 kg
        assert not found(heavy, CODE)
        (evidence,) = self.own(heavy)
        told = ("5", "1", "4", "operator")
        assert tuple(evidence[name] for name in ("found", "low", "high", "case")) == told
        assert evidence["category"] == "steel-part"

    def test_is_silent_inside_its_own_band(self):
        assert self.own(BRACKET) == []

    def test_is_silent_where_the_shipped_band_is_in_force(self):
        assert self.own(filed_as("logic-ic")) == []
        assert found(filed_as("logic-ic"), CODE)

    @pytest.mark.parametrize("document", [None, [], "x", {}, {"productClassifications": [7]}])
    def test_never_raises(self, document):
        assert self.own(document) == []


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
