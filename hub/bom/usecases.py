"""What can be done with parts, bills of materials and sourcing links."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.bom.resolution import resolve_links
from hub.bom.tables import Part, PartVersion
from hub.bom.words import Kind, MassRule
from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.parties.tables import Company
from tierlight_schemas import units
from tierlight_schemas.amounts import Amount

__all__ = ["register_part", "resolve_links"]

MAX_NUMBER = 200
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
    existing = session.scalar(select(Part).filter_by(company_id=company_id, number=number))
    if existing:
        return existing
    at = now()
    part = Part(company_id=company_id, number=number, created_at=at)
    session.add(part)
    session.flush()
    session.add(
        PartVersion(
            part_id=part.id,
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
    resolve_links(session, session.get_one(Company, company_id))
    return part
