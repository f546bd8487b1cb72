import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.checks.documents import BRACKET, PROCESS, bracket, extended, process_credential
from tests.schemas.checks.finding import found, only
from tierlight_schemas.amounts import Amount
from tierlight_schemas.checks.amounts_of import AMOUNT_NAMES
from tierlight_schemas.checks.decimals import (
    ANY_SIGN,
    NOT_ABOVE_ZERO,
    PERCENTAGES_AND_RATINGS,
    POSITIVE,
)


class TestWriting:
    @pytest.mark.parametrize(
        ("text", "case"),
        [
            ("1.2345e+6", "exponent"),
            ("2E-3", "exponent"),
            ("1,200.5", "separator"),
            ("1.200,5", "separator"),
            ("2,11", "separator"),
            ("1 200", "separator"),
            ("1'200", "separator"),
            ("1" * 81, "too-long"),
            (2.11, "number"),
            (2, "number"),
        ],
    )
    def test_has_a_case(self, text, case):
        finding = only(bracket(productMassPerDeclaredUnit=text), "decimal")
        assert finding.evidence["case"] == case
        assert finding.path == "$.pcf.productMassPerDeclaredUnit"

    @pytest.mark.parametrize(
        "text",
        ["", " ", "abc", "NaN", "Infinity", "1.", ".5", "1.5 kg", "１.5", "12\n", " 1", True],
    )
    def test_is_no_number(self, text):
        assert "case" not in only(bracket(productMassPerDeclaredUnit=text), "decimal").evidence

    @pytest.mark.parametrize("text", ["0.82", "+0.82", "00.820", "0." + "3" * 78])
    def test_plain_is_silent(self, text):
        assert not found(bracket(productMassPerDeclaredUnit=text), "decimal")

    def test_an_exponent_is_written_out(self):
        finding = only(bracket(productMassPerDeclaredUnit="1.2345e+6"), "decimal")
        assert finding.evidence["plain"] == "1234500"

    def test_an_absurd_exponent_is_not(self):
        finding = only(bracket(productMassPerDeclaredUnit="1e999"), "decimal")
        assert finding.evidence["plain"] == "–"

    @given(st.text(max_size=90) | st.floats() | st.integers() | st.booleans())
    def test_whatever_is_no_amount_is_found_once(self, value):
        try:
            plain = isinstance(value, str) and Amount(value) == value.strip()
        except ValueError:
            plain = False
        findings = found(bracket(recycledCarbonContent=value), "decimal")
        negative = plain and str(value).startswith("-") and Amount(value).decimal < 0
        assert len(findings) == (0 if plain and not negative else 1)


class TestSign:
    @pytest.mark.parametrize("amount", ["0", "0.00", "-1"])
    def test_the_declared_amount_is_above_zero(self, amount):
        finding = only(bracket(declaredUnitAmount=amount), "decimal")
        assert finding.evidence == {"case": "not-positive", "found": amount}

    @pytest.mark.parametrize("name", sorted(NOT_ABOVE_ZERO))
    def test_removals_are_not_above_zero(self, name):
        assert only(bracket(**{name: "0.1"}), "decimal").evidence["case"] == "positive"
        assert not found(bracket(**{name: "-0.1"}), "decimal")
        assert not found(bracket(**{name: "0"}), "decimal")

    @pytest.mark.parametrize(
        "name", ["fossilGhgEmissions", "landCarbonLeakage", "exemptedEmissionsPercent"]
    )
    def test_emissions_and_contents_are_not_below_zero(self, name):
        assert only(bracket(**{name: "-0.1"}), "decimal").evidence["case"] == "negative"
        assert not found(bracket(**{name: "-0.0"}), "decimal")

    def test_totals_may_have_any_sign(self):
        below = bracket(pcfExcludingBiogenicUptake="-1", pcfIncludingBiogenicUptake="-1")
        assert not found(below, "decimal")

    def test_every_special_sign_belongs_to_an_amount(self):
        assert POSITIVE | NOT_ABOVE_ZERO | ANY_SIGN | PERCENTAGES_AND_RATINGS <= AMOUNT_NAMES


class TestEveryPlace:
    def test_the_extension(self):
        document = extended(BRACKET, verificationShares={"thirdParty": "1e1"})
        path = "$.extensions[0].data.verificationShares.thirdParty"
        assert only(document, "decimal").path == path

    def test_the_ratings(self):
        document = bracket(dqi={**BRACKET["pcf"]["dqi"], "temporalDQR": "low"})
        assert only(document, "decimal").path == "$.pcf.dqi.temporalDQR"

    def test_a_process(self):
        document = process_credential({**PROCESS, "declaredAmount": "0", "electricityKWh": 640})
        assert [f.path for f in found(document, "decimal")] == [
            "$.credentialSubject.process.declaredAmount",
            "$.credentialSubject.process.electricityKWh",
        ]
