"""All vehicles of a company at a glance: every root's total, coverage and findings in one pass."""

from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure.footprint import Question, statement
from hub.disclosure.reader import record_reads
from hub.findings.usecases import find
from hub.footprints.book import Moment, read_book
from hub.footprints.usecases import roll_up
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.reference import mass_coverage


def roots(session: Session, caller: Caller, question: Question) -> list[str]:
    """The caller's parts that have lines and stand in no other bill of materials, by number."""
    book = read_book(session, caller.company_id, Moment(question.as_of, question.known_at))
    used = {row.child_id for rows in book.lines.values() for row in rows}
    found = [part_id for part_id, rows in book.lines.items() if rows and part_id not in used]
    return sorted(found, key=lambda part_id: book.numbers[part_id])


def vehicles(session: Session, caller: Caller, question: Question) -> list[dict[str, Any]]:
    """One row for each root: number, name, total in words and numbers, coverage, findings."""
    ids = roots(session, caller, question)
    rollup = roll_up(
        session, caller.company_id, ids, question.as_of, question.known_at, question.basis
    )
    record_reads(session, caller, rollup)
    rows: list[dict[str, Any]] = []
    for part_id in ids:
        account, node = rollup.account(part_id), rollup.resolution(part_id).node
        severities = [flag.severity.value for flag in find(session, rollup, part_id)]
        rows.append(
            {
                "part": {"id": part_id, "number": node.number, "name": node.name},
                "unit": node.base_unit,
                "total": result.totals(account) | {"statement": statement(account, question.lang)},
                "coverage": {"mass": result.text(mass_coverage(account))},
                "findings": {name: severities.count(name) for name in ("error", "warning", "note")},
            }
        )
    return rows
