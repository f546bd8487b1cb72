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
from tierlight_schemas.findings import Severity

PERIOD = "period-disorder"
GEOGRAPHY = "geography"


def valid(start: str, end: str) -> dict[str, object]:
    """The bracket of the year 2025 with another validity."""
    return changed(BRACKET, validityPeriodStart=start, validityPeriodEnd=end)


class TestReferencePeriod:
    def test_ends_after_it_starts(self):
        document = changed(
            bracket(referencePeriodEnd="2024-12-31T00:00:00Z"), validityPeriodEnd=GONE
        )
        finding = only(document, PERIOD)
        assert finding.severity is Severity.ERROR
        assert finding.evidence == {
            "start": "2025-01-01T00:00:00Z",
            "end": "2024-12-31T00:00:00Z",
        }

    def test_of_no_length_is_a_warning(self):
        document = changed(
            bracket(referencePeriodEnd="2025-01-01T01:00:00+01:00"), validityPeriodEnd=GONE
        )
        finding = only(document, PERIOD)
        assert (finding.severity, finding.evidence["case"]) == ("warning", "empty")

    def test_of_a_process(self):
        document = process_credential({**PROCESS, "referencePeriodEnd": "2024-01-01T00:00:00Z"})
        path = "$.credentialSubject.process.referencePeriodEnd"
        assert places(document, PERIOD) == {("error", path)}

    def test_time_zones_are_minded(self):
        document = bracket(
            referencePeriodStart="2025-01-01T00:00:00+08:00",
            referencePeriodEnd="2024-12-31T20:00:00Z",
        )
        document = changed(document, validityPeriodEnd=GONE)
        assert not found(document, PERIOD)

    @pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "2024-02-29T00:00:00Z", "x", None, 5])
    def test_odd_ends_are_survived(self, end):
        found(bracket(referencePeriodEnd=end), PERIOD)


class TestValidity:
    def test_starts_when_the_data_ends(self):
        finding = only(valid("2025-06-01T00:00:00Z", "2028-01-01T00:00:00Z"), PERIOD)
        assert (finding.severity, finding.evidence["case"]) == ("warning", "early")

    def test_of_a_forecast_may_start_before(self):
        document = valid("2025-06-01T00:00:00Z", "2028-01-01T00:00:00Z")
        assert not found(extended(document, timeBasis="prospective"), PERIOD)

    def test_lasts_three_years_at_most(self):
        finding = only(valid("2026-01-01T00:00:00Z", "2029-06-01T00:00:00Z"), PERIOD)
        assert finding.severity is Severity.WARNING
        assert finding.evidence == {
            "case": "long",
            "end": "2029-06-01T00:00:00Z",
            "limit": "2029-01-01T00:00:00Z",
        }

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("2025-12-31T00:00:01Z", "2029-01-01T00:00:00Z"),
            ("2026-01-01T00:00:00Z", "2029-01-01T23:59:59Z"),
        ],
    )
    def test_is_not_split_over_a_day(self, start, end):
        assert not found(valid(start, end), PERIOD)

    def test_ends_after_it_starts(self):
        document = valid("2027-01-01T00:00:00Z", "2026-06-01T00:00:00Z")
        assert places(document, PERIOD) == {("error", "$.validityPeriodEnd")}

    def test_may_be_unstated(self):
        document = changed(BRACKET, validityPeriodStart=GONE, validityPeriodEnd=GONE)
        assert not found(document, PERIOD)


class TestGeography:
    @pytest.mark.parametrize(
        "place",
        [
            {"geographyCountry": "QQ"},
            {"geographyCountry": "EU"},
            {"geographyRegionOrSubregion": "EMEA"},
            {"geographyRegionOrSubregion": "western europe"},
            {"geographyCountrySubdivision": "CN-XX"},
            {"geographyCountrySubdivision": "QQ-GD"},
        ],
    )
    def test_codes_exist(self, place):
        document = bracket(**{"geographyCountrySubdivision": GONE})
        document["pcf"].update(place)
        assert places(document, GEOGRAPHY) == {("error", f"$.pcf.{next(iter(place))}")}

    @pytest.mark.parametrize(
        "place",
        [
            {"geographyCountry": "DE"},
            {"geographyRegionOrSubregion": "Eastern Asia"},
            {"geographyCountrySubdivision": "DE-BW"},
            {},
        ],
    )
    def test_one_place_is_silent(self, place):
        document = bracket(**{"geographyCountrySubdivision": GONE})
        document["pcf"].update(place)
        assert not found(document, GEOGRAPHY)

    def test_several_places_are_a_warning(self):
        finding = only(bracket(geographyCountry="CN"), GEOGRAPHY)
        assert (finding.severity, finding.evidence["found"]) == ("warning", "CN, CN-GD")

    def test_places_that_contradict_are_an_error(self):
        severities = {
            f.evidence["case"]: f.severity for f in found(bracket(geographyCountry="VN"), GEOGRAPHY)
        }
        assert severities == {"outside": "error", "several": "warning"}

    @pytest.mark.parametrize("site", [{"country": "XX"}, {"country": "VN", "subdivision": "CN-GD"}])
    def test_the_site_is_judged_too(self, site):
        document = extended(BRACKET, site={"id": "S", **site})
        ((severity, path),) = places(document, GEOGRAPHY)
        assert (severity, path.rpartition(".")[0]) == ("error", "$.extensions[0].data.site")

    def test_the_site_of_a_process_is_judged_too(self):
        document = process_credential({**PROCESS, "site": {"id": "S", "country": "XX"}})
        path = "$.credentialSubject.process.site.country"
        assert places(document, GEOGRAPHY) == {("error", path)}

    @pytest.mark.parametrize(("country", "is_found"), [("QQ", True), ("EU", True), ("CN", False)])
    def test_the_carriers_of_the_split_are_judged_too(self, country, is_found):
        carriers = [{"carrier": "steam"}, {"carrier": "electricity", "country": country}, 7]
        expected = {("warning", "$.annexes.split.carriers[1].country")} if is_found else set()
        assert places(BRACKET, GEOGRAPHY, split={"carriers": carriers}) == expected
