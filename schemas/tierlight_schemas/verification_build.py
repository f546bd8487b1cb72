"""From what a verifier found to the bytes that it signs. Pure: time and random bytes come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from tierlight_schemas.build import Fresh
from tierlight_schemas.canonical import b64url_encode, canonical
from tierlight_schemas.declarant import Language
from tierlight_schemas.declaration import CREDENTIALS_CONTEXT
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.jws import Opened
from tierlight_schemas.messages import render
from tierlight_schemas.publish import schema_digest, schema_id
from tierlight_schemas.verification import (
    REVOCATION_TYPE,
    VERIFICATION_KIND,
    Assurance,
    PartVerificationStatement,
    VerificationLevel,
    VerifiedBoundary,
)


@dataclass(frozen=True)
class Conclusion:
    """What a verifier concludes of one declaration."""

    assurance: Assurance
    share_percent: str
    """Decimal text: percent of the footprint backed by evidence."""
    standards: Sequence[str]
    completed_at: datetime
    valid_until: datetime
    level: VerificationLevel = "product"
    boundary: VerifiedBoundary = "cradle-to-gate"
    excluded_annexes: Sequence[str] = ()
    text: str | None = None
    """The sentence; None for the standard's own."""
    language: Language = "en"
    role: str | None = None
    audience: str | None = None


def build_verification(
    declaration: Opened,
    conclusion: Conclusion,
    verifier: Mapping[str, Any],
    issuer: str,
    fresh: Fresh,
) -> bytes:
    """The canonical payload of a statement on an opened declaration; `verifier` as in the standard.

    Raises `EnvelopeError` (`door/verification-form`) for what the standard has no place for.
    """
    optional = {"audience": conclusion.audience}
    subject = {
        "id": declaration.document["credentialSubject"]["id"],
        "declaration": declaration.digest,
        "verifier": dict(verifier),
        "assurance": conclusion.assurance,
        "level": conclusion.level,
        "standards": list(conclusion.standards),
        "coverage": _coverage(conclusion),
        "completedAt": _instant(conclusion.completed_at),
        "validUntil": _instant(conclusion.valid_until),
        "statement": {"lang": conclusion.language, "text": _sentence(conclusion, verifier)},
        **({"signedBy": {"role": conclusion.role}} if conclusion.role else {}),
        "nonce": b64url_encode(fresh.nonce),
        **{name: value for name, value in optional.items() if value},
    }
    return canonical(_credential(subject, issuer, fresh))


def build_revocation(verification: str, reason: str, fresh: Fresh) -> bytes:
    """The canonical payload of a revocation of a statement, by its digest."""
    return canonical(
        {
            "type": REVOCATION_TYPE,
            "verification": verification,
            "reason": reason,
            "at": fresh.instant,
            "nonce": b64url_encode(fresh.nonce),
        }
    )


def _credential(subject: Mapping[str, Any], issuer: str, fresh: Fresh) -> dict[str, Any]:
    document = {
        "@context": [CREDENTIALS_CONTEXT],
        "id": f"urn:uuid:{fresh.credential_id}",
        "type": ["VerifiableCredential", VERIFICATION_KIND],
        "issuer": issuer,
        "validFrom": fresh.instant,
        "credentialSchema": {
            "id": schema_id("verification"),
            "type": "JsonSchema",
            "digestSHA256": schema_digest("verification"),
        },
        "credentialSubject": subject,
    }
    try:
        return PartVerificationStatement.model_validate(document).document()
    except ValidationError as error:
        place = ".".join(str(step)[:60] for step in error.errors()[0]["loc"])
        raise EnvelopeError("door/verification-form", place=ascii(place)[1:-1][:200]) from None


def _coverage(conclusion: Conclusion) -> dict[str, Any]:
    excluded = list(conclusion.excluded_annexes)
    return {
        "boundary": conclusion.boundary,
        "sharePercent": conclusion.share_percent,
        **({"excludedAnnexes": excluded} if excluded else {}),
    }


def _sentence(conclusion: Conclusion, verifier: Mapping[str, Any]) -> str:
    if conclusion.text:
        return conclusion.text
    params = {
        "verifier": str(verifier.get("name", "")),
        "standards": ", ".join(conclusion.standards),
        "share": conclusion.share_percent,
    }
    code = f"statement/verified-{conclusion.assurance}"
    return render(code, params, conclusion.language).text


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
