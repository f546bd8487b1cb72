"""Entering a battery: its master data as a plain form, and what parts are of a battery."""

import io
from typing import Annotated, BinaryIO

from fastapi import Depends, File, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.activity.queries import own_site
from hub.bom.queries import numbers_of, own_part
from hub.exports.battery.queries import classes_of
from hub.exports.battery.usecases import import_classes, read_model, record_model
from hub.kit.actions import Action, needs
from hub.kit.errors import HubError
from hub.kit.import_report import ImportReport
from hub.kit.problems import Problem, problem_of
from hub.kit.web import ReadingSessionDep, SessionDep
from supplier_portal.battery_form import GROUPS, Typed, places, read, rows, typed_of, written
from supplier_portal.battery_words import component_names
from supplier_portal.class_rows import CLASSES, LINES, MAX_FIELD, Line, lines_of, table_of
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, reader_of
from supplier_portal.views import new_router
from supplier_portal.views.batteries import PAGE

MOST_LISTED = 200
"""Classes on a page; the API has all."""
MORE = 3
"""Empty rows that are added at a time."""

router = new_router()


async def sent_form(request: Request) -> dict[str, str]:
    """Every text of the form that was sent."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


FormDep = Annotated[dict[str, str], Depends(sent_form)]


@router.get(PAGE + "/{part_id}/{site_id}/model")
@needs(Action.IMPORT)
def model(
    request: Request, account: AccountDep, session: ReadingSessionDep, part_id: str, site_id: str
) -> Response:
    """The form with what stands."""
    typed = written(read_model(session, account.caller, part_id, site_id))
    return _form(request, account.caller, session, part_id, site_id, typed, {})


@router.post(PAGE + "/{part_id}/{site_id}/model", dependencies=OwnFormDep)
@needs(Action.IMPORT)
def record(
    request: Request,
    account: AccountDep,
    session: SessionDep,
    part_id: str,
    site_id: str,
    form: FormDep,
) -> Response:
    """In place of what stood, and on to what is missing; or the form again with all that was typed,
    because something cannot be used or more rows are wanted."""
    typed, caller = typed_of(form), account.caller
    if "more" in form:
        return _form(request, caller, session, part_id, site_id, typed, {}, form["more"])
    entered, wrong = read(typed)
    if entered is None:
        return _form(request, caller, session, part_id, site_id, typed, wrong)
    record_model(session, caller, part_id, site_id, entered)
    return RedirectResponse(f"{PAGE}/{part_id}/{site_id}", 303)


def _form(
    request: Request,
    caller: Caller,
    session: Session,
    part_id: str,
    site_id: str,
    typed: Typed,
    wrong: dict[str, str],
    more: str = "",
) -> Response:
    return page(
        request,
        "battery_model.html",
        400 if wrong else 200,
        part=own_part(session, caller.company_id, part_id),
        site=own_site(session, caller.company_id, site_id),
        groups=GROUPS,
        rows={
            group.name: rows(typed, group, MORE if group.name == more else 1)
            for group in GROUPS
            if group.is_list
        },
        typed=typed,
        wrong=wrong,
        places=places([*wrong]),
        more=more,
    )


@router.get(PAGE + "/classes")
@needs(Action.IMPORT)
def classes(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    part: Annotated[str, Query(max_length=MAX_FIELD)] = "",
) -> Response:
    """What parts are of a battery, and the forms to say so; a part can be named beforehand."""
    return _classes(request, account.caller, session, [Line(part, "")])


@router.post(PAGE + "/classes", dependencies=OwnFormDep)
@needs(Action.IMPORT)
def record_classes(
    request: Request, account: AccountDep, session: SessionDep, form: FormDep
) -> Response:
    """The rows that were typed; all of them or none."""
    lines = lines_of(form)
    return _take(request, account.caller, session, io.BytesIO(table_of(lines)), lines)


@router.post(PAGE + "/classes/table", dependencies=OwnFormDep)
@needs(Action.IMPORT)
def send_classes(
    request: Request,
    account: AccountDep,
    session: SessionDep,
    table: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """A table, battery-classes.csv; all rows or none."""
    file = table.file if table else io.BytesIO()
    return _take(request, account.caller, session, file, [])


def _take(
    request: Request,
    caller: Caller,
    session: Session,
    file: BinaryIO,
    lines: list[Line],
) -> Response:
    try:
        report = import_classes(session, caller.company_id, file)
    except HubError as error:
        session.rollback()
        problem = problem_of(error, reader_of(request).language)
        return _classes(request, caller, session, lines, error.status, problem)
    return _classes(request, caller, session, [], report=report)


def _classes(
    request: Request,
    caller: Caller,
    session: Session,
    lines: list[Line],
    status: int = 200,
    problem: Problem | None = None,
    report: ImportReport | None = None,
) -> Response:
    held = classes_of(session, caller.company_id)
    numbers = numbers_of(session, held)
    listed = sorted((numbers[part_id], part_id, kind) for part_id, kind in held.items())
    return page(
        request,
        "battery_classes.html",
        status,
        listed=listed[:MOST_LISTED],
        unlisted=max(len(listed) - MOST_LISTED, 0),
        lines=[*lines, *[Line("", "")] * max(LINES - len(lines), 2)],
        classes=CLASSES,
        names=component_names(reader_of(request).language),
        problem=problem,
        report=report,
    )
