"""Requests over HTTP: sent, listed, and opened. What is done with one is in `acts_api`."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query
from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.access.caller import Caller
from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep
from hub.kit.upload import TABLE, TableBody
from hub.kit.web import LanguageDep, ReadingSessionDep, SessionDep, also, new_router
from hub.requests import cascading, page, table
from hub.requests.lifecycle import State
from hub.requests.payloads import RequestSummary, RequestView, SetIn, SetOut, UpstreamIn
from hub.requests.queries import Box, Filter, counts
from hub.requests.sending import Sending, Wish, send_set
from hub.requests.terms import Payer

router = new_router("/v1/requests", "requests")

RequestId = Annotated[str, Path(description="Id of a request sent by or to the caller.")]


async def filtered(
    state: Annotated[list[State] | None, Query(description="In one of these states.")] = None,
    set_id: Annotated[
        str | None, Query(alias="set", max_length=36, description="Id of an own set.")
    ] = None,
    partner: Annotated[
        str | None, Query(max_length=36, description="Id of the other company.")
    ] = None,
    assignee: Annotated[
        str | None, Query(max_length=60, description="`person:<id>` who has it in hand.")
    ] = None,
) -> Filter:
    """Which requests of a box are wanted."""
    return Filter(frozenset(state or ()), set_id, partner, assignee)


@router.post("", summary="Ask suppliers for footprints")
@needs(Action.ASK)
def send(sent: SetIn, caller: CallerDep, session: SessionDep, language: LanguageDep) -> SetOut:
    """Every line has its own verdict; a bad one blocks no other. The same set again adds lines.

    What the caller may read already is told and not sent (`anyway` sends it).
    """
    told = Sending(sent.reference, sent.title, sent.purpose, sent.wanted())
    wish = Wish(preview=sent.preview, anyway=sent.anyway)
    return SetOut.of(send_set(session, caller, told, wish), language)


def for_all(
    reference: Annotated[str, Query(max_length=100, description="The sender's own, of the set.")],
    title: Annotated[str, Query(max_length=200, description="For the sender's own people.")],
    purpose: Annotated[str | None, Query(max_length=300, description="For rows without.")] = None,
    due: Annotated[date | None, Query(description="For rows without.")] = None,
    level: Annotated[int, Query(ge=0, le=5, description="For rows without.")] = 1,
    legal_basis: Annotated[
        str | None, Query(max_length=500, description="For rows without.")
    ] = None,
    seen_by: Annotated[str | None, Query(max_length=500, description="For rows without.")] = None,
    keep_until: Annotated[date | None, Query(description="For rows without.")] = None,
    verification_paid_by: Annotated[Payer, Query(description="For rows without.")] = Payer.NONE,
) -> table.ForAll:
    """What is said of all rows of a table."""
    said = {
        "purpose": purpose,
        "due": due,
        "level": level,
        "legal_basis": legal_basis,
        "seen_by": seen_by,
        "keep_until": keep_until,
        "verification_paid_by": verification_paid_by,
    }
    return table.ForAll(reference, title, said)


@router.post("/import", summary="Ask suppliers for footprints: requests.csv", **TABLE)
@needs(Action.ASK)
def send_table(
    caller: CallerDep,
    file: TableBody,
    said: Annotated[table.ForAll, Depends(for_all)],
    session: SessionDep,
    language: LanguageDep,
    preview: Annotated[bool, Query(description="Send nothing; say what would be.")] = False,
    anyway: Annotated[
        bool, Query(description="Send also what is answered or open already.")
    ] = False,
) -> SetOut:
    """A verdict on each row; good rows are sent. The columns are described in docs/buyer.md."""
    wish = Wish(preview=preview, anyway=anyway)
    return SetOut.of(table.send_table(session, caller, file, said, wish), language)


@router.get("", summary="Requests to the company, or those that it has sent")
@needs(Action.READ)
def list_requests(
    caller: CallerDep,
    session: ReadingSessionDep,
    wanted: Annotated[Filter, Depends(filtered)],
    at: PageRequestDep,
    box: Annotated[Box, Query(description="`in`: to the company; `out`: sent by it.")] = Box.IN,
) -> Page[RequestSummary]:
    """In the order of sending."""
    items, following = page.request_list(session, caller, box, wanted, at)
    return Page(items=[RequestSummary.of(item) for item in items], next=following)


@router.get("/counts", summary="How many requests are in each state")
@needs(Action.READ)
def count_requests(
    caller: CallerDep,
    session: ReadingSessionDep,
    box: Annotated[Box, Query(description="`in`: to the company; `out`: sent by it.")] = Box.IN,
) -> dict[str, int]:
    """Of one's own box; states without a request are absent."""
    return {str(state): count for state, count in counts(session, caller.company_id, box).items()}


@router.get("/{request_id}", summary="One request, with everything that happened to it")
@needs(Action.READ)
def read(request_id: RequestId, caller: CallerDep, session: SessionDep) -> RequestView:
    """Read by the asked company for the first time, it is opened, and the asker sees that."""
    return view(session, caller, request_id)


def view(session: Session, caller: Caller, request_id: str) -> RequestView:
    """A request as the caller's company reads it. Raises `NotFound`."""
    found = page.request_page(session, caller, request_id)
    return RequestView.of_page(found, caller.company_id)


@router.post(
    "/{request_id}/upstream",
    summary="Ask one's own suppliers for what goes into the part",
    responses=also(conflict="Its own part is not known, or has no inputs."),
)
@needs(Action.ASK)
def ask_upstream(
    request_id: RequestId,
    said: UpstreamIn,
    caller: CallerDep,
    session: SessionDep,
    language: LanguageDep,
) -> SetOut:
    """One step for all inputs; who has asked the caller is told to nobody."""
    named = (said.reference, said.title)
    told = cascading.ask_upstream(
        session, caller, request_id, named, said.terms(), preview=said.preview
    )
    return SetOut.of(told, language)
