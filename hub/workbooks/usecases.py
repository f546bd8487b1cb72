"""Workbooks that come back: begun, worked on in batches that each commit, decided, taken."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.errors import Conflict, NotFound
from hub.kit.language import Language, best_language
from hub.kit.tables import new_id
from hub.parties.usecases import lock_company
from hub.settings import Settings
from hub.workbooks.entries import Problem, packed, unpacked
from hub.workbooks.judging import Judge
from hub.workbooks.opening import Opened
from hub.workbooks.parts import choices_of
from hub.workbooks.reading import How
from hub.workbooks.runs import OPEN, WORKING, RowState, RunState, after_judging
from hub.workbooks.tables import ImportRow, ImportRun
from hub.workbooks.taking import Taking
from tierlight_schemas.typed import Mark

BATCH = 100
"""Rows worked on in one transaction: about a second."""
MOST_OPEN = 20
"""Files of one company that are not finished."""
KEPT = timedelta(days=30)
"""How long a finished file is kept, to be given back with its marks."""


def begin(
    session: Session,
    caller: Caller,
    opened: Opened,
    language: Language,
    accepted: bool | None = None,
) -> ImportRun:
    """Record a file; nothing of it is looked at yet. The same file again is the same run.

    `accepted` says beforehand whether good rows are to be taken although others are wrong. Raises
    `Conflict` (`workbook/too-many-waiting`).
    """
    lock_company(session, caller.company_id)
    mine = ImportRun.company_id == caller.company_id
    same = session.scalar(select(ImportRun).where(mine, ImportRun.digest == opened.digest).limit(1))
    if same is not None:
        return same
    waiting = session.scalar(select(func.count()).where(mine, ImportRun.state.in_(OPEN))) or 0
    if waiting >= MOST_OPEN:
        raise Conflict("workbook/too-many-waiting", limit=str(MOST_OPEN))
    at = now()
    old = (mine, ImportRun.state.not_in(OPEN), ImportRun.changed_at < at - KEPT)
    session.execute(update(ImportRun).where(*old).values(content=None))
    run = ImportRun(
        id=new_id(),
        company_id=caller.company_id,
        actor=caller.actor,
        language=language,
        name=opened.name,
        digest=opened.digest,
        content=opened.content,
        mark=opened.mark,
        from_1904=opened.from_1904,
        layout=opened.layout,
        problems=written(opened.of_no_row),
        accepted=accepted,
        state=RunState.JUDGING,
        position=0,
        rows=len(opened.entries),
        created_at=at,
        changed_at=at,
    )
    session.add(run)
    write_rows(session, ImportRow, _rows(run.id, opened))
    return run


def _rows(run_id: str, opened: Opened) -> Iterator[dict[str, Any]]:
    for position, entry in enumerate(opened.entries, 1):
        yield {
            "run_id": run_id,
            "position": position,
            "key": entry.key,
            "entry": packed(entry),
            "given": opened.given.get(entry.key, ""),
            "digest": "",
            "state": RowState.WAITING,
            "problems": written(opened.of_row(entry.data.row)),
        }


def own_run(session: Session, caller: Caller, run_id: str) -> ImportRun:
    """A run of the caller's company. Raises `NotFound`, the same for another's as for none."""
    run = session.get(ImportRun, run_id)
    if run is None or run.company_id != caller.company_id:
        raise NotFound
    return run


def work_on(
    session: Session, caller: Caller, run_id: str, settings: Settings, most: int = BATCH
) -> ImportRun:
    """Do the next batch of a run, from where the last one that was committed has ended.

    A run that has nothing to do is left as it is. Raises `NotFound`.
    """
    lock_company(session, caller.company_id)
    run = own_run(session, caller, run_id)
    session.refresh(run)
    if run.state == RunState.JUDGING:
        _judge(session, caller, run, settings, most)
    elif run.state == RunState.TAKING:
        _take(session, caller, run, settings, most)
    return run


def decide(session: Session, caller: Caller, run_id: str, take_valid: bool) -> ImportRun:
    """Take the good rows of a run although others are wrong, or leave all of it.

    Raises `NotFound`, `Conflict` (`workbook/not-asked`) where there is nothing to decide.
    """
    lock_company(session, caller.company_id)
    run = own_run(session, caller, run_id)
    session.refresh(run)
    if run.state != RunState.JUDGED:
        raise Conflict("workbook/not-asked", state=run.state)
    _go(run, RunState.TAKING if take_valid else RunState.LEFT)
    run.accepted = take_valid
    return run


def open_runs(session: Session, company_id: str) -> list[str]:
    """Ids of the runs of a company that go on by themselves, the oldest first."""
    query = select(ImportRun.id).where(
        ImportRun.company_id == company_id, ImportRun.state.in_(WORKING)
    )
    return list(session.scalars(query.order_by(ImportRun.created_at, ImportRun.id)))


def _judge(session: Session, caller: Caller, run: ImportRun, settings: Settings, most: int) -> None:
    rows = _next(session, run, RowState.WAITING, most)
    mark: Mark = "," if run.mark == "," else "." if run.mark == "." else ""
    how = How(mark, run.from_1904, choices_of(session, caller.company_id))
    judge = Judge(session, caller, how, best_language(run.language), settings)
    taken = _taken(session, caller, [row.key for row in rows])
    for row in rows:
        _judge_row(judge, row, taken.get(row.key))
        run.position = row.position
    run.changed_at = now()
    if len(rows) < most:
        counts = counted(session, run.id)
        lines = json.loads(run.problems)
        wrong = counts.get(RowState.WRONG, 0) + len(lines)
        _go(run, after_judging(wrong, counts.get(RowState.READY, 0), run.accepted))


def _judge_row(judge: Judge, row: ImportRow, before: ImportRow | None) -> None:
    known = [Problem(**problem) for problem in json.loads(row.problems)]
    verdict = judge.judge(unpacked(row.entry))
    verdict.problems[:0] = known
    row.digest, row.way, row.part_id = verdict.reading.digest, verdict.way, verdict.part_id
    row.value, row.problems = verdict.value, written(verdict.problems)
    if verdict.is_wrong:
        row.state = RowState.WRONG
    elif before is not None and before.digest == row.digest:
        row.state, row.made = RowState.UNCHANGED, before.made
    elif verdict.way is None or row.digest == row.given:
        row.state = RowState.UNTOUCHED
    else:
        row.state = RowState.READY


def _take(session: Session, caller: Caller, run: ImportRun, settings: Settings, most: int) -> None:
    rows = _next(session, run, RowState.READY, most)
    before = _taken(session, caller, [row.key for row in rows])
    taking = Taking(session, caller, run, settings)
    run.held = None
    for row in rows:
        try:
            row.made = taking.take(row, before.get(row.key))
        except Conflict as conflict:  # a limit: it goes on when there is room again
            run.held = conflict.code
            break
        row.state, run.position = RowState.TAKEN, row.position
    run.changed_at = now()
    if run.held is None and len(rows) < most:
        _go(run, RunState.DONE)


def _go(run: ImportRun, state: RunState) -> None:
    run.state, run.position, run.changed_at = state, 0, now()


def _next(session: Session, run: ImportRun, state: RowState, most: int) -> list[ImportRow]:
    query = select(ImportRow).where(
        ImportRow.run_id == run.id, ImportRow.position > run.position, ImportRow.state == state
    )
    return list(session.scalars(query.order_by(ImportRow.position).limit(most)))


def _taken(session: Session, caller: Caller, keys: Sequence[str]) -> Mapping[str, ImportRow]:
    """What was taken last of each row, in whichever file it came."""
    query = (
        select(ImportRow)
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(
            ImportRun.company_id == caller.company_id,
            ImportRow.state == RowState.TAKEN,
            ImportRow.key.in_(keys),
        )
        .order_by(ImportRun.created_at, ImportRun.id)
    )
    return {row.key: row for row in session.scalars(query)}


def counted(session: Session, run_id: str) -> dict[str, int]:
    """How many rows of a run are in each state."""
    session.flush()
    query = select(ImportRow.state, func.count()).where(ImportRow.run_id == run_id)
    return {state: count for state, count in session.execute(query.group_by(ImportRow.state))}


def written(problems: Sequence[Problem]) -> str:
    """Problems as they are kept."""
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False)
