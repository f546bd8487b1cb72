"""Granting, revoking, and the record of who read what."""

from datetime import date

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.kit.clock import now
from hub.kit.errors import BadInput, NotFound
from hub.parties.tables import Company
from hub.sharing.policy import EVIDENCE, EXISTENCE
from hub.sharing.tables import AccessRecord, Grant

MAX_PURPOSE = 300


def grant(
    session: Session,
    caller: Caller,
    reader_id: str,
    part_id: str | None,
    level: int,
    aggregate: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
    purpose: str | None = None,
) -> Grant:
    """Let a company see the caller's part (None: all its parts) up to a level, L0 to L5.

    `valid_from` defaults to today; `valid_to` is the first day the grant no longer holds. Raises
    `NotFound` for a part that is not the caller's or an unknown reader, `BadInput` for the rest.
    """
    valid_from = valid_from or now().date()
    _refuse_unusable(caller, reader_id, level, valid_from, valid_to, purpose)
    if session.get(Company, reader_id) is None:
        raise NotFound("hub/company-not-found", company=reader_id[:100])
    part = session.get(Part, part_id) if part_id else None
    if part_id and (part is None or part.company_id != caller.company_id):
        raise NotFound
    given = Grant(
        owner_id=caller.company_id,
        reader_id=reader_id,
        part_id=part_id,
        level=level,
        aggregate=aggregate,
        purpose=purpose,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_at=now(),
    )
    session.add(given)
    session.flush()
    return given


def revoke(session: Session, caller: Caller, grant_id: str) -> Grant:
    """End a grant of the caller at once; reads of the past stay in the access log.

    A grant that was revoked before keeps its first time. Raises `NotFound` when it is not the
    caller's.
    """
    given = session.get(Grant, grant_id)
    if given is None or given.owner_id != caller.company_id:
        raise NotFound
    if given.revoked_at is None:
        given.revoked_at = now()
        session.flush()
    return given


def record_read(
    session: Session,
    caller: Caller,
    owner_id: str,
    object_kind: str,
    object_id: str,
    level: int,
    purpose: str | None = None,
    grant_id: str | None = None,
) -> None:
    """Note that the caller read something of another company; it is kept before the answer leaves.

    The owner sees the note. Reads of one's own data leave none. The session may be one that only
    reads (`kit.web.RecordingSessionDep`), so nothing is flushed here.
    """
    if owner_id == caller.company_id:
        return
    session.add(
        AccessRecord(
            owner_id=owner_id,
            reader_id=caller.company_id,
            object_kind=object_kind,
            object_id=object_id,
            level=level,
            purpose=purpose,
            grant_id=grant_id,
            by_operator=caller.operator,
            at=now(),
        )
    )


def _refuse_unusable(
    caller: Caller,
    reader_id: str,
    level: int,
    valid_from: date,
    valid_to: date | None,
    purpose: str | None,
) -> None:
    if reader_id == caller.company_id:
        raise BadInput("hub/grant-to-self")
    if not EXISTENCE <= level <= EVIDENCE:
        raise BadInput("hub/grant-level", level=str(level))
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput("hub/grant-dates")
    if purpose is not None and not (0 < len(purpose) <= MAX_PURPOSE and purpose.isprintable()):
        raise BadInput("hub/text", member="purpose", limit=str(MAX_PURPOSE))
