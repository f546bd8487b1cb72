"""The compositions behind the declared values of a roll-up: what each input is, and its mass."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.bom.queries import part_ids, versions
from hub.bom.tables import PartVersion, SourcingLink
from hub.declarations.tables import AnnexRow, DeclarationRow
from hub.findings.flags import printed_half
from hub.findings.rules import Composition, Material
from hub.footprints.usecases import RollUp
from hub.kit.wall import on_behalf, reading
from hub.parties.changes import rely_on
from hub.sharing.policy import TOTAL
from hub.sharing.queries import consents
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.bands import lowest
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.identifiers import parse_part_urn
from tierlight_schemas.rollup.model import ONE, Known
from tierlight_schemas.rollup.resolve import convert
from tierlight_schemas.units import is_mass

_CHUNK = 5_000
Component = Mapping[str, Any]


def compositions_of(session: Session, rollup: RollUp) -> Mapping[str, Composition]:
    """The composition annexes that the roll-up has computed with, by declaration.

    Only those that the hub may compute with: a value holds its inputs exactly then. What an input
    is, is read out of its declarant's own tables.
    """
    owners = _owners(rollup)
    with reading(session, set(owners.values())):
        annexes = _annexes(session, sorted(owners))
    by_owner: defaultdict[str, list[str]] = defaultdict(list)
    for digest in annexes:
        by_owner[owners[digest]].append(digest)
    found: dict[str, Composition] = {}
    for owner, digests in by_owner.items():
        rows = [row for digest in digests for row in annexes[digest]["components"]]
        with on_behalf(session, owner):
            parts = _parts(session, owner, rows, rollup.moment.known_at)
        for digest in digests:
            annex = annexes[digest]
            materials = [_material(row, parts.of(row)) for row in annex["components"]]
            held = tuple(material for material in materials if material is not None)
            found[digest] = Composition(annex.get("complete", False), held)
    return found


def _owners(rollup: RollUp) -> dict[str, str]:
    """Who has declared what was computed from stated inputs, by declaration."""
    return {
        resolution.value.reference: resolution.node.owner
        for resolution in rollup.solution.resolutions.values()
        if resolution.known in (Known.DECLARED, Known.VERIFIED)
        and resolution.value is not None
        and resolution.value.inputs
    }


def _annexes(session: Session, digests: Sequence[str]) -> dict[str, dict[str, Any]]:
    query = select(AnnexRow.declaration, AnnexRow.body).where(AnnexRow.name == "composition")
    return {
        digest: json.loads(body)
        for chunk in _chunks(digests)
        for digest, body in session.execute(query.where(AnnexRow.declaration.in_(chunk)))
    }


@dataclass(frozen=True)
class _Parts:
    """A declarant's parts that its components name, by number and by declaration."""

    owner: str
    by_number: Mapping[str, str]
    by_declaration: Mapping[str, str]
    versions: Mapping[str, PartVersion]

    def of(self, component: Component) -> PartVersion | None:
        """The part that a component is, where it is told and on record."""
        by_number = self.by_number.get(_number(self.owner, component) or "")
        by_declaration = self.by_declaration.get(component.get("declaration", ""))
        return self.versions.get(by_number or by_declaration or "")


def _parts(
    session: Session, owner: str, components: Collection[Component], known_at: datetime
) -> _Parts:
    numbers = {number for row in components if (number := _number(owner, row))}
    by_number = part_ids(session, owner, numbers)
    digests = sorted({row["declaration"] for row in components if "declaration" in row})
    by_declaration = dict(_bought_as(session, owner, digests))
    ids = {*by_number.values(), *by_declaration.values()}
    return _Parts(owner, by_number, by_declaration, versions(session, ids, known_at))


def _bought_as(session: Session, owner: str, digests: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Declarations with the part of the company's that was declared, or is bought as that one.

    Another company's is told as long as that company lets this one see it.
    """
    row, link = DeclarationRow, SourcingLink
    columns = select(row.digest, row.company_id, row.part_id, link.part_id)
    query = columns.outerjoin(
        link, (link.supplier_part_id == row.part_id) & (link.buyer_id == owner)
    ).order_by(link.recorded_at)
    held = consents(session, owner) if digests else None
    for chunk in _chunks(digests):
        rows = session.execute(query.where(row.digest.in_(chunk))).all()
        for digest, company, declared, bought in rows:
            rely_on(session, company)
            if company == owner:
                yield digest, declared
            elif bought and held is not None and held.of(company, declared).level >= TOTAL:
                yield digest, bought


def _number(owner: str, component: Component) -> str | None:
    """The declarant's own number of a component; another company's parts are none of its."""
    try:
        scheme, company, number = parse_part_urn(component.get("part", ""))
    except EnvelopeError:
        return None
    return number if (scheme, company) == ("company", owner) else None


def _material(component: Component, part: PartVersion | None) -> Material | None:
    """What a component is made of, and how heavy it is; None where one of the two is unknown.

    A component without a part on record may bear the name of a category.
    """
    name = component["name"].strip().lower()
    category = part.category if part is not None else name if lowest(name) else None
    if category is None:
        return None
    mass = None
    if part is not None and part.net_mass_kg is not None and not is_mass(part.base_unit):
        mass = Decimal(part.net_mass_kg)
    quantity, unit = Decimal(component["quantity"]), component["unit"]
    each = convert(ONE, unit, "kilogram", mass)
    if each is None:
        return None
    carried = EXACT.multiply(each, Decimal(component.get("allocationShare", "1")))
    rounding = EXACT.multiply(printed_half(quantity), carried)
    return Material(category, EXACT.multiply(quantity, carried), rounding)


def _chunks(digests: Sequence[str]) -> Iterable[Sequence[str]]:
    return (digests[start : start + _CHUNK] for start in range(0, len(digests), _CHUNK))
