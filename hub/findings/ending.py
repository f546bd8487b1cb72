"""What ended a finding of which something was said: the newest record of its part since then.

As far as can be told: a finding may also end by what another company has recorded, which is not
this company's to know, or because a day has passed. Then nothing is named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, literal, select
from sqlalchemy.orm import Session

from hub.bom.tables import BomRevision, Part, PartVersion, SourcingLink
from hub.declarations.tables import DeclarationRow, Withdrawal

_CHUNK = 5_000


@dataclass(frozen=True)
class Record:
    """Something that was recorded of a part."""

    kind: str
    """`declaration`, `withdrawal`, `bom`, `link` or `part`."""
    at: datetime
    digest: str | None = None
    """Of a declaration."""


Records = Mapping[str, list[Record]]
"""By number of the part, oldest first."""


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
    for records in found.values():
        records.sort(key=lambda record: record.at)
    return found


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


def ended_by(records: Records, subject: Mapping[str, str], since: datetime) -> Record | None:
    """The newest record since then of what a finding is about: its part, or what a line takes."""
    numbers = {subject.get("part"), subject.get("child")}
    newer = (r for number in numbers if number for r in records.get(number, ()) if r.at > since)
    return max(newer, key=lambda record: record.at, default=None)
