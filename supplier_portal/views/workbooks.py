"""Workbooks: take one along, send it back, see what is wrong, decide, get it back with marks."""

from typing import Annotated

from fastapi import File, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.kit.actions import Action, needs
from hub.kit.errors import HubError
from hub.kit.language import LANGUAGES
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep, SessionDep, SettingsDep
from hub.settings import Settings
from hub.workbooks import queries, usecases
from hub.workbooks.api import workbook_response
from hub.workbooks.asked import any_asked, wanted_requests
from hub.workbooks.making import make
from hub.workbooks.opening import opened
from hub.workbooks.parts import choices_of, wanted_parts
from hub.workbooks.runs import WORKING
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import Account, AccountDep, ReaderDep
from supplier_portal.views import new_router

PAGE = "/workbooks"
ON_A_PAGE = 50
AT_ONCE = 3
"""Batches that are worked on while the browser waits: a small workbook needs no more."""

router = new_router()
Text = Annotated[str, Form(max_length=200)]


@router.get(PAGE)
@needs(Action.READ)
def workbooks(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """The form to send one, and those that were sent."""
    return _list(request, account, session)


@router.get(PAGE + "/form.xlsx")
@needs(Action.READ)
def form(
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    asked: Annotated[bool, Query()] = False,
) -> Response:
    """A workbook of all own parts, or of what customers wait for, in the reader's language."""
    caller = account.caller
    wanted = wanted_requests(session, caller) if asked else wanted_parts(session, caller)
    choices = choices_of(session, account.caller.company_id)
    return workbook_response(make(wanted, choices, reader.language), "tierlight")


@router.post(PAGE, dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def send(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    settings: SettingsDep,
    locale: Text = "",
    workbook: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """On to its page; what is wrong with the file as a whole is said above the form."""
    data = workbook.file.read() if workbook else b""
    name = (workbook.filename or "")[:200] if workbook else ""
    try:
        file = opened(data, name or "–", locale if locale in LANGUAGES else "")
        run = usecases.begin(session, account.caller, file, reader.language)
    except HubError as error:
        return _list(request, account, session, error)
    _work(session, account, run.id, settings)
    return RedirectResponse(f"{PAGE}/{run.id}", 303)


@router.get(PAGE + "/{run_id}")
@needs(Action.READ)
def workbook(
    request: Request, account: AccountDep, session: ReadingSessionDep, run_id: str
) -> Response:
    """How far it is, what is wrong in it, and what was made of it."""
    shown = queries.run_page(session, account.caller, run_id)
    problems = queries.problems_of(session, shown.run)
    return page(
        request,
        "workbook.html",
        shown=shown,
        run=shown.run,
        working=shown.run.state in WORKING and not shown.run.held,
        problems=problems[: queries.MOST_SHOWN],
        unlisted=max(len(problems) - queries.MOST_SHOWN, 0),
        rows=queries.rows_made(session, shown.run),
    )


@router.post(PAGE + "/{run_id}/work", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def work(account: AccountDep, session: SessionDep, settings: SettingsDep, run_id: str) -> Response:
    """Go on with it now."""
    _work(session, account, run_id, settings)
    return RedirectResponse(f"{PAGE}/{run_id}", 303)


@router.post(PAGE + "/{run_id}/decision", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def decide(
    account: AccountDep,
    session: SessionDep,
    settings: SettingsDep,
    run_id: str,
    take: Text = "",
) -> Response:
    """Take the good rows, or nothing."""
    usecases.decide(session, account.caller, run_id, take == "valid")
    _work(session, account, run_id, settings)
    return RedirectResponse(f"{PAGE}/{run_id}", 303)


@router.get(PAGE + "/{run_id}/checked.xlsx")
@needs(Action.READ)
def checked(account: AccountDep, session: ReadingSessionDep, run_id: str) -> Response:
    """The workbook with every wrong cell marked."""
    data = queries.annotated(session, account.caller, run_id)
    return workbook_response(data, "tierlight-checked")


def _work(session: Session, account: Account, run_id: str, settings: Settings) -> None:
    for _ in range(AT_ONCE):
        usecases.work_on(session, account.caller, run_id, settings)


def _list(
    request: Request, account: Account, session: Session, error: HubError | None = None
) -> Response:
    return page(
        request,
        "workbooks.html",
        error.status if error else 200,
        waiting=any_asked(session, account.caller),
        runs=queries.latest_runs(session, account.caller, ON_A_PAGE),
        refused=problem_of(error, account.language) if error else None,
    )
