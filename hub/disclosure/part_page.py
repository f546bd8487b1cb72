"""One own part as a page: attributes, lines, links on both sides, declarations, footprint."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom import queries
from hub.bom.payloads import BuyersLink, LineOut, PartOut, SuppliersLink
from hub.bom.tables import SourcingLink
from hub.disclosure import footprint as footprints
from hub.disclosure.company_declarations import CompanyDeclaration, declarations_of_part
from hub.disclosure.company_parts import unit_mass_kg
from hub.disclosure.footprint import Question


@dataclass(frozen=True)
class PartLine:
    """One line of the part's bill of materials with what its child is called."""

    line: LineOut
    name: str


@dataclass(frozen=True)
class PartPage:
    """Everything that the page of one own part shows."""

    part: PartOut
    mass_kg: str | None
    """Mass of one base unit; None is unknown."""
    recorded_at: datetime | None
    """When the lines were recorded; None when no bill of materials was stated."""
    lines: Sequence[PartLine]
    bought: Sequence[BuyersLink]
    """Links by which the caller buys the part."""
    sold: Sequence[SuppliersLink]
    """Links by which others buy it; they tell neither the buyer's part nor its shares."""
    declarations: Sequence[CompanyDeclaration]
    document: dict[str, Any]
    """The result document of the part (`hub.disclosure.footprint.document`)."""


def part_page(session: Session, caller: Caller, part_id: str, question: Question) -> PartPage:
    """The page of the caller's own part. Raises `NotFound` for any other."""
    part = queries.own_part(session, caller.company_id, part_id)
    revision = queries.revisions(session, [part.id]).get(part.id)
    shown = PartOut.of(part, queries.versions(session, [part.id])[part.id])
    return PartPage(
        part=shown,
        mass_kg=unit_mass_kg(shown),
        recorded_at=revision.recorded_at if revision else None,
        lines=_lines(session, revision.id) if revision else [],
        bought=[BuyersLink.of(link) for link in queries.standing_links(session, [part.id])],
        sold=_sold(session, caller, part.id),
        declarations=declarations_of_part(session, caller, part.id),
        document=footprints.footprint(session, caller, part.id, question),
    )


def _lines(session: Session, revision_id: str) -> list[PartLine]:
    lines = queries.lines(session, [revision_id])[revision_id]
    ids = {line.child_id for line in lines}
    numbers, known = queries.numbers_of(session, ids), queries.versions(session, ids)
    return [
        PartLine(LineOut.of(line, numbers[line.child_id]), known[line.child_id].name)
        for line in lines
    ]


def _sold(session: Session, caller: Caller, part_id: str) -> list[SuppliersLink]:
    query = queries.links_towards(caller.company_id)
    links = list(session.scalars(query.where(SourcingLink.supplier_part_id == part_id)))
    buyers = queries.buyers_of(session, links)
    return [SuppliersLink.of(link, buyers[link.part_id]) for link in links]
