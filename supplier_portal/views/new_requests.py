"""Asking suppliers: choose what lacks, say on what terms, look at it, send it."""

import io
from typing import Annotated, Any

from fastapi import Depends, File, Form, Query, Request, Response, UploadFile
from sqlalchemy.orm import Session

from hub.disclosure.across import Asking
from hub.disclosure.footprint import Question
from hub.kit.actions import Action, needs
from hub.kit.errors import HubError
from hub.kit.problems import Problem, problem_of
from hub.kit.web import RecordingSessionDep, SessionDep
from hub.requests.lines import Verdict, counted
from hub.requests.sending import Sending, Wish, send_set
from hub.requests.sending_page import bought, to_ask
from hub.requests.table import ForAll, send_table
from hub.requests.terms import MAX_PURPOSE, MAX_TEXT, Payer
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import Account, AccountDep, Reader, ReaderDep
from supplier_portal.requests_form import FIELDS, Asked, for_battery, line_value, proposed
from supplier_portal.views import new_router
from tierlight_schemas.messages import render

PAGE = "/requests/new"
SHOWN = 200
"""Parts that can be ticked on one page; a table takes thousands."""
MAX_FIELD = 1000
MAX_SHOWN = 500
"""Verdicts on a page."""

router = new_router()


async def asked_form(request: Request) -> Asked:
    """The form's fields and ticked lines; files aside."""
    form = await request.form()
    typed = {name: form.get(name) for name in FIELDS}
    texts = {k: v[:MAX_FIELD] for k, v in typed.items() if isinstance(v, str)}
    lines = [value for value in form.getlist("line")[:SHOWN] if isinstance(value, str)]
    return Asked(proposed() | texts, lines)


AskedDep = Annotated[Asked, Depends(asked_form)]


@router.get(PAGE)
@needs(Action.ASK)
def new(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    part: Annotated[list[str] | None, Query()] = None,
    battery: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """What lacks, and the terms; parts that are named are ticked, and for the declaration of a
    battery the terms say so."""
    wanted = bought(session, account.caller, set((part or [])[:SHOWN]))
    lines = [line_value(each.part, each.supplier, each.supplier_part) for each in wanted]
    terms = proposed() | (for_battery(battery, reader.language) if battery else {})
    return show_form(request, account, reader, session, Asked(terms, lines))


def show_form(
    request: Request,
    account: Account,
    reader: Reader,
    session: Session,
    asked: Asked,
    status: int = 200,
    problem: Problem | None = None,
    invited: str | None = None,
) -> Response:
    """The form with what was typed and ticked, what is wrong with it, and who was just invited."""
    question = Question.now(reader.language)
    asking = Asking(session, account.caller, question, request.app.state.portfolios)
    parts, count = to_ask(asking, SHOWN)
    values = [line_value(each.part, each.supplier, each.supplier_part) for each in parts]
    for named in bought(session, account.caller, asked.numbers()):
        value = line_value(named.part, named.supplier, named.supplier_part)
        if value in asked.chosen and value not in values:
            parts, values, count = [named, *parts], [value, *values], count + 1
    return page(
        request,
        "requests_new.html",
        status,
        parts=list(zip(values, parts, strict=True)),
        count=count,
        typed=asked.typed,
        chosen=set(asked.chosen),
        problem=problem,
        invited=invited,
        payers=list(Payer),
        limits={"purpose": MAX_PURPOSE, "text": MAX_TEXT},
    )


@router.post(PAGE + "/edit", dependencies=OwnFormDep)
@needs(Action.ASK)
def edit(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    asked: AskedDep,
) -> Response:
    """Back from the preview, with all that was typed and ticked."""
    return show_form(request, account, reader, session, asked)


@router.post(PAGE + "/preview", dependencies=OwnFormDep)
@needs(Action.ASK)
def preview(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    asked: AskedDep,
) -> Response:
    """What would become of each line, and what the supplier would read; nothing is sent."""
    return _sent(request, account, reader, session, asked, preview=True)


@router.post(PAGE + "/send", dependencies=OwnFormDep)
@needs(Action.ASK)
def send(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    asked: AskedDep,
) -> Response:
    """The ticked lines go out; the same again changes nothing."""
    return _sent(request, account, reader, session, asked, preview=False)


def _sent(
    request: Request,
    account: Account,
    reader: Reader,
    session: Session,
    asked: Asked,
    *,
    preview: bool,
) -> Response:
    wish = Wish(preview=preview, anyway=asked.is_anyway)
    typed = asked.typed
    try:
        terms, lines = asked.terms(), asked.lines()
        sent = Sending(typed["reference"], typed["title"], terms.purpose, lines)
        verdicts = send_set(session, account.caller, sent, wish)
    except HubError as error:
        session.rollback()
        problem = problem_of(error, reader.language)
        return show_form(request, account, reader, session, asked, error.status, problem)
    told = {"asked": asked, "terms": terms, "preview": preview}
    return _verdicts(request, reader, verdicts, **told)


@router.post(PAGE + "/table", dependencies=OwnFormDep)
@needs(Action.ASK)
def send_all(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    asked: AskedDep,
    way: Annotated[str, Form(max_length=10)] = "",
    table: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A table of thousands on these terms: looked at, or its good rows sent."""
    file = table.file if table else io.BytesIO()
    try:
        terms = asked.terms()
        said = ForAll(asked.typed["reference"], asked.typed["title"], vars(terms))
        wish = Wish(preview=way != "send", anyway=asked.is_anyway)
        verdicts = send_table(session, account.caller, file, said, wish)
    except HubError as error:
        session.rollback()
        problem = problem_of(error, reader.language)
        return show_form(request, account, reader, session, asked, error.status, problem)
    return _verdicts(request, reader, verdicts, asked=None, terms=terms, preview=wish.preview)


def _verdicts(
    request: Request, reader: Reader, verdicts: list[Verdict], **content: Any
) -> Response:
    words = [
        render(each.code, dict(each.params), reader.language) if each.code else None
        for each in verdicts[:MAX_SHOWN]
    ]
    return page(
        request,
        "requests_verdicts.html",
        verdicts=list(zip(verdicts[:MAX_SHOWN], words, strict=True)),
        counts=counted(verdicts),
        unlisted=max(len(verdicts) - MAX_SHOWN, 0),
        **content,
    )
