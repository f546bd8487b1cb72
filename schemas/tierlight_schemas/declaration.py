"""The signed declaration: a W3C VCDM 2.0 credential around a footprint document.

`Declaration` is the payload of the JWS. It is only a view: identity, supersession and inputs use
the SHA-256 of the payload bytes as they were signed (`tierlight_schemas.envelope`).
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from tierlight_schemas.extension import SCHEMA_BASE, AnnexName, Digest, OwnModel
from tierlight_schemas.footprint import DateTime, ProductFootprint
from tierlight_schemas.process import ProcessFootprint

CREDENTIALS_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
DECLARATION_SCHEMA = f"{SCHEMA_BASE}/declaration/1"
PROCESS_DECLARATION_SCHEMA = f"{SCHEMA_BASE}/process-declaration/1"

PartUrn = Annotated[
    str,
    Field(
        pattern=r"^urn:tierlight:part:[a-z][a-z0-9-]*:[A-Za-z0-9._~-]+:[A-Za-z0-9._~%-]+$",
        max_length=1000,
    ),
]


class CredentialSchema(OwnModel):
    """Which published schema the credential follows, pinned by digest."""

    id: str = Field(min_length=1, max_length=500, description="Id of the schema; a name.")
    type: Literal["JsonSchema"] = Field(default="JsonSchema", description="Kind of schema.")
    digest: Digest = Field(alias="digestSHA256", description="SHA-256 of the schema file.")


class Statement(OwnModel):
    """The sentence shown to the person who signed."""

    lang: Literal["zh-CN", "en", "de"] = Field(description="Language of the sentence.")
    text: str = Field(min_length=1, max_length=2000, description="The sentence itself.")


class SignedBy(OwnModel):
    """In which role the key was used."""

    role: str = Field(min_length=1, max_length=100, description="E.g. sustainability manager.")


class Acknowledgement(OwnModel):
    """A warning that the declarant saw and explained before signing."""

    code: str = Field(min_length=1, max_length=100, description="Code of the finding.")
    path: str = Field(min_length=1, max_length=500, description="JSON path of the finding.")
    reason: str = Field(min_length=1, max_length=1000, description="Why it is right as it is.")


class Subject(OwnModel):
    """What every Tierlight subject carries beside its document."""

    id: PartUrn = Field(description="The part: urn:tierlight:part:<scheme>:<owner>:<number>.")
    supersedes: Digest | None = Field(
        default=None, description="Digest of the declaration that this one replaces."
    )
    audience: str | None = Field(
        default=None, max_length=500, description="The hub or customer it is meant for."
    )
    nonce: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$", description="16 random bytes, base64url.")
    statement: Statement = Field(description="What the signer was shown and agreed to.")
    signed_by: SignedBy = Field(description="In which role.")
    acknowledged: list[Acknowledgement] | None = Field(
        default=None, description="Warnings that the declarant saw and explained."
    )


class FootprintSubject(Subject):
    """A part and its cradle-to-gate footprint."""

    footprint: ProductFootprint = Field(description="The PACT document.")


class ProcessSubject(Subject):
    """A part and what its own making emits, gate to gate."""

    process: ProcessFootprint = Field(description="What the own making emits.")


class Credential(OwnModel):
    """What every Tierlight credential carries around its subject."""

    context: list[Literal["https://www.w3.org/ns/credentials/v2"]] = Field(
        alias="@context", min_length=1, max_length=1, description="W3C VCDM 2.0."
    )
    id: str = Field(
        pattern=r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        description="Id of this credential; new for each.",
    )
    issuer: str = Field(
        min_length=1,
        max_length=500,
        description="urn:tierlight:company:<id> or urn:tierlight:key:<thumbprint>.",
    )
    valid_from: DateTime = Field(description="Signing time.")
    credential_schema: CredentialSchema = Field(description="The schema, pinned by its digest.")


class PartFootprintDeclaration(Credential):
    """A supplier's signed word on a part's footprint."""

    type: tuple[Literal["VerifiableCredential"], Literal["PartFootprintDeclaration"]] = Field(
        description="What kind of credential this is."
    )
    credential_subject: FootprintSubject = Field(description="What is declared.")


class PartProcessDeclaration(Credential):
    """A maker's signed word on its own processes for a part; usable only as `own`."""

    type: tuple[Literal["VerifiableCredential"], Literal["PartProcessDeclaration"]] = Field(
        description="What kind of credential this is."
    )
    credential_subject: ProcessSubject = Field(description="What is declared.")


Declaration = PartFootprintDeclaration | PartProcessDeclaration


def declaration_model(payload: dict[str, Any]) -> type[Declaration]:
    """The model for a payload, chosen by its `type`; footprint when it says nothing usable."""
    kinds = payload.get("type")
    if isinstance(kinds, list | tuple) and "PartProcessDeclaration" in kinds:
        return PartProcessDeclaration
    return PartFootprintDeclaration


class Submission(OwnModel):
    """What goes through the door: the JWS and its annexes, base64url of their bytes."""

    declaration: str = Field(description="base64url of the compact JWS, as signed.")
    annexes: dict[AnnexName, str] | None = Field(
        default=None, description="base64url of each annex's canonical JSON."
    )
