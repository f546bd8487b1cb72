"""The guided calculator: a screen for each step, saved as it is answered, and what comes out."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.calculator import outcomes
from hub.calculator import usecases as drafts
from hub.calculator.answers import problems_of
from hub.calculator.bills import ABOUT, bills_of
from hub.calculator.queries import draft_page, drafts_of
from hub.calculator.questions import (
    BILLS,
    BY_NAME,
    NAMES,
    RESULT,
    STEPS,
    TRANSPORT,
    Step,
    row_name,
    step_of,
)
from hub.declarations.errors import Refused
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, HubError, NotFound
from hub.kit.problems import Problem, problem_of
from hub.kit.web import ReadingSessionDep, RecordingSessionDep, SessionDep, SettingsDep
from supplier_portal.calculation_words import Shown, costs, shown
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep, reader_of
from supplier_portal.views import new_router
from tierlight_schemas.errors import RowError
from tierlight_schemas.messages import render

PAGE = "/calculations"
REPORT = "report"
UNPROCESSABLE = 422

router = new_router()


async def typed(request: Request) -> dict[str, str]:
    """The answers in a form; everything else in it is none."""
    form = await request.form()
    return {name: value for name, value in form.items() if name in NAMES and isinstance(value, str)}


TypedDep = Annotated[dict[str, str], Depends(typed)]


@router.get(PAGE)
@needs(Action.READ)
def listed(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """The company's drafts, the last touched first."""
    held = drafts_of(session, account.caller)
    return page(request, "calculations.html", drafts=held, refused=None, number="")


@router.post(PAGE + "/begun", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def begin_by_number(
    request: Request,
    account: AccountDep,
    session: SessionDep,
    number: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """A new draft for the part with a number; or the list again, with what is wrong."""
    try:
        draft = drafts.begin_by_number(session, account.caller, number)
    except BadInput as error:
        refused = problem_of(error, reader_of(request).language)
        held = drafts_of(session, account.caller)
        told = {"drafts": held, "refused": refused, "number": number}
        return page(request, "calculations.html", UNPROCESSABLE, **told)
    return RedirectResponse(f"{PAGE}/{draft.id}/{STEPS[0].name}", 303)


@router.post("/parts/{part_id}/calculate", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def begin(account: AccountDep, session: SessionDep, part_id: str) -> Response:
    """A new draft for a part, and its first screen."""
    draft = drafts.begin(session, account.caller, part_id)
    return RedirectResponse(f"{PAGE}/{draft.id}/{STEPS[0].name}", 303)


@router.get(PAGE + "/{draft_id}/{step}")
@needs(Action.READ)
def show(
    request: Request, account: AccountDep, session: RecordingSessionDep, draft_id: str, step: str
) -> Response:
    """One screen, filled with what was answered."""
    if step in (RESULT, REPORT):
        return result_page(request, account, session, draft_id, report=step == REPORT)
    return step_page(request, account, session, draft_id, _named(step))


@router.post(PAGE + "/{draft_id}/answers", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def save(account: AccountDep, session: SessionDep, draft_id: str, given: TypedDep) -> Response:
    """What a page's script saves while somebody types: no page, only that it is kept."""
    drafts.answer(session, account.caller, draft_id, given)
    return Response(status_code=204)


@router.post(PAGE + "/{draft_id}/next", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def copy_forward(account: AccountDep, session: SessionDep, draft_id: str) -> Response:
    """The same part in the next period."""
    draft = drafts.copy_forward(session, account.caller, draft_id)
    return RedirectResponse(f"{PAGE}/{draft.id}/period", 303)


@router.post(PAGE + "/{draft_id}/dropped", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def drop(account: AccountDep, session: SessionDep, draft_id: str) -> Response:
    """The draft is thrown away."""
    drafts.drop(session, account.caller, draft_id)
    return RedirectResponse(PAGE, 303)


@router.post(PAGE + "/{draft_id}/declared", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def declare(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    settings: SettingsDep,
    draft_id: str,
) -> Response:
    """On to the document that is signed; or the result again, with what keeps it from that."""
    try:
        made = outcomes.declare(session, account.caller, draft_id, reader.language, settings)
    except (RowError, Refused, HubError) as error:
        if isinstance(error, NotFound):
            raise
        told = error if isinstance(error, HubError) else HubError(error.code, **error.params)
        refused = problem_of(told, reader.language)
        return result_page(request, account, session, draft_id, refused)
    return RedirectResponse(f"/prepared/{made.id}", 303)


@router.post(PAGE + "/{draft_id}/{step}", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def answer(
    request: Request,
    account: AccountDep,
    session: SessionDep,
    draft_id: str,
    step: str,
    given: TypedDep,
) -> Response:
    """Keep the answers of a screen and go on; or the screen again, with what is wrong in it."""
    asked = _named(step)
    draft = drafts.answer(session, account.caller, draft_id, given)
    if problems_of(asked, drafts.answers_of(draft)):
        return step_page(request, account, session, draft_id, asked, UNPROCESSABLE)
    return RedirectResponse(f"{PAGE}/{draft_id}/{_after(asked)}", 303)


def _named(step: str) -> Step:
    if step not in BY_NAME:
        raise NotFound
    return BY_NAME[step]


def _after(step: Step) -> str:
    following = STEPS.index(step) + 1
    return STEPS[following].name if following < len(STEPS) else RESULT


def step_page(
    request: Request,
    account: AccountDep,
    session: Session,
    draft_id: str,
    step: Step,
    status: int = 200,
    refused: Problem | None = None,
) -> Response:
    """One screen with what is wrong in it, and what not knowing its answers costs."""
    found = draft_page(session, account.caller, draft_id, with_supplies=True)
    lang = reader_of(request).language
    wrong = {
        problem.name: render(problem.code, problem.params, lang)
        for problem in problems_of(step, found.answers)
    }
    return page(
        request,
        "calculate_step.html",
        status,
        found=found,
        step=step,
        steps=STEPS,
        given=found.answers,
        wrong=wrong,
        row_name=row_name,
        shown_rows=_rows_shown(step, found.answers),
        before=STEPS[STEPS.index(step) - 1].name if step is not STEPS[0] else None,
        costs=costs(lang),
        refused=refused,
        bills=bills_of(session, draft_id) if step is BILLS else [],
        about=ABOUT,
    )


def _rows_shown(step: Step, answers: Mapping[str, str]) -> int:
    """How many rows stand open: those that are answered, and one more."""
    if step is TRANSPORT:  # one for each material
        return step.rows
    answered = [
        row
        for row in range(step.rows)
        if any(answers.get(row_name(step.name, row, each.name)) for each in step.questions)
    ]
    return min(max(answered, default=-1) + 2, step.rows)


def result_page(
    request: Request,
    account: AccountDep,
    session: Session,
    draft_id: str,
    refused: Problem | None = None,
    *,
    report: bool = False,
) -> Response:
    """What comes out, or what is lacking; as a report it is one sheet to print."""
    found = draft_page(session, account.caller, draft_id)
    draft = drafts.own_draft(session, account.caller, draft_id)
    outcome = outcomes.outcome(session, account.caller, draft)
    lang = reader_of(request).language
    content: dict[str, Any] = {"result": None}
    if outcome.sheet is not None and outcome.calculation is not None:
        result: Shown = shown(outcome, outcome.sheet, outcome.calculation, lang)
        content = {"result": result, "sheet": outcome.sheet}
    needed = [
        (step_of(problem.name), problem.name, _say(problem, lang)) for problem in outcome.problems
    ]
    return page(
        request,
        "calculate_report.html" if report else "calculate_result.html",
        200 if refused is None else UNPROCESSABLE,
        found=found,
        steps=STEPS,
        needed=needed,
        refused=refused,
        **content,
    )


def _say(problem: Any, lang: str) -> Any:
    return render(problem.code, problem.params, lang)
