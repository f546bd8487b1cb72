"""Workbooks over HTTP: given out, sent back, decided, returned with marks."""

from typing import Annotated, Any

from fastapi import Path, Query, Response

from hub.access.api import CallerDep
from hub.bom.columns import MAX_NUMBER
from hub.kit.actions import Action, needs
from hub.kit.language import Language
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.upload import TABLE, TableBody
from hub.kit.web import (
    LanguageDep,
    ReadingSessionDep,
    SessionDep,
    SettingsDep,
    also,
    new_router,
)
from hub.kit.workbook import XLSX
from hub.workbooks import queries, usecases
from hub.workbooks.asked import wanted_requests
from hub.workbooks.making import make
from hub.workbooks.opening import opened
from hub.workbooks.parts import choices_of, wanted_parts
from hub.workbooks.payloads import Decision, Findings, ProblemOut, RowOut, RunOut, RunSummary
from hub.workbooks.tables import ImportRun

router = new_router("/v1", "workbooks")

RunId = Annotated[str, Path(description="Id of a workbook that was sent.")]
FileName = Annotated[str, Query(max_length=200, description="What the file is called.")]
Locale = Annotated[
    Language | None,
    Query(description="How its numbers are written; absent: as the workbook says of itself."),
]
AcceptValid = Annotated[
    bool | None,
    Query(description="Whether good rows are taken although others are wrong; absent: ask."),
]
Numbers = Annotated[
    list[Annotated[str, Query(max_length=MAX_NUMBER)]] | None,
    Query(max_length=500, description="Numbers of own parts; absent: all of them."),
]
Asked = Annotated[
    bool, Query(description="Rows for what customers' requests wait for, instead of own parts.")
]
_BOOK: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {}}}}

_FULL = also(conflict="Too many workbooks are not finished yet.")
_TABLE = {**TABLE, "responses": {**TABLE["responses"], **_FULL}}


def workbook_response(data: bytes, name: str) -> Response:
    """A workbook to be downloaded."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


@router.get(
    "/workbooks/form",
    summary="A workbook to fill in",
    response_class=Response,
    responses={**_BOOK, **also(too_many_requests="Other workbooks are being made.")},
)
@needs(Action.READ)
def form(
    caller: CallerDep,
    session: ReadingSessionDep,
    language: LanguageDep,
    part: Numbers = None,
    asked: Asked = False,
) -> Response:
    """A row for each part, with what is known, in the language asked for (docs/workbooks.md)."""
    wanted = (
        wanted_requests(session, caller) if asked else wanted_parts(session, caller, part or ())
    )
    choices = choices_of(session, caller.company_id)
    return workbook_response(make(wanted, choices, language), "tierlight")


@router.post("/workbooks", summary="Send a workbook back", status_code=201, **_TABLE)
@needs(Action.SUBMIT)
def send(
    caller: CallerDep,
    table: TableBody,
    session: SessionDep,
    language: LanguageDep,
    name: FileName = "tierlight.xlsx",
    locale: Locale = None,
    accept_valid: AcceptValid = None,
) -> RunOut:
    """Its rows are looked at afterwards, a batch at a time. The same file is the same workbook."""
    file = opened(table.read(), name, locale or "")
    run = usecases.begin(session, caller, file, language, accept_valid)
    return RunOut.of_page(queries.run_page(session, caller, run.id), language)


@router.get("/workbooks", summary="Workbooks that were sent")
@needs(Action.READ)
def list_runs(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[RunSummary]:
    """All of them, the oldest first."""
    query, keys = queries.runs_of(caller.company_id), (ImportRun.created_at, ImportRun.id)
    runs, following = read_page(session, query, keys, page)
    return Page(items=[RunSummary.of(run) for run in runs], next=following)


@router.get("/workbooks/{run_id}", summary="How far a workbook is")
@needs(Action.READ)
def read_run(
    caller: CallerDep, session: ReadingSessionDep, language: LanguageDep, run_id: RunId
) -> RunOut:
    """State and counts."""
    return RunOut.of_page(queries.run_page(session, caller, run_id), language)


@router.post("/workbooks/{run_id}/work", summary="Do the next batch of a workbook")
@needs(Action.SUBMIT)
def work(
    caller: CallerDep,
    session: SessionDep,
    settings: SettingsDep,
    language: LanguageDep,
    run_id: RunId,
) -> RunOut:
    """For whoever does not want to wait for the hub's worker; where nothing is left, nothing is
    done."""
    run = usecases.work_on(session, caller, run_id, settings)
    return RunOut.of_page(queries.run_page(session, caller, run.id), language)


@router.post(
    "/workbooks/{run_id}/decision",
    summary="Take the good rows, or nothing",
    responses=also(conflict="There is nothing to decide, or not any more."),
)
@needs(Action.SUBMIT)
def decide(
    caller: CallerDep,
    session: SessionDep,
    language: LanguageDep,
    run_id: RunId,
    body: Decision,
) -> RunOut:
    """Asked for when some rows are wrong and some are not."""
    run = usecases.decide(session, caller, run_id, body.take_valid)
    return RunOut.of_page(queries.run_page(session, caller, run.id), language)


@router.get("/workbooks/{run_id}/findings", summary="What is wrong, and what was made")
@needs(Action.READ)
def findings(
    caller: CallerDep, session: ReadingSessionDep, language: LanguageDep, run_id: RunId
) -> Findings:
    """Cell by cell, as the sheet of errors has it."""
    run = usecases.own_run(session, caller, run_id)
    problems = queries.problems_of(session, run)
    rows = queries.rows_made(session, run)
    return Findings(
        problems=[ProblemOut.of(each, language) for each in problems],
        rows=[RowOut.of(row) for row in rows],
    )


@router.get(
    "/workbooks/{run_id}/annotated",
    summary="The workbook with every wrong cell marked",
    response_class=Response,
    responses={**_BOOK, **also(too_many_requests="Other workbooks are being read.")},
)
@needs(Action.READ)
def annotated(caller: CallerDep, session: ReadingSessionDep, run_id: RunId) -> Response:
    """The file that was sent, its own sheets, columns and formats kept."""
    return workbook_response(queries.annotated(session, caller, run_id), "tierlight-checked")
