"""Tierlight's client for suppliers' systems: sign, check, submit and verify declarations.

`Client` talks to a hub, a `Signer` signs, `verify_item` needs neither. Everything about documents
themselves is in `tierlight_schemas`.
"""

from tierlight.attesting import Attested, attest, load_verifier, take_back
from tierlight.client import Client
from tierlight.errors import (
    BadRequest,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    HubRefused,
    HubUnavailable,
    NotAllowed,
    NotFound,
    NotSignedIn,
    SigningError,
    TierlightError,
    TooManyRequests,
)
from tierlight.results import (
    Company,
    Footprint,
    Grant,
    Held,
    ImportReport,
    Link,
    Part,
    Refusal,
    RollUpStatement,
    Status,
    Verdict,
    VerificationVerdict,
)
from tierlight.signer import FileSigner, Signer, sign_payload

__all__ = [
    "Attested",
    "BadRequest",
    "Client",
    "Company",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "FileSigner",
    "Footprint",
    "Grant",
    "Held",
    "HubRefused",
    "HubUnavailable",
    "ImportReport",
    "Link",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Part",
    "Refusal",
    "RollUpStatement",
    "Signer",
    "SigningError",
    "Status",
    "TierlightError",
    "TooManyRequests",
    "Verdict",
    "VerificationVerdict",
    "attest",
    "load_verifier",
    "sign_payload",
    "take_back",
]
