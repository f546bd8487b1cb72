"""Consents and their ends as an owner signed them: verified, kept as they came, and logged."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, NotFound, bad_input
from hub.parties.changes import touch
from hub.parties.tables import Company
from hub.settings import Settings
from hub.sharing.queries import event_of
from hub.sharing.tables import ConsentEvent, Grant
from hub.sharing.usecases import ENTRY_KINDS, Event
from hub.trust.checkpoints import proof_of, refuse_unsignable, sign_newest
from hub.trust.log import append, instant, receipt_body, take_turn
from hub.trust.usecases import jwk_of, key_for, key_state_at
from tierlight_schemas.canonical import digest
from tierlight_schemas.consent import (
    ConsentGrant,
    ConsentRevocation,
    ConsentSubject,
    company_of,
    read_consent,
)
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.identifiers import parse_part_urn
from tierlight_schemas.jws import Opened, open_jws, verify

RECEIPT_SAYS = (
    "This log proves that the consent was received at this place in its order and has not been "
    "altered since. It does not prove that nothing was read before or in spite of it."
)
_KEY_REFUSALS = {
    "not-yet": "trust/key-not-valid-then",
    "retired": "trust/key-not-valid-then",
    "revoked": "trust/key-revoked",
}
Kind = TypeVar("Kind", ConsentGrant, ConsentRevocation)


@dataclass(frozen=True)
class Acknowledged:
    """A grant after a consent or its end came in, with what its owner keeps of that."""

    grant: Grant
    receipt: bytes | None
    proof: str | None
    """c2sp.org/tlog-proof; None while no checkpoint covers it."""


def grant_signed(
    factory: sessionmaker[Session], caller: Caller, jws: str, settings: Settings
) -> Acknowledged:
    """Keep a signed consent; the proof is of what has been committed.

    The same consent again gives the same receipt. Raises `BadInput` for what is no consent of the
    caller's to this hub, `NotFound` for a reader or a part that is not there.
    """
    opened, consent = _opened(jws, ConsentGrant)
    with transaction(factory) as session:
        take_turn(session)
        refuse_unsignable(session, settings)
        given = session.scalar(select(Grant).filter_by(digest=opened.digest))
        if given is None or given.owner_id != caller.company_id:
            _admit(session, caller, jws, opened, consent, settings)
            given = _granted(session, caller, consent.credential_subject, opened.digest)
            _record(session, given, "grant", jws, opened, given.granted_at, settings)
    return _acknowledged(factory, given, "grant", settings)


def revoke_signed(
    factory: sessionmaker[Session], caller: Caller, grant_id: str, jws: str, settings: Settings
) -> Acknowledged:
    """End a signed consent at once, by its owner's signature.

    One that was revoked before keeps its first end. Raises `NotFound` when it is not the caller's,
    `BadInput` for a revocation of another consent.
    """
    opened, consent = _opened(jws, ConsentRevocation)
    with transaction(factory) as session:
        take_turn(session)
        refuse_unsignable(session, settings)
        given = session.get(Grant, grant_id)
        if given is None or given.owner_id != caller.company_id:
            raise NotFound
        if given.digest != consent.credential_subject.consent:
            raise BadInput("consent/revokes-another")
        if given.revoked_at is None:
            _admit(session, caller, jws, opened, consent, settings)
            given.revoked_at = now()
            _record(session, given, "revoke", jws, opened, given.revoked_at, settings)
    return _acknowledged(factory, given, "revoke", settings)


def _opened(jws: str, kind: type[Kind]) -> tuple[Opened, Kind]:
    try:
        opened = open_jws(jws)
        consent = read_consent(opened.document)
    except EnvelopeError as error:
        raise bad_input(error) from None
    if not isinstance(consent, kind):
        raise BadInput("consent/kind", expected=kind.__name__)
    return opened, consent


def _admit(
    session: Session,
    caller: Caller,
    jws: str,
    opened: Opened,
    consent: ConsentGrant | ConsentRevocation,
    settings: Settings,
) -> None:
    """Signed by a key that is the caller's and valid now, for the caller, for this hub."""
    key = key_for(session, opened.kid)
    if key is None or key.company_id != caller.company_id:
        raise BadInput("trust/unknown-key", kid=opened.kid)
    at = now()
    state = key_state_at(session, key.thumbprint, at)
    if state != "valid":
        raise BadInput(_KEY_REFUSALS[state], kid=key.thumbprint, received=instant(at))
    try:
        verify(jws, jwk_of(key))
    except EnvelopeError as error:
        raise bad_input(error) from None
    subject = consent.credential_subject
    if company_of(subject.owner) != caller.company_id:
        raise BadInput("consent/signer")
    if subject.audience != settings.log_origin:
        named = {"audience": subject.audience[:120], "expected": settings.log_origin}
        raise BadInput("door/audience", **named)


def _granted(session: Session, caller: Caller, said: ConsentSubject, name: str) -> Grant:
    reader = session.get(Company, company_of(said.reader))
    if reader is None:
        raise NotFound("hub/company-not-found", company=company_of(said.reader)[:100])
    given = Grant(
        owner_id=caller.company_id,
        reader_id=reader.id,
        part_id=_part(session, caller, said.part),
        level=int(said.level),
        aggregate=said.aggregate,
        purpose=said.purpose,
        valid_from=date.fromisoformat(said.valid_from),
        valid_to=date.fromisoformat(said.valid_to) if said.valid_to else None,
        granted_at=now(),
        digest=name,
    )
    session.add(given)
    session.flush()
    return given


def _part(session: Session, caller: Caller, urn: str | None) -> str | None:
    if urn is None:
        return None
    scheme, owner, number = parse_part_urn(urn)
    mine = scheme == "company" and owner == caller.company_id
    query = select(Part.id).filter_by(company_id=caller.company_id, number=number)
    found = session.scalar(query) if mine else None
    if found is None:
        raise NotFound
    return found


def _record(
    session: Session,
    given: Grant,
    kind: Event,
    jws: str,
    opened: Opened,
    at: datetime,
    settings: Settings,
) -> None:
    raw = jws.encode("ascii")
    entry = append(session, ENTRY_KINDS[kind], digest(raw), at)
    receipt = receipt_body(
        entry,
        origin=settings.log_origin,
        payload=opened.digest,
        key=opened.kid,
        says=RECEIPT_SAYS,
    )
    session.add(
        ConsentEvent(
            log_index=entry.index,
            grant_id=given.id,
            kind=kind,
            at=at,
            statement=raw,
            key=opened.kid,
            receipt=receipt,
        )
    )
    session.flush()
    touch(session, given.owner_id, given.reader_id)


def _acknowledged(
    factory: sessionmaker[Session], given: Grant, kind: Event, settings: Settings
) -> Acknowledged:
    sign_newest(factory, settings)
    with factory() as session:
        event = event_of(session, given.id, kind)
        return Acknowledged(given, event.receipt, proof_of(session, event.log_index))
