"""Workbooks of a company that leaves."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.kit.leaving import ExportFile, ndjson_file
from hub.kit.workbook import ARCHIVE
from hub.workbooks.tables import ImportRow, ImportRun


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Every row that was sent, and the files as far as they are kept."""
    rows = _rows(session, company_id)
    yield ndjson_file("workbooks/rows.ndjson", "exit/file-workbooks", rows)
    kept = select(ImportRun.id, ImportRun.content).where(
        ImportRun.company_id == company_id, ImportRun.content.is_not(None)
    )
    for run_id, content in session.execute(kept.order_by(ImportRun.created_at, ImportRun.id)):
        ending = "xlsx" if content and content.startswith(ARCHIVE) else "csv"
        yield ExportFile(f"workbooks/{run_id}.{ending}", "exit/file-workbook", [content or b""])


def erase(session: Session, company_id: str) -> None:
    """Delete them all; what was made of them stands by itself."""
    own = select(ImportRun.id).where(ImportRun.company_id == company_id)
    session.execute(delete(ImportRow).where(ImportRow.run_id.in_(own)))
    session.execute(delete(ImportRun).where(ImportRun.company_id == company_id))


def _rows(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    query = (
        select(ImportRun, ImportRow)
        .join(ImportRow, ImportRow.run_id == ImportRun.id)
        .where(ImportRun.company_id == company_id)
        .order_by(ImportRun.created_at, ImportRun.id, ImportRow.position)
    )
    for run, row in session.execute(query.execution_options(yield_per=1_000)):
        yield {
            "workbook": run.id,
            "name": run.name,
            "sent_at": run.created_at,
            "sent_by": run.actor,
            "sha256": run.digest,
            "state": row.state,
            "way": row.way,
            "made": row.made,
            "value": row.value,
            "cells": json.loads(row.entry),
            "problems": json.loads(row.problems),
        }
