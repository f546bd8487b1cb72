"""What a hub tells of a chain: at the door, of every company's own parts, and of its sites."""

import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.planted.entering import Hub, table
from benchmarks.planted.factories import YEAR_OF_SITES
from benchmarks.planted.model import Chain, Company, Part
from benchmarks.planted.records import CHAIN, DOOR, SITE, TABLE, Seen
from benchmarks.planted.surveys import YEAR_OF_SURVEYS
from hub.activity.site_year import site_year
from hub.bom.queries import part_ids
from hub.cli import main as command_line
from hub.findings.company import own_findings
from hub.findings.energy.judging import findings_of
from hub.findings.flags import Flag
from hub.findings.usecases import find
from hub.footprints.usecases import RollUp, roll_up
from hub.kit.clock import now
from hub.parties.queries import sites_of
from hub.parties.tables import Site as SiteRow
from tierlight_schemas.findings import Finding

_NAMING = ("part", "child", "supplier_part", "site", "name")


def seen(hub: Hub) -> set[Seen]:
    """Every finding that anybody is told."""
    told = (at_the_door(hub), in_the_chain(hub), of_sites(hub), in_tables(hub.chain))
    return {each for group in told for each in group}


def at_the_door(hub: Hub) -> Iterator[Seen]:
    """What the door said to each submission: why it was refused, or what it noted."""
    for declaration, verdict in hub.verdicts:
        company = declaration.part.owner.name
        number = frozenset({declaration.part.number})
        for stored in verdict.findings:
            yield _of_finding(stored.finding, company, number, DOOR)
        if verdict.error is None:
            continue
        details: list[Mapping[str, str]] = getattr(verdict.error, "details", None) or []
        codes = {detail["code"] for detail in details} or {verdict.error.code}
        for code in codes:
            yield Seen(code, company, number, DOOR, "error", str(verdict.error))


def _of_finding(finding: Finding, company: str, subjects: frozenset[str], where: str) -> Seen:
    evidence = str(dict(finding.evidence) | {"path": finding.path})
    return Seen(finding.code, company, subjects, where, finding.severity.value, evidence)


def in_the_chain(hub: Hub) -> Iterator[Seen]:
    """The findings about every company, and those of the vehicles as their maker sees them."""
    with hub.read() as session:
        for company in hub.chain.companies:
            for flag in _about(session, hub, company):
                yield _of_flag(flag, hub)
        for vehicle in hub.chain.vehicles:
            rollup, (root,) = _rolled_up(session, hub, hub.chain.carmaker, [vehicle])
            for flag in find(session, rollup, root):
                yield _of_flag(flag, hub)


def _about(session: Session, hub: Hub, company: Company) -> Iterator[Flag]:
    rollup, ids = _rolled_up(session, hub, company, company.parts)
    yield from (found.flag for found in own_findings(session, rollup, ids).found)


def _rolled_up(
    session: Session, hub: Hub, company: Company, parts: Sequence[Part]
) -> tuple[RollUp, list[str]]:
    ids = [*part_ids(session, hub.ids[company], [part.number for part in parts]).values()]
    at = now()
    return roll_up(session, hub.ids[company], ids, at.date(), at), ids


def _of_flag(flag: Flag, hub: Hub) -> Seen:
    named = {flag.subject[name] for name in _NAMING if name in flag.subject}
    evidence = str(dict(flag.evidence))
    owner = hub.names[flag.owner]
    return Seen(flag.code, owner, frozenset(named), CHAIN, flag.severity.value, evidence)


def of_sites(hub: Hub) -> Iterator[Seen]:
    """What a site's page tells of its year."""
    with hub.read() as session:
        for site in hub.chain.sites:
            company_id = hub.ids[site.company]
            row = session.scalars(sites_of(company_id).where(SiteRow.code == site.code)).one()
            found = site_year(session, company_id, row.id, YEAR_OF_SITES)
            for finding in findings_of(session, found):
                yield _of_finding(finding, site.company.name, frozenset({site.code}), SITE)


def in_tables(chain: Chain) -> Iterator[Seen]:
    """What the command for tables says of the surveys."""
    for name, rows in chain.surveys.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(table(rows).read())
            asked = ["check-table", str(path), "--year", str(YEAR_OF_SURVEYS)]
            printed = io.StringIO()
            with redirect_stdout(printed), redirect_stderr(io.StringIO()):
                command_line([*asked, "--format", "json"])
        # A table that the command cannot read tells nothing: what is planted in it is missed.
        for told in json.loads(printed.getvalue() or "[]"):
            evidence = told["evidence"]
            named = frozenset({evidence["name"]})
            yield Seen(told["code"], "a survey", named, TABLE, told["severity"], str(evidence))
