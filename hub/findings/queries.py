"""What the findings read beside a roll-up: findings stored at the door, who uses a part, and what
people said of findings."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from hub.access.caller import PERSON
from hub.access.tables import Person
from hub.bom.tables import Part, SourcingLink
from hub.declarations.tables import DeclarationFinding, DeclarationRow
from hub.findings.tables import FindingDecision

_CHUNK = 5_000
_NEWEST_FIRST = (FindingDecision.at.desc(), FindingDecision.id.desc())


def document_findings(session: Session, digests: Collection[str]) -> Iterator[DeclarationFinding]:
    """The stored findings of declarations, in the order of the documents."""
    held = list(digests)
    for start in range(0, len(held), _CHUNK):
        query = (
            select(DeclarationFinding)
            .where(DeclarationFinding.declaration.in_(held[start : start + _CHUNK]))
            .order_by(DeclarationFinding.declaration, DeclarationFinding.position)
        )
        yield from session.scalars(query)


def sold_parts(session: Session, company_id: str, known_at: datetime) -> set[str]:
    """The company's parts that some buyer's standing link names."""
    query = select(SourcingLink.supplier_part_id).where(
        SourcingLink.supplier_id == company_id,
        SourcingLink.supplier_part_id.is_not(None),
        SourcingLink.recorded_at <= known_at,
        or_(SourcingLink.replaced_at.is_(None), SourcingLink.replaced_at > known_at),
    )
    return {part for part in session.scalars(query) if part}


def decisions_of(
    session: Session, company_id: str, known_at: datetime
) -> dict[str, list[FindingDecision]]:
    """What was said of a company's findings by then, by key, in the order it was said."""
    row = FindingDecision
    query = select(row).where(row.company_id == company_id, row.at <= known_at)
    found: dict[str, list[FindingDecision]] = defaultdict(list)
    for decision in session.scalars(query.order_by(row.at, row.id)):
        found[decision.key].append(decision)
    return found


def decisions_on(session: Session, company_id: str, key: str) -> list[FindingDecision]:
    """What was said of one finding so far, in order, as far as whoever asks may see it."""
    row = FindingDecision
    query = select(row).where(row.company_id == company_id, row.key == key)
    return list(session.scalars(query.order_by(row.at, row.id)))


def dispute_put_to(session: Session, company_id: str, key: str) -> FindingDecision | None:
    """The newest dispute of a finding that this company was asked to answer."""
    query = disputes_put_to(company_id).where(FindingDecision.key == key)
    return session.scalars(query.order_by(*_NEWEST_FIRST).limit(1)).first()


def dispute_put_to_operator(session: Session, key: str) -> FindingDecision | None:
    """The newest dispute of a finding that the hub's operator was asked to answer."""
    row = FindingDecision
    query = select(row).where(row.key == key, row.kind == "dispute", row.asked == "operator")
    return session.scalars(query.order_by(*_NEWEST_FIRST).limit(1)).first()


def disputes_put_to_operator(session: Session) -> list[FindingDecision]:
    """All disputes that the hub's operator was asked to answer, oldest first."""
    row = FindingDecision
    query = select(row).where(row.kind == "dispute", row.asked == "operator")
    return list(session.scalars(query.order_by(row.at, row.id)))


def disputes_put_to(company_id: str) -> Select[FindingDecision]:
    """All disputes that this company was asked to answer."""
    row = FindingDecision
    return select(row).where(row.asked_id == company_id, row.kind == "dispute")


def exchanged_on(
    session: Session, company_id: str, keys: Collection[str]
) -> dict[str, list[FindingDecision]]:
    """What was said in the disputes that this company was asked to answer, by key and in order."""
    row = FindingDecision
    query = select(row).where(row.asked_id == company_id, row.key.in_(keys))
    found: dict[str, list[FindingDecision]] = defaultdict(list)
    for decision in session.scalars(query.order_by(row.at, row.id)):
        found[decision.key].append(decision)
    return found


def signed_acknowledgements(
    session: Session, company_id: str, known_at: datetime
) -> Iterator[tuple[DeclarationFinding, datetime, str]]:
    """Findings of the company's own footprints that were acknowledged in the signed document, when
    that came in, and the part's number."""
    row, document = DeclarationFinding, DeclarationRow
    query = (
        select(row, document.received_at, Part.number)
        .join(document, document.digest == row.declaration)
        .join(Part, Part.id == document.part_id)
        .where(document.company_id == company_id, document.kind == "footprint")
        .where(document.received_at <= known_at, row.acknowledged.is_not(None))
        .order_by(row.declaration, row.position)
    )
    yield from session.execute(query)


def own_people(session: Session, company_id: str) -> dict[str, Person]:
    """The people who sign in for a company, by how their words are recorded."""
    query = select(Person).where(Person.company_id == company_id).order_by(Person.name, Person.id)
    return {f"{PERSON}:{person.id}": person for person in session.scalars(query)}
