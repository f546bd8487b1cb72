"""What ended a finding of which something was said: the newest record of its part, or of its site,
since then.

As far as can be told: a finding may also end by what another company has recorded, which is not
this company's to know, or because a day has passed. Then nothing is named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, func, literal, select
from sqlalchemy.orm import Session

from hub.activity.tables import (
    EnergyAllocation,
    EnergyInstrument,
    EnergyReading,
    EnergyUse,
    ProductionVolume,
    SharedSite,
)
from hub.bom.tables import BomRevision, Part, PartVersion, SourcingLink
from hub.declarations.tables import DeclarationRow, Withdrawal
from hub.parties.tables import Site

_CHUNK = 5_000
OF_SITES = (
    EnergyReading,
    EnergyUse,
    ProductionVolume,
    EnergyInstrument,
    EnergyAllocation,
    SharedSite,
)


@dataclass(frozen=True)
class Record:
    """Something that was recorded of a part, or of a site."""

    kind: str
    """`declaration`, `withdrawal`, `bom`, `link` or `part`; of a site `site`."""
    at: datetime
    digest: str | None = None
    """Of a declaration."""


Records = Mapping[str, list[Record]]
"""By number of the part, or by code of the site behind `SITE`, oldest first."""
SITE = "site "


def records_of(
    session: Session, company_id: str, numbers: Collection[str], known_at: datetime
) -> Records:
    """Everything recorded of these parts of a company by then."""
    held, found = sorted(numbers), defaultdict[str, list[Record]](list)
    for start in range(0, len(held), _CHUNK):
        own = (Part.company_id == company_id, Part.number.in_(held[start : start + _CHUNK]))
        for kind, query in _queries():
            for number, at, digest in session.execute(query.where(*own)):
                if at is not None and at <= known_at:
                    found[number].append(Record(kind, at, digest))
    if any(number.startswith(SITE) for number in held):
        for code, at in _of_sites(session, company_id, known_at):
            found[SITE + code].append(Record("site", at))
    for records in found.values():
        records.sort(key=lambda record: record.at)
    return found


def _of_sites(
    session: Session, company_id: str, known_at: datetime
) -> Iterator[tuple[str, datetime]]:
    """Code of the site and the newest instant of each kind of record of it."""
    for table in OF_SITES:
        query = select(Site.code, func.max(table.recorded_at)).join(table, table.site_id == Site.id)
        mine = (Site.company_id == company_id, table.recorded_at <= known_at)
        yield from session.execute(query.where(*mine).group_by(Site.code))


def _queries() -> Iterator[tuple[str, Select[str, datetime | None, str | None]]]:
    """Number of the part, instant and digest of each kind of record."""
    document, no_digest = DeclarationRow, literal(None, String)
    for instant in (SourcingLink.recorded_at, SourcingLink.replaced_at, SourcingLink.confirmed_at):
        link = select(Part.number, instant, no_digest)
        yield "link", link.join(SourcingLink, SourcingLink.part_id == Part.id)
    bom = select(Part.number, BomRevision.recorded_at, no_digest)
    yield "bom", bom.join(BomRevision, BomRevision.parent_id == Part.id)
    part = select(Part.number, PartVersion.recorded_at, no_digest)
    yield "part", part.join(PartVersion, PartVersion.part_id == Part.id)
    declared = select(Part.number, document.received_at, document.digest)
    yield "declaration", declared.join(document, document.part_id == Part.id)
    ended = select(Part.number, Withdrawal.at, document.digest)
    ended = ended.join(document, document.part_id == Part.id)
    yield "withdrawal", ended.join(Withdrawal, Withdrawal.declaration == document.digest)


def named(subject: Mapping[str, str]) -> set[str]:
    """What records of a finding's subject stand under."""
    parts = {subject[name] for name in ("part", "child") if name in subject}
    return parts | ({SITE + subject["site"]} if "site" in subject else set())


def ended_by(records: Records, subject: Mapping[str, str], since: datetime) -> Record | None:
    """The newest record since then of what a finding is about: its part, or what a line takes."""
    newer = (r for number in named(subject) for r in records.get(number, ()) if r.at > since)
    return max(newer, key=lambda record: record.at, default=None)
