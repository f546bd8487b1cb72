"""Consents and confirmed links, as they stand at the moment of a reading."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part, SourcingLink
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.kit.wall import beyond, on_behalf
from hub.sharing.policy import Consent, ConsentBook
from hub.sharing.tables import AccessRecord, ConsentEvent, Grant
from hub.trust.fsck import Logged
from hub.trust.log import instant
from hub.trust.tables import Key
from hub.trust.usecases import jwk_of
from tierlight_schemas.consent import ConsentSubject, company_of, read_consent
from tierlight_schemas.envelope import EnvelopeError, strict_json, verify
from tierlight_schemas.identifiers import part_urn


def consents(session: Session, reader_id: str, at: datetime | None = None) -> ConsentBook:
    """What the reader may see now (or at `at`, never with a grant that has been revoked since).

    Consents belong to the moment of reading, not to the dates that a result is computed for: a
    request for last year's figures must not revive what its owner has ended.
    """
    book: defaultdict[tuple[str, str | None], list[Consent]] = defaultdict(list)
    query = select(Grant).where(Grant.reader_id == reader_id, _stands(at))
    with on_behalf(session, reader_id):
        grants = session.scalars(query).all()
    for grant in grants:
        consent = Consent(grant.level, grant.aggregate, grant.id, grant.purpose)
        book[grant.owner_id, grant.part_id].append(consent)
    return ConsentBook({key: tuple(granted) for key, granted in book.items()})


def buys(session: Session, reader_id: str, part_id: str, at: datetime | None = None) -> bool:
    """Whether a confirmed sourcing link of the reader leads to this part now (or at `at`)."""
    day = (at or now()).date()
    link = (
        select(SourcingLink.id)
        .join(Part, Part.id == SourcingLink.part_id)
        .where(Part.company_id == reader_id, SourcingLink.supplier_part_id == part_id)
        .where(SourcingLink.confirmed_at.is_not(None), SourcingLink.replaced_at.is_(None))
        .where(or_(SourcingLink.valid_from.is_(None), SourcingLink.valid_from <= day))
        .where(or_(SourcingLink.valid_to.is_(None), SourcingLink.valid_to > day))
    )
    return session.scalar(link.limit(1)) is not None


def read_today(session: Session, reader_id: str, object_kind: str, limit: int) -> set[str]:
    """Which objects of a kind a company has read `limit` times today (UTC).

    The records are their owners': who asks learns nothing of them but what it has read itself.
    """
    row, midnight = AccessRecord, datetime.combine(now().date(), time.min, UTC)
    often = (
        select(row.object_id)
        .where(row.reader_id == reader_id, row.object_kind == object_kind, row.at >= midnight)
        .group_by(row.object_id)
        .having(func.count() >= limit)
    )
    with beyond(session):
        return set(session.scalars(often))


def logged(session: Session) -> Iterator[Logged]:
    """The bytes that the log commits to."""
    for event in session.scalars(select(ConsentEvent)):
        agrees, at = _is_recorded(session, event), instant(event.at)
        yield Logged(event.log_index, f"consent-{event.kind}", event.statement, agrees, at)


def event_of(session: Session, grant_id: str, kind: str) -> ConsentEvent:
    """The first entry of a kind for a grant. Raises `NotFound` where there is none."""
    query = select(ConsentEvent).filter_by(grant_id=grant_id, kind=kind)
    found = session.scalar(query.order_by(ConsentEvent.log_index).limit(1))
    if found is None:
        raise NotFound
    return found


def own_signed(session: Session, owner_id: str, grant_id: str) -> ConsentEvent:
    """What an owner signed for its grant. Raises `NotFound` for any other, and for an unsigned."""
    given = session.get(Grant, grant_id)
    if given is None or given.owner_id != owner_id or given.digest is None:
        raise NotFound
    return event_of(session, grant_id, "grant")


def _is_recorded(session: Session, event: ConsentEvent) -> bool:
    """Whether a consent's statement says what stands beside it, and whether an end has held."""
    given = session.get(Grant, event.grant_id)
    if given is None or (event.kind == "revoke" and given.revoked_at != event.at):
        return False
    return _is_written(event) if event.key is None else _is_signed(session, event, given)


def _is_signed(session: Session, event: ConsentEvent, given: Grant) -> bool:
    """Whether a known key signed it, and grant and receipt are those of what was signed."""
    key = session.get(Key, event.key)
    if key is None or given.owner_id != key.company_id:
        return False
    try:
        opened = verify(event.statement, jwk_of(key))
        subject = read_consent(opened.document).credential_subject
        receipt = strict_json(event.receipt or b"")
    except EnvelopeError:
        return False
    named = {"digest": opened.digest, "index": event.log_index, "receivedAt": instant(event.at)}
    if isinstance(subject, ConsentSubject):
        agrees = opened.digest == given.digest and _same(session, subject, given)
    else:
        agrees = subject.consent == given.digest
    return agrees and isinstance(receipt, dict) and named.items() <= receipt.items()


def _same(session: Session, subject: ConsentSubject, given: Grant) -> bool:
    part = session.get(Part, given.part_id) if given.part_id else None
    told = (
        company_of(subject.owner),
        company_of(subject.reader),
        int(subject.level),
        subject.aggregate,
        subject.purpose,
        subject.valid_from,
        subject.valid_to,
        subject.part,
    )
    until = given.valid_to.isoformat() if given.valid_to else None
    return told == (
        given.owner_id,
        given.reader_id,
        given.level,
        given.aggregate,
        given.purpose,
        given.valid_from.isoformat(),
        until,
        part_urn("company", part.company_id, part.number) if part else None,
    )


def _is_written(event: ConsentEvent) -> bool:
    """Whether what the hub wrote down says what stands beside it."""
    try:
        said = strict_json(event.statement)
    except EnvelopeError:
        return False
    beside = {"event": event.kind, "grant": event.grant_id, "at": instant(event.at)}
    return isinstance(said, dict) and beside.items() <= said.items()


def _stands(at: datetime | None) -> ColumnElement[bool]:
    day = (at or now()).date()
    return and_(
        Grant.revoked_at.is_(None),
        Grant.valid_from <= day,
        or_(Grant.valid_to.is_(None), Grant.valid_to > day),
    )
