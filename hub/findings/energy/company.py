"""The findings of all sites of a company, as flags: each names its site, year, and what in it."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.activity.site_year import site_year
from hub.activity.tables import EnergyInstrument, EnergyReading, ProductionVolume, SharedSite
from hub.findings.energy.judging import findings_of
from hub.findings.flags import Flag
from hub.parties.tables import Site
from tierlight_schemas.findings import Finding

NAMED = ("reference", "carrier", "part", "case")
"""Evidence that says which instrument, carrier, part or sum of a site a finding is about."""
MAX_SITE_YEARS = 500
"""Years of sites that are looked at, the newest first."""


def site_flags(session: Session, company_id: str, known_at: datetime) -> Iterator[Flag]:
    """What is found in every year of every site of which something is recorded."""
    for site_id, year in _years(session, company_id, known_at):
        found = site_year(session, company_id, site_id, year, known_at)
        for finding in findings_of(session, found, known_at):
            yield _flag(company_id, found.site, year, finding)


def _flag(company_id: str, site: Site, year: int, finding: Finding) -> Flag:
    evidence = finding.evidence
    named = {name: evidence[name] for name in NAMED if name in evidence}
    subject = {"type": "site", "site": site.code, "year": str(year), **named}
    return Flag(finding.code, finding.severity, company_id, subject, 0, evidence)


def _years(session: Session, company_id: str, known_at: datetime) -> list[tuple[str, int]]:
    """Sites and years with anything recorded by then, the newest years first."""
    monthly = (
        select(table.site_id, func.substr(table.month, 1, 4)).where(
            table.company_id == company_id, table.recorded_at <= known_at
        )
        for table in (EnergyReading, ProductionVolume)
    )
    yearly = (
        select(table.site_id, table.year).where(
            table.company_id == company_id, table.recorded_at <= known_at
        )
        for table in (EnergyInstrument, SharedSite)
    )
    rows = (row for query in (*monthly, *yearly) for row in session.execute(query.distinct()))
    found = {(site, int(year)) for site, year in rows}
    return sorted(found, key=lambda one: (-one[1], one[0]))[:MAX_SITE_YEARS]
