"""Requests as one of their two companies reads them: alone with what happened, or in a list."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.access.caller import PERSON, Caller
from hub.access.tables import Person
from hub.bom.queries import numbers_of
from hub.kit.actions import Action
from hub.kit.clock import now
from hub.kit.paging import MAX_PAGE, PageRequest, read_page
from hub.requests.finding import Declared, own_answers, own_parts_of, period_of
from hub.requests.lifecycle import ANSWERED, RULES, RUNNING, Act, Side, Standing, State, may
from hub.requests.queries import (
    Box,
    Filter,
    chunks,
    counts,
    events_of,
    names_of_companies,
    origin_of,
    requests_in,
    sets_of,
    side_of,
    standing_of,
    upstream,
)
from hub.requests.tables import FootprintRequest, RequestEvent, RequestHandling
from hub.requests.usecases import read

MOST_OFFERS = 1_000
"""Open requests that are looked through for one part."""
_ANSWERABLE = frozenset(RULES[Act.ANSWER_FULLY].before)


@dataclass(frozen=True)
class Ready:
    """A valid declaration of the asked company's, and what it lacks of what is asked."""

    declared: Declared
    missing: Sequence[str]


@dataclass(frozen=True)
class InList:
    """A request in a list of one company's."""

    row: FootprintRequest
    side: Side
    partner_id: str
    partner: str
    """Name of the other company."""
    days_left: int
    """Until the last day, which is 0; below that it is over."""
    ready: Ready | None = None
    """What answers it with one step, for the asked company alone."""
    assignee: str | None = None
    """Name of who has it in hand, for the asked company alone."""
    reference: str | None = None
    """Of the set, for the asker alone."""


@dataclass(frozen=True)
class Alone:
    """A request on its own."""

    item: InList
    stands: Standing
    possible: Sequence[Act]
    """What the reader's side can do now."""
    events: Sequence[RequestEvent]
    answers: Sequence[Ready] = ()
    """All of the asked company's valid declarations of the part, for it alone."""
    own_part: tuple[str, str] | None = None
    """Id and number of the asked company's part, for it alone."""
    upstream: Sequence[FootprintRequest] = ()
    """What the asked company has asked its suppliers for the sake of it, for it alone."""
    line: str | None = None
    """Of the set, for the asker alone."""
    upstream_of: str | None = None
    """The request that the asker was itself asked, for the asker alone."""

    @property
    def answer(self) -> RequestEvent | None:
        """The answer that stands: the last one."""
        answers = (event for event in reversed(self.events) if event.declaration)
        return next(answers, None)


def request_page(session: Session, caller: Caller, request_id: str) -> Alone:
    """A request of the caller's; the asked company's first look opens it. Raises `NotFound`."""
    row = read(session, caller, request_id)
    item = _items(session, caller.company_id, [row])[0]
    events = events_of(session, row.id)
    stands = standing_of(events)
    possible = () if caller.operator else may(stands.state, item.side)
    told = Alone(item, stands, possible, events)
    if item.side is Side.ASKED:
        return _for_asked(session, caller, told)
    return _for_asker(session, caller, told)


def request_list(
    session: Session, caller: Caller, box: Box, wanted: Filter, page: PageRequest
) -> tuple[list[InList], str | None]:
    """One page of a box in the order of sending, and the cursor of the next one."""
    row, query = FootprintRequest, requests_in(caller.company_id, box, wanted)
    rows, following = read_page(session, query, [row.sent_at, row.id], page)
    return _items(session, caller.company_id, rows), following


def all_of(session: Session, company_id: str, box: Box, wanted: Filter) -> Iterator[InList]:
    """A whole box of a company, in the order of sending, read some at a time."""
    row, query = FootprintRequest, requests_in(company_id, box, wanted)
    at = PageRequest(limit=MAX_PAGE)
    while True:
        rows, following = read_page(session, query, [row.sent_at, row.id], at)
        yield from _items(session, company_id, rows)
        if following is None:
            return
        at = PageRequest(limit=MAX_PAGE, after=following)


@dataclass(frozen=True)
class Todo:
    """What a company has to do about requests, as far as the caller's roles are for it."""

    open: int = 0
    """Requests to the company that wait for it."""
    first_due: date | None = None
    """The last day of the one that is due first."""
    over: int = 0
    """Requests to it whose time is over."""
    asked: int = 0
    """Requests of its own that wait for its word: a question, or an answer."""


def todo(session: Session, caller: Caller) -> Todo:
    """What waits for the caller's company."""
    to_us, ours = (counts(session, caller.company_id, box) for box in (Box.IN, Box.OUT))
    told = Todo()
    if caller.may(Action.ANSWER_REQUEST):
        first = requests_in(caller.company_id, Box.IN, Filter(states=RUNNING))
        day = session.scalar(first.with_only_columns(func.min(FootprintRequest.due)))
        waiting = sum(to_us.get(state, 0) for state in RUNNING)
        told = Todo(waiting, day, to_us.get(State.EXPIRED, 0))
    if caller.may(Action.ASK):
        states = (State.QUESTION, *ANSWERED)
        told = replace(told, asked=sum(ours.get(state, 0) for state in states))
    return told


def offers(session: Session, caller: Caller, part_id: str) -> list[InList]:
    """Requests to the caller that a declaration of this part may answer now, due first first."""
    row, query = (
        FootprintRequest,
        requests_in(caller.company_id, Box.IN, Filter(states=_ANSWERABLE)),
    )
    rows = session.scalars(query.order_by(row.due, row.id).limit(MOST_OFFERS)).all()
    parts = own_parts_of(session, caller.company_id, rows)
    about = [one for one in rows if part_id in parts[one.id]]
    return _items(session, caller.company_id, about)


def _for_asked(session: Session, caller: Caller, told: Alone) -> Alone:
    row, company_id = told.item.row, caller.company_id
    answers = [_ready(row, one) for one in own_answers(session, company_id, [row])[row.id]]
    parts = own_parts_of(session, company_id, [row])[row.id]
    own = (parts[0], numbers_of(session, parts)[parts[0]]) if parts else None
    return Alone(
        told.item,
        told.stands,
        told.possible,
        told.events,
        answers=answers,
        own_part=own,
        upstream=upstream(session, company_id, row.id),
    )


def _for_asker(session: Session, caller: Caller, told: Alone) -> Alone:
    origin = origin_of(session, caller.company_id, told.item.row.id)
    return Alone(
        told.item,
        told.stands,
        told.possible,
        told.events,
        line=origin.line if origin else None,
        upstream_of=origin.upstream_of if origin else None,
    )


def _items(session: Session, company_id: str, rows: Sequence[FootprintRequest]) -> list[InList]:
    sides = {row.id: side_of(row, company_id) or Side.ASKER for row in rows}
    to_us = [row for row in rows if sides[row.id] is Side.ASKED]
    answers = own_answers(session, company_id, to_us)
    partners = {_partner(row, sides[row.id]) for row in rows}
    names = names_of_companies(session, partners)
    hands = _in_hand(session, company_id, [row.id for row in to_us])
    sets = sets_of(session, company_id, [row.id for row in rows])
    today = now().date()
    return [
        InList(
            row=row,
            side=sides[row.id],
            partner_id=(partner := _partner(row, sides[row.id])),
            partner=names[partner],
            days_left=(row.due - today).days,
            ready=_best(row, answers.get(row.id, ())),
            assignee=hands.get(row.id),
            reference=sets.get(row.id),
        )
        for row in rows
    ]


def _partner(row: FootprintRequest, side: Side) -> str:
    return row.asker_id if side is Side.ASKED else row.asked_id


def _best(row: FootprintRequest, answers: Sequence[Declared]) -> Ready | None:
    return _ready(row, answers[0]) if answers else None


def _ready(row: FootprintRequest, one: Declared) -> Ready:
    return Ready(one, one.missing(row.level, period_of(row)))


def _in_hand(session: Session, company_id: str, ids: Collection[str]) -> Mapping[str, str]:
    """Names of who has each request in hand."""
    row, people = RequestHandling, _people(session, company_id)
    query = select(row.request_id, row.assignee).where(row.company_id == company_id)
    return {
        request_id: people[assignee]
        for chunk in chunks(ids)
        for request_id, assignee in session.execute(query.where(row.request_id.in_(chunk)))
        if assignee in people
    }


def _people(session: Session, company_id: str) -> dict[str, str]:
    query = select(Person.id, Person.name).where(Person.company_id == company_id)
    return {f"{PERSON}:{person_id}": name for person_id, name in session.execute(query)}
