"""Factors of a company that leaves."""

from collections.abc import Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.factors import queries
from hub.factors.tables import Factor
from hub.factors.usecases import COLUMNS
from hub.kit.leaving import ExportFile, csv_file, rows_of
from hub.parties.changes import touch

_NAMES = tuple(column.name for column in COLUMNS)


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """The factors in use, as `factors.csv` is imported, and all that ever were."""
    order = (Factor.category, Factor.unit, Factor.year)
    columns = [getattr(Factor, name) for name in _NAMES]
    used = queries.factors_in_use(company_id).with_only_columns(*columns).order_by(*order)
    yield csv_file("factors.csv", "exit/file-factors", _NAMES, rows_of(session, used))
    ever = select(*columns, Factor.recorded_at).where(Factor.company_id == company_id)
    ever = ever.order_by(Factor.recorded_at, *order)
    names = (*_NAMES, "recorded_at")
    yield csv_file("history/factors.csv", "exit/file-history", names, rows_of(session, ever))


def erase(session: Session, company_id: str) -> None:
    """Delete them all."""
    session.execute(delete(Factor).where(Factor.company_id == company_id))
    touch(session, company_id)
