"""Joining what sourcing links say as text to the companies and parts that are registered since.

Filling in an id changes nothing that was agreed: a link counts from its confirmation on, and a
supplier can confirm only a link that is already resolved to it.
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hub.bom.tables import Part, SourcingLink
from hub.parties.tables import Company


def resolve_links(session: Session, company: Company) -> None:
    """Resolve the links that name this company, or its parts, as text.

    Call it after registering a company and after registering parts of one. A name carried by
    several companies resolves to none of them.
    """
    _resolve_supplier(session, company)
    _resolve_parts(session, company.id)


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
    session.execute(
        update(SourcingLink)
        .where(
            SourcingLink.supplier_text.in_(names),
            SourcingLink.supplier_id.is_(None),
            SourcingLink.replaced_at.is_(None),
        )
        .values(supplier_id=company.id)
    )


def _resolve_parts(session: Session, company_id: str) -> None:
    number_is_same = (
        select(Part.id)
        .where(Part.company_id == company_id, Part.number == SourcingLink.supplier_part_text)
        .scalar_subquery()
    )
    session.execute(
        update(SourcingLink)
        .where(
            SourcingLink.supplier_id == company_id,
            SourcingLink.supplier_part_id.is_(None),
            SourcingLink.replaced_at.is_(None),
        )
        .values(supplier_part_id=number_is_same)
        .execution_options(synchronize_session=False)
    )
