"""Joining what sourcing links say as text to the companies and parts that are registered since.

Filling in an id changes nothing that was agreed: a link counts from its confirmation on, and a
supplier can confirm only a link that is already resolved to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, select, update
from sqlalchemy.orm import Session, aliased

from hub.bom import queries
from hub.bom.tables import Part, SourcingLink
from hub.kit.wall import beyond, on_behalf
from hub.parties.changes import touch
from hub.parties.queries import companies_named
from hub.parties.tables import Company


class Resolved(NamedTuple):
    """Ids of what a link names, as far as it is registered."""

    supplier_id: str | None
    supplier_part_id: str | None


class Named(NamedTuple):
    """What a link names, as text."""

    supplier: str
    part: str


def resolved(session: Session, buyer_id: str, names: Iterable[Named]) -> Mapping[Named, Resolved]:
    """What each pair of texts stands for; a name carried by several companies for none of them.

    A text that names nobody stands for whom it stood for last in the buyer's own links.
    """
    pairs = set(names)
    texts = {pair.supplier for pair in pairs}
    companies = companies_named(session, texts)
    companies = queries.companies_meant(session, buyer_id, texts - companies.keys()) | companies
    parts: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if len(companies.get(pair.supplier, ())) == 1:
            parts[companies[pair.supplier][0]].add(pair.part)
    ids: dict[tuple[str, str], str] = {}
    for company_id, numbers in parts.items():
        with on_behalf(session, company_id):  # whoever knows a number may name the part
            found = queries.part_ids(session, company_id, numbers)
        ids |= {(company_id, number): part_id for number, part_id in found.items()}
    return {pair: _resolved(pair, companies.get(pair.supplier, []), ids) for pair in pairs}


def _resolved(
    pair: Named, companies: list[str], part_ids: Mapping[tuple[str, str], str]
) -> Resolved:
    if len(companies) != 1:
        return Resolved(None, None)
    return Resolved(companies[0], part_ids.get((companies[0], pair.part)))


def resolve_links(session: Session, company: Company) -> None:
    """Resolve the links that name this company, or its parts, as text.

    Call it after registering a company and after registering parts of one. A name carried by
    several companies resolves to none of them.
    """
    _resolve_supplier(session, company)
    _resolve_parts(session, company.id)


def resolve_part(session: Session, part: Part) -> None:
    """Resolve the links towards the part's owner that name the part as text."""
    _fill_in(
        session,
        part.company_id,
        SourcingLink.supplier_id == part.company_id,
        SourcingLink.supplier_part_text == part.number,
        SourcingLink.supplier_part_id.is_(None),
        supplier_part_id=part.id,
    )


def resolve_text(session: Session, buyer_id: str, text: str, company_id: str) -> None:
    """Let a text of one buyer's links stand for a company, by that buyer's word alone."""
    _fill_in(
        session,
        company_id,
        SourcingLink.buyer_id == buyer_id,
        SourcingLink.supplier_text == text,
        SourcingLink.supplier_id.is_(None),
        supplier_id=company_id,
    )


def names_of(company: Company) -> list[str]:
    """Every text by which a link may name this company."""
    schemes = [(i.scheme, i.value) for i in company.identifiers]
    schemes += [(scheme.upper(), value) for scheme, value in schemes]
    return [company.id, company.name, *(f"{scheme}:{value}" for scheme, value in schemes)]


def _resolve_supplier(session: Session, company: Company) -> None:
    names = names_of(company)
    namesake = select(Company.id).where(Company.name == company.name, Company.id != company.id)
    if session.scalar(namesake.limit(1)):
        names.remove(company.name)
    with beyond(session):  # until it is filled in, nothing says that the link concerns the company
        _fill_in(
            session,
            company.id,
            SourcingLink.supplier_text.in_(names),
            SourcingLink.supplier_id.is_(None),
            supplier_id=company.id,
        )


def _resolve_parts(session: Session, company_id: str) -> None:
    own = aliased(Part)
    number_is_same = (
        select(own.id)
        .where(own.company_id == company_id, own.number == SourcingLink.supplier_part_text)
        .scalar_subquery()
    )
    _fill_in(
        session,
        company_id,
        SourcingLink.supplier_id == company_id,
        SourcingLink.supplier_part_id.is_(None),
        number_is_same.is_not(None),
        supplier_part_id=number_is_same,
    )


def _fill_in(
    session: Session,
    supplier_id: str,
    /,
    *which: ColumnElement[bool],
    **ids: str | ScalarSelect[str],
) -> None:
    """Fill in ids of standing links; what both sides are told can differ from then on."""
    concerned = (*which, SourcingLink.replaced_at.is_(None))
    buyers = select(SourcingLink.buyer_id).distinct().where(*concerned)
    if found := session.scalars(buyers).all():
        touch(session, supplier_id, *found)
        filled = update(SourcingLink).where(*concerned).values(**ids)
        session.execute(filled.execution_options(synchronize_session="fetch"))
