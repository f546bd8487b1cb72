"""A PACT 3.0.3 document from elsewhere comes in as the body of a declaration, as it is."""

import copy
import json
from typing import Any

import pytest

from hub.declarations.tables import DeclarationRow
from tests.cast import BEIFENG, YEAR
from tests.hub.declarations.test_refusals import signed_bytes
from tierlight_schemas.envelope import canonical, open_jws, part_urn

FOREIGN_EXTENSION = {
    "specVersion": "2.0.0",
    "dataSchema": "https://freight.example/shipment.json",
    "documentation": "https://freight.example/docs",
    "data": {"shipments": [{"mass": "12.0", "legs": 3}], "ok": True, "名": "运输"},
}
FOOTPRINT: dict[str, Any] = {
    "id": "6A0E5D1C-3A52-4F0F-9D0B-8A1F6B2F4C11",
    "specVersion": "3.0.3",
    "created": f"{YEAR + 1}-02-01T09:30:00.123456789Z",
    "status": "Active",
    "companyName": "Beifeng Pack",
    "companyIds": ["urn:lei:BEIFENG00000000000000"],
    "productDescription": "",
    "productIds": ["urn:gtin:4712345060507"],
    "productNameCompany": "电池包 LFP 14",
    "vendorRemark": {"kept": ["as", "it", "is"]},
    "pcf": {
        "declaredUnitOfMeasurement": "kilogram",
        "declaredUnitAmount": "1.00000000000000000000000000000",
        "productMassPerDeclaredUnit": "1.00",
        "referencePeriodStart": f"{YEAR}-01-01T00:00:00+08:00",
        "referencePeriodEnd": f"{YEAR + 1}-01-01T00:00:00+08:00",
        "geographyCountry": "CN",
        "pcfExcludingBiogenicUptake": "18.4600000000000000000000000001",
        "pcfIncludingBiogenicUptake": "18.4600000000000000000000000001",
        "fossilCarbonContent": "0.1",
        "fossilGhgEmissions": "18.4600000000000000000000000001",
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14067"],
        "exemptedEmissionsPercent": "0.0",
        "primaryDataShare": "62.5",
        "packagingEmissionsIncluded": False,
        "ccsTechnologicalCO2CaptureIncluded": False,
        "vendorAmount": "0.10",
    },
    "extensions": [FOREIGN_EXTENSION],
}


def declaration(footprint, number="LFP 14/ä"):
    document = BEIFENG.built("PACK-1").document
    document["credentialSubject"]["id"] = part_urn("key", BEIFENG.kid, number)
    document["credentialSubject"]["footprint"] = footprint
    return document


class TestAForeignDocument:
    def test_is_kept_byte_for_byte(self, world):
        document = declaration(FOOTPRINT)
        answer = world.submit(BEIFENG, BEIFENG.packed_document(document))
        assert answer.status_code == 201, answer.text
        path = f"/v1/declarations/{answer.json()['digest']}/jws"
        served = open_jws(world.get(BEIFENG, path).content)
        assert served.payload == canonical(document)
        kept = json.loads(served.payload)["credentialSubject"]["footprint"]
        assert kept == FOOTPRINT

    def test_gets_its_part_from_the_urn_and_the_rest_from_the_standards_defaults(self, world):
        verdict = world.submit(BEIFENG, BEIFENG.packed_document(declaration(FOOTPRINT))).json()
        row = world.session.get_one(DeclarationRow, verdict["digest"])
        part = world.get(BEIFENG, f"/v1/parts/{row.part_id}").json()
        assert (part["number"], part["name"]) == ("LFP 14/ä", "电池包 LFP 14")
        assert (row.boundary, row.level, row.site) == ("cradle-to-gate", "L1", None)
        assert row.excluding_uptake == "18.4600000000000000000000000001"
        assert row.footprint_id == FOOTPRINT["id"].lower()
        assert row.valid_from.isoformat() == f"{YEAR}-12-31T16:00:00+00:00"
        assert row.valid_to.isoformat() == f"{YEAR + 3}-12-31T16:00:00+00:00"

    def test_is_noted_where_it_is_foreign(self, world):
        verdict = world.submit(BEIFENG, BEIFENG.packed_document(declaration(FOOTPRINT))).json()
        assert verdict["findings"]
        assert {finding["severity"] for finding in verdict["findings"]} <= {"note", "warning"}

    def test_keeps_the_validity_that_it_states(self, world):
        footprint = FOOTPRINT | {
            "validityPeriodStart": f"{YEAR + 1}-03-01T00:00:00Z",
            "validityPeriodEnd": f"{YEAR + 2}-03-01T00:00:00Z",
        }
        verdict = world.submit(BEIFENG, BEIFENG.packed_document(declaration(footprint))).json()
        row = world.session.get_one(DeclarationRow, verdict["digest"])
        assert (row.valid_from.year, row.valid_to.year) == (YEAR + 1, YEAR + 2)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"specVersion": 3}, "document/schema"),
            ({"companyIds": []}, "document/schema"),
            ({"vendorRemark": None}, "door/json-null"),
            ({"vendorRemark": 0.5}, "door/json-float"),
        ],
    )
    def test_is_judged_like_any_other(self, world, change, code):
        document = copy.deepcopy(declaration(FOOTPRINT | change))
        payload = json.dumps(
            document, separators=(",", ":"), sort_keys=True, ensure_ascii=False
        ).encode()
        answer = world.submit(BEIFENG, signed_bytes(payload))
        assert (answer.status_code, answer.json()["code"]) == (400, code)
