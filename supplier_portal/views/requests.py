"""Requests: the supplier's inbox, and one request with everything that either side can do."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.calculator.usecases import begin
from hub.disclosure.declaration_page import declaration_page
from hub.kit.actions import Action, needs
from hub.kit.database import transaction
from hub.kit.errors import BadInput, HubError, NotFound
from hub.kit.paging import PageRequest
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep, SessionDep, database_of
from hub.requests import answering, cascading, handling, usecases
from hub.requests.errors import path_of
from hub.requests.lifecycle import ANSWERED, OPEN, RUNNING, Reason, Side, State
from hub.requests.page import Alone, request_list, request_page
from hub.requests.queries import Box, Filter, counts
from hub.requests.terms import MAX_WORDS, Terms
from supplier_portal import field_guide
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import Account, AccountDep, ReaderDep, reader_of
from supplier_portal.views import new_router

PAGE = "/requests"
SHOWN = 25
"""Cards on one page."""
MAX_FIELD = 2_500
MOST_PREVIEWS = 5
"""Declarations of one part, of several sites: beyond that the list of declarations is the page."""
DONE_BY: dict[str, Action] = {}
"""Which action each form takes."""
GROUPS: Mapping[str, frozenset[State]] = {
    "todo": RUNNING | {State.EXPIRED},
    "waiting": ANSWERED | {State.QUESTION},
    "over": frozenset(State) - OPEN - {State.EXPIRED},
}
"""What the inbox is looked at by: what the company has to do first."""

Typed = Mapping[str, str]
Doing = Callable[[Session, Caller, str, Typed], object]

router = new_router()


async def typed(request: Request) -> dict[str, str]:
    """What a form says. Raises `BadInput` for a field that is longer than any may be."""
    form = await request.form()
    told = {name: value for name, value in form.items() if isinstance(value, str)}
    for name, value in told.items():
        if len(value) > MAX_FIELD:
            raise BadInput("hub/text", member=name[:60], limit=str(MAX_WORDS))
    return told


TypedDep = Annotated[dict[str, str], Depends(typed)]


@router.get(PAGE)
@needs(Action.READ)
def inbox(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    show: str = "todo",
    after: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Requests to the company as cards; what it has to do comes first."""
    caller, group = account.caller, show if show in GROUPS else "todo"
    asked = PageRequest(limit=SHOWN, after=after or None)
    wanted = Filter(states=GROUPS[group])
    items, following = request_list(session, caller, Box.IN, wanted, asked)
    held = counts(session, caller.company_id, Box.IN)
    sums = {name: sum(held.get(state, 0) for state in GROUPS[name]) for name in GROUPS}
    told: dict[str, Any] = {"items": items, "following": following}
    told |= {"group": group, "sums": sums}
    return page(request, "requests.html", **told)


@router.get(PAGE + "/{request_id}")
@needs(Action.READ)
def one(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    request_id: str,
) -> Response:
    """One request; the asked company's first look opens it, and the asker sees that."""
    found = request_page(session, account.caller, request_id)
    return page(request, "request.html", **_content(session, account, reader.language, found))


def _content(
    session: Session, account: Account, language: Any, found: Alone, failed: str = "", **more: Any
) -> dict[str, Any]:
    caller, is_asked = account.caller, found.item.side is Side.ASKED
    previews = []
    for ready in found.answers[:MOST_PREVIEWS]:
        one = declaration_page(session, caller, ready.declared.digest, language)
        previews.append((ready, one, field_guide.readings(one.document)))
    people = handling.colleagues(session, caller) if is_asked and not caller.operator else []
    told = {"problem": None, "typed": {}, "failed": failed} | more
    shown = {"item": found.item, "row": found.item.row, "acts": _acts(found, caller)}
    return {"found": found, "previews": previews, "people": people, **shown, **told}


def _acts(found: Alone, caller: Caller) -> list[str]:
    """What the reader can do now: the state and the side allow it, and so do the roles."""
    named = dict.fromkeys(path_of(act) for act in found.possible)
    return [act for act in named if act in DONE_BY and caller.may(DONE_BY[act])]


def _start(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return usecases.start(session, caller, request_id)


def _ask(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return usecases.ask(session, caller, request_id, said.get("words", ""))


def _reply(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return usecases.reply(session, caller, request_id, said.get("words", ""))


def _answer(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    level = said.get("level", "")
    given = answering.Given(
        level=int(level) if level in set("012345") else None,
        aggregate=None if said.get("aggregate") != "no" else False,
        words=_words(said),
    )
    return answering.answer_with(
        session, caller, request_id, said.get("declaration", "")[:64], given
    )


def _accept(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return usecases.accept(session, caller, request_id, _words(said))


def _return(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return usecases.send_back(session, caller, request_id, said.get("words", ""))


def _decline(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    try:
        reason = Reason(said.get("reason", ""))
    except ValueError:
        raise BadInput("requests/reason") from None
    return usecases.decline(session, caller, request_id, reason, _words(said))


def _ask_extension(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return usecases.ask_extension(session, caller, request_id, _day(said), _words(said))


def _extend(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return usecases.extend(session, caller, request_id, _day(said), _words(said))


def _cancel(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return usecases.cancel(session, caller, request_id, _words(said))


def _assign(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return handling.assign(session, caller, request_id, said.get("person") or None)


def _part(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    return handling.name_number(session, caller, request_id, said.get("number", ""))


def _upstream(session: Session, caller: Caller, request_id: str, said: Typed) -> object:
    purpose = said.get("purpose", "").strip()
    terms = Terms(purpose, _day(said), seen_by=said.get("seen_by", "").strip() or None)
    named = (request_id, purpose[:200] or request_id)
    return cascading.ask_upstream(session, caller, request_id, named, terms)


def _words(said: Typed) -> str | None:
    return said.get("words", "").strip() or None


def _day(said: Typed) -> date:
    try:
        return date.fromisoformat(said.get("due", ""))
    except ValueError:
        raise BadInput("requests/day") from None


def _add(act: str, action: Action, do: Doing) -> None:
    """The form by which one thing is done with a request; what does not fit is asked again, with
    what was typed."""

    DONE_BY[act] = action

    @router.post(f"{PAGE}/{{request_id}}/{act}", name=f"request-{act}", dependencies=OwnFormDep)
    @needs(action)
    def form(request: Request, account: AccountDep, request_id: str, said: TypedDep) -> Response:
        try:
            with transaction(database_of(request).write) as session:
                do(session, account.caller, request_id, said)
        except NotFound:
            raise
        except HubError as error:
            return _again(request, account, request_id, act, said, error)
        return RedirectResponse(f"{PAGE}/{request_id}", 303)


def _again(
    request: Request, account: Account, request_id: str, act: str, said: Typed, error: HubError
) -> Response:
    language = reader_of(request).language
    with transaction(database_of(request).write) as session:
        found = request_page(session, account.caller, request_id)
        problem = problem_of(error, language)
        content = _content(session, account, language, found, act, typed=said, problem=problem)
        return page(request, "request.html", error.status, **content)


_add("start", Action.ANSWER_REQUEST, _start)
_add("ask", Action.ANSWER_REQUEST, _ask)
_add("reply", Action.ASK, _reply)
_add("answer", Action.CONSENT, _answer)
_add("accept", Action.ASK, _accept)
_add("return", Action.ASK, _return)
_add("decline", Action.ANSWER_REQUEST, _decline)
_add("ask-extension", Action.ANSWER_REQUEST, _ask_extension)
_add("extend", Action.ASK, _extend)
_add("cancel", Action.ASK, _cancel)
_add("assign", Action.ANSWER_REQUEST, _assign)
_add("part", Action.ANSWER_REQUEST, _part)
_add("upstream", Action.ASK, _upstream)


@router.post(PAGE + "/{request_id}/calculate", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def calculate(account: AccountDep, session: SessionDep, request_id: str) -> Response:
    """On to the calculator with the part that the request is about."""
    found = request_page(session, account.caller, request_id)
    if found.own_part is None:
        raise NotFound
    if found.item.row.state in (State.SENT, State.OPENED, State.RETURNED, State.DECLINED):
        usecases.start(session, account.caller, request_id)
    draft = begin(session, account.caller, found.own_part[0])
    return RedirectResponse(f"/calculations/{draft.id}/part", 303)
