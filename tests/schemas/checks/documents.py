"""Invented documents that the checks find nothing in, and ways to spoil them."""

import copy
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tierlight_schemas.envelope import b64url_encode, issuer_urn, part_urn, thumbprint
from tierlight_schemas.extension import PART_EXTENSION

Document = dict[str, Any]

GONE: Any = object()
"""As a value in `changed`: the member is removed."""

KEY = Ed25519PrivateKey.from_private_bytes(b"a fixed seed of 32 bytes for us!")
JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": b64url_encode(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)),
}
KID = thumbprint(JWK)

BRACKET: Document = {
    "id": "0b1c7a52-6f0e-4a58-9c1d-2f3a4b5c6d7e",
    "specVersion": "3.0.3",
    "created": "2026-02-16T08:00:00Z",
    "status": "Active",
    "validityPeriodStart": "2026-01-01T00:00:00Z",
    "validityPeriodEnd": "2029-01-01T00:00:00Z",
    "companyName": "Gearwright Stamping (invented)",
    "companyIds": ["urn:pact:gearwright.example:supplier-id:GW1"],
    "productDescription": "Stamped steel bracket, galvanised",
    "productIds": ["urn:pact:gearwright.example:product-id:BR-100"],
    "productClassifications": ["urn:tierlight:category:steel-part"],
    "productNameCompany": "Bracket BR-100",
    "pcf": {
        "declaredUnitOfMeasurement": "piece",
        "declaredUnitAmount": "1",
        "productMassPerDeclaredUnit": "0.820",
        "referencePeriodStart": "2025-01-01T00:00:00Z",
        "referencePeriodEnd": "2026-01-01T00:00:00Z",
        "geographyCountrySubdivision": "CN-GD",
        "boundaryProcessesDescription": "Steel coil, stamping, galvanising, inbound transport",
        "pcfExcludingBiogenicUptake": "2.13",
        "pcfIncludingBiogenicUptake": "2.13",
        "fossilCarbonContent": "0.002",
        "fossilGhgEmissions": "2.11",
        "landUseChangeGhgEmissions": "0.01",
        "biogenicNonCO2Emissions": "0.01",
        "packagingEmissionsIncluded": True,
        "packagingGhgEmissions": "0.03",
        "ccsTechnologicalCO2CaptureIncluded": False,
        "ipccCharacterizationFactors": ["AR6"],
        "crossSectoralStandards": ["ISO14067", "PACT-3.0"],
        "exemptedEmissionsPercent": "1.5",
        "secondaryEmissionFactorSources": [{"name": "Open factors", "version": "2025"}],
        "primaryDataShare": "42.0",
        "dqi": {"technologicalDQR": "2.1", "geographicalDQR": "1.8", "temporalDQR": "1.0"},
    },
    "extensions": [
        {
            "specVersion": "2.0.0",
            "dataSchema": PART_EXTENSION,
            "data": {
                "partNumber": "BR-100",
                "revision": "C",
                "site": {"id": "GW-FOSHAN", "country": "CN", "subdivision": "CN-GD"},
                "boundary": "cradle-to-gate",
                "timeBasis": "retrospective",
                "level": "L2",
                "verificationShares": {"firstParty": "100", "thirdParty": "0"},
                "uncertainty": {"geometricStandardDeviation": "1.15", "valueIs": "median"},
            },
        }
    ],
}
"""A steel bracket, level L2, with everything a careful supplier states."""

CLIP_PCF: Document = {
    "productMassPerDeclaredUnit": "0.012",
    "pcfExcludingBiogenicUptake": "0.0310",
    "pcfIncludingBiogenicUptake": "0.0057",
    "fossilCarbonContent": "0.001",
    "fossilGhgEmissions": "0.0280",
    "landUseChangeGhgEmissions": "0.0012",
    "landManagementFossilGhgEmissions": "0.0009",
    "landManagementBiogenicCO2Emissions": "0.0006",
    "biogenicNonCO2Emissions": "0.0012",
    "biogenicCarbonContent": "0.0069",
    "biogenicCO2Uptake": "-0.0253",
    "packagingGhgEmissions": "0.0004",
}
"""Values of a clip of bio-based polyamide, in which every identity holds."""


def changed(document: Document, **members: Any) -> Document:
    """A copy with members set; `GONE` removes one, and `pcf__x` reaches into `pcf`."""
    copied = copy.deepcopy(document)
    for name, value in members.items():
        *path, last = name.split("__")
        holder = copied
        for step in path:
            holder = holder[step]
        if value is GONE:
            del holder[last]
        else:
            holder[last] = value
    return copied


def bracket(**pcf: Any) -> Document:
    """The bracket with members of its `pcf` set or, by `GONE`, removed."""
    return changed(BRACKET, **{f"pcf__{name}": value for name, value in pcf.items()})


def clip(**pcf: Any) -> Document:
    """The bio-based clip with members of its `pcf` set or removed."""
    return changed(
        bracket(**CLIP_PCF),
        **{f"pcf__{name}": value for name, value in pcf.items()},
        productDescription="Clip of bio-based polyamide",
        productNameCompany="Clip CL-7",
        productClassifications=["urn:tierlight:category:bio-polyamide"],
    )


def extended(document: Document, **data: Any) -> Document:
    """The document with members of our extension set or removed."""
    copied = copy.deepcopy(document)
    holder = copied["extensions"][0]["data"]
    for name, value in data.items():
        if value is GONE:
            del holder[name]
        else:
            holder[name] = value
    return copied


def plain(document: Document) -> Document:
    """The document as a PACT system without our extension sends it."""
    return changed(document, extensions=GONE)


def indicative(**provenance: str) -> Document:
    """A level L1 bracket whose supplier knows the total only."""
    zeros = {"fossilGhgEmissions": "0", "fossilCarbonContent": "0", "exemptedEmissionsPercent": "0"}
    unknown = {name: GONE for name in ("landUseChangeGhgEmissions", "biogenicNonCO2Emissions")}
    return extended(bracket(**zeros, **unknown), level="L1", provenance=provenance)


DEFAULTS = {
    "fossilGhgEmissions": "default",
    "fossilCarbonContent": "default",
    "exemptedEmissionsPercent": "default",
    "pcfExcludingBiogenicUptake": "stated",
}

PROCESS: Document = {
    "partNumber": "CAR-1",
    "site": {"id": "ASSEMBLY", "country": "DE", "subdivision": "DE-BW"},
    "processFamily": "vehicle assembly",
    "declaredUnit": "piece",
    "declaredAmount": "1",
    "referencePeriodStart": "2025-01-01T00:00:00Z",
    "referencePeriodEnd": "2026-01-01T00:00:00Z",
    "emissions": "310.5",
    "fossil": "310.5",
    "electricityKWh": "640",
    "ipccCharacterizationFactors": ["AR6"],
    "primaryDataShare": "90",
    "dqi": {"technologicalDQR": "1", "geographicalDQR": "1", "temporalDQR": "1"},
    "productionVolume": "182000",
}
"""What a plant emits for one vehicle."""


def credential(footprint: Document, number: str = "BR-100") -> Document:
    """The footprint as the payload of a declaration by the fixed key."""
    return _payload("PartFootprintDeclaration", number, {"footprint": footprint})


def process_credential(process: Document, number: str = "CAR-1") -> Document:
    """The process as the payload of a process declaration by the fixed key."""
    return _payload("PartProcessDeclaration", number, {"process": process})


def _payload(kind: str, number: str, body: Document) -> Document:
    schema = "process-declaration" if "process" in body else "declaration"
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:5d2c0a9e-3b1f-4c6d-8e7a-9b0c1d2e3f40",
        "type": ["VerifiableCredential", kind],
        "issuer": issuer_urn("key", KID),
        "validFrom": "2026-02-16T08:00:00Z",
        "credentialSchema": {
            "id": f"{PART_EXTENSION.removesuffix('/part/1')}/{schema}/1",
            "type": "JsonSchema",
            # Any digest: whether it is the published schema's is not a check of the document.
            "digestSHA256": "5a" * 32,
        },
        "credentialSubject": {
            "id": part_urn("key", KID, number),
            "nonce": "AAAAAAAAAAAAAAAAAAAAAA",
            "statement": {"lang": "en", "text": f"The footprint of part {number} is as stated."},
            "signedBy": {"role": "sustainability officer"},
            **copy.deepcopy(body),
        },
    }
