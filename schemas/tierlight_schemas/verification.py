"""The verification statement: a third party's signed word on one declaration.

`PartVerificationStatement` is the payload of a compact JWS like a declaration's. It is bound to the
digest of the declaration it is about, so a new version needs a new statement. Levels are those of
PACT 3 (`verification.coverage`: product level, PCF program, PCF calculation model), assurance is
that of PACT 2.3 and of the Catena-X verification framework (limited, reasonable).
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from tierlight_schemas.amounts import Amount
from tierlight_schemas.declaration import Credential, PartUrn, SignedBy, Statement
from tierlight_schemas.extension import SCHEMA_BASE, AnnexName, Digest, OwnModel
from tierlight_schemas.footprint import DateTime

VERIFICATION_KIND: Final = "PartVerificationStatement"
VERIFICATION_SCHEMA: Final = f"{SCHEMA_BASE}/verification/1"
REVOCATION_TYPE: Final = "tierlight.verification-revocation/1"

Assurance = Literal["limited", "reasonable"]
VerificationLevel = Literal["product", "program", "model"]
Standard = Annotated[str, Field(min_length=1, max_length=200)]
VerifiedBoundary = Literal["gate-to-gate", "cradle-to-gate", "cradle-to-grave"]


class Accreditation(OwnModel):
    """Who says that the verifier may verify."""

    body: str = Field(min_length=1, max_length=200, description="Accreditation body, e.g. DAkkS.")
    number: str = Field(min_length=1, max_length=100, description="Number of the certificate.")
    scope: str = Field(min_length=1, max_length=500, description="What it is accredited for.")
    valid_to: DateTime = Field(description="First instant at which it no longer holds.")


class Verifier(OwnModel):
    """Who verified."""

    name: str = Field(min_length=1, max_length=300, description="Name of the verifying company.")
    accreditation: Accreditation | None = Field(
        default=None,
        description="Absent: none is stated, and nothing counts as verified.",
    )


class VerifiedCoverage(OwnModel):
    """What was looked at."""

    boundary: VerifiedBoundary = Field(description="Part of the life cycle that was verified.")
    share_percent: Amount = Field(
        description="Percent of the footprint backed by evidence; above 0, at most 100."
    )
    excluded_annexes: list[AnnexName] | None = Field(
        default=None, max_length=4, description="Annexes that the verifier did not look at."
    )


class VerificationSubject(OwnModel):
    """Which declaration, and what the verifier says of it."""

    id: PartUrn = Field(description="The part, as the declaration names it.")
    declaration: Digest = Field(description="SHA-256 of the declaration's payload bytes.")
    verifier: Verifier = Field(description="Who verified, and who accredited it.")
    assurance: Assurance = Field(description="`limited` or `reasonable`.")
    level: VerificationLevel = Field(
        description="`product`: this dataset; `program`, `model`: how such datasets are made."
    )
    standards: list[Standard] = Field(
        min_length=1, max_length=20, description="Verified against, e.g. ISO 14067:2018."
    )
    coverage: VerifiedCoverage = Field(description="How much of it was looked at.")
    completed_at: DateTime = Field(description="When the verification was completed.")
    valid_until: DateTime = Field(description="First instant at which it no longer holds.")
    statement: Statement = Field(description="The verifier's conclusion in one sentence.")
    signed_by: SignedBy | None = Field(default=None, description="In which role it was signed.")
    audience: str | None = Field(
        default=None, max_length=500, description="The hub or customer it is meant for."
    )
    nonce: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$", description="16 random bytes, base64url.")


class PartVerificationStatement(Credential):
    """A third party's signed word on one declaration."""

    type: tuple[Literal["VerifiableCredential"], Literal["PartVerificationStatement"]] = Field(
        description="What kind of credential this is."
    )
    credential_subject: VerificationSubject = Field(description="What was verified.")


class VerificationRevocation(OwnModel):
    """The verifier no longer stands by a statement; the payload of a JWS of one of its keys."""

    type: Literal["tierlight.verification-revocation/1"] = Field(description="What this is.")
    verification: Digest = Field(description="SHA-256 of the statement's payload bytes.")
    reason: str = Field(min_length=1, max_length=1000, description="Why it no longer holds.")
    at: DateTime = Field(description="When it was signed; from the log's time on it counts.")
    nonce: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$", description="16 random bytes, base64url.")
