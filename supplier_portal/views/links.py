"""What customers say that they buy here: each matched, confirmed or disputed; and many at once."""

import io
from typing import Annotated, Any

from fastapi import File, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.bom import verdicts
from hub.bom.link_state import Dispute, Reason, State
from hub.bom.link_table import import_links
from hub.disclosure import links as found_links
from hub.disclosure.links import sure
from hub.disclosure.links_payloads import LinksAnswer
from hub.disclosure.links_table import links_response
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, Conflict, HubError
from hub.kit.paging import PageRequest
from hub.kit.problems import Problem, problem_of
from hub.kit.web import RecordingSessionDep, SessionDep
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page, with_query
from supplier_portal.reader import Account, AccountDep, Reader, ReaderDep
from supplier_portal.typed_days import day_or_none
from supplier_portal.views import new_router

PAGE = "/links"
ON_A_PAGE = 50
AT_ONCE = 200
"""Exact ones that are reviewed and confirmed by one form."""

router = new_router()
Cursor = Annotated[str, Query(max_length=1000)]
Text = Annotated[str, Form(max_length=1000)]


@router.get(PAGE)
@needs(Action.READ)
def listed(
    request: Request,
    account: AccountDep,
    session: RecordingSessionDep,
    state: State | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Cursor = "",
) -> Response:
    """The links towards the company, by customer, a page at a time."""
    return _listed(request, account, session, state, q.strip(), after)


def _listed(
    request: Request,
    account: Account,
    session: Session,
    state: State | None = None,
    search: str = "",
    after: str = "",
    status: int = 200,
    **outcome: Any,
) -> Response:
    asked = PageRequest(limit=ON_A_PAGE, after=after or None)
    items, following = found_links.links_towards(session, account.caller, asked, state, search)
    exact, _ = found_links.exact_ones(session, account.caller, PageRequest(limit=1))
    return page(
        request,
        "links.html",
        status,
        items=items,
        following=following,
        after=after,
        state=state,
        search=search,
        counts=found_links.counts_towards(session, account.caller),
        has_exact=bool(exact),
        **({"taken": None, "problem": None, "refused": []} | outcome),
    )


@router.get(PAGE + "/table.csv")
@needs(Action.READ)
def table(
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    state: State | None = None,
) -> Response:
    """The list as a table to be filled in."""
    items = found_links.every_link_towards(session, account.caller, state)
    return links_response(items, reader.language)


@router.post(PAGE + "/table", dependencies=OwnFormDep)
@needs(Action.CONFIRM_LINKS)
def send_table(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    partly: Annotated[str, Form(max_length=10)] = "",
    table: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """The table filled in; what became of it stands above the list."""
    file = table.file if table else io.BytesIO()
    try:
        taken = import_links(session, account.caller, file, "links", partly=partly == "yes")
    except HubError as error:
        session.rollback()
        told = problem_of(error, reader.language)
        return _listed(
            request, account, session, status=error.status, problem=told, refused=told.details
        )
    answer = LinksAnswer.of(taken, reader.language)
    refused = [{"message": bad.message, "remedy": bad.remedy} for bad in answer.refused]
    return _listed(request, account, session, taken=answer, refused=refused)


@router.get(PAGE + "/exact")
@needs(Action.CONFIRM_LINKS)
def exact(request: Request, account: AccountDep, session: RecordingSessionDep) -> Response:
    """Open links that name an own part by its very number, to be reviewed together."""
    asked = PageRequest(limit=AT_ONCE)
    items, following = found_links.exact_ones(session, account.caller, asked)
    return page(request, "links_exact.html", items=items, following=following)


@router.post(PAGE + "/exact", dependencies=OwnFormDep)
@needs(Action.CONFIRM_LINKS)
def confirm_exact(
    account: AccountDep,
    session: SessionDep,
    link: Annotated[list[str] | None, Form(max_length=AT_ONCE)] = None,
) -> Response:
    """Those that stay ticked, each as the part of the number; what has changed since stays open."""
    for link_id in link or []:
        item = found_links.link_towards(session, account.caller, link_id)
        part = sure(item)
        if item.state is State.OPEN and part is not None:
            verdicts.confirm_link(session, account.caller, item.link.id, part.part.number)
    return RedirectResponse(with_query(PAGE, state=State.CONFIRMED), 303)


@router.get(PAGE + "/{link_id}")
@needs(Action.READ)
def one(
    request: Request, account: AccountDep, session: RecordingSessionDep, link_id: str
) -> Response:
    """One link with both forms."""
    return _one(request, account, session, link_id)


def _one(
    request: Request,
    account: Account,
    session: Session,
    link_id: str,
    status: int = 200,
    problem: Problem | None = None,
    **typed: str,
) -> Response:
    item = found_links.link_towards(session, account.caller, link_id)
    return page(
        request,
        "link.html",
        status,
        item=item,
        problem=problem,
        typed=typed,
        reasons=list(Reason),
    )


@router.post(PAGE + "/{link_id}/confirmation", dependencies=OwnFormDep)
@needs(Action.CONFIRM_LINKS)
def confirm(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    link_id: str,
    chosen: Text = "",
    own_part: Text = "",
) -> Response:
    """It is so, and means the part chosen, or the one typed."""
    number = own_part.strip() or chosen or None
    try:
        link = verdicts.confirm_link(session, account.caller, link_id, number)
    except (BadInput, Conflict) as error:
        return _again(request, account, reader, session, link_id, error, own_part=own_part)
    return RedirectResponse(f"{PAGE}/{link.id}", 303)


@router.post(PAGE + "/{link_id}/dispute", dependencies=OwnFormDep)
@needs(Action.CONFIRM_LINKS)
def dispute(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    link_id: str,
    reason: Annotated[Reason, Form()],
    words: Text = "",
    ended_on: Text = "",
) -> Response:
    """It is not so; the day counts where the reason asks for one."""
    day = day_or_none(ended_on) if reason is Reason.ENDED else None
    try:
        said = Dispute(reason, words.strip() or None, day)
        link = verdicts.dispute_link(session, account.caller, link_id, said)
    except (BadInput, Conflict) as error:
        typed = {"reason": reason.value, "words": words, "ended_on": ended_on}
        return _again(request, account, reader, session, link_id, error, **typed)
    return RedirectResponse(f"{PAGE}/{link.id}", 303)


def _again(
    request: Request,
    account: Account,
    reader: Reader,
    session: Session,
    link_id: str,
    error: HubError,
    **typed: str,
) -> Response:
    """The page with what was wrong; of a link that was replaced, the list."""
    session.rollback()
    problem = problem_of(error, reader.language)
    if isinstance(error, Conflict):
        return _listed(request, account, session, status=error.status, problem=problem)
    return _one(request, account, session, link_id, error.status, problem, **typed)
