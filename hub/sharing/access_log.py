"""An owner's access log: all of it, of one reader, or of some days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.parties.tables import Company
from hub.sharing.tables import AccessRecord
from hub.trust.log import instant

COLUMNS = (
    "at",
    "reader",
    "reader_id",
    "by_operator",
    "object_kind",
    "object_id",
    "level",
    "purpose",
    "grant_id",
    "channel",
)
_BATCH = 1000


@dataclass(frozen=True)
class Period:
    """Which reads are asked for; None leaves it open."""

    reader_id: str | None = None
    since: date | None = None
    """First day, in UTC."""
    until: date | None = None
    """Last day, in UTC."""


def reads_of(owner_id: str, period: Period) -> Select[AccessRecord]:
    """What was read of the owner's data in a period."""
    query = select(AccessRecord).where(AccessRecord.owner_id == owner_id)
    if period.reader_id is not None:
        query = query.where(AccessRecord.reader_id == period.reader_id)
    if period.since is not None:
        query = query.where(AccessRecord.at >= _midnight(period.since))
    if period.until is not None and period.until < date.max:
        query = query.where(AccessRecord.at < _midnight(period.until + timedelta(days=1)))
    return query


def readers_of(session: Session, owner_id: str) -> dict[str, str]:
    """Names of the companies that ever read something of the owner's, by id, in their order."""
    readers = select(AccessRecord.reader_id).where(AccessRecord.owner_id == owner_id)
    query = select(Company.id, Company.name).where(Company.id.in_(readers)).order_by(Company.name)
    return {company_id: name for company_id, name in session.execute(query)}


def table(session: Session, query: Select[AccessRecord]) -> Iterator[dict[str, Any]]:
    """The reads as rows of a table, oldest first."""
    ordered = query.order_by(AccessRecord.at, AccessRecord.id)
    names: dict[str, str] = {}
    for record in session.scalars(ordered.execution_options(yield_per=_BATCH)):
        if not names:
            names = readers_of(session, record.owner_id)
        members = {name: getattr(record, name) for name in COLUMNS if name != "reader"}
        told = {"reader": names.get(record.reader_id, ""), "at": instant(record.at)}
        yield members | told | {"by_operator": str(record.by_operator).lower()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
