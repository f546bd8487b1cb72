"""Calculations of a company that leaves."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part
from hub.calculator.tables import CalculationDraft
from hub.kit.leaving import ExportFile, ndjson_file


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Every draft with its answers."""
    yield ndjson_file("calculations.ndjson", "exit/file-calculations", _drafts(session, company_id))


def erase(session: Session, company_id: str) -> None:
    """Delete them all; what was declared of them stands by itself."""
    own = CalculationDraft.company_id == company_id
    session.execute(delete(CalculationDraft).where(own))


def _drafts(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    query = (
        select(CalculationDraft, Part.number)
        .join(Part, Part.id == CalculationDraft.part_id)
        .where(CalculationDraft.company_id == company_id)
        .order_by(CalculationDraft.created_at, CalculationDraft.id)
    )
    for draft, number in session.execute(query):
        yield {
            "part": number,
            "created_at": draft.created_at,
            "changed_at": draft.changed_at,
            "changed_by": draft.changed_by,
            "answers": json.loads(draft.answers),
        }
