"""One whole document of each kind, and the published schemas as validators."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

from jsonschema import Draft202012Validator
from pydantic import BaseModel

from tierlight_schemas import publish
from tools.forbidden_strings import ROOT

STANDARD = (ROOT / "docs/standard.md").read_text("utf-8")


def standard_blocks() -> list[Any]:
    """The JSON blocks of docs/standard.md: the declaration, then its annex."""
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", STANDARD, re.DOTALL)]


#: Every attribute of PACT 3.0.3 `CarbonFootprint`, in its spelling, with amounts of 30 digits.
CARBON_FOOTPRINT: dict[str, Any] = {
    "declaredUnitOfMeasurement": "kilogram",
    "declaredUnitAmount": "1.00000000000000000000000000000",
    "productMassPerDeclaredUnit": "1.00",
    "referencePeriodStart": "2025-01-01T00:00:00Z",
    "referencePeriodEnd": "2026-01-01T00:00:00+08:00",
    "geographyRegionOrSubregion": "Eastern Asia",
    "geographyCountry": "CN",
    "geographyCountrySubdivision": "CN-GD",
    "boundaryProcessesDescription": "冶炼、压铸",
    "pcfExcludingBiogenicUptake": "18.4600000000000000000000000001",
    "pcfIncludingBiogenicUptake": "-123456789012345678901234567890",
    "fossilCarbonContent": "0.000000000000000000000000000001",
    "biogenicCarbonContent": "0.10",
    "recycledCarbonContent": "0",
    "fossilGhgEmissions": "+18.40",
    "landUseChangeGhgEmissions": "0.01",
    "landCarbonLeakage": "0.02",
    "landManagementFossilGhgEmissions": "0.03",
    "landManagementBiogenicCO2Emissions": "0.04",
    "landManagementBiogenicCO2Removals": "-0.05",
    "biogenicCO2Uptake": "-0.3666666666666666666666666667",
    "biogenicNonCO2Emissions": "0.06",
    "landAreaOccupation": "0.07",
    "aircraftGhgEmissions": "0.08",
    "packagingEmissionsIncluded": True,
    "packagingGhgEmissions": "0.09",
    "packagingBiogenicCarbonContent": "0.10",
    "outboundLogisticsGhgEmissions": "0.11",
    "ccsTechnologicalCO2CaptureIncluded": True,
    "ccsTechnologicalCO2Capture": "-0.12",
    "technologicalCO2Removals": "-0.13",
    "technologicalCO2CaptureOrigin": "stored below the sea",
    "ccuCarbonContent": "0.14",
    "ccuCalculationApproach": "Cut-off",
    "ccuCreditCertification": "https://example.com/certificate",
    "ipccCharacterizationFactors": ["AR6"],
    "crossSectoralStandards": ["ISO14067", "PACT-3.0", "a standard of later years"],
    "productOrSectorSpecificRules": [
        {"operator": "Other", "ruleNames": ["Rulebook 4"], "otherOperatorName": "Catena-X"}
    ],
    "exemptedEmissionsPercent": "1.20",
    "exemptedEmissionsDescription": "",
    "allocationRulesDescription": "by mass",
    "secondaryEmissionFactorSources": [{"name": "grid averages", "version": "2023"}],
    "primaryDataShare": "62.5",
    "dqi": {"technologicalDQR": "1.0", "geographicalDQR": "2.5", "temporalDQR": "5"},
    "verification": {
        "coverage": "product level",
        "providerName": "a verifier",
        "completedAt": "2026-02-01T00:00:00Z",
        "standardName": "ISO 14067",
        "comments": "",
    },
}
CARBON_FOOTPRINT_MANDATORY = {
    "declaredUnitOfMeasurement",
    "declaredUnitAmount",
    "productMassPerDeclaredUnit",
    "referencePeriodStart",
    "referencePeriodEnd",
    "pcfExcludingBiogenicUptake",
    "pcfIncludingBiogenicUptake",
    "fossilCarbonContent",
    "fossilGhgEmissions",
    "ipccCharacterizationFactors",
    "crossSectoralStandards",
    "exemptedEmissionsPercent",
}
#: Every attribute of PACT 3.0.3 `ProductFootprint`.
FOOTPRINT: dict[str, Any] = {
    "id": "6a0e5d1c-3a52-4f0f-9d0b-8a1f6b2f4c11",
    "specVersion": "3.0.3",
    "precedingPfIds": ["0d8f9a0e-5c0b-4e61-8a1e-2b7d6f1f9e02"],
    "created": "2026-03-02T09:30:00.123456789Z",
    "status": "Active",
    "validityPeriodStart": "2026-01-01T00:00:00Z",
    "validityPeriodEnd": "2028-12-31T00:00:00Z",
    "companyName": "Kranich Guss",
    "companyIds": ["urn:tierlight:company:3f9c2b7a"],
    "productDescription": "",
    "productIds": ["URN:gtin:04012345678901"],
    "productClassifications": ["urn:cpc:41532"],
    "productNameCompany": "电池模块外壳",
    "comment": "new furnace",
    "pcf": CARBON_FOOTPRINT,
    "extensions": [
        {
            "specVersion": "2.0.0",
            "dataSchema": "https://example.com/shipment.json",
            "documentation": "https://example.com/shipment",
            "data": {"weight": 10, "tags": [], "nested": {"kept": True}},
        }
    ],
}
FOOTPRINT_MANDATORY = {
    "id",
    "specVersion",
    "created",
    "status",
    "companyName",
    "companyIds",
    "productDescription",
    "productIds",
    "productNameCompany",
    "pcf",
}


def validator(name: str) -> Draft202012Validator:
    """The published schema of that name."""
    return Draft202012Validator(json.loads(publish.published(name)))


def models_within(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """`model` and every model that its fields may hold."""
    yield model
    for field in model.model_fields.values():
        for part in types_within(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from models_within(part)


def types_within(annotation: Any) -> Iterator[Any]:
    """`annotation` and everything inside its brackets."""
    yield annotation
    for part in get_args(annotation):
        yield from types_within(part)
