"""What can be said of a verification statement alone: pure, the same in the SDK and the hub."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.identifiers import parse_part_urn
from tierlight_schemas.jws import Opened
from tierlight_schemas.publish import schema_digest, schema_id
from tierlight_schemas.verification import (
    VERIFICATION_KIND,
    PartVerificationStatement,
    VerificationRevocation,
)

MOST_PERCENT: Final = Decimal(100)
_Model = TypeVar("_Model", bound=BaseModel)


def is_verification(document: Mapping[str, Any]) -> bool:
    """Whether a payload is meant as a verification statement."""
    kinds = document.get("type")
    return isinstance(kinds, list | tuple) and VERIFICATION_KIND in kinds


def read_verification(opened: Opened, at: datetime) -> PartVerificationStatement:
    """The statement in an opened JWS, if it is of the standard's form and makes sense at `at`.

    Raises `EnvelopeError`: `door/verification-form` with the place, `door/credential-schema`,
    `door/part-urn`, `door/verification-dates`, `door/verification-share`.
    """
    statement = _of_form(PartVerificationStatement, opened.document)
    subject = statement.credential_subject
    pinned = (statement.credential_schema.id, statement.credential_schema.digest)
    if pinned != (schema_id("verification"), schema_digest("verification")):
        raise EnvelopeError("door/credential-schema", expected=schema_id("verification"))
    parse_part_urn(subject.id)
    completed, until = instant_of(subject.completed_at), instant_of(subject.valid_until)
    if not completed < until or completed > at:
        raise EnvelopeError(
            "door/verification-dates", completed=subject.completed_at, until=subject.valid_until
        )
    if not 0 < subject.coverage.share_percent.decimal <= MOST_PERCENT:
        raise EnvelopeError("door/verification-share", share=str(subject.coverage.share_percent))
    if subject.verifier.accreditation is not None:
        instant_of(subject.verifier.accreditation.valid_to)
    return statement


def read_revocation(opened: Opened) -> VerificationRevocation:
    """The revocation in an opened JWS. Raises `EnvelopeError` (`door/verification-form`)."""
    revocation = _of_form(VerificationRevocation, opened.document)
    instant_of(revocation.at)
    return revocation


def instant_of(text: str) -> datetime:
    """A stated instant in UTC. Raises `EnvelopeError` for one outside the calendar."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise EnvelopeError("door/instant", found=ascii(text[:60])[1:-1]) from None


def _of_form(model: type[_Model], document: Mapping[str, Any]) -> _Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        place = ".".join(str(step)[:60] for step in error.errors()[0]["loc"])
        place = ascii(place)[1:-1][:200] or "$"
        raise EnvelopeError("door/verification-form", place=place) from None
