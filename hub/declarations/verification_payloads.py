"""Shapes of the API of verification statements."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from hub.declarations.tables import VerificationRevocationRow
from hub.declarations.verification_queries import Assessed
from hub.declarations.verifications import VerificationVerdict
from hub.kit.payload import Payload
from tierlight_schemas.jws import MAX_JWS_BYTES


class NewVerification(Payload):
    """A verifier's signed statement."""

    verification: str = Field(max_length=MAX_JWS_BYTES, description="The compact JWS, as signed.")


class NewVerificationRevocation(Payload):
    """A verifier's signed revocation."""

    revocation: str = Field(max_length=MAX_JWS_BYTES, description="The compact JWS, as signed.")


class VerificationVerdictView(Payload):
    """What became of a statement."""

    status: Literal["stored", "known"]
    digest: str = Field(description="SHA-256 of the payload bytes.")
    declaration: str = Field(description="Digest of the declaration it is bound to.")
    receipt: dict[str, Any]
    proof: str | None = Field(
        default=None,
        description="C2SP tlog-proof of the receipt's place; absent while the hub has no key.",
    )


class RevokedView(Payload):
    """A revocation of a statement."""

    verification: str
    reason: str
    at: datetime = Field(description="When the hub received it; from then on it counts.")
    log_index: int


class VerificationView(Payload):
    """A statement with what the hub knows of it; its document is in the JWS."""

    digest: str
    declaration: str
    company_id: str = Field(description="The verifier at this hub.")
    verifier: str = Field(description="Its name, as it was signed.")
    accreditation: dict[str, str] | None = Field(
        default=None, description="`body`, `number`, `scope`, `validTo`, as signed."
    )
    level: str = Field(description="`product`, `program` or `model`; only product counts.")
    assurance: str = Field(description="`limited` or `reasonable`.")
    standards: list[str]
    boundary: str
    share_percent: str = Field(description="Percent of the footprint backed by evidence.")
    excluded_annexes: list[str] = Field(default_factory=list)
    completed_at: datetime
    valid_until: datetime
    statement: dict[str, str] = Field(description="`lang` and `text`.")
    key: str
    received_at: datetime
    log_index: int
    counts: bool = Field(description="Whether it makes its declaration verified today.")
    doubts: list[str] = Field(description="Why it does not, gravest first.")
    conflict: str | None = Field(default=None, description="What ties it to the declarant.")
    revocation: RevokedView | None = None


def verdict_view(verdict: VerificationVerdict) -> VerificationVerdictView:
    """A verdict; the receipt as JSON (its canonical bytes are the receipt itself)."""
    return VerificationVerdictView(
        status=verdict.status,
        digest=verdict.digest,
        declaration=verdict.declaration,
        receipt=json.loads(verdict.receipt),
        proof=verdict.proof,
    )


def revoked_view(row: VerificationRevocationRow) -> RevokedView:
    """A revocation."""
    return RevokedView(
        verification=row.verification, reason=row.reason, at=row.at, log_index=row.log_index
    )


def verification_view(found: Assessed) -> VerificationView:
    """A statement as it counts."""
    row, subject = found.row, found.subject
    document = subject.document()
    return VerificationView(
        digest=row.digest,
        declaration=row.declaration,
        company_id=row.company_id,
        verifier=subject.verifier.name,
        accreditation=document["verifier"].get("accreditation"),
        level=row.level,
        assurance=row.assurance,
        standards=subject.standards,
        boundary=row.boundary,
        share_percent=row.share,
        excluded_annexes=list(subject.coverage.excluded_annexes or ()),
        completed_at=row.completed_at,
        valid_until=row.valid_until,
        statement=document["statement"],
        key=row.key_thumbprint,
        received_at=row.received_at,
        log_index=row.log_index,
        counts=not found.doubts,
        doubts=[doubt.value for doubt in found.doubts],
        conflict=found.conflict.value if found.conflict else None,
        revocation=revoked_view(found.revocation) if found.revocation else None,
    )
