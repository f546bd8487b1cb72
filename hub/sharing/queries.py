"""Consents and confirmed links, as they stand at the moment of a reading."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part, SourcingLink
from hub.kit.clock import now
from hub.kit.wall import on_behalf
from hub.sharing.policy import Consent, ConsentBook
from hub.sharing.tables import ConsentEvent, Grant
from hub.trust.fsck import Logged
from hub.trust.log import instant
from tierlight_schemas.envelope import EnvelopeError, strict_json


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


def logged(session: Session) -> Iterator[Logged]:
    """The bytes that the log commits to."""
    for event in session.scalars(select(ConsentEvent)):
        agrees, at = _is_recorded(event), instant(event.at)
        yield Logged(event.log_index, f"consent-{event.kind}", event.statement, agrees, at)


def _is_recorded(event: ConsentEvent) -> bool:
    """Whether a consent's statement says what stands beside it."""
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
