"""What can be done with parts, bills of materials and sourcing links."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom import queries
from hub.bom.bom_import import import_bom
from hub.bom.columns import MAX_NUMBER
from hub.bom.part_import import import_parts
from hub.bom.resolution import resolve_links, resolve_part
from hub.bom.sourcing_import import import_sourcing
from hub.bom.tables import Part, PartVersion, SourcingLink
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.kit.import_report import ImportReport
from hub.parties.changes import touch
from hub.parties.usecases import lock_company
from tierlight_schemas import units
from tierlight_schemas.amounts import Amount
from tierlight_schemas.bom import MassRule
from tierlight_schemas.rollup.model import Kind

__all__ = [
    "ImportReport",
    "confirm_link",
    "confirm_links",
    "import_bom",
    "import_parts",
    "import_sourcing",
    "register_part",
    "resolve_links",
]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def register_part(
    session: Session,
    company_id: str,
    number: str,
    *,
    name: str | None = None,
    revision: str | None = None,
    category: str | None = None,
    kind: Kind = Kind.ASSEMBLY,
    base_unit: str = "piece",
    net_mass_kg: Amount | None = None,
    mass_rule: MassRule = MassRule.CONSERVED,
) -> Part:
    """The company's part of that number, registered with a first version if it is new.

    An existing part is returned as it is: new attributes come by `import_parts`. Links that name
    the part as text are resolved. Raises `BadInput` (`hub/part-number`) for an unusable number and
    `tierlight_schemas.units.UnknownUnit` for an unknown unit.
    """
    if not 0 < len(number) <= MAX_NUMBER or number != number.strip() or _CONTROL.search(number):
        raise BadInput("hub/part-number", limit=str(MAX_NUMBER))
    known = select(Part).filter_by(company_id=company_id, number=number)
    if existing := session.scalar(known):
        return existing
    # An import that registers the same number may be under way: wait for it, and look again.
    lock_company(session, company_id)
    if existing := session.scalar(known):
        return existing
    at = now()
    part = Part(company_id=company_id, number=number, created_at=at)
    session.add(part)
    session.flush()
    session.add(
        PartVersion(
            part_id=part.id,
            company_id=company_id,
            recorded_at=at,
            name=name or number,
            revision=revision,
            category=category,
            kind=kind,
            base_unit=units.canonical(base_unit),
            net_mass_kg=net_mass_kg,
            mass_rule=mass_rule,
        )
    )
    session.flush()
    touch(session, company_id)
    resolve_part(session, part)
    return part


def confirm_link(session: Session, caller: Caller, link_id: str) -> SourcingLink:
    """The supplier's word that it supplies what the link says; from then on the link counts.

    Confirming twice changes nothing. Raises `NotFound` for a link towards somebody else, `Conflict`
    (`hub/link-replaced`) when the buyer has stated another in its place.
    """
    link = session.scalar(select(SourcingLink).filter_by(id=link_id, supplier_id=caller.company_id))
    if link is None:
        raise NotFound
    if link.replaced_at:
        raise Conflict("hub/link-replaced")
    link.confirmed_at = link.confirmed_at or now()
    _find_parts(session, caller.company_id, [link])
    session.flush()
    _touch_both_sides(session, caller.company_id, [link])
    return link


def confirm_links(session: Session, supplier_id: str) -> int:
    """Confirm every standing link towards a supplier; how many were open."""
    open_links = queries.links_towards(supplier_id).where(SourcingLink.confirmed_at.is_(None))
    at = now()
    links = session.scalars(open_links).all()
    for link in links:
        link.confirmed_at = at
    _find_parts(session, supplier_id, links)
    session.flush()
    _touch_both_sides(session, supplier_id, links)
    return len(links)


def _find_parts(session: Session, supplier_id: str, links: Sequence[SourcingLink]) -> None:
    """Resolve what two imports at the same time could not see of each other: the buyer's of the
    link, and the supplier's of its part."""
    unresolved = [link for link in links if link.supplier_part_id is None]
    ids = queries.part_ids(session, supplier_id, {link.supplier_part_text for link in unresolved})
    for link in unresolved:
        link.supplier_part_id = ids.get(link.supplier_part_text)


def _touch_both_sides(session: Session, supplier_id: str, links: Sequence[SourcingLink]) -> None:
    buyers = queries.buyers_of(session, links).values()
    if buyers:
        touch(session, supplier_id, *(company_id for company_id, _ in buyers))
