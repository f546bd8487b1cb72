"""Who could read a declaration since when, and who did: its deliveries, as its owner sees them.

A declaration is delivered to a company from the moment that a consent of level 1 or more and a
confirmed link open it; the first read is the first line of the access log.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import SourcingLink
from hub.declarations.tables import DeclarationRow
from hub.kit.clock import now
from hub.parties.tables import Company
from hub.sharing.policy import TOTAL
from hub.sharing.tables import AccessRecord, Grant

DECLARATION = "declaration"
"""What the access log calls the read of a whole declaration."""


@dataclass(frozen=True)
class Recipient:
    """A company that could read a declaration, or did."""

    company_id: str
    name: str
    since: datetime | None
    """From when on it was open to the company; None where only a read is on record."""
    is_open: bool
    """Whether it may read it now."""
    first_read: datetime | None


Span = tuple[datetime, datetime | None]


def recipients(
    session: Session, caller: Caller, rows: Sequence[DeclarationRow]
) -> Mapping[str, list[Recipient]]:
    """The recipients of the caller's own declarations, by digest; each list by name."""
    opened = _opened(session, caller, rows)
    reads = _first_reads(session, caller, [row.digest for row in rows])
    named = {reader for _, reader in opened} | {reader for _, reader in reads}
    names = _names(session, named)
    found: defaultdict[str, list[Recipient]] = defaultdict(list)
    for digest, reader in sorted(opened.keys() | reads.keys()):
        span = opened.get((digest, reader))
        since, is_open = span or (None, False)
        name = names.get(reader, reader)
        read = reads.get((digest, reader))
        found[digest].append(Recipient(reader, name, since, is_open, read))
    return {digest: sorted(each, key=lambda one: one.name) for digest, each in found.items()}


def _opened(
    session: Session, caller: Caller, rows: Sequence[DeclarationRow]
) -> dict[tuple[str, str], tuple[datetime, bool]]:
    """Since when a declaration was open to a reader, and whether it still is."""
    parts = {row.part_id for row in rows}
    links, grants = _links(session, caller, parts), _grants(session, caller, parts)
    found: dict[tuple[str, str], tuple[datetime, bool]] = {}
    for row in rows:
        if row.kind != "footprint":
            continue
        for reader in links[row.part_id]:
            given = grants[reader, row.part_id] + grants[reader, None]
            spans = list(_overlaps(row.received_at, links[row.part_id][reader], given))
            if spans:
                is_open = any(end is None or end > now() for _, end in spans)
                found[row.digest, reader] = min(start for start, _ in spans), is_open
    return found


def _overlaps(received: datetime, links: Iterable[Span], grants: Iterable[Span]) -> Iterator[Span]:
    """When link and consent held at once, after the declaration was there."""
    grants = list(grants)
    for linked, unlinked in links:
        for granted, ended in grants:
            start = max(received, linked, granted)
            ends = [end for end in (unlinked, ended) if end is not None]
            end = min(ends, default=None)
            if start <= now() and (end is None or start < end):
                yield start, end


def _links(
    session: Session, caller: Caller, parts: set[str]
) -> defaultdict[str, defaultdict[str, list[Span]]]:
    row = SourcingLink
    query = select(row).where(
        row.supplier_id == caller.company_id,
        row.supplier_part_id.in_(parts),
        row.confirmed_at.is_not(None),
    )
    found: defaultdict[str, defaultdict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for link in session.scalars(query):
        if link.confirmed_at is None or link.supplier_part_id is None:
            continue
        begins = [link.confirmed_at, *_midnights(link.valid_from)]
        ends = [*_midnights(link.valid_to), *_stated(link.replaced_at)]
        span = max(begins), min(ends, default=None)
        found[link.supplier_part_id][link.buyer_id].append(span)
    return found


def _grants(
    session: Session, caller: Caller, parts: set[str]
) -> defaultdict[tuple[str, str | None], list[Span]]:
    covers = or_(Grant.part_id.is_(None), Grant.part_id.in_(parts))
    query = select(Grant).where(Grant.owner_id == caller.company_id, Grant.level >= TOTAL, covers)
    found: defaultdict[tuple[str, str | None], list[Span]] = defaultdict(list)
    for given in session.scalars(query):
        begins = [given.granted_at, *_midnights(given.valid_from)]
        ends = [*_midnights(given.valid_to), *_stated(given.revoked_at)]
        span = max(begins), min(ends, default=None)
        found[given.reader_id, given.part_id].append(span)
    return found


def _first_reads(
    session: Session, caller: Caller, digests: list[str]
) -> dict[tuple[str, str], datetime]:
    row = AccessRecord
    query = (
        select(row.object_id, row.reader_id, func.min(row.at).label("at"))
        .where(row.owner_id == caller.company_id, row.object_kind == DECLARATION)
        .where(row.object_id.in_(digests), row.by_operator.is_(False))
        .group_by(row.object_id, row.reader_id)
    )
    return {(digest, reader): at for digest, reader, at in session.execute(query)}


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    query = select(Company.id, Company.name).where(Company.id.in_(ids))
    return {company_id: name for company_id, name in session.execute(query)}


def _midnights(day: date | None) -> list[datetime]:
    return [datetime.combine(day, time(), UTC)] if day else []


def _stated(at: datetime | None) -> list[datetime]:
    return [at] if at else []
