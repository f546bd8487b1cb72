"""A company's own record when it leaves: what it takes along, and what is erased of it."""

from collections.abc import Collection, Iterator

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.leaving import ExportFile, csv_file, json_file, rows_of
from hub.kit.wall import beyond
from hub.parties.assurance import all_of, standing
from hub.parties.payloads import CompanyOut
from hub.parties.queries import sites_of
from hub.parties.tables import Company, CompanyIdentifier, IdentityAssurance, Site

_ASSURANCE = (
    *("scheme", "value", "level", "source", "checked_on", "valid_to", "key", "credential"),
    *("recorded_by", "recorded_at", "ended_at", "ended_because"),
)
_SITE = ("code", "name", "country", "subdivision", "created_at")


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """The company with its identifiers, and its sites."""
    company = session.get_one(Company, company_id)
    about = CompanyOut.of(company, standing(session, company_id))
    # Whose word the hub has is in a file of its own: another hub would have to ask again.
    own = about.model_dump(exclude={"assurance", "assurances"})
    yield json_file("company.json", "exit/file-company", own)
    rows = rows_of(session, all_of(company_id, _ASSURANCE))
    yield csv_file("identity.csv", "exit/file-identity", _ASSURANCE, rows)
    sites = session.scalars(sites_of(company_id).order_by(Site.code))
    rows = ([getattr(site, name) for name in _SITE] for site in sites)
    yield csv_file("sites.csv", "exit/file-sites", _SITE, rows)


def erase(session: Session, company_id: str) -> None:
    """Erase name, country, identifiers, who vouched for them, and sites.

    The id stays, because others' records hold it.
    """
    with beyond(session):  # recorded by the hub, and of the company
        session.execute(delete(IdentityAssurance).where(IdentityAssurance.company_id == company_id))
    session.execute(delete(Site).where(Site.company_id == company_id))
    session.execute(delete(CompanyIdentifier).where(CompanyIdentifier.company_id == company_id))
    company = session.get_one(Company, company_id)
    company.name, company.country, company.erased_at = "", "", now()
    session.flush()
    session.refresh(company, ["identifiers"])


def forget_provisional(session: Session, company_ids: Collection[str]) -> None:
    """Take name and country off companies that nobody has claimed: only who invited them knew."""
    nobodys = Company.id.in_(company_ids), Company.provisional.is_(True)
    gone = {"name": "", "country": "", "provisional": False, "erased_at": now()}
    session.execute(update(Company).where(*nobodys).values(gone))
