"""Companies that one has to do with: those that it buys from, and those that buy from it."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.bom.tables import SourcingLink
from hub.kit.paging import PageRequest, read_page
from hub.parties.assurance import Level, levels
from hub.parties.tables import Company


@dataclass(frozen=True)
class Partner:
    """A company at the other end of a standing sourcing link, confirmed or not."""

    company: Company
    level: Level
    """How well it is known that it is who it says."""
    supplies: bool
    buys: bool


def page_of_partners(
    session: Session, company_id: str, page: PageRequest
) -> tuple[list[Partner], str | None]:
    """A page of the company's partners by name, and the cursor of the next one."""
    sides = [Company.id.in_(each) for each in (_suppliers(company_id), _buyers(company_id))]
    query = select(Company).where(sides[0] | sides[1], Company.id != company_id)
    found, following = read_page(session, query, [Company.name, Company.id], page)
    ids = [company.id for company in found]
    known = levels(session, ids)
    supplies, buys = (
        set(session.scalars(select(Company.id).where(Company.id.in_(ids), side))) for side in sides
    )
    partners = [
        Partner(company, known[company.id], company.id in supplies, company.id in buys)
        for company in found
    ]
    return partners, following


def _suppliers(company_id: str) -> Select[str | None]:
    link = SourcingLink
    mine = select(link.supplier_id).where(link.buyer_id == company_id)
    return mine.where(link.replaced_at.is_(None), link.supplier_id.is_not(None))


def _buyers(company_id: str) -> Select[str]:
    link = SourcingLink
    mine = select(link.buyer_id).where(link.supplier_id == company_id)
    return mine.where(link.replaced_at.is_(None))
