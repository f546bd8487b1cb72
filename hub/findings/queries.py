"""What the findings read beside a roll-up: stored document findings, and who uses a part."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub.bom.tables import SourcingLink
from hub.declarations.tables import DeclarationFinding

_CHUNK = 5_000


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
