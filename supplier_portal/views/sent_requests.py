"""What the company has asked for: how far each request is, and what is to be done about it."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.kit.paging import PageRequest
from hub.kit.problems import Problem, problem_of
from hub.kit.web import ReadingSessionDep, SessionDep
from hub.requests import usecases
from hub.requests.lifecycle import Side, State
from hub.requests.page import request_page
from hub.requests.queries import Filter
from hub.requests.sending_page import sent_page
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import Account, AccountDep, Reader, ReaderDep
from supplier_portal.typed_days import day_or_none
from supplier_portal.views import new_router

PAGE = "/requests/sent"
ON_A_PAGE = 50
Words = Annotated[str, Form(max_length=2500)]
Day = Annotated[str, Form(max_length=40)]
Act = Callable[[Session, Caller, str, str, date | None], Any]

router = new_router()


@router.get(PAGE)
@needs(Action.READ)
def listed(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    state: State | None = None,
    after: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """All of them, or those in one state, a page at a time."""
    wanted = Filter(frozenset({state} if state else ()))
    asked = PageRequest(limit=ON_A_PAGE, after=after or None)
    found = sent_page(session, account.caller, wanted, asked)
    states = [each for each in State if found.counts.get(each) or each is state]
    return page(request, "requests_sent.html", found=found, state=state, states=states, after=after)


@router.get(PAGE + "/{request_id}")
@needs(Action.READ)
def one(
    request: Request, account: AccountDep, session: ReadingSessionDep, request_id: str
) -> Response:
    """One of them, with what happened and what can be done."""
    return _one(request, account, session, request_id)


def _one(
    request: Request,
    account: Account,
    session: Session,
    request_id: str,
    status: int = 200,
    problem: Problem | None = None,
    **typed: str,
) -> Response:
    found = request_page(session, account.caller, request_id)
    if found.item.side is not Side.ASKER:
        raise NotFound
    content = {"failed": "", "words": "", "due": ""} | typed
    return page(request, "request_sent.html", status, found=found, problem=problem, typed=content)


def _add_form(act: str, do: Act) -> None:
    """What a form of the page does; with what was wrong the page comes again."""

    @router.post(f"{PAGE}/{{request_id}}/{act}", dependencies=OwnFormDep)
    @needs(Action.ASK)
    def acted(
        request: Request,
        account: AccountDep,
        reader: ReaderDep,
        session: SessionDep,
        request_id: str,
        words: Words = "",
        due: Day = "",
    ) -> Response:
        try:
            do(session, account.caller, request_id, words, _due(due))
        except (BadInput, Conflict) as error:
            typed = {"failed": act, "words": words, "due": due}
            return _again(request, account, reader, session, request_id, error, typed)
        return RedirectResponse(f"{PAGE}/{request_id}", 303)


def _again(
    request: Request,
    account: Account,
    reader: Reader,
    session: Session,
    request_id: str,
    error: BadInput | Conflict,
    typed: dict[str, str],
) -> Response:
    session.rollback()
    problem = problem_of(error, reader.language)
    return _one(request, account, session, request_id, error.status, problem, **typed)


def _due(text: str) -> date | None:
    day = day_or_none(text)
    if text.strip() and day is None:
        raise BadInput("portal/day", field="due", found=text.strip())
    return day


def _reply(session: Session, caller: Caller, request_id: str, words: str, due: date | None) -> None:
    usecases.reply(session, caller, request_id, words)


def _accept(
    session: Session, caller: Caller, request_id: str, words: str, due: date | None
) -> None:
    usecases.accept(session, caller, request_id, words.strip() or None)


def _extend(
    session: Session, caller: Caller, request_id: str, words: str, due: date | None
) -> None:
    if due is None:
        raise BadInput("portal/day", field="due", found="")
    usecases.extend(session, caller, request_id, due, words.strip() or None)


def _cancel(
    session: Session, caller: Caller, request_id: str, words: str, due: date | None
) -> None:
    usecases.cancel(session, caller, request_id, words.strip() or None)


_add_form("reply", _reply)
_add_form("accept", _accept)
_add_form("return", usecases.send_back)
_add_form("extend", _extend)
_add_form("cancel", _cancel)
