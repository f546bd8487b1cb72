"""Parts, bills of materials and links of a company that leaves.

What it buys is its own and goes. What others say they buy from it is theirs: the texts that they
typed stay, and lead nowhere any more.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from hub.bom import columns
from hub.bom.tables import BomLine, BomRevision, Part, PartVersion, SourcingLink
from hub.kit.leaving import ExportFile, csv_file, rows_of
from hub.kit.wall import beyond
from hub.parties.changes import touch

_PART = tuple(column.name for column in columns.PARTS)
_BOM = tuple(column.name for column in columns.BOM)
_SOURCING = tuple(column.name for column in columns.SOURCING)
_TOWARDS = (
    *("customer", "part_as_written", "own_part", "share", "site", "valid_from", "valid_to"),
    *("delivery_term", "recorded_at", "replaced_at", "confirmed_at"),
    *("disputed_at", "dispute_reason", "dispute_words", "dispute_ended_on"),
)
_DISPUTE = ("disputed_at", "dispute_reason", "dispute_words", "dispute_ended_on")
_RECORDED, _REPLACED, _CONFIRMED = "recorded_at", "replaced_at", "confirmed_at"


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """The three tables as they are imported, and everything that was ever recorded in them."""
    parts, lines, links = _parts(company_id), _lines(company_id), _links(company_id)
    newest = PartVersion.recorded_at == _newest(PartVersion.part_id, PartVersion.recorded_at)
    current = parts.where(newest).order_by(Part.number)
    yield csv_file("parts.csv", "exit/file-parts", _PART, rows_of(session, current))
    newest = BomRevision.recorded_at == _newest(BomRevision.parent_id, BomRevision.recorded_at)
    parent = lines.selected_columns[0]
    current = lines.where(newest).order_by(parent, BomLine.position)
    yield csv_file("bom.csv", "exit/file-bom", _BOM, rows_of(session, current))
    order = (Part.number, SourcingLink.supplier_text, SourcingLink.supplier_part_text)
    current = links.where(SourcingLink.replaced_at.is_(None)).order_by(*order, SourcingLink.id)
    yield csv_file("sourcing.csv", "exit/file-sourcing", _SOURCING, rows_of(session, current))
    yield from _history(session, parts, lines, links)
    rows = rows_of(session, _towards(company_id))
    yield csv_file("links.csv", "exit/file-links", _TOWARDS, rows)


def erase(session: Session, company_id: str) -> None:
    """Delete what the company recorded; others' links to it become texts again.

    What it said of them goes too: another company could one day bear the same identifier.
    """
    own = select(Part.id).where(Part.company_id == company_id)
    theirs = or_(SourcingLink.supplier_id == company_id, SourcingLink.supplier_part_id.in_(own))
    touch(session, company_id, *_others(session, company_id, own, theirs))
    session.execute(delete(SourcingLink).where(SourcingLink.part_id.in_(own)))
    cut = dict.fromkeys(("supplier_id", "supplier_part_id", _CONFIRMED, *_DISPUTE))
    unsynchronized = {"synchronize_session": False}
    with beyond(session):  # a supplier cannot give a link away that names it
        session.execute(
            update(SourcingLink).where(theirs).values(cut), execution_options=unsynchronized
        )
    revisions = select(BomRevision.id).where(BomRevision.parent_id.in_(own))
    session.execute(delete(BomLine).where(BomLine.revision_id.in_(revisions)))
    session.execute(delete(BomRevision).where(BomRevision.parent_id.in_(own)))
    session.execute(delete(PartVersion).where(PartVersion.part_id.in_(own)))
    session.execute(delete(Part).where(Part.company_id == company_id))
    session.expire_all()


def _others(
    session: Session, company_id: str, own: Select[str], theirs: ColumnElement[bool]
) -> set[str]:
    """Buyers, and suppliers that are registered."""
    buyers = select(SourcingLink.buyer_id).where(theirs)
    suppliers = select(SourcingLink.supplier_id).where(SourcingLink.part_id.in_(own))
    found = {*session.scalars(buyers), *session.scalars(suppliers)}
    return {name for name in found if name is not None} - {company_id}


def _history(
    session: Session,
    parts: Select[Any],
    lines: Select[Any],
    links: Select[Any],
) -> Iterator[ExportFile]:
    about = "exit/file-history"
    ever = parts.add_columns(PartVersion.recorded_at)
    rows = rows_of(session, ever.order_by(Part.number, PartVersion.recorded_at))
    yield csv_file("history/parts.csv", about, (*_PART, _RECORDED), rows)
    ever = lines.add_columns(BomRevision.recorded_at)
    order = (BomRevision.recorded_at, BomRevision.id, BomLine.position)
    rows = rows_of(session, ever.order_by(*order))
    yield csv_file("history/bom.csv", about, (*_BOM, _RECORDED), rows)
    times = (_RECORDED, _REPLACED, _CONFIRMED, *_DISPUTE)
    ever = links.add_columns(*(getattr(SourcingLink, name) for name in times))
    rows = rows_of(session, ever.order_by(SourcingLink.recorded_at, SourcingLink.id))
    yield csv_file("history/sourcing.csv", about, (*_SOURCING, *times), rows)


def _parts(company_id: str) -> Select[Any]:
    told = (getattr(PartVersion, name) for name in _PART[1:])
    query = select(Part.number, *told).join(PartVersion, PartVersion.part_id == Part.id)
    return query.where(Part.company_id == company_id)


def _lines(company_id: str) -> Select[Any]:
    parent, child = aliased(Part), aliased(Part)
    renamed = {"yield": "process_yield"}
    told = (getattr(BomLine, renamed.get(name, name)) for name in _BOM[2:])
    return (
        select(parent.number, child.number, *told)
        .join(BomRevision, BomRevision.id == BomLine.revision_id)
        .join(parent, parent.id == BomRevision.parent_id)
        .join(child, child.id == BomLine.child_id)
        .where(parent.company_id == company_id)
    )


def _links(company_id: str) -> Select[Any]:
    row = SourcingLink
    names = ("supplier_text", "supplier_part_text", "share", "site")
    told = (getattr(row, name) for name in (*names, "valid_from", "valid_to", "delivery_term"))
    query = select(Part.number, *told).join(row, row.part_id == Part.id)
    return query.where(Part.company_id == company_id)


def _towards(company_id: str) -> Select[Any]:
    """What others said that they buy here, and what the company said of it."""
    row, own = SourcingLink, aliased(Part)
    told = (getattr(row, name) for name in _TOWARDS[3:])
    query = select(row.buyer_id, row.supplier_part_text, own.number, *told)
    query = query.outerjoin(own, own.id == row.supplier_part_id)
    return query.where(row.supplier_id == company_id).order_by(row.recorded_at, row.id)


def _newest(owner: Any, recorded_at: Any) -> Any:
    other = owner.parent.local_table.alias()
    newest = select(func.max(other.c.recorded_at)).where(other.c[owner.key] == owner)
    return newest.correlate(owner.parent.local_table).scalar_subquery()
