"""The factors that a company uses; never those of another."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import Session

from hub.factors.tables import Factor
from hub.kit.paging import Rows


def factors_of(
    session: Session, company_id: str, known_at: datetime | None = None
) -> Sequence[Factor]:
    """The factors in use: of each category, unit and year the last recorded by `known_at`."""
    return session.scalars(factors_in_use(company_id, known_at)).all()


@cache
def listed_factors() -> Rows:
    """Rows of what the list tells of the factors in use; parameter `company_id`."""
    row = Factor
    told = (row.category, row.unit, row.value, row.source, row.year, row.recorded_at)
    return factors_in_use(bindparam("company_id")).with_only_columns(*told)


def factors_in_use(
    company_id: str | BindParameter[str], known_at: datetime | None = None
) -> Select[Factor]:
    """The query behind `factors_of`."""
    other = Factor.__table__.alias()
    newest = (
        select(func.max(other.c.recorded_at))
        .where(
            other.c.company_id == Factor.company_id,
            other.c.category == Factor.category,
            other.c.unit == Factor.unit,
            other.c.year == Factor.year,
        )
        .correlate(Factor.__table__)
    )
    if known_at is not None:
        newest = newest.where(other.c.recorded_at <= known_at)
    return select(Factor).where(
        Factor.company_id == company_id, Factor.recorded_at == newest.scalar_subquery()
    )
