"""What can be said of a submission before anybody asks the database: pure, in the door's order.

Bytes, limits, strict JSON, canonical base64url, header, canonical payload, schema. The bytes stay
beside the parsed view: they are what was signed and what is kept.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from hub.declarations.errors import Refused
from hub.kit.errors import TooLarge, bad_input
from tierlight_schemas.annexes import DETAILS
from tierlight_schemas.checks import check
from tierlight_schemas.declaration import (
    DECLARATION_SCHEMA,
    PROCESS_DECLARATION_SCHEMA,
    Declaration,
    PartFootprintDeclaration,
    declaration_model,
)
from tierlight_schemas.envelope import (
    EnvelopeError,
    Opened,
    b64url_decode,
    canonical_or_refused,
    digest,
    open_jws,
    unpack_submission,
)
from tierlight_schemas.extension import AnnexName, OwnModel
from tierlight_schemas.findings import Severity

_ANNEX_MODELS: Mapping[str, type[OwnModel]] = {str(name): DETAILS[name] for name in DETAILS}


@dataclass(frozen=True)
class Arrival:
    """A submission that is well formed; nothing is known yet of who signed it."""

    jws: bytes
    annexes: Mapping[str, bytes]
    opened: Opened
    declaration: Declaration
    """A view of the payload."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the payload bytes: the declaration's identity."""
        return self.opened.digest

    @property
    def envelope_digest(self) -> str:
        """SHA-256 (hex) of the JWS as received: what the log commits to."""
        return hashlib.sha256(self.jws).hexdigest()


def open_submission(submission: bytes, now: datetime) -> Arrival:
    """A submission taken apart; `now` is the instant the document checks judge it at.

    Raises `BadInput` with the code of the first rule that it breaks.
    """
    try:
        jws, annexes = unpack_submission(submission)
        opened = open_jws(jws)
    except EnvelopeError as error:
        raise bad_input(error) from None
    return Arrival(jws, annexes, opened, _declaration(opened.document, now))


def read_annexes(
    annexes: Mapping[str, bytes], signed: Mapping[AnnexName, str], limit: int
) -> dict[str, dict[str, Any]]:
    """The annexes parsed, after each was found to be the one whose digest was signed.

    Raises `BadInput` for an annex that nobody signed for, that differs, or that is malformed, and
    `TooLarge` above `limit` bytes.
    """
    digests = {str(name): value for name, value in signed.items()}
    return {name: _annex(name, body, digests.get(name), limit) for name, body in annexes.items()}


def _declaration(document: dict[str, Any], now: datetime) -> Declaration:
    model = declaration_model(document)
    try:
        declaration = model.model_validate(document)
    except ValidationError:
        errors = (found for found in check(document, now) if found.severity is Severity.ERROR)
        raise Refused.for_findings(errors) from None
    footprint = model is PartFootprintDeclaration
    expected = DECLARATION_SCHEMA if footprint else PROCESS_DECLARATION_SCHEMA
    if declaration.credential_schema.id != expected:
        raise Refused("door/credential-schema", expected=expected)
    return declaration


def _annex(name: str, body: bytes, signed: str | None, limit: int) -> dict[str, Any]:
    if len(body) > limit:
        raise TooLarge("door/too-large", size=str(len(body)), limit=str(limit))
    if signed is None:
        raise Refused("door/annex-not-signed", annex=name)
    if digest(body) != signed:
        raise Refused("door/annex-differs", annex=name)
    try:
        annex = canonical_or_refused(body, max_bytes=limit)
        _refuse_malformed(name, annex)
    except EnvelopeError as error:
        raise bad_input(error) from None
    except ValidationError as error:
        place = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise Refused("door/annex-form", annex=name, path=ascii(place[:200])[1:-1]) from None
    assert isinstance(annex, dict)
    return annex


def _refuse_malformed(name: str, annex: Any) -> None:
    if model := _ANNEX_MODELS.get(name):
        model.model_validate(annex)
        return
    salt = annex.get("salt") if isinstance(annex, dict) else None
    if not isinstance(salt, str) or annex.get("annex") != name or len(b64url_decode(salt)) != 16:
        raise Refused("door/annex-form", annex=name, path="salt")


def instant(text: str) -> datetime:
    """An RFC 3339 instant in UTC. Raises `Refused` for one outside the calendar."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("door/instant", found=ascii(text[:60])[1:-1]) from None
