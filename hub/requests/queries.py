"""Requests as one company finds them: those that it has sent and those that were sent to it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from hub.kit.errors import NotFound
from hub.parties.tables import Company
from hub.requests.lifecycle import Act, Happened, Side, Standing, State, standing
from hub.requests.tables import (
    FootprintRequest,
    RequestEvent,
    RequestHandling,
    RequestOrigin,
    RequestSet,
)

_CHUNK = 5_000


class Box(StrEnum):
    """Which requests a list is of: those to the company, or those that it has sent."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True)
class Filter:
    """Which requests of a box are wanted; empty takes all."""

    states: frozenset[State] = frozenset()
    set_id: str | None = None
    """Of a set of the company's own."""
    partner: str | None = None
    """Id of the other company."""
    assignee: str | None = None
    """`person:<id>` who has them in hand; of requests to the company."""


def side_of(row: FootprintRequest, company_id: str) -> Side | None:
    """On which side of a request a company stands; None: on neither."""
    if company_id == row.asked_id:
        return Side.ASKED
    return Side.ASKER if company_id == row.asker_id else None


def request_of(
    session: Session, company_id: str, request_id: str, *, lock: bool = False
) -> FootprintRequest:
    """A request that the company has sent or was sent. Raises `NotFound`, the same for others' as
    for none. With `lock` nothing else happens to it until the transaction ends."""
    row = FootprintRequest
    mine = or_(row.asker_id == company_id, row.asked_id == company_id)
    query = select(row).where(row.id == request_id, mine)
    fresh = {"populate_existing": lock}
    found = session.scalar(query.with_for_update() if lock else query, execution_options=fresh)
    if found is None:
        raise NotFound
    return found


def requests_in(
    company_id: str, box: Box, wanted: Filter | None = None
) -> Select[FootprintRequest]:
    """The requests of a box."""
    row, wanted = FootprintRequest, wanted or Filter()
    mine, partner = (row.asked_id, row.asker_id) if box is Box.IN else (row.asker_id, row.asked_id)
    query = select(row).where(mine == company_id)
    if wanted.states:
        query = query.where(row.state.in_(sorted(wanted.states)))
    if wanted.partner is not None:
        query = query.where(partner == wanted.partner)
    if wanted.set_id is not None:
        own = RequestOrigin.company_id == company_id
        line = select(RequestOrigin.request_id).where(own, RequestOrigin.set_id == wanted.set_id)
        query = query.where(row.id.in_(line))
    if wanted.assignee is not None:
        held = RequestHandling.company_id == company_id
        mine_is = RequestHandling.assignee == wanted.assignee
        query = query.where(row.id.in_(select(RequestHandling.request_id).where(held, mine_is)))
    return query


def events_of(session: Session, request_id: str) -> list[RequestEvent]:
    """Everything that happened to a request, oldest first."""
    query = select(RequestEvent).filter_by(request_id=request_id)
    return list(session.scalars(query.order_by(RequestEvent.position)))


def standing_of(events: Collection[RequestEvent]) -> Standing:
    """How a request stands after its events."""
    return standing(happened(event) for event in events)


def happened(event: RequestEvent) -> Happened:
    """An event as the fold reads it."""
    return Happened(Act(event.kind), event.at, event.due, event.share)


def origin_of(session: Session, company_id: str, request_id: str) -> RequestOrigin | None:
    """Where a request comes from, for its asker alone."""
    query = select(RequestOrigin).filter_by(request_id=request_id, company_id=company_id)
    return session.scalar(query)


def handling_of(session: Session, company_id: str, request_id: str) -> RequestHandling | None:
    """Who has a request in hand, for the asked company alone."""
    query = select(RequestHandling).filter_by(request_id=request_id, company_id=company_id)
    return session.scalar(query)


def upstream(session: Session, company_id: str, request_id: str) -> list[FootprintRequest]:
    """What the company has asked its own suppliers for the sake of a request that it was sent."""
    own = RequestOrigin.company_id == company_id
    asked = select(RequestOrigin.request_id).where(own, RequestOrigin.upstream_of == request_id)
    row = FootprintRequest
    query = select(row).where(row.id.in_(asked), row.asker_id == company_id)
    return list(session.scalars(query.order_by(row.part_number, row.id)))


def own_set(session: Session, company_id: str, reference: str) -> RequestSet | None:
    """The company's set of that reference."""
    return session.scalar(select(RequestSet).filter_by(company_id=company_id, reference=reference))


def own_sets(company_id: str) -> Select[RequestSet]:
    """All sets of a company."""
    return select(RequestSet).where(RequestSet.company_id == company_id)


def sets_of(session: Session, company_id: str, ids: Collection[str]) -> Mapping[str, str]:
    """The reference of the set that each of the company's requests came with, by request."""
    query = (
        select(RequestOrigin.request_id, RequestSet.reference)
        .join(RequestSet, RequestSet.id == RequestOrigin.set_id)
        .where(RequestOrigin.company_id == company_id)
    )
    return {
        request_id: reference
        for chunk in chunks(ids)
        for request_id, reference in session.execute(
            query.where(RequestOrigin.request_id.in_(chunk))
        )
    }


def counts(session: Session, company_id: str, box: Box) -> Mapping[State, int]:
    """How many requests of a box are in each state; states without one are absent."""
    row = FootprintRequest
    mine = row.asked_id if box is Box.IN else row.asker_id
    query = select(row.state, func.count()).where(mine == company_id).group_by(row.state)
    return {State(state): count for state, count in session.execute(query)}


def names_of_companies(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The name of each company."""
    query = select(Company.id, Company.name)
    return {
        company_id: name
        for chunk in chunks(ids)
        for company_id, name in session.execute(query.where(Company.id.in_(chunk)))
    }


def falling_due(at: datetime, limit: int) -> Select[str]:
    """Ids of requests of which somebody is to be reminded or told of the end, the oldest first."""
    row = FootprintRequest
    query = select(row.id).where(row.next_at.is_not(None), row.next_at <= at)
    return query.order_by(row.next_at, row.id).limit(limit)


def who_pays(session: Session) -> list[tuple[str, str, int]]:
    """Of all requests: who pays for the verification, the state, and how many. Counts only."""
    row = FootprintRequest
    query = select(row.verification_paid_by, row.state, func.count())
    query = query.group_by(row.verification_paid_by, row.state)
    found = session.execute(query.order_by(row.verification_paid_by, row.state))
    return [(payer, state, count) for payer, state, count in found]


def chunks(ids: Collection[str]) -> Iterator[list[str]]:
    """As many at a time as a statement takes."""
    held = sorted(ids)
    for start in range(0, len(held), _CHUNK):
        yield held[start : start + _CHUNK]
