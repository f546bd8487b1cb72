"""What is recorded about parts, bills of materials and links; always asked for by owner.

`known_at` answers as the hub would have answered at that instant; None is now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hub.bom.tables import BomLine, BomRevision, Part, PartVersion, SourcingLink
from hub.kit.errors import NotFound
from hub.kit.paging import Rows
from hub.parties.tables import Company

_CHUNK = 5_000  # values of one IN list; PostgreSQL takes 65,535 parameters


def own_part(
    session: Session, company_id: str, part_id: str, known_at: datetime | None = None
) -> Part:
    """The company's part. Raises `NotFound`, the same for another's part as for no part."""
    part = session.scalar(select(Part).filter_by(id=part_id, company_id=company_id))
    if part is None or (known_at is not None and part.created_at > known_at):
        raise NotFound
    return part


def own_parts(company_id: str, number: str | None = None) -> Select[Part]:
    """All parts of a company, or the one of that number."""
    query = select(Part).where(Part.company_id == company_id)
    return query if number is None else query.where(Part.number == number)


@cache
def listed_parts(with_number: bool) -> Rows:
    """Rows of what the list tells of a company's parts; parameters `company_id`, maybe `number`."""
    other, version = aliased(PartVersion), PartVersion
    newest = select(func.max(other.recorded_at)).where(other.part_id == Part.id).scalar_subquery()
    told = (version.name, version.revision, version.category, version.kind, version.base_unit)
    query = (
        select(Part.id, Part.number, *told)
        .add_columns(version.net_mass_kg, version.mass_rule, version.recorded_at)
        .join(version, version.part_id == Part.id)
        .where(Part.company_id == bindparam("company_id"), version.recorded_at == newest)
    )
    return query.where(Part.number == bindparam("number")) if with_number else query


def part_ids(session: Session, company_id: str, numbers: Collection[str]) -> dict[str, str]:
    """The ids of a company's parts by number; unknown numbers are absent."""
    query = select(Part.number, Part.id).where(Part.company_id == company_id)
    return {
        number: part_id
        for chunk in _chunks(numbers)
        for number, part_id in session.execute(query.where(Part.number.in_(chunk)))
    }


def numbers_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The number of each part by id."""
    return {
        part_id: number
        for chunk in _chunks(ids)
        for part_id, number in session.execute(
            select(Part.id, Part.number).where(Part.id.in_(chunk))
        )
    }


def versions(
    session: Session, ids: Collection[str], known_at: datetime | None = None
) -> dict[str, PartVersion]:
    """What each part is known to be, by part id."""
    return {
        version.part_id: version
        for chunk in _chunks(ids)
        for version in session.scalars(
            select(PartVersion).where(
                _is_newest(PartVersion.part_id, PartVersion.recorded_at, chunk, known_at)
            )
        )
    }


def revisions(
    session: Session, parent_ids: Collection[str], known_at: datetime | None = None
) -> dict[str, BomRevision]:
    """The revision of each parent's lines, by parent id; parents without lines are absent."""
    return {
        revision.parent_id: revision
        for chunk in _chunks(parent_ids)
        for revision in session.scalars(
            select(BomRevision).where(
                _is_newest(BomRevision.parent_id, BomRevision.recorded_at, chunk, known_at)
            )
        )
    }


def lines(session: Session, revision_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """The lines of each revision in their order, as rows with the columns of `BomLine`."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    query = select(*BomLine.__table__.columns).order_by(BomLine.revision_id, BomLine.position)
    for chunk in _chunks(revision_ids):
        for line in session.execute(query.where(BomLine.revision_id.in_(chunk))):
            found[line.revision_id].append(line)
    return found


def standing_links(session: Session, part_ids: Collection[str]) -> list[SourcingLink]:
    """The links of these parts that no later import replaced."""
    return [
        link
        for chunk in _chunks(part_ids)
        for link in session.scalars(
            select(SourcingLink).where(
                SourcingLink.part_id.in_(chunk), SourcingLink.replaced_at.is_(None)
            )
        )
    ]


def companies_meant(
    session: Session, company_id: str, texts: Collection[str]
) -> dict[str, list[str]]:
    """The company that each text stood for last in the buyer's own links; others are absent.

    So a text that names nobody on the hub goes on standing for whom the buyer has invited.
    """
    link = SourcingLink
    query = (
        select(link.supplier_text, link.supplier_id)
        .join(Company, Company.id == link.supplier_id)
        .where(link.buyer_id == company_id, Company.erased_at.is_(None))
        .order_by(link.recorded_at, link.id)
    )
    return {
        text: [meant]
        for chunk in _chunks(texts)
        for text, meant in session.execute(query.where(link.supplier_text.in_(chunk)))
        if meant
    }


def links_of_buyer(company_id: str) -> Select[SourcingLink]:
    """The standing links by which a company buys."""
    return select(SourcingLink).where(
        SourcingLink.buyer_id == company_id, SourcingLink.replaced_at.is_(None)
    )


def links_towards(company_id: str) -> Select[SourcingLink]:
    """The standing links that name a company as supplier."""
    return select(SourcingLink).where(
        SourcingLink.supplier_id == company_id, SourcingLink.replaced_at.is_(None)
    )


def matched_before(
    session: Session, supplier_id: str, links: Collection[SourcingLink]
) -> dict[tuple[str, str], list[str]]:
    """As which own parts the supplier confirmed links of the same customers before, the newest
    first; by (customer, what it wrote) and by (customer, id of its part)."""
    row = SourcingLink
    query = (
        select(row.buyer_id, row.supplier_part_text, row.part_id, row.supplier_part_id)
        .where(row.supplier_id == supplier_id, row.supplier_part_id.is_not(None))
        .where(row.confirmed_at.is_not(None))
        .order_by(row.confirmed_at.desc())
    )
    texts, parts = ({link.supplier_part_text for link in links}, {link.part_id for link in links})
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for column, values in ((row.supplier_part_text, texts), (row.part_id, parts)):
        for chunk in _chunks(values):
            for buyer_id, text, part_id, own_id in session.execute(query.where(column.in_(chunk))):
                for key in ((buyer_id, text), (buyer_id, part_id)):
                    if own_id is not None and own_id not in found[key]:
                        found[key].append(own_id)
    return found


def buyers_ever(session: Session, part_id: str) -> set[str]:
    """The companies with a link to a supplier's part, replaced ones included."""
    query = select(SourcingLink.buyer_id).where(SourcingLink.supplier_part_id == part_id)
    return set(session.scalars(query))


def buyers_of(session: Session, links: Collection[SourcingLink]) -> dict[str, tuple[str, str]]:
    """Id and name of the company that buys each part, for those it named as supplier."""
    query = select(Company.id, Company.name)
    names = {
        company_id: name
        for chunk in _chunks({link.buyer_id for link in links})
        for company_id, name in session.execute(query.where(Company.id.in_(chunk)))
    }
    return {link.part_id: (link.buyer_id, names[link.buyer_id]) for link in links}


def _is_newest(
    owner: InstrumentedAttribute[str],
    recorded_at: InstrumentedAttribute[datetime],
    owners: list[str],
    known_at: datetime | None,
) -> ColumnElement[bool]:
    """Whether a row is its owner's last one recorded at or before `known_at`."""
    other = owner.parent.local_table.alias()
    newest = (
        select(func.max(other.c.recorded_at))
        .where(other.c[owner.key] == owner, *_before(other.c.recorded_at, known_at))
        .correlate(owner.parent.local_table)
        .scalar_subquery()
    )
    return and_(owner.in_(owners), recorded_at == newest)


def _before(
    recorded_at: ColumnElement[datetime], known_at: datetime | None
) -> list[ColumnElement[bool]]:
    return [] if known_at is None else [recorded_at <= known_at]


def _chunks(items: Collection[str]) -> Iterator[list[str]]:
    values = list(items)
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
