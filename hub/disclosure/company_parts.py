"""The list of a company's own parts, with whether each has a standing declaration."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.payloads import PartOut
from hub.bom.queries import own_parts, versions
from hub.bom.tables import Part, PartVersion
from hub.declarations.queries import own, state_at
from hub.declarations.tables import DeclarationRow
from hub.kit.clock import now
from hub.kit.paging import PageRequest, read_page
from tierlight_schemas.amounts import Amount
from tierlight_schemas.units import conversion, is_mass

PART_STATES = ("head", "expired", "withdrawn", "superseded")
"""States of declarations, the one that speaks for a part first."""


@dataclass(frozen=True)
class CompanyPart:
    """One own part in the list."""

    part: PartOut
    mass_kg: str | None
    """Mass of one base unit; None is unknown."""
    declaration: str | None
    """State of the declaration that speaks for the part; None when it never had one."""


@dataclass(frozen=True)
class CompanyParts:
    """One page of the list, by number, and the cursor of the next."""

    parts: Sequence[CompanyPart]
    next: str | None


def company_parts(session: Session, caller: Caller, search: str, page: PageRequest) -> CompanyParts:
    """The caller's parts whose number or name (present or former) contains `search`."""
    query = own_parts(caller.company_id)
    if search:
        named = select(PartVersion.part_id).where(
            PartVersion.name.icontains(search, autoescape=True)
        )
        number = Part.number.icontains(search, autoescape=True)
        query = query.where(or_(number, Part.id.in_(named)))
    parts, following = read_page(session, query, [Part.number], page)
    known = versions(session, [part.id for part in parts])
    states = declared_states(session, caller, [part.id for part in parts])
    rows = [_listed(PartOut.of(part, known[part.id]), states.get(part.id)) for part in parts]
    return CompanyParts(rows, following)


def _listed(part: PartOut, state: str | None) -> CompanyPart:
    return CompanyPart(part, unit_mass_kg(part), state)


def unit_mass_kg(part: PartOut) -> str | None:
    """Mass of one base unit: a kilogram weighs one, whatever else is stated."""
    if is_mass(part.base_unit):
        factor = conversion(part.base_unit, "kilogram")
        return str(Amount.of(Decimal(factor.numerator) / factor.denominator))
    return part.net_mass_kg


def declared_states(session: Session, caller: Caller, part_ids: Collection[str]) -> dict[str, str]:
    """For own parts that have declarations: the state of the one that speaks for the part."""
    query = (
        own(caller)
        .where(DeclarationRow.part_id.in_(part_ids))
        .with_only_columns(DeclarationRow.part_id, state_at(now()))
    )
    found: dict[str, str] = {}
    for part_id, state in session.execute(query):
        held = found.get(part_id, PART_STATES[-1])
        found[part_id] = min(held, state, key=PART_STATES.index)
    return found
