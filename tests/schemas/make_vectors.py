"""Write the test vectors: `python -m tests.schemas.make_vectors`.

A vector is a document with the findings it must have, for whoever implements the checks. What is
expected stands here by hand; keys and dates are fixed, so writing twice gives the same bytes.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.schemas.checks.documents import (
    BRACKET,
    DEFAULTS,
    GONE,
    JWK,
    KEY,
    KID,
    PROCESS,
    Document,
    bracket,
    changed,
    clip,
    credential,
    extended,
    indicative,
    plain,
    process_credential,
)
from tierlight_schemas.envelope import canonical, sign

FOLDER = Path(__file__).parents[2] / "schemas/tierlight_schemas/vectors/v1"
AT = "2026-03-01"
SPLIT = {
    "annex": "split",
    "salt": "AAAAAAAAAAAAAAAAAAAAAA",
    "stages": [
        {"stage": "raw materials", "emissions": "1.60"},
        {"stage": "own production", "emissions": "0.45"},
        {"stage": "inbound transport", "emissions": "0.08"},
    ],
    "carriers": [{"carrier": "electricity", "quantity": "0.7", "unit": "kWh"}],
}
FOREIGN = {
    "specVersion": "2.0.0",
    "dataSchema": "https://example.com/shipment/1",
    "data": {"shipment": "S-1", "weight": 10, "note": None},
}


@dataclass(frozen=True)
class Case:
    """One vector; `expected` are (code, severity, path), in any order."""

    name: str
    document: Any
    expected: tuple[tuple[str, str, str], ...] = ()
    given: Document = field(default_factory=dict)
    """What is given beside the document: `split`, `category`."""


def error(code: str, path: str) -> tuple[str, str, str]:
    return f"document/{code}", "error", path


def warning(code: str, path: str) -> tuple[str, str, str]:
    return f"document/{code}", "warning", path


def note(code: str, path: str) -> tuple[str, str, str]:
    return f"document/{code}", "note", path


def bad(name: str, document: Any, *expected: tuple[str, str, str], **given: Any) -> Case:
    return Case(name, document, expected, given)


def good(name: str, document: Any, **given: Any) -> Case:
    return Case(name, document, (), given)


def with_foreign(count: int, **members: Any) -> Document:
    """The bracket with foreign extensions after ours."""
    extension = {**FOREIGN, **members}
    return changed(BRACKET, extensions=[*BRACKET["extensions"], *[extension] * count])


PACK = changed(
    bracket(
        declaredUnitOfMeasurement="kilowatt hour",
        productMassPerDeclaredUnit="6.4",
        pcfExcludingBiogenicUptake="92",
        pcfIncludingBiogenicUptake="92",
        fossilGhgEmissions="92",
    ),
    productClassifications=["urn:tierlight:category:nmc-pack"],
)
TRANSPORT = changed(
    bracket(
        declaredUnitOfMeasurement="ton kilometer",
        productMassPerDeclaredUnit="0",
        pcfExcludingBiogenicUptake="0.093",
        pcfIncludingBiogenicUptake="0.093",
        fossilGhgEmissions="0.092",
        landUseChangeGhgEmissions="0",
        biogenicNonCO2Emissions="0.001",
        packagingEmissionsIncluded=False,
        packagingGhgEmissions=GONE,
    ),
    productClassifications=["urn:tierlight:category:road-freight"],
)
CAPTURED = {
    "pcfExcludingBiogenicUptake": "-0.4",
    "pcfIncludingBiogenicUptake": "-0.4",
    "fossilGhgEmissions": "2.1",
    "landUseChangeGhgEmissions": "0",
    "biogenicNonCO2Emissions": "0",
    "ccsTechnologicalCO2CaptureIncluded": True,
    "ccsTechnologicalCO2Capture": "-2.5",
    "technologicalCO2CaptureOrigin": "flue gas of a biomass boiler",
}
EXACT_THIRD = "0.333333333333333333333333333333"

GOOD = (
    good("good-bracket", BRACKET),
    good("good-bracket-credential", credential(BRACKET)),
    good("good-bracket-with-split", BRACKET, split=SPLIT),
    good("good-plain-pact", plain(BRACKET)),
    good("good-biobased-clip", clip()),
    good(
        "good-packaging-carbon",
        clip(
            packagingBiogenicCarbonContent="0.0010",
            biogenicCO2Uptake="-0.0290",
            pcfIncludingBiogenicUptake="0.0020",
        ),
    ),
    good("good-rounded-total", bracket(fossilGhgEmissions="2.1142")),
    good("good-indicative", indicative(**DEFAULTS)),
    good("good-battery-pack", PACK),
    good("good-transport-service", TRANSPORT),
    good("good-process", process_credential(PROCESS)),
    good("good-foreign-extension", with_foreign(2)),
    good("good-captured-carbon", bracket(**CAPTURED)),
    good(
        "good-thirty-digits",
        bracket(
            pcfExcludingBiogenicUptake=EXACT_THIRD,
            pcfIncludingBiogenicUptake=EXACT_THIRD,
            fossilGhgEmissions=EXACT_THIRD,
            landUseChangeGhgEmissions="0",
            biogenicNonCO2Emissions="0",
            productMassPerDeclaredUnit="0.125",
        ),
    ),
    good(
        "good-no-credits",
        changed(
            BRACKET, comment="No carbon offsets are included. 不含碳抵消。 Sensor compensated."
        ),
    ),
    good(
        "good-prospective",
        extended(
            changed(BRACKET, validityPeriodStart="2025-06-01T00:00:00Z"), timeBasis="prospective"
        ),
    ),
)

_UNFIT = "$.pcf.pcfExcludingBiogenicUptake"

BAD = (
    bad("schema-not-an-object", ["a", "list"], error("schema", "$")),
    bad("schema-id-missing", changed(BRACKET, id=GONE), error("schema", "$.id")),
    bad("schema-id-not-uuid", changed(BRACKET, id="BR-100"), error("schema", "$.id")),
    bad("schema-status", changed(BRACKET, status="active"), error("schema", "$.status")),
    bad("schema-null", changed(BRACKET, comment=None), error("schema", "$.comment")),
    bad(
        "schema-company-id-no-urn",
        changed(BRACKET, companyIds=["GW1"]),
        error("schema", "$.companyIds[0]"),
    ),
    bad(
        "schema-product-id-twice",
        changed(BRACKET, productIds=["urn:gtin:4712345060507"] * 2),
        error("schema", "$.productIds"),
    ),
    bad(
        "schema-flag-as-text",
        bracket(packagingEmissionsIncluded="true"),
        error("schema", "$.pcf.packagingEmissionsIncluded"),
    ),
    bad(
        "schema-date-not-in-calendar",
        bracket(referencePeriodStart="2025-02-30T00:00:00Z"),
        error("schema", "$.pcf.referencePeriodStart"),
    ),
    bad(
        "schema-date-without-time",
        changed(BRACKET, created="2026-02-16"),
        error("schema", "$.created"),
    ),
    bad(
        "schema-total-missing",
        bracket(pcfExcludingBiogenicUptake=GONE),
        error("schema", _UNFIT),
    ),
    bad(
        "schema-misspelled-attribute",
        clip(biogenicCO2Uptake=GONE, biogenicCo2Uptake="-0.0253"),
        note("schema", "$.pcf.biogenicCo2Uptake"),
        warning("total-differs-from-parts", "$.pcf.pcfIncludingBiogenicUptake"),
    ),
    bad(
        "schema-extension-unknown-member",
        extended(BRACKET, plant="Foshan"),
        error("schema", "$.extensions[0].data.plant"),
    ),
    bad(
        "schema-extension-without-number",
        extended(BRACKET, partNumber=GONE),
        error("schema", "$.extensions[0].data.partNumber"),
    ),
    bad(
        "schema-extension-level",
        extended(BRACKET, level="L4"),
        error("schema", "$.extensions[0].data.level"),
    ),
    bad(
        "schema-foreign-extension-incomplete",
        with_foreign(1, specVersion="2"),
        note("schema", "$.extensions[1]"),
    ),
    bad(
        "schema-share-not-reported",
        bracket(primaryDataShare=GONE),
        warning("schema", "$.pcf.primaryDataShare"),
    ),
    bad(
        "schema-credential-issuer-missing",
        changed(credential(BRACKET), issuer=GONE),
        error("schema", "$.issuer"),
    ),
    bad(
        "schema-credential-extra-member",
        changed(credential(BRACKET), proof="x"),
        error("schema", "$.proof"),
    ),
    bad(
        "schema-process-value-missing",
        process_credential(changed(PROCESS, declaredUnit="car", emissions=GONE)),
        error("schema", "$.credentialSubject.process.emissions"),
        error("unit-name", "$.credentialSubject.process.declaredUnit"),
    ),
    bad(
        "decimal-exponent",
        bracket(fossilGhgEmissions="2.11e0"),
        error("decimal", "$.pcf.fossilGhgEmissions"),
    ),
    bad(
        "decimal-thousands",
        bracket(productMassPerDeclaredUnit="1,200.5"),
        error("decimal", "$.pcf.productMassPerDeclaredUnit"),
    ),
    bad(
        "decimal-comma",
        bracket(primaryDataShare="42,0"),
        error("decimal", "$.pcf.primaryDataShare"),
    ),
    bad(
        "decimal-json-number",
        bracket(declaredUnitAmount=1),
        error("decimal", "$.pcf.declaredUnitAmount"),
    ),
    bad(
        "decimal-words",
        bracket(fossilCarbonContent="n/a"),
        error("decimal", "$.pcf.fossilCarbonContent"),
    ),
    bad(
        "decimal-amount-zero",
        bracket(declaredUnitAmount="0"),
        error("decimal", "$.pcf.declaredUnitAmount"),
    ),
    bad(
        "decimal-negative-emissions",
        bracket(packagingGhgEmissions="-0.03"),
        error("decimal", "$.pcf.packagingGhgEmissions"),
    ),
    bad(
        "decimal-positive-uptake",
        clip(biogenicCO2Uptake="0.0253"),
        error("decimal", "$.pcf.biogenicCO2Uptake"),
        warning("total-differs-from-parts", "$.pcf.pcfIncludingBiogenicUptake"),
        warning("biogenic-carbon", "$.pcf.biogenicCO2Uptake"),
    ),
    bad(
        "total-neither-reading",
        clip(pcfExcludingBiogenicUptake="0.0410", pcfIncludingBiogenicUptake="0.0157"),
        warning("total-differs-from-parts", _UNFIT),
    ),
    bad(
        "total-land-management-on-top",
        clip(pcfExcludingBiogenicUptake="0.0319", pcfIncludingBiogenicUptake="0.0066"),
        warning("total-differs-from-parts", _UNFIT),
    ),
    bad(
        "total-including-wrong-sign",
        clip(pcfIncludingBiogenicUptake="0.0563"),
        warning("total-differs-from-parts", "$.pcf.pcfIncludingBiogenicUptake"),
    ),
    bad(
        "stages-short",
        BRACKET,
        warning("stages-differ-from-total", _UNFIT),
        split={**SPLIT, "stages": SPLIT["stages"][:2]},
    ),
    bad(
        "packaging-without-flag",
        bracket(packagingEmissionsIncluded=False),
        warning("packaging-without-flag", "$.pcf.packagingGhgEmissions"),
    ),
    bad(
        "ccs-without-flag",
        bracket(**{**CAPTURED, "ccsTechnologicalCO2CaptureIncluded": False}),
        warning("ccs-without-flag", "$.pcf.ccsTechnologicalCO2Capture"),
        warning("ccs-without-flag", "$.pcf.technologicalCO2CaptureOrigin"),
    ),
    bad(
        "period-reversed",
        changed(
            bracket(referencePeriodEnd="2024-01-01T00:00:00Z"),
            validityPeriodStart=GONE,
            validityPeriodEnd=GONE,
        ),
        error("period-disorder", "$.pcf.referencePeriodEnd"),
    ),
    bad(
        "period-valid-before-data-ends",
        changed(BRACKET, validityPeriodStart="2025-06-01T00:00:00Z"),
        warning("period-disorder", "$.validityPeriodStart"),
    ),
    bad(
        "period-valid-ten-years",
        changed(BRACKET, validityPeriodEnd="2036-01-01T00:00:00Z"),
        warning("period-disorder", "$.validityPeriodEnd"),
    ),
    bad(
        "geography-unknown-country",
        bracket(geographyCountrySubdivision=GONE, geographyCountry="QQ"),
        error("geography", "$.pcf.geographyCountry"),
    ),
    bad(
        "geography-unknown-region",
        bracket(geographyCountrySubdivision=GONE, geographyRegionOrSubregion="EMEA"),
        error("geography", "$.pcf.geographyRegionOrSubregion"),
    ),
    bad(
        "geography-several",
        bracket(geographyCountry="CN"),
        warning("geography", "$.pcf.geographyCountry"),
    ),
    bad(
        "geography-site-outside-country",
        extended(BRACKET, site={"id": "GW-FOSHAN", "country": "VN", "subdivision": "CN-GD"}),
        error("geography", "$.extensions[0].data.site.subdivision"),
    ),
    bad(
        "geography-of-electricity",
        BRACKET,
        warning("geography", "$.annexes.split.carriers[0].country"),
        split={**SPLIT, "carriers": [{"carrier": "electricity", "country": "QQ"}]},
    ),
    bad(
        "quality-share-250",
        bracket(primaryDataShare="250"),
        error("quality-range", "$.pcf.primaryDataShare"),
    ),
    bad(
        "quality-rating-9",
        bracket(dqi={**BRACKET["pcf"]["dqi"], "temporalDQR": "9"}),
        error("quality-range", "$.pcf.dqi.temporalDQR"),
    ),
    bad(
        "quality-verified-120",
        extended(BRACKET, verificationShares={"thirdParty": "120"}),
        error("quality-range", "$.extensions[0].data.verificationShares.thirdParty"),
    ),
    bad(
        "quality-best-rating-without-primary-data",
        bracket(primaryDataShare="0", dqi={**BRACKET["pcf"]["dqi"], "technologicalDQR": "1.5"}),
        warning("quality-range", "$.pcf.dqi.technologicalDQR"),
    ),
    bad(
        "exempted-90",
        bracket(exemptedEmissionsPercent="90"),
        warning("exempted-too-high", "$.pcf.exemptedEmissionsPercent"),
    ),
    bad(
        "exempted-beyond-everything",
        bracket(exemptedEmissionsPercent="120"),
        error("exempted-too-high", "$.pcf.exemptedEmissionsPercent"),
    ),
    bad(
        "characterization-ar5",
        bracket(ipccCharacterizationFactors=["AR5"]),
        warning("characterization", "$.pcf.ipccCharacterizationFactors"),
    ),
    bad(
        "characterization-ar4",
        bracket(ipccCharacterizationFactors=["AR4"]),
        error("characterization", "$.pcf.ipccCharacterizationFactors"),
    ),
    bad(
        "characterization-mixed",
        bracket(ipccCharacterizationFactors=["AR5", "AR6"]),
        warning("characterization", "$.pcf.ipccCharacterizationFactors"),
    ),
    bad(
        "implausible-grams-for-kilograms",
        bracket(productMassPerDeclaredUnit="820"),
        warning("unit-implausible", _UNFIT),
    ),
    bad(
        "implausible-outside-band",
        bracket(productMassPerDeclaredUnit="0.10"),
        warning("unit-implausible", _UNFIT),
    ),
    bad(
        "implausible-by-given-category",
        changed(PACK, productClassifications=GONE),
        warning("unit-implausible", _UNFIT),
        category="steel-part",
    ),
    bad(
        "zero-unmarked-indicative",
        indicative(),
        note("unstated-as-zero", "$.pcf.fossilGhgEmissions"),
    ),
    bad(
        "zero-unmarked-plain-pact",
        plain(indicative()),
        note("unstated-as-zero", "$.pcf.fossilGhgEmissions"),
    ),
    bad(
        "biogenic-carbon-differs",
        clip(biogenicCarbonContent="0.0253"),
        warning("biogenic-carbon", "$.pcf.biogenicCO2Uptake"),
    ),
    bad(
        "unit-alias",
        bracket(declaredUnitOfMeasurement="kg", declaredUnitAmount="0.82"),
        error("unit-name", "$.pcf.declaredUnitOfMeasurement"),
    ),
    bad(
        "unit-unknown",
        bracket(declaredUnitOfMeasurement="box"),
        error("unit-name", "$.pcf.declaredUnitOfMeasurement"),
    ),
    bad(
        "unit-missing",
        bracket(declaredUnitOfMeasurement=GONE),
        error("unit-name", "$.pcf.declaredUnitOfMeasurement"),
    ),
    bad(
        "unit-co2-for-co2e",
        changed(BRACKET, comment="One bracket causes 2.1 kg CO2."),
        note("unit-name", "$.comment"),
    ),
    bad(
        "offset-neutral-name",
        changed(BRACKET, productNameCompany="Carbon-neutral bracket"),
        warning("offset-inside", "$.productNameCompany"),
    ),
    bad(
        "offset-german",
        changed(BRACKET, comment="Die Emissionen wurden vollständig kompensiert."),
        warning("offset-inside", "$.comment"),
    ),
    bad(
        "offset-chinese",
        changed(BRACKET, productDescription="碳中和支架"),
        warning("offset-inside", "$.productDescription"),
    ),
    bad(
        "offset-total-zero",
        bracket(
            pcfExcludingBiogenicUptake="0",
            pcfIncludingBiogenicUptake="0",
            fossilGhgEmissions="0",
            landUseChangeGhgEmissions="0",
            biogenicNonCO2Emissions="0",
        ),
        warning("offset-inside", _UNFIT),
    ),
    bad(
        "offset-of-a-process",
        process_credential(changed(PROCESS, emissions="-12.5", fossil=GONE)),
        warning("offset-inside", "$.credentialSubject.process.emissions"),
    ),
    bad(
        "part-mismatch",
        credential(BRACKET, number="BR-101"),
        error("part-mismatch", "$.credentialSubject.footprint.extensions[0].data.partNumber"),
    ),
    bad(
        "part-mismatch-process",
        process_credential(PROCESS, number="CAR-2"),
        error("part-mismatch", "$.credentialSubject.process.partNumber"),
    ),
    bad(
        "several-defects-at-once",
        credential(
            bracket(
                fossilGhgEmissions="2,11",
                geographyCountrySubdivision="CN-XX",
                ipccCharacterizationFactors=["AR5"],
            )
        ),
        error("decimal", "$.credentialSubject.footprint.pcf.fossilGhgEmissions"),
        error("geography", "$.credentialSubject.footprint.pcf.geographyCountrySubdivision"),
        warning(
            "characterization", "$.credentialSubject.footprint.pcf.ipccCharacterizationFactors"
        ),
    ),
)

CASES: tuple[Case, ...] = (*GOOD, *BAD)


def vector(case: Case) -> bytes:
    """The file of a case; a declaration is signed too, so that the signature can be tried."""
    content: Document = {"name": case.name, "at": AT, **case.given, "document": case.document}
    if isinstance(case.document, dict) and "credentialSubject" in case.document:
        content |= {"jws": sign(canonical(case.document), KEY.sign, "Ed25519", KID), "key": JWK}
    content["expected"] = [
        {"code": code, "severity": severity, "path": path}
        for code, severity, path in sorted(case.expected)
    ]
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def files() -> dict[str, bytes]:
    """Every vector by file name."""
    return {f"{case.name}.json": vector(case) for case in CASES}


def main() -> None:
    """Write the folder anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
