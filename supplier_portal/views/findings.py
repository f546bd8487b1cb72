"""Findings about the company: all of them, one with its history, and disputes put to it."""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure import company_findings as company
from hub.disclosure import disputes as asked
from hub.disclosure import findings_serving
from hub.disclosure.finding_states import in_turn
from hub.disclosure.footprint import Question
from hub.findings import deciding
from hub.findings.queries import own_people
from hub.findings.standing import State, Verdict
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, Conflict
from hub.kit.paging import PageRequest, page_of
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep, RecordingSessionDep, SessionDep, database_of
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, Reader, ReaderDep
from supplier_portal.views import new_router
from tierlight_schemas.findings import Severity

SHOWN = 50
"""Findings on one page."""
MAX_KEY = 64

Words = Annotated[str, Form(max_length=deciding.MAX_WORDS + 500)]
Digest = Annotated[str, Form(max_length=MAX_KEY)]
Cursor = Annotated[str, Query(max_length=1000)]

router = new_router()


@router.get("/findings")
@needs(Action.READ_FOOTPRINTS)
def findings(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    state: State | None = None,
    severity: Severity | None = None,
    code: Annotated[str, Query(max_length=80)] = "",
    part: Annotated[str, Query(max_length=200)] = "",
    after: Cursor = "",
) -> Response:
    """Everything found about the company: what is open first."""
    question = Question.now(reader.language)
    found = findings_serving.found(database_of(request), account.caller, question)
    items = company.listed(session, account.caller, found, question)
    wanted = company.Wanted(code or None, severity, state, None, part or None)
    chosen = [item for item in items if wanted.takes(item)]
    shown, following = page_of(chosen, in_turn, PageRequest(limit=SHOWN, after=after or None))
    return page(
        request,
        "company_findings.html",
        items=shown,
        following=following,
        total=len(chosen),
        counts=Counter(item["state"] for item in items),
        parts=found["parts"],
        wanted=wanted,
        waiting=asked.unanswered(session, account.caller),
    )


@router.get("/findings/{key}")
@needs(Action.READ_FOOTPRINTS)
def finding(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    key: str,
) -> Response:
    """One finding: evidence, forms, history."""
    return _one(request, account.caller, reader, session, key)


def _one(
    request: Request,
    caller: Caller,
    reader: Reader,
    session: Session,
    key: str,
    status: int = 200,
    **more: Any,
) -> Response:
    question = Question.now(reader.language)
    found = findings_serving.found(database_of(request), caller, question)
    items = company.listed(session, caller, found, question)
    people = deciding.assignable(own_people(session, caller.company_id).values())
    content = {"problem": None, "failed": None, "typed": ""} | more
    return page(
        request,
        "company_finding.html",
        status,
        item=company.one(session, caller, items, key, reader.language),
        people=[(person.id, person.name) for person in people],
        **content,
    )


def _add_form(act: str, say: Callable[[Session, Caller, deciding.Held, str], Any]) -> None:
    """What a form of a finding's page does; with what was wrong the page comes again."""

    @router.post(f"/findings/{{key}}/{act}", dependencies=OwnFormDep)
    @needs(Action.DECIDE)
    def decide(
        request: Request,
        account: AccountDep,
        reader: ReaderDep,
        session: SessionDep,
        key: str,
        reason: Words = "",
        evidence_digest: Digest = "",
    ) -> Response:
        caller, database = account.caller, database_of(request)
        found = findings_serving.looked_up(database, caller, reader.language)
        try:
            held = company.to_decide_on(session, caller, found, key, evidence_digest or None)
            say(session, caller, held, reason)
        except (BadInput, Conflict) as error:
            session.rollback()  # the page records what it reads of others, by a session of its own
            problem = problem_of(error, reader.language)
            wrong = {"problem": problem, "failed": act, "typed": reason}
            return _one(request, caller, reader, session, key, error.status, **wrong)
        return RedirectResponse(f"/findings/{key}", 303)


def _assigned(session: Session, caller: Caller, held: deciding.Held, person: str) -> None:
    deciding.assign(session, caller, held, person or None)


_add_form("acknowledge", deciding.acknowledge)
_add_form("dispute", deciding.dispute)
_add_form("reopen", deciding.reopen)
_add_form("assign", _assigned)


@router.get("/disputes")
@needs(Action.ANSWER)
def disputes(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    after: Cursor = "",
) -> Response:
    """What others dispute and the company was asked to answer."""
    return _disputes(request, account.caller, reader, session, after=after)


@router.post("/disputes/{key}", dependencies=OwnFormDep)
@needs(Action.ANSWER)
def answer(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    key: str,
    verdict: Annotated[Verdict, Form()],
    reason: Words = "",
) -> Response:
    """Answer one; with what was wrong the page comes again."""
    try:
        deciding.answer(session, account.caller, key, verdict, reason)
    except (BadInput, Conflict) as error:
        problem = problem_of(error, reader.language)
        wrong: dict[str, Any] = {"problem": problem, "failed": key, "typed": reason}
        return _disputes(request, account.caller, reader, session, error.status, **wrong)
    return RedirectResponse("/disputes", 303)


def _disputes(
    request: Request,
    caller: Caller,
    reader: Reader,
    session: Session,
    status: int = 200,
    after: str = "",
    **more: Any,
) -> Response:
    some = PageRequest(limit=SHOWN, after=after or None)
    items, following = asked.disputes(session, caller, some, reader.language)
    content = {"problem": None, "failed": None, "typed": ""} | more
    return page(request, "disputes.html", status, items=items, following=following, **content)
