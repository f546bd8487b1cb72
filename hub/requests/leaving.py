"""Requests of a company that leaves: what it has sent, and what it was sent.

A request is its sender's, and goes with it. One that was sent to the company stays with who sent
it, with what was said, as a customer's letter stays in the customer's file; it is declined, for
nobody is left to answer it.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of
from hub.kit.leaving import ExportFile, ndjson_file
from hub.kit.wall import beyond
from hub.requests.lifecycle import RUNNING, Act, Reason, State
from hub.requests.queries import events_of, handling_of, origin_of
from hub.requests.recording import happen
from hub.requests.tables import (
    FootprintRequest,
    RequestEvent,
    RequestHandling,
    RequestOrigin,
    RequestSet,
)

_TOLD = (
    *("id", "asker_id", "asked_id", "part_number", "part_name", "supplier_part", "level"),
    *("aggregate", "purpose", "legal_basis", "seen_by", "keep_until", "verification_paid_by"),
    *("period_start", "period_end", "sent_at", "first_due", "state", "due"),
)
_EVENT = (
    *("kind", "at", "author_id", "reason", "words", "due", "share"),
    *("declaration", "grant_id", "level", "missing"),
)
_SET = ("id", "reference", "title", "purpose", "created_at", "created_by")


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Sets, and every request that the company sent or was sent, with all that happened to it."""
    sets = _sets(session, company_id)
    yield ndjson_file("request-sets.ndjson", "exit/file-request-sets", sets)
    requests = _requests(session, company_id)
    yield ndjson_file("requests.ndjson", "exit/file-requests", requests)


def erase(session: Session, company_id: str) -> None:
    """Delete what the company sent, and what it noted of what it was sent."""
    _decline_open(session, company_id)
    own = select(FootprintRequest.id).where(FootprintRequest.asker_id == company_id)
    with beyond(session):  # what the asked companies noted of these requests is of no use any more
        session.execute(delete(RequestHandling).where(RequestHandling.request_id.in_(own)))
    session.execute(delete(RequestHandling).where(RequestHandling.company_id == company_id))
    session.execute(delete(RequestOrigin).where(RequestOrigin.company_id == company_id))
    session.execute(delete(RequestEvent).where(RequestEvent.asker_id == company_id))
    session.execute(delete(FootprintRequest).where(FootprintRequest.asker_id == company_id))
    session.execute(delete(RequestSet).where(RequestSet.company_id == company_id))


def _decline_open(session: Session, company_id: str) -> None:
    row, gone = FootprintRequest, Caller(company_id, "erasure")
    states = sorted(RUNNING | {State.QUESTION})
    query = select(row).where(row.asked_id == company_id, row.state.in_(states))
    for request in session.scalars(query).all():
        happen(session, request, Act.DECLINE, gone, reason=Reason.WRONG_RECIPIENT.value)


def _sets(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    query = select(RequestSet).where(RequestSet.company_id == company_id)
    for row in session.scalars(query.order_by(RequestSet.created_at, RequestSet.id)):
        yield {name: getattr(row, name) for name in _SET}


def _requests(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    row = FootprintRequest
    mine = or_(row.asker_id == company_id, row.asked_id == company_id)
    ids = session.scalars(select(row.id).where(mine).order_by(row.sent_at, row.id)).all()
    for request_id in ids:
        yield _request(session, company_id, session.get_one(row, request_id))


def _request(session: Session, company_id: str, row: FootprintRequest) -> dict[str, Any]:
    events = events_of(session, row.id)
    told: dict[str, Any] = {name: getattr(row, name) for name in _TOLD}
    if origin := origin_of(session, company_id, row.id):
        told |= {"set": origin.set_id, "line": origin.line, "upstream_of": origin.upstream_of}
    if noted := handling_of(session, company_id, row.id):
        own = numbers_of(session, [noted.part_id]) if noted.part_id else {}
        told |= {"own_part": own.get(noted.part_id or ""), "assignee": noted.assignee}
        told |= {"noted_at": noted.changed_at}
    return told | {"events": [_event(event, company_id) for event in events]}


def _event(event: RequestEvent, company_id: str) -> dict[str, Any]:
    told = {name: getattr(event, name) for name in _EVENT}
    own = {"actor": event.actor} if event.author_id == company_id else {}
    return {name: value for name, value in (told | own).items() if value is not None}
