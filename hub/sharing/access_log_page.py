"""The access log as its owner reads it: newest first, readers by name."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.sharing.access_log import Period, readers_of, reads_of
from hub.sharing.payloads import AccessRecordView, access_record_view
from hub.sharing.tables import AccessRecord

PAGE = 50


@dataclass(frozen=True)
class AccessLogPage:
    """Some reads of the owner's data."""

    records: list[AccessRecordView]
    readers: dict[str, str]
    """Name by id of every company that ever read something, for the filter too."""
    count: int
    """Of all that fit."""
    is_last: bool


def access_log_page(session: Session, caller: Caller, period: Period, number: int) -> AccessLogPage:
    """Page `number`, from 1, of what fits the reader and the days."""
    query = reads_of(caller.company_id, period)
    newest = query.order_by(AccessRecord.at.desc(), AccessRecord.id.desc())
    rows = session.scalars(newest.offset((number - 1) * PAGE).limit(PAGE))
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return AccessLogPage(
        [access_record_view(row) for row in rows],
        readers_of(session, caller.company_id),
        count,
        number * PAGE >= count,
    )
