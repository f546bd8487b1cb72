import pytest

from tests.schemas.checks.documents import (
    BRACKET,
    DEFAULTS,
    GONE,
    PROCESS,
    bracket,
    changed,
    credential,
    extended,
    indicative,
    process_credential,
)
from tests.schemas.checks.finding import found, only, places
from tierlight_schemas.checks.amounts_of import AMOUNT_NAMES
from tierlight_schemas.checks.quality import RANGES

QUALITY = "quality-range"
DQI = BRACKET["pcf"]["dqi"]


class TestRanges:
    @pytest.mark.parametrize("share", ["-0.1", "100.1", "250"])
    def test_a_share_goes_from_0_to_100(self, share):
        assert places(bracket(primaryDataShare=share), QUALITY) == {
            ("error", "$.pcf.primaryDataShare")
        }

    @pytest.mark.parametrize("rating", ["0", "0.99", "5.1", "9"])
    def test_a_rating_goes_from_1_to_5(self, rating):
        document = bracket(dqi={**DQI, "geographicalDQR": rating})
        assert only(document, QUALITY).evidence == {"found": rating, "low": "1", "high": "5"}

    @pytest.mark.parametrize("share", ["0.01", "100", "42"])
    @pytest.mark.parametrize("rating", ["1", "5", "2.45"])
    def test_the_ends_are_inside(self, share, rating):
        document = bracket(primaryDataShare=share, dqi=dict.fromkeys(DQI, rating))
        assert not found(document, QUALITY)

    @pytest.mark.parametrize(
        "data",
        [
            {"verificationShares": {"program": "101"}},
            {"verificationShares": {"ownProductionThirdParty": "-1"}},
            {"massBalance": {"used": True, "attributedSharePercent": "130"}},
            {"uncertainty": {"geometricStandardDeviation": "0.9", "valueIs": "mean"}},
        ],
    )
    def test_the_extension_is_judged_too(self, data):
        assert len(found(extended(BRACKET, **data), QUALITY)) == 1

    def test_a_process_is_judged_too(self):
        document = process_credential({**PROCESS, "primaryDataShare": "101"})
        assert only(document, QUALITY).path == "$.credentialSubject.process.primaryDataShare"

    def test_every_range_belongs_to_an_amount(self):
        assert set(RANGES) <= AMOUNT_NAMES


class TestBestRatingWithoutPrimaryData:
    def test_contradict_each_other(self):
        document = bracket(primaryDataShare="0", dqi={**DQI, "technologicalDQR": "2"})
        assert places(document, QUALITY) == {("warning", "$.pcf.dqi.technologicalDQR")}

    @pytest.mark.parametrize(
        ("share", "rating"), [("0.1", "1"), ("0", "2.01"), ("0", "3"), (GONE, "1")]
    )
    def test_fit(self, share, rating):
        document = bracket(primaryDataShare=share, dqi={**DQI, "technologicalDQR": rating})
        assert not found(document, QUALITY)

    def test_a_default_share_says_nothing(self):
        document = bracket(primaryDataShare="0", dqi={**DQI, "technologicalDQR": "1"})
        marked = extended(document, provenance={"primaryDataShare": "default"})
        assert not found(marked, QUALITY)


class TestExempted:
    CODE = "exempted-too-high"

    @pytest.mark.parametrize(
        ("share", "severity"), [("3.01", "warning"), ("90", "warning"), ("101", "error")]
    )
    def test_above_three_percent(self, share, severity):
        finding = only(bracket(exemptedEmissionsPercent=share), self.CODE)
        assert finding.severity == severity
        assert finding.evidence == {"found": share, "limit": "3"}

    @pytest.mark.parametrize("share", ["0", "3", "3.00"])
    def test_up_to_three_percent_is_silent(self, share):
        assert not found(bracket(exemptedEmissionsPercent=share), self.CODE)


class TestCharacterization:
    CODE = "characterization"

    @pytest.mark.parametrize(
        ("reports", "severity", "case"),
        [
            (["AR5"], "warning", None),
            (["AR4"], "error", None),
            (["AR2"], "error", None),
            (["AR5", "AR6"], "warning", "mixed"),
            (["AR4", "AR6"], "error", "mixed"),
            (["AR7"], "warning", None),
        ],
    )
    def test_is_not_that_of_ar6(self, reports, severity, case):
        finding = only(bracket(ipccCharacterizationFactors=reports), self.CODE)
        assert (finding.severity, finding.evidence.get("case")) == (severity, case)

    @pytest.mark.parametrize("reports", [["AR6"], [], "AR5", [7], ["AR" + "9" * 5000]])
    def test_ar6_and_what_is_not_readable(self, reports):
        findings = found(bracket(ipccCharacterizationFactors=reports), self.CODE)
        assert len(findings) == (1 if reports and reports[0] == "AR" + "9" * 5000 else 0)

    def test_of_a_process(self):
        document = process_credential({**PROCESS, "ipccCharacterizationFactors": ["AR5"]})
        assert len(found(document, self.CODE)) == 1


CAPTURE = {
    "ccsTechnologicalCO2Capture": "-0.1",
    "technologicalCO2Removals": "-0.1",
    "technologicalCO2CaptureOrigin": "lime kiln",
}


class TestFlags:
    @pytest.mark.parametrize("flag", [True, GONE])
    def test_packaging_with_its_flag_is_silent(self, flag):
        document = bracket(packagingEmissionsIncluded=flag)
        assert not found(document, "packaging-without-flag")

    def test_packaging_against_its_flag(self):
        document = bracket(packagingEmissionsIncluded=False)
        assert places(document, "packaging-without-flag") == {
            ("warning", "$.pcf.packagingGhgEmissions")
        }

    def test_a_default_is_no_value(self):
        document = bracket(packagingEmissionsIncluded=False, packagingGhgEmissions="0")
        marked = extended(document, provenance={"packagingGhgEmissions": "default"})
        assert not found(marked, "packaging-without-flag")

    @pytest.mark.parametrize("name", sorted(CAPTURE))
    def test_capture_against_its_flag(self, name):
        document = bracket(**{name: CAPTURE[name]})
        assert places(document, "ccs-without-flag") == {("warning", f"$.pcf.{name}")}
        document["pcf"]["ccsTechnologicalCO2CaptureIncluded"] = True
        assert not found(document, "ccs-without-flag")


class TestPart:
    CODE = "part-mismatch"

    def test_filed_under_its_own_number(self):
        odd = extended(BRACKET, partNumber="A 100/7 ü")
        assert not found(credential(odd, number="A 100/7 ü"), self.CODE)

    def test_filed_under_another_number(self):
        finding = only(credential(BRACKET, number="BR-10O"), self.CODE)
        assert finding.severity == "error"
        assert finding.evidence == {"subject": "BR-10O", "found": "BR-100"}

    def test_without_our_extension_the_hub_compares(self):
        foreign = changed(BRACKET, extensions=GONE)
        assert not found(credential(foreign, number="ELSE"), self.CODE)

    def test_a_malformed_urn_is_the_envelopes_business(self):
        document = changed(credential(BRACKET), credentialSubject__id="urn:tierlight:part:x")
        assert not found(document, self.CODE)

    def test_of_an_indicative_document(self):
        assert found(credential(indicative(**DEFAULTS), number="X"), self.CODE)
