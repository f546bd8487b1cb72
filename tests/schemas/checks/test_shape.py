import json
import re
from datetime import UTC, date, datetime

import pytest

from tests.schemas.checks.documents import (
    BRACKET,
    GONE,
    PROCESS,
    bracket,
    changed,
    credential,
    extended,
    plain,
    process_credential,
)
from tests.schemas.checks.finding import AT, found, only, places
from tierlight_schemas.amounts import PLAIN_DECIMAL
from tierlight_schemas.checks import check
from tierlight_schemas.checks.amounts_of import AMOUNT_NAMES
from tierlight_schemas.checks.shape import EXAMPLES
from tierlight_schemas.declaration import PartFootprintDeclaration, PartProcessDeclaration
from tierlight_schemas.extension import PART_EXTENSION, PartExtension
from tierlight_schemas.findings import Severity
from tierlight_schemas.footprint import CarbonFootprint, ProductFootprint

MANDATORY = [f.alias for f in ProductFootprint.model_fields.values() if f.is_required()]
MANDATORY_PCF = [f.alias for f in CarbonFootprint.model_fields.values() if f.is_required()]
BUT_THE_UNIT = [name for name in MANDATORY_PCF if name != "declaredUnitOfMeasurement"]


def patterns() -> set[str]:
    """Patterns of all texts that are not amounts."""
    schemas = [m.model_json_schema() for m in (PartFootprintDeclaration, PartProcessDeclaration)]
    schemas.append(PartExtension.model_json_schema())
    found = re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', json.dumps(schemas))
    return {json.loads(f'"{text}"') for text in found} - {PLAIN_DECIMAL}


class TestMandatory:
    @pytest.mark.parametrize("name", MANDATORY)
    def test_attribute_of_the_footprint_is_missed(self, name):
        finding = only(changed(BRACKET, **{name: GONE}), "schema")
        assert (finding.path, finding.evidence["case"]) == (f"$.{name}", "missing")

    @pytest.mark.parametrize(
        "name", [name for name in MANDATORY_PCF if name != "declaredUnitOfMeasurement"]
    )
    def test_attribute_of_the_values_is_missed(self, name):
        assert places(bracket(**{name: GONE}), "schema") == {("error", f"$.pcf.{name}")}

    @pytest.mark.parametrize("name", ["issuer", "validFrom", "credentialSubject__nonce"])
    def test_member_of_the_credential_is_missed(self, name):
        document = changed(credential(BRACKET), **{name: GONE})
        assert places(document, "schema") == {("error", f"$.{name.replace('__', '.')}")}

    @pytest.mark.parametrize("document", [credential(BRACKET), process_credential(PROCESS)])
    def test_subject_without_its_document_is_missed(self, document):
        body = "process" if "process" in document["credentialSubject"] else "footprint"
        bare = changed(document, **{f"credentialSubject__{body}": GONE})
        assert ("error", f"$.credentialSubject.{body}") in places(bare, "schema")

    def test_python_names_are_not_names_of_the_document(self):
        snake = bracket(fossilGhgEmissions=GONE, fossil_ghg_emissions="2.11")
        assert ("error", "$.pcf.fossilGhgEmissions") in places(snake, "schema")


class TestForm:
    @pytest.mark.parametrize(
        ("document", "path", "case"),
        [
            (changed(BRACKET, companyName=""), "$.companyName", "empty"),
            (changed(BRACKET, companyName=7), "$.companyName", "text"),
            (changed(BRACKET, productIds=[]), "$.productIds", "empty"),
            (changed(BRACKET, productIds="urn:gtin:1"), "$.productIds", "list"),
            (changed(BRACKET, pcf=[]), "$.pcf", "object"),
            (changed(BRACKET, specVersion="v3"), "$.specVersion", "pattern"),
            (changed(BRACKET, created="16.02.2026"), "$.created", "date"),
            (changed(BRACKET, created="2026-13-01T00:00:00Z"), "$.created", "date"),
            (changed(BRACKET, created="2026-02-16T24:01:00Z"), "$.created", "date"),
            (changed(BRACKET, extensions={}), "$.extensions", "list"),
            (bracket(packagingEmissionsIncluded=1), "$.pcf.packagingEmissionsIncluded", "yes-no"),
            (bracket(ccuCalculationApproach="cutoff"), "$.pcf.ccuCalculationApproach", "one-of"),
            (bracket(dqi=None), "$.pcf.dqi", "null"),
            (extended(BRACKET, partNumber="x" * 201), None, "too-long"),
            (extended(BRACKET, annexes={"splitt": "5a" * 32}), None, "one-of"),
        ],
    )
    def test_is_named_by_its_case(self, document, path, case):
        finding = only(document, "schema")
        assert finding.evidence["case"] == case
        assert finding.severity is Severity.ERROR
        assert path is None or finding.path == path

    def test_allowed_values_are_evidence(self):
        finding = only(changed(BRACKET, status="active"), "schema")
        assert (finding.evidence["found"], finding.evidence["expected"]) == (
            "active",
            "Active, Deprecated",
        )

    def test_a_pattern_comes_with_an_example(self):
        finding = only(changed(BRACKET, companyIds=["GW1"]), "schema")
        assert finding.evidence["example"] == "urn:gtin:4712345060507"

    @pytest.mark.parametrize("pattern", sorted(patterns()))
    def test_every_pattern_has_an_example(self, pattern):
        assert [text for text in EXAMPLES if re.search(pattern, text)]

    def test_strange_names_are_quoted_in_the_path(self):
        document = extended(BRACKET, **{"part no. 7": "x"})
        assert only(document, "schema").path == '$.extensions[0].data["part no. 7"]'

    def test_amounts_are_left_to_their_own_code(self):
        document = bracket(fossilGhgEmissions=2.11)
        assert "fossilGhgEmissions" in AMOUNT_NAMES
        assert not found(document, "schema")
        assert found(document, "decimal")


class TestExtensions:
    @pytest.mark.parametrize(
        "data", [{"x": None}, {"partNumber": 1.5}, {"deep": [[None]]}], ids=str
    )
    def test_contents_of_a_foreign_one_are_not_judged(self, data):
        foreign = {"specVersion": "2.0.0", "dataSchema": "https://example.com/x", "data": data}
        assert check(changed(BRACKET, extensions=[*BRACKET["extensions"], foreign]), AT) == []

    def test_a_foreign_one_without_ours_is_fine(self):
        foreign = {"specVersion": "2.0.0", "dataSchema": "https://example.com/x", "data": {}}
        assert check(changed(plain(BRACKET), extensions=[foreign]), AT) == []

    @pytest.mark.parametrize("name", ["specVersion", "dataSchema", "data"])
    def test_an_incomplete_foreign_one_is_a_note(self, name):
        foreign = {"specVersion": "2.0.0", "dataSchema": "https://example.com/x", "data": {}}
        del foreign[name]
        assert places(changed(BRACKET, extensions=[*BRACKET["extensions"], foreign]), "schema") == {
            ("note", "$.extensions[1]")
        }

    def test_an_incomplete_one_of_ours_is_an_error(self):
        document = changed(BRACKET, extensions=[{"dataSchema": PART_EXTENSION, "data": {}}])
        assert places(document, "schema") == {
            ("error", "$.extensions[0].specVersion"),
            ("error", "$.extensions[0].data.partNumber"),
        }

    def test_two_of_ours_contradict_each_other(self):
        document = changed(BRACKET, extensions=BRACKET["extensions"] * 2)
        assert places(document, "schema") == {("error", "$.extensions[1]")}

    def test_null_in_ours_is_an_error(self):
        document = extended(BRACKET, revision=None)
        assert places(document, "schema") == {("error", "$.extensions[0].data.revision")}


class TestForeignAttributes:
    def test_a_misspelling_gets_the_nearest_name(self):
        finding = only(bracket(biogenicCo2Uptake="0"), "schema")
        assert (finding.severity, finding.evidence["nearest"]) == ("note", "biogenicCO2Uptake")

    def test_a_flood_of_them_stays_short(self):
        document = bracket(**{f"vendor{n}": n for n in range(500)})
        assert len(found(document, "schema")) == 20


class TestStatementsTheMethodAsksFor:
    NAMES = ("primaryDataShare", "packagingEmissionsIncluded", "ccsTechnologicalCO2CaptureIncluded")

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("level", ["L2", "L3"])
    def test_are_missed_where_a_document_claims_to_be_full(self, name, level):
        document = extended(bracket(**{name: GONE}), level=level)
        assert places(document, "schema") == {("warning", f"$.pcf.{name}")}

    @pytest.mark.parametrize("name", NAMES)
    def test_are_noted_where_no_level_is_stated(self, name):
        document = plain(bracket(**{name: GONE}))
        assert places(document, "schema") == {("note", f"$.pcf.{name}")}

    @pytest.mark.parametrize("name", NAMES)
    def test_may_be_absent_from_an_indicative_document(self, name):
        assert not found(extended(bracket(**{name: GONE}), level="L1"), "schema")

    def test_ratings_are_asked_for_from_2027_12_31(self):
        document = bracket(dqi=GONE)
        assert not found(document, "schema", at=date(2027, 12, 30))
        late = datetime(2027, 12, 31, tzinfo=UTC)
        assert places(document, "schema", at=late) == {("warning", "$.pcf.dqi")}
