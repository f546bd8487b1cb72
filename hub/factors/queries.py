"""The factors that a company uses; never those of another."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.factors.tables import Factor


def factors_of(
    session: Session, company_id: str, known_at: datetime | None = None
) -> Sequence[Factor]:
    """The factors in use: of each category, unit and year the last recorded by `known_at`."""
    return session.scalars(factors_in_use(company_id, known_at)).all()


def factors_in_use(company_id: str, known_at: datetime | None = None) -> Select[Factor]:
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
