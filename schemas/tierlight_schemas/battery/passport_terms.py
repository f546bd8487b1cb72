"""Which terms the contexts of the W3C credentials 2.0 and of UNTP DPP 0.6.1 declare, and where.

Restated as far as a passport of ours could use them. A class brings members of its own, and so do
some members: what lies inside `emissionsScorecard` is declared there alone.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

Members: TypeAlias = "Mapping[str, Members | None]"
"""Names of members, each with those that it declares inside; None declares none."""

EVERYWHERE: Final[Members] = {
    "@context": None,
    "id": None,
    "type": None,
    "name": None,
    "description": None,
}
_CREDENTIAL: Final[Members] = {
    "issuer": None,
    "validFrom": None,
    "validUntil": None,
    "credentialSubject": None,
    "credentialSchema": None,
    "credentialStatus": None,
}
_MEASURE: Final[Members] = {"value": None, "unit": None}
_LINK: Final[Members] = {"linkURL": None, "linkName": None, "linkType": None}
_REGISTERED: Final[Members] = {"registeredId": None, "idScheme": None}
_SCORECARD: Final[Members] = {
    "carbonFootprint": None,
    "declaredUnit": None,
    "operationalScope": None,
    "primarySourcedRatio": None,
    "reportingStandard": None,
}
_PASSPORT: Final[Members] = {
    "product": None,
    "granularityLevel": None,
    "conformityClaim": None,
    "emissionsScorecard": _SCORECARD,
}
_PRODUCT: Final[Members] = {
    **_REGISTERED,
    "batchNumber": None,
    "serialNumber": None,
    "productImage": _LINK,
    "productCategory": None,
    "furtherInformation": _LINK,
    "producedByParty": _REGISTERED,
    "producedAtFacility": _REGISTERED,
    "productionDate": None,
    "countryOfProduction": None,
    "dimensions": dict.fromkeys(("weight", "length", "width", "height", "volume"), _MEASURE),
}
CLASSES: Final[Mapping[str, Members]] = {
    "VerifiableCredential": _CREDENTIAL,
    "DigitalProductPassport": {},
    "CredentialIssuer": {"issuerAlsoKnownAs": _REGISTERED},
    "ProductPassport": _PASSPORT,
    "Product": _PRODUCT,
    "IdentifierScheme": {},
    "Classification": {"code": None, "schemeID": None, "schemeName": None},
}
"""Values of `type`, with the members that they bring."""
