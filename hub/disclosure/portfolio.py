"""All vehicles of a company at a glance: every root's total, coverage and findings."""

from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of
from hub.disclosure import across
from hub.disclosure.across import Asking
from hub.disclosure.footprint import Question, statement
from hub.disclosure.reader import record_reads
from hub.findings.usecases import find
from hub.footprints.engine.daylines import DayLines
from hub.footprints.engine.store import snapshot_of
from hub.footprints.portfolios import Portfolios
from hub.footprints.usecases import RollUp, roll_up
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.reference import mass_coverage

MANY_LINES = 50_000
"""Of a company's bills of materials; beyond them nobody waits for all findings at once."""


def roots(session: Session, caller: Caller, question: Question) -> list[str]:
    """The caller's parts that have lines and stand in no other bill of materials, by number."""
    return _roots(session, _lines(session, caller, question))


def _roots(session: Session, lines: DayLines) -> list[str]:
    ids = [part.decode() for part in lines.snapshot.ids[lines.roots].tolist()]
    numbers = numbers_of(session, ids)
    return sorted(ids, key=numbers.__getitem__)


def _lines(session: Session, caller: Caller, question: Question) -> DayLines:
    held = snapshot_of(session, caller.company_id, question.known_at)
    return DayLines(held, held.holds(question.as_of))


def vehicles(
    session: Session, caller: Caller, question: Question, at_hand: Portfolios | None = None
) -> list[dict[str, Any]]:
    """One row for each root: number, name, total in words and numbers, coverage, findings.

    Beyond `MANY_LINES` findings are None: not counted.
    """
    lines = _lines(session, caller, question)
    if int(lines.holds.sum()) > MANY_LINES and question.basis == "declared":
        latest = at_hand if question.is_latest else None
        return [_glance(row) for row in across.vehicles(Asking(session, caller, question, latest))]
    ids = _roots(session, lines)
    rollup = roll_up(
        session,
        caller.company_id,
        ids,
        question.as_of,
        question.known_at,
        question.basis,
        question.is_latest,
    )
    record_reads(session, caller, rollup)
    return [_counted(session, rollup, part_id, question.lang) for part_id in ids]


def _counted(session: Session, rollup: RollUp, part_id: str, lang: str) -> dict[str, Any]:
    account, node = rollup.account(part_id), rollup.resolution(part_id).node
    severities = [flag.severity.value for flag in find(session, rollup, part_id)]
    return {
        "part": {"id": part_id, "number": node.number, "name": node.name},
        "unit": node.base_unit,
        "total": result.totals(account) | {"statement": statement(account, lang)},
        "coverage": {"mass": result.text(mass_coverage(account))},
        "findings": {name: severities.count(name) for name in ("error", "warning", "note")},
    }


def _glance(row: dict[str, Any]) -> dict[str, Any]:
    totals = {name: row[name] for name in ("excluding_uptake", "including_uptake", "statement")}
    return {
        "part": {"id": row["id"], "number": row["vehicle"], "name": row["name"]},
        "unit": row["unit"],
        "total": totals | {"unit": result.UNIT},
        "coverage": {"mass": row["mass_coverage"]},
        "findings": None,
    }
