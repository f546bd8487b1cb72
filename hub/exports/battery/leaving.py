"""What a company that leaves has entered of its batteries."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part
from hub.exports.battery.tables import BatteryClass, BatteryDeclaration, BatteryModelRow
from hub.kit.leaving import ExportFile, csv_file, ndjson_file, rows_of
from hub.kit.paging import Rows
from hub.parties.tables import Site

HANDED_OUT = (
    *("ruleset", "format", "audience", "inputs_digest", "file_digest", "per_kwh"),
    *("recorded_at", "recorded_by"),
)


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Classes of parts as a table that the import reads, every version of the master data, and
    which files were handed out."""
    row = BatteryClass
    query = (
        select(Part.number, row.component, row.recorded_at)
        .join(Part, Part.id == row.part_id)
        .where(row.company_id == company_id)
        .order_by(row.recorded_at, row.id)
    )
    columns = ("part", "component", "recorded_at")
    yield csv_file(
        "battery-classes.csv", "exit/file-battery-classes", columns, rows_of(session, query)
    )
    yield ndjson_file(
        "battery-models.ndjson", "exit/file-battery-models", _models(session, company_id)
    )
    yield csv_file(
        "battery-declarations.csv",
        "exit/file-battery-declarations",
        ("part", "site", *HANDED_OUT),
        rows_of(session, _handed_out(company_id)),
    )


def erase(session: Session, company_id: str) -> None:
    """Delete it all."""
    for table in (BatteryClass, BatteryModelRow, BatteryDeclaration):
        session.execute(delete(table).where(table.company_id == company_id))


def _handed_out(company_id: str) -> Rows:
    row = BatteryDeclaration
    return (
        select(Part.number, Site.code, *(getattr(row, name) for name in HANDED_OUT))
        .join(Part, Part.id == row.part_id)
        .join(Site, Site.id == row.site_id)
        .where(row.company_id == company_id)
        .order_by(row.recorded_at, row.id)
    )


def _models(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    row = BatteryModelRow
    query = (
        select(row, Part.number, Site.code)
        .join(Part, Part.id == row.part_id)
        .join(Site, Site.id == row.site_id)
        .where(row.company_id == company_id)
        .order_by(row.recorded_at, row.id)
    )
    for model, number, site in session.execute(query):
        yield {
            "part": number,
            "site": site,
            "recorded_at": model.recorded_at,
            "recorded_by": model.recorded_by,
            "model": json.loads(model.document),
        }
