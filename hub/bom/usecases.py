"""What can be done with parts, bills of materials and sourcing links."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.bom.bom_import import import_bom
from hub.bom.columns import MAX_NUMBER
from hub.bom.part_import import import_parts
from hub.bom.resolution import resolve_links, resolve_part
from hub.bom.sourcing_import import import_sourcing
from hub.bom.tables import Part, PartVersion
from hub.bom.verdicts import confirm_link, confirm_links, dispute_link
from hub.kit.clock import now
from hub.kit.errors import BadInput
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
    "dispute_link",
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
