"""The signed declaration: a W3C VCDM 2.0 credential around a footprint document.

`Declaration` is the payload of the JWS. It is only a view: identity, supersession and inputs use
the SHA-256 of the payload bytes as they were signed (`tierlight_schemas.envelope`).
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from tierlight_schemas.extension import SCHEMA_BASE, AnnexName, OwnModel
from tierlight_schemas.footprint import DateTime, ProductFootprint
from tierlight_schemas.process import ProcessFootprint

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
DECLARATION_SCHEMA = f"{SCHEMA_BASE}/declaration/1"
PROCESS_DECLARATION_SCHEMA = f"{SCHEMA_BASE}/process-declaration/1"

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PartUrn = Annotated[
    str,
    Field(
        pattern=r"^urn:tierlight:part:[a-z][a-z0-9-]*:[A-Za-z0-9._~-]+:[A-Za-z0-9._~%-]+$",
        max_length=1000,
    ),
]


class CredentialSchema(OwnModel):
    """Which published schema the credential follows, pinned by digest."""

    id: str
    type: Literal["JsonSchema"] = "JsonSchema"
    digest: Digest = Field(alias="digestSHA256", description="SHA-256 of the schema file.")


class Statement(OwnModel):
    """The sentence shown to the person who signed."""

    lang: Literal["zh-CN", "en", "de"]
    text: str = Field(min_length=1, max_length=2000)


class SignedBy(OwnModel):
    """In which role the key was used."""

    role: str = Field(min_length=1, max_length=100)


class Acknowledgement(OwnModel):
    """A warning that the declarant saw and explained before signing."""

    code: str
    path: str
    reason: str = Field(min_length=1, max_length=1000)


class Subject(OwnModel):
    """What every Tierlight subject carries beside its document."""

    id: PartUrn
    supersedes: Digest | None = None
    audience: str | None = None
    nonce: str = Field(pattern=r"^[A-Za-z0-9_-]{22}$", description="16 random bytes, base64url.")
    statement: Statement
    signed_by: SignedBy
    acknowledged: list[Acknowledgement] | None = None


class FootprintSubject(Subject):
    """A part and its cradle-to-gate footprint."""

    footprint: ProductFootprint


class ProcessSubject(Subject):
    """A part and what its own making emits, gate to gate."""

    process: ProcessFootprint


class _Credential(OwnModel):
    context: list[str] = Field(alias="@context", min_length=1)
    id: str = Field(pattern=r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    issuer: str = Field(min_length=1, max_length=500)
    valid_from: DateTime = Field(description="Signing time.")
    credential_schema: CredentialSchema


class PartFootprintDeclaration(_Credential):
    """A supplier's signed word on a part's footprint."""

    type: tuple[Literal["VerifiableCredential"], Literal["PartFootprintDeclaration"]]
    credential_subject: FootprintSubject


class PartProcessDeclaration(_Credential):
    """A maker's signed word on its own processes for a part; usable only as `own`."""

    type: tuple[Literal["VerifiableCredential"], Literal["PartProcessDeclaration"]]
    credential_subject: ProcessSubject


Declaration = PartFootprintDeclaration | PartProcessDeclaration


def declaration_model(payload: dict[str, Any]) -> type[Declaration]:
    """The model for a payload, chosen by its `type`; footprint when it says nothing usable."""
    if "PartProcessDeclaration" in (payload.get("type") or ()):
        return PartProcessDeclaration
    return PartFootprintDeclaration


class Submission(OwnModel):
    """What goes through the door: the JWS and its annexes, base64url of their bytes."""

    declaration: str
    annexes: dict[AnnexName, str] | None = None
