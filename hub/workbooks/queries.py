"""What is told of a workbook that was sent; always of the caller's company."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of
from hub.kit.errors import NotFound
from hub.kit.language import best_language
from hub.workbooks.entries import Problem, unpacked
from hub.workbooks.marking import Said, marks, said
from hub.workbooks.opening import as_workbook
from hub.workbooks.processes import mark_book
from hub.workbooks.runs import RowState
from hub.workbooks.tables import ImportRow, ImportRun
from hub.workbooks.usecases import counted, own_run

MOST_SHOWN = 200
"""Problems and rows on a page; the file that goes back has them all."""


@dataclass(frozen=True)
class RunPage:
    """A run with its counts."""

    run: ImportRun
    counts: dict[str, int]
    """Rows by state."""

    @property
    def worked(self) -> int:
        """Rows that have been looked at."""
        return self.run.rows - self.counts.get(RowState.WAITING, 0)


@dataclass(frozen=True)
class Made:
    """A row, and what became of it."""

    row: int
    number: str
    state: str
    way: str
    value: str
    made: str


def runs_of(company_id: str) -> Select[ImportRun]:
    """All runs of a company."""
    return select(ImportRun).where(ImportRun.company_id == company_id)


def latest_runs(session: Session, caller: Caller, most: int) -> list[ImportRun]:
    """The runs of the caller's company, the newest first."""
    query = runs_of(caller.company_id).order_by(ImportRun.created_at.desc(), ImportRun.id)
    return list(session.scalars(query.limit(most)))


def run_page(session: Session, caller: Caller, run_id: str) -> RunPage:
    """A run of the caller's company. Raises `NotFound`."""
    run = own_run(session, caller, run_id)
    return RunPage(run, counted(session, run.id))


def problems_of(session: Session, run: ImportRun) -> list[Said]:
    """Everything that was found in a run, by sheet and row, in words."""
    layout = json.loads(run.layout)
    found = [said(Problem(**each), "", layout) for each in json.loads(run.problems)]
    query = (
        select(ImportRow.key, ImportRow.problems)
        .where(ImportRow.run_id == run.id, ImportRow.problems != "[]")
        .order_by(ImportRow.position)
    )
    seen: set[tuple[str, int, str, str]] = set()
    for key, problems in session.execute(query):
        for each in json.loads(problems):
            problem = Problem(**each)
            # A line for all parts of a site is told of once.
            place = (problem.form, problem.row, problem.column, problem.code)
            if place not in seen:
                seen.add(place)
                found.append(said(problem, key, layout))
    order = list(layout)
    return sorted(found, key=lambda each: (order.index(each.problem.form), each.problem.row))


def rows_made(session: Session, run: ImportRun, most: int = MOST_SHOWN) -> Sequence[Made]:
    """Rows of which something was or will be made, and those that are as they were."""
    states = (RowState.READY, RowState.TAKEN, RowState.UNCHANGED)
    query = (
        select(ImportRow)
        .where(ImportRow.run_id == run.id, ImportRow.state.in_(states))
        .order_by(ImportRow.position)
        .limit(most)
    )
    rows = list(session.scalars(query))
    numbers = numbers_of(session, [row.part_id for row in rows if row.part_id])
    return [
        Made(
            unpacked(row.entry).data.row,
            numbers.get(row.part_id or "", ""),
            row.state,
            row.way or "",
            row.value or "",
            row.made or "",
        )
        for row in rows
    ]


def annotated(session: Session, caller: Caller, run_id: str) -> bytes:
    """The file that was sent, with every wrong cell marked and a sheet that lists them.

    Raises `NotFound`, also (`workbook/gone`) for a file that is not kept any more.
    """
    run = own_run(session, caller, run_id)
    if run.content is None:
        raise NotFound("workbook/gone")
    language = best_language(run.language)
    told = marks(problems_of(session, run), json.loads(run.layout), language)
    return mark_book(as_workbook(run.content, run.name), told)
