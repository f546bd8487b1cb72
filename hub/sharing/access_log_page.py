"""The access log as its owner reads it: newest first, readers by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.sharing.access_log import Period, readers_of, reads_of
from hub.sharing.payloads import AccessRecordView, access_record_view
from hub.sharing.tables import AccessRecord, Grant
from hub.sharing.unusual import Sign, signs

PAGE = 50
JUDGED = 5_000
"""Reads that are looked at for signs of the unusual, the newest ones."""


@dataclass(frozen=True)
class AccessLogPage:
    """Some reads of the owner's data."""

    records: list[AccessRecordView]
    readers: dict[str, str]
    """Name by id of every company that ever read something, for the filter too."""
    count: int
    """Of all that fit."""
    is_last: bool
    signs: Sequence[tuple[Sign, ...]] = ()
    """Of each record: why it stands outside the usual pattern."""
    grants: Mapping[str, Grant] = field(default_factory=dict)
    """The consents that the records name, by id."""


def access_log_page(
    session: Session, caller: Caller, period: Period, number: int, *, only_unusual: bool = False
) -> AccessLogPage:
    """Page `number`, from 1, of what fits reader and days; of the unusual alone if asked."""
    query = reads_of(caller.company_id, period)
    newest = query.order_by(AccessRecord.at.desc(), AccessRecord.id.desc())
    judged = session.scalars(newest.limit(JUDGED)).all()
    found = signs(judged, _firsts(session, caller.company_id))
    start = (number - 1) * PAGE
    if only_unusual:
        chosen = [row for row in judged if row.id in found]
        count, rows = len(chosen), chosen[start : start + PAGE]
    else:
        count, rows = (
            _count(session, query),
            list(session.scalars(newest.offset(start).limit(PAGE))),
        )
    return AccessLogPage(
        [access_record_view(row) for row in rows],
        readers_of(session, caller.company_id),
        count,
        number * PAGE >= count,
        [found.get(row.id, ()) for row in rows],
        _grants(session, caller, rows),
    )


def _count(session: Session, query: Select[AccessRecord]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _firsts(session: Session, owner_id: str) -> dict[str, datetime]:
    row = AccessRecord
    query = select(row.reader_id, func.min(row.at)).where(row.owner_id == owner_id)
    return {reader: at for reader, at in session.execute(query.group_by(row.reader_id))}


def _grants(session: Session, caller: Caller, rows: Sequence[AccessRecord]) -> Mapping[str, Grant]:
    """The caller's own consents by which these reads were let through."""
    ids = {row.grant_id for row in rows if row.grant_id}
    query = select(Grant).where(Grant.owner_id == caller.company_id, Grant.id.in_(ids))
    return {given.id: given for given in session.scalars(query)}
