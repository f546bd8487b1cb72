"""A consent that its owner signs: who may see what, how deep, for what and until when.

`ConsentGrant` and `ConsentRevocation` are payloads of a compact JWS like a declaration; identity is
the SHA-256 of the payload bytes. A revocation names the consent that it ends by that digest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError

from tierlight_schemas.canonical import b64url_encode, canonical
from tierlight_schemas.declaration import (
    CREDENTIALS_CONTEXT,
    Credential,
    PartUrn,
    SignedBy,
    Statement,
)
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.extension import SCHEMA_BASE, Digest, OwnModel
from tierlight_schemas.footprint import Flag
from tierlight_schemas.identifiers import parse_issuer, parse_part_urn
from tierlight_schemas.messages import render

GRANT_SCHEMA: Final = f"{SCHEMA_BASE}/consent/1"
REVOCATION_SCHEMA: Final = f"{SCHEMA_BASE}/consent-revocation/1"
MAX_PURPOSE = 300
Company = Annotated[str, Field(pattern=r"^urn:tierlight:company:[A-Za-z0-9._~-]+$", max_length=300)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Level = Annotated[str, Field(pattern=r"^[0-5]$")]
Nonce = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22}$")]


class ConsentSubject(OwnModel):
    """What is granted."""

    owner: Company = Field(description="Who lets be seen: urn:tierlight:company:<id>.")
    reader: Company = Field(description="Who may see.")
    part: PartUrn | None = Field(default=None, description="An own part; absent: all parts.")
    level: Level = Field(description="0 existence, 1 total, 2 split, 3 names, 4 data, 5 evidence.")
    aggregate: Flag = Field(description="Whether sums may hold deeper levels without showing them.")
    purpose: str | None = Field(
        default=None, min_length=1, max_length=MAX_PURPOSE, description="What it is for."
    )
    valid_from: Day = Field(description="First day that it holds.")
    valid_to: Day | None = Field(default=None, description="First day that it no longer holds.")
    audience: str = Field(min_length=1, max_length=500, description="The hub's log: its origin.")
    nonce: Nonce = Field(description="16 random bytes, base64url.")
    statement: Statement = Field(description="What the signer was shown and agreed to.")
    signed_by: SignedBy = Field(description="In which role.")


class RevocationSubject(OwnModel):
    """What is ended."""

    owner: Company = Field(description="Who ends it: who gave it.")
    consent: Digest = Field(description="SHA-256 of the payload of the consent that ends.")
    audience: str = Field(min_length=1, max_length=500, description="The hub's log: its origin.")
    nonce: Nonce = Field(description="16 random bytes, base64url.")
    statement: Statement = Field(description="What the signer was shown and agreed to.")
    signed_by: SignedBy = Field(description="In which role.")


class ConsentGrant(Credential):
    """An owner's signed word on who may see what of its parts."""

    type: tuple[Literal["VerifiableCredential"], Literal["ConsentGrant"]] = Field(
        description="What kind of credential this is."
    )
    credential_subject: ConsentSubject = Field(description="Who may see what, and how long.")


class ConsentRevocation(Credential):
    """An owner's signed word that a consent has ended."""

    type: tuple[Literal["VerifiableCredential"], Literal["ConsentRevocation"]] = Field(
        description="What kind of credential this is."
    )
    credential_subject: RevocationSubject = Field(description="Which consent ends.")


Consent = ConsentGrant | ConsentRevocation


def read_consent(document: Mapping[str, Any]) -> Consent:
    """The consent or revocation in a payload, judged by itself.

    Raises `EnvelopeError`: `consent/form` with the place of what is malformed, `consent/owner` for
    a part or an issuer that is another's than the owner's, `consent/reader` for a consent to
    oneself, `consent/days` for days that are none or end before they begin.
    """
    kinds = document.get("type")
    revokes = isinstance(kinds, list | tuple) and "ConsentRevocation" in kinds
    try:
        consent = (ConsentRevocation if revokes else ConsentGrant).model_validate(document)
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise EnvelopeError("consent/form", path=ascii(place[:200])[1:-1] or "$") from None
    expected = REVOCATION_SCHEMA if revokes else GRANT_SCHEMA
    if consent.credential_schema.id != expected:
        raise EnvelopeError("consent/form", path="credentialSchema.id")
    _refuse_foreign_names(consent)
    if isinstance(consent, ConsentGrant):
        _refuse_unusable(consent.credential_subject)
    return consent


def is_consent(document: Mapping[str, Any]) -> bool:
    """Whether a payload is meant as one of the two."""
    kinds = document.get("type")
    listed = kinds if isinstance(kinds, list | tuple) else ()
    return "ConsentGrant" in listed or "ConsentRevocation" in listed


def company_of(urn: str) -> str:
    """The company id in its name."""
    return urn.rpartition(":")[2]


def _refuse_foreign_names(consent: Consent) -> None:
    subject = consent.credential_subject
    owner = ("company", company_of(subject.owner))
    names = [parse_issuer(consent.issuer)]
    if isinstance(subject, ConsentSubject) and subject.part is not None:
        names.append(parse_part_urn(subject.part)[:2])
    if any(name is not None and name[0] == "company" and name != owner for name in names):
        raise EnvelopeError("consent/owner", owner=subject.owner)


def _refuse_unusable(subject: ConsentSubject) -> None:
    if subject.reader == subject.owner:
        raise EnvelopeError("consent/reader")
    if subject.purpose is not None and not subject.purpose.isprintable():
        raise EnvelopeError("consent/form", path="credentialSubject.purpose")
    try:
        first = date.fromisoformat(subject.valid_from)
        last = date.fromisoformat(subject.valid_to) if subject.valid_to else date.max
    except ValueError:
        raise EnvelopeError("consent/days") from None
    if last <= first:
        raise EnvelopeError("consent/days")


@dataclass(frozen=True)
class Drawn:
    """What makes one consent this one: its id, nonce and time."""

    id: str
    """A random UUID."""
    nonce: bytes
    """16 random bytes."""
    at: datetime


@dataclass(frozen=True)
class Signatory:
    """Who signs for an owner, where, and in which language."""

    owner: str
    """Company id."""
    audience: str
    """Origin of the hub's log."""
    role: str = "data owner"
    lang: Literal["zh-CN", "en", "de"] = "en"


@dataclass(frozen=True)
class Wish:
    """What an owner wants to grant."""

    reader: str
    """Company id."""
    level: int
    aggregate: bool
    valid_from: date
    valid_to: date | None = None
    """First day that it no longer holds."""
    part: str | None = None
    """Part URN; None: all parts."""
    purpose: str | None = None
    reader_name: str = ""
    """As the sentence calls the reader; its id by default."""


def consent_payload(wish: Wish, by: Signatory, drawn: Drawn, schema: str) -> bytes:
    """The canonical bytes of a consent to sign; `schema` is the digest of its published schema.

    Raises `EnvelopeError` for a wish that is no consent.
    """
    said: dict[str, Any] = {
        "reader": f"urn:tierlight:company:{wish.reader}",
        "level": str(wish.level),
        "aggregate": wish.aggregate,
        "validFrom": wish.valid_from.isoformat(),
    }
    optional = {
        "part": wish.part,
        "purpose": wish.purpose,
        "validTo": wish.valid_to.isoformat() if wish.valid_to else None,
    }
    said |= {name: value for name, value in optional.items() if value is not None}
    return _payload("ConsentGrant", GRANT_SCHEMA, schema, said, _sentence(wish, by), by, drawn)


def revocation_payload(consent: str, by: Signatory, drawn: Drawn, schema: str) -> bytes:
    """The canonical bytes that end the consent of a digest."""
    sentence = render("consent/revocation", {"consent": consent}, by.lang).text
    said = {"consent": consent}
    return _payload("ConsentRevocation", REVOCATION_SCHEMA, schema, said, sentence, by, drawn)


def _payload(
    kind: str,
    schema_id: str,
    schema: str,
    said: Mapping[str, Any],
    sentence: str,
    by: Signatory,
    drawn: Drawn,
) -> bytes:
    owner = f"urn:tierlight:company:{by.owner}"
    document = {
        "@context": [CREDENTIALS_CONTEXT],
        "id": f"urn:uuid:{drawn.id}",
        "type": ["VerifiableCredential", kind],
        "issuer": owner,
        "validFrom": f"{drawn.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "credentialSchema": {"id": schema_id, "type": "JsonSchema", "digestSHA256": schema},
        "credentialSubject": {
            "owner": owner,
            **said,
            "audience": by.audience,
            "nonce": b64url_encode(drawn.nonce),
            "statement": {"lang": by.lang, "text": sentence},
            "signedBy": {"role": by.role},
        },
    }
    read_consent(document)
    return canonical(document)


def _sentence(wish: Wish, by: Signatory) -> str:
    """What the signer agrees to, in words; no part of it is left to a program."""

    def words(code: str, **params: str) -> str:
        return render(code, params, by.lang).text

    until = words("consent/until", day=wish.valid_to.isoformat()) if wish.valid_to else ""
    return words(
        "consent/sentence",
        reader=wish.reader_name or wish.reader,
        what=wish.part or words("consent/all-parts"),
        level=words(f"consent/level-{wish.level}"),
        aggregate=words("consent/aggregate-yes" if wish.aggregate else "consent/aggregate-no"),
        day=wish.valid_from.isoformat(),
        until=until or words("consent/open-end"),
        purpose=wish.purpose or words("consent/no-purpose"),
    )
