"""Break-glass: how the hub's operator gets to see a company's data, and how its owner sees that.

Whoever has opened a company looks through its eyes, and can only look, until it is closed or its
time is over. Opening, closing and every read between stand in the owner's access log.
"""

from datetime import timedelta

from fastapi import Request
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.access.administration import operating_company
from hub.access.caller import Caller
from hub.access.roles import THROUGH_THE_GLASS
from hub.kit.actions import Action
from hub.kit.clock import now
from hub.kit.database import Database, transaction
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.parties.usecases import lock_company
from hub.sharing.policy import EVIDENCE
from hub.sharing.tables import AccessRecord, BreakGlass

OPENED, CLOSED, READ = "break-glass-opened", "break-glass-closed", "operator-read"
"""Kinds of objects in an access log."""

COMMAND_LINE = "operator:cli"
"""Whoever operates the machine: nobody is signed in there."""

OPERATOR = "operator"
"""Who reads where no company of the hub is its operator's."""

MAX_HOURS, MAX_REASON, MAX_TICKET = 8, 300, 100
_MAX_OBJECT = 500


def open_glass(
    session: Session,
    caller: Caller,
    owner_id: str,
    reason: str,
    ticket: str | None = None,
    hours: int = 1,
) -> BreakGlass:
    """Open the access to a company's data for 1 to 8 hours.

    Raises `BadInput` for an unusable reason, ticket or time and for the operator's own company,
    `Conflict` (`glass/open-already`) while the caller has another one open.
    """
    if owner_id == caller.company_id:
        raise BadInput("glass/own-company")
    lock_company(session, caller.company_id)  # of two openings at once the second sees the first
    if opened_by(session, caller.actor):
        raise Conflict("glass/open-already")
    return _open(session, caller, owner_id, reason, ticket, hours)


def close_glass(session: Session, caller: Caller, glass_id: str) -> BreakGlass:
    """Close what the caller has opened; closed again it keeps its first time. Raises `NotFound`."""
    glass = session.get(BreakGlass, glass_id, with_for_update=True)
    if glass is None or glass.actor != caller.actor:
        raise NotFound
    if glass.closed_at is None and glass.expires_at > now():
        glass.closed_at = now()
        _record(session, glass, CLOSED, glass.id)
        session.flush()
    return glass


def opened_by(session: Session, actor: str) -> BreakGlass | None:
    """What an operator has open now."""
    query = select(BreakGlass).where(
        BreakGlass.actor == actor, BreakGlass.closed_at.is_(None), BreakGlass.expires_at > now()
    )
    return session.scalar(query.order_by(BreakGlass.opened_at.desc()).limit(1))


def openings_of(owner_id: str) -> Select[BreakGlass]:
    """Every time that an operator opened the company's data."""
    return select(BreakGlass).where(BreakGlass.owner_id == owner_id)


def look_through(database: Database, caller: Caller, request: Request, action: Action) -> Caller:
    """The caller in the place of the company that it has opened; itself when it has opened none.

    What is about to be read is recorded, and committed, before anything of it is told.
    """
    with transaction(database.write) as session:
        glass = opened_by(session, caller.actor)
        if glass is None:
            return caller
        if action in THROUGH_THE_GLASS:
            asked = f"?{request.url.query}" if request.url.query else ""
            _record(session, glass, READ, f"{request.url.path}{asked}"[:_MAX_OBJECT])
    return Caller(glass.owner_id, caller.actor, operator=True)


def read_at_command_line(
    session: Session, owner_id: str, reason: str, ticket: str | None, command: str
) -> None:
    """Record what a command is about to print of a company: opened, read and closed at once.

    Raises `BadInput` as `open_glass` does.
    """
    operator = Caller(operating_company(session) or OPERATOR, COMMAND_LINE)
    glass = _open(session, operator, owner_id, reason, ticket, hours=1)
    _record(session, glass, READ, command[:_MAX_OBJECT])
    close_glass(session, operator, glass.id)


def _open(
    session: Session, caller: Caller, owner_id: str, reason: str, ticket: str | None, hours: int
) -> BreakGlass:
    if not 1 <= hours <= MAX_HOURS:
        raise BadInput("glass/hours", most=str(MAX_HOURS))
    at = now()
    glass = BreakGlass(
        owner_id=owner_id,
        operator_id=caller.company_id,
        actor=caller.actor,
        reason=_text("reason", reason, MAX_REASON),
        ticket=_text("ticket", ticket, MAX_TICKET) if ticket else None,
        opened_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    session.add(glass)
    session.flush()
    _record(session, glass, OPENED, glass.id)
    return glass


def _record(session: Session, glass: BreakGlass, kind: str, object_id: str) -> None:
    session.add(
        AccessRecord(
            owner_id=glass.owner_id,
            reader_id=glass.operator_id,
            object_kind=kind,
            object_id=object_id,
            level=EVIDENCE,
            purpose=glass.reason,
            grant_id=None,
            by_operator=True,
            at=now(),
        )
    )


def _text(member: str, text: str, limit: int) -> str:
    trimmed = text.strip()
    if not 0 < len(trimmed) <= limit or not trimmed.isprintable():
        raise BadInput("hub/text", member=member, limit=str(limit))
    return trimmed
