"""A company's own record when it leaves: what it takes along, and what is erased of it."""

from collections.abc import Iterator

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.leaving import ExportFile, csv_file, json_file
from hub.parties.payloads import CompanyOut
from hub.parties.queries import sites_of
from hub.parties.tables import Company, CompanyIdentifier, Site

_SITE = ("code", "name", "country", "subdivision", "created_at")


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """The company with its identifiers, and its sites."""
    company = session.get_one(Company, company_id)
    yield json_file("company.json", "exit/file-company", CompanyOut.of(company).model_dump())
    sites = session.scalars(sites_of(company_id).order_by(Site.code))
    rows = ([getattr(site, name) for name in _SITE] for site in sites)
    yield csv_file("sites.csv", "exit/file-sites", _SITE, rows)


def erase(session: Session, company_id: str) -> None:
    """Erase name, country, identifiers and sites; the id stays, because others' records hold it."""
    session.execute(delete(Site).where(Site.company_id == company_id))
    session.execute(delete(CompanyIdentifier).where(CompanyIdentifier.company_id == company_id))
    company = session.get_one(Company, company_id)
    company.name, company.country, company.erased_at = "", "", now()
    session.flush()
    session.refresh(company, ["identifiers"])
