"""What a company that leaves recorded of its sites."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Select, delete
from sqlalchemy.orm import Session

from hub.activity.queries import KEYS, all_of, of_company
from hub.activity.sheets import FORMS, Form
from hub.activity.tables import EnergyInstrument, Recorded
from hub.bom.tables import Part
from hub.kit.leaving import ExportFile, csv_file, rows_of
from hub.parties.tables import Site

_RECORDED = ("recorded_at", "recorded_by")
_SERIAL = EnergyInstrument.serial_prefix
_ELSEWHERE: Final[dict[str, Any]] = {
    "site": Site.code,
    "part": Part.number,
    "serial_first": _SERIAL + EnergyInstrument.serial_first,
    "serial_last": _SERIAL + EnergyInstrument.serial_last,
}
"""Columns of a sheet that its table keeps otherwise; how many digits of a serial are counted is
found again when it is read."""


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """The six sheets as they are imported, and everything that was ever recorded in them."""
    for sheet, form in FORMS.items():
        names = tuple(column.name for column in form.columns)
        rows = rows_of(session, _told(form, of_company(form.table, company_id)))
        yield csv_file(f"{sheet}.csv", "exit/file-activity", names, rows)
    yield from _history(session, company_id)


def erase(session: Session, company_id: str) -> None:
    """Delete it all; no result of anybody rests on it."""
    for form in FORMS.values():
        session.execute(delete(form.table).where(form.table.company_id == company_id))


def _history(session: Session, company_id: str) -> Iterator[ExportFile]:
    for sheet, form in FORMS.items():
        names = tuple(column.name for column in form.columns)
        stamps = [getattr(form.table, name) for name in _RECORDED]
        ever = _told(form, all_of(form.table, company_id)).add_columns(*stamps)
        rows = rows_of(session, ever)
        yield csv_file(f"history/{sheet}.csv", "exit/file-history", (*names, *_RECORDED), rows)


def _told(form: Form, query: Select[Recorded]) -> Select[Any]:
    """The cells of a sheet, in the order of its columns; what was recorded first comes first."""
    table: Any = form.table
    names = [column.name for column in form.columns]
    cells = [_ELSEWHERE[name] if name in _ELSEWHERE else getattr(table, name) for name in names]
    found = query.join(Site, Site.id == table.site_id)
    if form.with_parts:
        found = found.join(Part, Part.id == table.part_id)
    order = [Site.code, *(getattr(table, name) for name in KEYS[table]), table.recorded_at]
    return found.with_only_columns(*cells).order_by(*order)
