"""What is recorded about declarations and their inputs, read in bulk: columns first, then bytes."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from hub.bom.tables import BomRevision, Part, SourcingLink
from hub.declarations.tables import AnnexRow, DeclarationRow, Withdrawal
from hub.footprints.book import Moment

_CHUNK = 5_000
Recorded = Row[Any]
"""The columns of a declaration that rules need, and `withdrawn_at`."""
Contents = dict[str, dict[str, Any]]
"""Parsed `payload` and annexes by digest."""


def of_parts(session: Session, parts: Collection[str], known_at: datetime) -> list[Recorded]:
    """All versions of the declarations of these parts, in the order they came."""
    return _recorded(session, DeclarationRow.part_id, parts, known_at)


def of_digests(session: Session, digests: Collection[str], known_at: datetime) -> list[Recorded]:
    """These declarations."""
    return _recorded(session, DeclarationRow.digest, digests, known_at)


def successors(session: Session, digests: Collection[str], known_at: datetime) -> list[Recorded]:
    """The declarations that replaced these."""
    return _recorded(session, DeclarationRow.supersedes, digests, known_at)


def footprint_owners(
    session: Session, footprints: Collection[str], known_at: datetime
) -> set[tuple[str, str]]:
    """Company and id of those footprints that anybody in scope has declared."""
    row, found = DeclarationRow, set[tuple[str, str]]()
    for chunk in _chunks(footprints):
        query = select(row.company_id, row.footprint_id).where(row.footprint_id.in_(chunk))
        rows = session.execute(query.where(row.received_at <= known_at))
        found |= {(company, footprint) for company, footprint in rows if footprint}
    return found


def contents(session: Session, digests: Collection[str], annexes: Sequence[str]) -> Contents:
    """Payloads and the named annexes of these declarations, each parsed once."""
    found: Contents = {}
    for chunk in _chunks(digests):
        payloads = select(DeclarationRow.digest, DeclarationRow.payload)
        for digest, payload in session.execute(payloads.where(DeclarationRow.digest.in_(chunk))):
            found[digest] = {"payload": json.loads(payload)}
        kept = select(AnnexRow.declaration, AnnexRow.name, AnnexRow.body)
        kept = kept.where(AnnexRow.declaration.in_(chunk), AnnexRow.name.in_(annexes))
        for digest, name, body in session.execute(kept):
            found[digest][name] = json.loads(body)
    return found


def bom_revisions(
    session: Session, parts: Collection[str], known_at: datetime
) -> dict[str, list[tuple[str, datetime]]]:
    """Id and time of every revision of these parts' lines, oldest first."""
    found: dict[str, list[tuple[str, datetime]]] = defaultdict(list)
    row = BomRevision
    for chunk in _chunks(parts):
        query = select(row.parent_id, row.id, row.recorded_at).where(row.parent_id.in_(chunk))
        query = query.where(row.recorded_at <= known_at).order_by(row.recorded_at)
        for parent, revision, at in session.execute(query):
            found[parent].append((revision, at))
    return found


def sites_named(
    session: Session, company_id: str, parts: Collection[str], moment: Moment
) -> dict[str, frozenset[str]]:
    """By supplier's part: the sites that the company's standing links name for it."""
    link, found = SourcingLink, defaultdict[str, set[str]](set)
    for chunk in _chunks(parts):
        query = (
            select(link.supplier_part_id, link.site)
            .join(Part, Part.id == link.part_id)
            .where(Part.company_id == company_id, link.supplier_part_id.in_(chunk))
            .where(*_hold(moment))
        )
        for part, site in session.execute(query):
            found[part or ""].add(site or "")
    # A link without a site takes from any.
    return {part: frozenset(sites) for part, sites in found.items() if "" not in sites}


def _hold(moment: Moment) -> Iterator[ColumnElement[bool]]:
    link, known, day = SourcingLink, moment.known_at, moment.as_of
    yield link.recorded_at <= known
    yield or_(link.replaced_at.is_(None), link.replaced_at > known)
    yield or_(link.valid_from.is_(None), link.valid_from <= day)
    yield or_(link.valid_to.is_(None), link.valid_to > day)


def _recorded(
    session: Session, column: Any, values: Collection[str], known_at: datetime
) -> list[Recorded]:
    found: list[Recorded] = []
    for chunk in _chunks(values):
        found += session.execute(_columns(known_at).where(column.in_(chunk))).all()
    return found


def _columns(known_at: datetime) -> Select[*tuple[Any, ...]]:
    row = DeclarationRow
    identity = (row.digest, row.company_id, row.part_id, row.kind, row.footprint_id)
    of_the_document = (row.supersedes, row.site, row.boundary)
    value = (row.excluding_uptake, row.declared_amount)
    dates = (row.period_start, row.period_end, row.valid_from, row.valid_to, row.received_at)
    ended = and_(Withdrawal.declaration == row.digest, Withdrawal.at <= known_at)
    columns = (*identity, *of_the_document, *value, *dates, Withdrawal.at.label("withdrawn_at"))
    query: Select[*tuple[Any, ...]] = select(*columns)
    return (
        query.outerjoin(Withdrawal, ended)
        .where(row.received_at <= known_at)
        .order_by(row.log_index)
    )


def _chunks(values: Collection[str]) -> Iterator[list[str]]:
    held = sorted(values)
    for start in range(0, len(held), _CHUNK):
        yield held[start : start + _CHUNK]
