"""Units and claims in the declarant's own words."""

import pytest

from tests.schemas.checks.documents import (
    BRACKET,
    GONE,
    PROCESS,
    bracket,
    changed,
    extended,
    process_credential,
)
from tests.schemas.checks.finding import found, only, places
from tests.schemas.make_vectors import CAPTURED, SPLIT
from tierlight_schemas.checks.offsets import claimed

UNIT = "unit-name"
OFFSET = "offset-inside"


class TestDeclaredUnit:
    @pytest.mark.parametrize(
        ("unit", "case", "expected"),
        [
            ("kg", "alias", "kilogram"),
            ("kWh", "alias", "kilowatt hour"),
            ("Stück", "alias", "piece"),
            ("Kilogram", "alias", "kilogram"),
        ],
    )
    def test_gets_its_standard_name(self, unit, case, expected):
        evidence = only(bracket(declaredUnitOfMeasurement=unit), UNIT).evidence
        assert (evidence["case"], evidence["expected"]) == (case, expected)

    @pytest.mark.parametrize("unit", ["box", "meter", "ton", "vehicle", 1, ["piece"], {}])
    def test_is_one_that_can_be_declared(self, unit):
        finding = only(bracket(declaredUnitOfMeasurement=unit), UNIT)
        assert finding.severity == "error"
        assert "piece" in finding.evidence["expected"]

    @pytest.mark.parametrize("unit", ["", GONE])
    def test_is_stated(self, unit):
        finding = only(bracket(declaredUnitOfMeasurement=unit), UNIT)
        assert finding.evidence["case"] == "missing"

    def test_of_a_process(self):
        document = process_credential({**PROCESS, "declaredUnit": "car"})
        assert only(document, UNIT).path == "$.credentialSubject.process.declaredUnit"


class TestUnitsOfTheSplit:
    @pytest.mark.parametrize(
        ("carrier", "count"),
        [
            ({"quantity": "0.7"}, 1),
            ({"quantity": "0.7", "unit": "steam units"}, 1),
            ({"quantity": "0.7", "unit": "kWh"}, 0),
            ({"marketBased": "0.2"}, 0),
        ],
    )
    def test_are_named(self, carrier, count):
        split = {**SPLIT, "carriers": [{"carrier": "steam", **carrier}]}
        findings = found(BRACKET, UNIT, split=split)
        assert [f.path for f in findings] == ["$.annexes.split.carriers[0].unit"] * count
        assert all(f.severity == "warning" for f in findings)


class TestCarbonDioxideAlone:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("causes 2.1 kg CO2 per piece", "1 kg CO2"),
            ("2.1 kgCO2/kg", "1 kgCO2"),
            ("2 t CO₂ je Tonne", "2 t CO₂"),
            ("每件 2.1 千克二氧化碳", "1 千克二氧化碳"),
        ],
    )
    def test_is_noted(self, text, words):
        finding = only(changed(BRACKET, comment=text), UNIT)
        assert (finding.severity, finding.path) == ("note", "$.comment")
        assert finding.evidence["found"] == words

    @pytest.mark.parametrize(
        "text",
        [
            "causes 2.1 kg CO2e per piece",
            "2.1 kgCO2-eq/kg",
            "2,1 kg CO2-Äq.",
            "2.1 kg CO₂ equivalents",
            "每件 2.1 千克二氧化碳当量",
            "grid factor 0.5703 kgCO2/kWh",
            "0.3 kg CO2 uptake by the fibre",
            "CO2 as a refrigerant",
        ],
    )
    def test_is_not_seen_where_it_is_meant(self, text):
        assert not found(changed(BRACKET, comment=text), UNIT)


class TestClaims:
    @pytest.mark.parametrize(
        "text",
        [
            "Carbon-neutral bracket",
            "climate neutral since 2024",
            "CO2-neutral hergestellt",
            "klimaneutrales Bauteil",
            "All emissions are fully offset by certificates",
            "carbon offsets of 2 kg were subtracted",
            "Emissions have been compensated",
            "Die Emissionen wurden vollständig kompensiert",
            "net-zero product",
            "碳中和产品",
            "排放已通过林业项目抵消",
            "本产品实现净零排放",
        ],
    )
    def test_are_found(self, text):
        assert claimed(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Temperature-compensated sensor",
            "Neutral conductor, blue",
            "Offset printing on the label; offset bracket",
            "pH-neutral cleaning before coating",
            "No carbon offsets are included",
            "without any carbon credits",
            "Carbon offsets are excluded",
            "The product is not carbon neutral",
            "ohne CO2-Kompensation",
            "Emissionen nicht kompensiert",
            "不含碳抵消",
            "未计入碳中和项目",
            "非碳中和产品",
        ],
    )
    def test_are_not_found(self, text):
        assert claimed(text) is None

    def test_a_denial_does_not_hide_a_claim(self):
        assert claimed("No carbon offsets last year. This year: carbon neutral.")

    def test_in_what_is_said_of_a_verification(self):
        document = bracket(verification={"comments": "verified as climate neutral"})
        assert only(document, OFFSET).path == "$.pcf.verification.comments"
        document = bracket(verification={"comments": "no carbon credits were counted"})
        assert not found(document, OFFSET)

    def test_names_the_place_and_the_words(self):
        finding = only(changed(BRACKET, productDescription="Klimaneutrale Halterung"), OFFSET)
        assert (finding.severity, finding.path) == ("warning", "$.productDescription")
        assert finding.evidence["found"] == "Klimaneutrale"


ZERO = {
    "pcfExcludingBiogenicUptake": "0",
    "pcfIncludingBiogenicUptake": "0",
    "fossilGhgEmissions": "0",
    "landUseChangeGhgEmissions": "0",
    "biogenicNonCO2Emissions": "0",
}


class TestTotalNotAboveZero:
    def test_needs_an_explanation(self):
        finding = only(bracket(**ZERO), OFFSET)
        assert (finding.severity, finding.evidence["case"]) == ("warning", "not-positive")

    def test_is_explained_by_capture(self):
        assert not found(bracket(**CAPTURED), OFFSET)

    def test_is_explained_by_land_management(self):
        numbers = {"landManagementBiogenicCO2Removals": "-2.13"}
        assert not found(bracket(**{**ZERO, "fossilGhgEmissions": "2.13"}, **numbers), OFFSET)

    def test_is_not_explained_by_too_little(self):
        numbers = {**CAPTURED, "ccsTechnologicalCO2Capture": "-0.1"}
        assert places(bracket(**numbers), OFFSET) == {
            ("warning", "$.pcf.pcfExcludingBiogenicUptake")
        }

    def test_a_default_total_says_nothing(self):
        provenance = {"pcfExcludingBiogenicUptake": "default"}
        assert not found(extended(bracket(**ZERO), provenance=provenance), OFFSET)


class TestProcess:
    def test_that_takes_more_than_it_emits(self):
        finding = only(process_credential(changed(PROCESS, emissions="-0.5")), OFFSET)
        assert finding.path == "$.credentialSubject.process.emissions"
        assert finding.evidence == {"case": "not-positive", "found": "-0.5", "explained": "0"}

    @pytest.mark.parametrize("emissions", ["0", "0.00", "0.01", "x", GONE])
    def test_that_emits_nothing_is_silent(self, emissions):
        document = process_credential(changed(PROCESS, emissions=emissions))
        assert not found(document, OFFSET)
