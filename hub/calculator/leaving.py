"""Calculations of a company that leaves."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part
from hub.calculator.tables import CalculationBill, CalculationDraft
from hub.kit.leaving import ExportFile, ndjson_file
from tierlight_schemas.envelope import b64url_encode


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Every draft with its answers, and every bill behind one with its bytes."""
    yield ndjson_file("calculations.ndjson", "exit/file-calculations", _drafts(session, company_id))
    yield ndjson_file("bills.ndjson", "exit/file-bills", _bills(session, company_id))


def erase(session: Session, company_id: str) -> None:
    """Delete them all; what was declared of them stands by itself."""
    for table in (CalculationBill, CalculationDraft):
        session.execute(delete(table).where(table.company_id == company_id))


def _drafts(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    query = (
        select(CalculationDraft, Part.number)
        .join(Part, Part.id == CalculationDraft.part_id)
        .where(CalculationDraft.company_id == company_id)
        .order_by(CalculationDraft.created_at, CalculationDraft.id)
    )
    for draft, number in session.execute(query):
        yield {
            "id": draft.id,
            "part": number,
            "created_at": draft.created_at,
            "changed_at": draft.changed_at,
            "changed_by": draft.changed_by,
            "answers": json.loads(draft.answers),
        }


def _bills(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    """One at a time: a file may be large."""
    query = select(CalculationBill).where(CalculationBill.company_id == company_id)
    query = query.order_by(CalculationBill.added_at, CalculationBill.id)
    for bill in session.scalars(query.execution_options(yield_per=1)):
        yield {
            "calculation": bill.draft_id,
            "about": bill.about,
            "file_name": bill.file_name,
            "media_type": bill.media_type,
            "digest": bill.digest,
            "added_at": bill.added_at,
            "added_by": bill.added_by,
            "body": b64url_encode(bill.body) if bill.body else None,
        }
