"""The door for third parties' statements: who may bring which in. Nothing is written here.

- the statement has the standard's form and makes sense;
- the key is the verifier's, is valid now, and signed it for this hub;
- the declarant lets the verifier know the declaration (level 1), else there is none for it;
- the statement names the declaration's own part;
- the verifier does not buy the part: a customer is a second party;
- it has not said too much about this declaration already, and nobody said this before it.

That a verifier belongs to the declarant is no reason to refuse: it is found, and never counts.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import buyers_ever
from hub.declarations.errors import Refused
from hub.declarations.signatures import (
    key_of,
    refuse_bad_signature,
    refuse_ended_key,
    refuse_other_hub,
    refuse_other_issuer,
)
from hub.declarations.tables import DeclarationRow, VerificationRow
from hub.kit.clock import now
from hub.kit.errors import NotFound, bad_input
from hub.settings import Settings
from hub.sharing.policy import EXISTENCE, TOTAL
from hub.sharing.queries import consents
from hub.sharing.usecases import record_read
from hub.trust.tables import Key
from tierlight_schemas.envelope import EnvelopeError, Opened, open_jws, strict_json
from tierlight_schemas.verification import PartVerificationStatement, VerificationRevocation
from tierlight_schemas.verification_reading import read_revocation, read_verification

MAX_STATEMENTS = 10
"""Of one verifier on one declaration, revoked ones included."""


@dataclass(frozen=True)
class Brought:
    """A statement of the right form; nothing is known yet of who signed it."""

    jws: bytes
    opened: Opened
    statement: PartVerificationStatement


@dataclass(frozen=True)
class Admitted:
    """A statement that may come in."""

    brought: Brought
    key: Key
    declaration: DeclarationRow
    at: datetime


def open_statement(jws: str, at: datetime) -> Brought:
    """A statement taken apart, judged at `at`. Raises `BadInput` with the first rule it breaks."""
    try:
        opened = open_jws(jws)
        return Brought(jws.encode("ascii"), opened, read_verification(opened, at))
    except EnvelopeError as error:
        raise bad_input(error) from None


def open_revocation(jws: str) -> tuple[Opened, VerificationRevocation]:
    """A revocation taken apart. Raises `BadInput`."""
    try:
        opened = open_jws(jws)
        return opened, read_revocation(opened)
    except EnvelopeError as error:
        raise bad_input(error) from None


def admit_statement(
    session: Session, caller: Caller, brought: Brought, settings: Settings
) -> Admitted | VerificationRow:
    """Judge a statement by what is recorded; one that came before is given back as it is kept.

    Raises `Refused` or another `HubError` with the code of the first rule that it breaks.
    """
    at, subject = now(), brought.statement.credential_subject
    key = key_of(session, brought.opened.kid, caller.company_id)
    known = session.get(VerificationRow, brought.opened.digest)
    if known is not None and known.company_id == caller.company_id:
        refuse_bad_signature(brought.jws, key)
        return known
    refuse_ended_key(session, key, at)
    refuse_bad_signature(brought.jws, key)
    refuse_other_issuer(brought.statement.issuer, key)
    refuse_other_hub(subject.audience, settings)
    declaration = _known_to(session, caller, subject.declaration)
    if subject.id != _part_of(declaration):
        raise Refused("trust/statement-not-for-this-dataset")
    if caller.company_id in buyers_ever(session, declaration.part_id):
        raise Refused("trust/second-party")
    _refuse_more(session, caller, declaration)
    if session.get(VerificationRow, brought.opened.digest) is not None:
        # Another verifier's words, issued under a foreign name, signed once more.
        raise Refused("door/issuer-differs", issuer=brought.statement.issuer[:120])
    return Admitted(brought, key, declaration, at)


def _known_to(session: Session, caller: Caller, digest: str) -> DeclarationRow:
    """The declaration, if its owner lets the caller know it; that it was named is recorded.

    No link is needed, as a verifier buys nothing; and nothing is told that it does not know: it
    has the digest from the declarant. Raises `NotFound`, the same for a hidden one as for none.
    """
    row = session.get(DeclarationRow, digest)
    owner_id, part_id = (row.company_id, row.part_id) if row else ("", "")
    consent = consents(session, caller.company_id).of(owner_id, part_id)
    is_own = owner_id == caller.company_id
    if row is None or row.kind != "footprint" or (consent.level < TOTAL and not is_own):
        raise NotFound
    names = ("declaration", digest, EXISTENCE, consent.purpose, consent.grant_id)
    record_read(session, caller, owner_id, *names)
    return row


def _refuse_more(session: Session, caller: Caller, declaration: DeclarationRow) -> None:
    """Evidence holds every statement: nobody may make it unreadable by their number."""
    mine = select(func.count()).where(
        VerificationRow.declaration == declaration.digest,
        VerificationRow.company_id == caller.company_id,
    )
    if (session.scalar(mine) or 0) >= MAX_STATEMENTS:
        raise Refused("door/verification-too-many", limit=str(MAX_STATEMENTS))


def _part_of(declaration: DeclarationRow) -> str:
    return str(strict_json(declaration.payload)["credentialSubject"]["id"])
