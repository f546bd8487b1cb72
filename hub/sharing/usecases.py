"""Granting and revoking, both entries of the log, and the record of who read what."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.errors import BadInput, NotFound
from hub.kit.tables import new_id
from hub.parties.changes import touch
from hub.parties.tables import Company
from hub.sharing.policy import EVIDENCE, EXISTENCE
from hub.sharing.tables import AccessRecord, ConsentEvent, Grant
from hub.trust.log import append, instant, take_turn
from tierlight_schemas.envelope import b64url_encode, canonical, digest
from tierlight_schemas.log.entries import EntryKind

MAX_PURPOSE = 300
_OF_A_READ = (
    "owner_id",
    "reader_id",
    "object_kind",
    "object_id",
    "level",
    "purpose",
    "grant_id",
)
"""Members of an access record that are the same whenever the same is read again."""
CONSENT_TYPE = "tierlight.consent/1"
Event = Literal["grant", "revoke"]
Channel = Literal["page", "api", "command"]
ENTRY_KINDS: Mapping[Event, EntryKind] = {"grant": "consent-grant", "revoke": "consent-revoke"}


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
    take_turn(session)
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
    _record(session, given, "grant", given.granted_at)
    touch(session, given.owner_id, given.reader_id)
    return given


def revoke(session: Session, caller: Caller, grant_id: str) -> Grant:
    """End a grant of the caller at once; reads of the past stay in the access log.

    A grant that was revoked before keeps its first time. Raises `NotFound` when it is not the
    caller's.
    """
    take_turn(session)
    given = session.get(Grant, grant_id)
    if given is None or given.owner_id != caller.company_id:
        raise NotFound
    if given.revoked_at is None:
        given.revoked_at = now()
        _record(session, given, "revoke", given.revoked_at)
        touch(session, given.owner_id, given.reader_id)
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
            channel=channel_of(caller),
            at=now(),
        )
    )


def channel_of(caller: Caller) -> Channel:
    """How a caller reads: people sign in to pages, machines to the API, operators type commands."""
    if caller.is_person:
        return "page"
    return "command" if caller.actor.startswith("operator:") else "api"


def reads_noted(session: Session) -> list[dict[str, Any]]:
    """What was read of others in a session and stands in no log yet, to be recorded or kept."""
    records = (record for record in session.new if isinstance(record, AccessRecord))
    return [{name: getattr(record, name) for name in _OF_A_READ} for record in records]


def record_noted(session: Session, caller: Caller, reads: Iterable[Mapping[str, Any]]) -> None:
    """Record reads that `reads_noted` gave, now and in bulk, for whoever asks now."""
    at = now()
    write_rows(
        session,
        AccessRecord,
        (
            {
                **read,
                "id": new_id(),
                "by_operator": caller.operator and read["reader_id"] == caller.company_id,
                "channel": channel_of(caller),
                "at": at,
            }
            for read in reads
        ),
    )


def _record(session: Session, given: Grant, kind: Event, at: datetime) -> None:
    """Log what happened to a grant: neither side can deny it later, nor its time and its scope."""
    statement = canonical(_said(given, kind, at))
    entry = append(session, ENTRY_KINDS[kind], digest(statement), at)
    session.add(
        ConsentEvent(
            log_index=entry.index, grant_id=given.id, kind=kind, at=at, statement=statement
        )
    )
    session.flush()


def _said(given: Grant, kind: str, at: datetime) -> dict[str, Any]:
    optional = {
        "part": given.part_id,
        "purpose": given.purpose,
        "validTo": given.valid_to.isoformat() if given.valid_to else None,
    }
    return {
        "type": CONSENT_TYPE,
        "event": kind,
        "grant": given.id,
        "owner": given.owner_id,
        "reader": given.reader_id,
        "level": given.level,
        "aggregate": given.aggregate,
        "validFrom": given.valid_from.isoformat(),
        "at": instant(at),
        # The log is public: without a nonce, who lets whom see what could be guessed.
        "nonce": b64url_encode(secrets.token_bytes(16)),
        **{name: value for name, value in optional.items() if value is not None},
    }


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
