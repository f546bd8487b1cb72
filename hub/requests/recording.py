"""Writing down what happens to a request: the event, and the copies of it that lists go by."""

from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.requests.errors import NotNow, path_of
from hub.requests.lifecycle import (
    RULES,
    Act,
    Happened,
    LifecycleError,
    Side,
    Standing,
    after,
    may,
)
from hub.requests.queries import events_of, request_of, side_of, standing_of
from hub.requests.schedule import next_instant
from hub.requests.tables import FootprintRequest, RequestEvent


def held(session: Session, caller: Caller, request_id: str, act: Act) -> FootprintRequest:
    """The request, locked, if the caller's side may do this now.

    Raises `NotFound` for a request that is not the caller's, `NotNow` for what cannot be done, by
    this side or in this state.
    """
    row = request_of(session, caller.company_id, request_id, lock=True)
    side = side_of(row, caller.company_id)
    if side is None or caller.operator:
        raise NotFound
    stands = standing_of(events_of(session, row.id))
    if act not in may(stands.state, side):
        raise NotNow(path_of(act), stands.state, side)
    return row


def happen(
    session: Session, row: FootprintRequest, act: Act, by: Caller | None, **said: Any
) -> RequestEvent:
    """Add an event to a locked request; `by` None is the hub itself.

    `said` are columns of the event. Raises `NotNow` where it cannot happen.
    """
    events, at = events_of(session, row.id), now()
    told = Happened(act, max(at, events[-1].at), said.get("due"), said.get("share"))
    before = standing_of(events)
    try:
        stands = after(before, told)
    except LifecycleError as error:
        raise NotNow(path_of(act), error.state, RULES[act].side) from None
    event = RequestEvent(
        request_id=row.id,
        position=len(events),
        asker_id=row.asker_id,
        asked_id=row.asked_id,
        kind=act.value,
        at=told.at,
        author_id=by.company_id if by else None,
        actor=by.actor if by else None,
        **said,
    )
    session.add(event)
    copy_standing(row, stands, event)
    session.flush()
    return event


def copy_standing(row: FootprintRequest, stands: Standing, event: RequestEvent) -> None:
    """Write into the request's row what lists and the schedule go by."""
    row.state, row.due = stands.state.value, stands.due
    row.next_at, row.changed_at = next_instant(stands), event.at


def is_of(row: FootprintRequest, caller: Caller, side: Side) -> bool:
    """Whether the caller acts for that side of a request; who only looks in acts for none."""
    return not caller.operator and side_of(row, caller.company_id) is side
