"""Suppliers' declarations that a calculation may rest on: of what one buys, and may read."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import links_of_buyer, versions
from hub.bom.tables import SourcingLink
from hub.calculator.questions import BOUGHT, MATERIALS, row_name
from hub.declarations.queries import state_at, visible
from hub.declarations.tables import DeclarationRow
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.parties.tables import Company
from hub.sharing.policy import TOTAL
from hub.sharing.queries import consents
from tierlight_schemas.calculator.declared import stated_by
from tierlight_schemas.calculator.sheet import StatedValue
from tierlight_schemas.strict_json import strict_json

MOST = 500
"""Declarations to choose from."""


@dataclass(frozen=True)
class Supply:
    """A declaration to choose: no number of it is told before it is used."""

    digest: str
    supplier: str
    name: str
    """The buyer's own name of the part."""
    last_day: date
    """Of the period that it is about."""


def supplies(session: Session, caller: Caller) -> list[Supply]:
    """What the caller buys by a confirmed link and may read the total of, by supplier and part."""
    confirmed = links_of_buyer(caller.company_id).where(SourcingLink.confirmed_at.is_not(None))
    links = {link.supplier_part_id: link for link in session.scalars(confirmed)}
    row, book = DeclarationRow, consents(session, caller.company_id)
    query = select(row.digest, row.company_id, row.part_id, row.period_end).where(
        row.part_id.in_([part for part in links if part]),
        row.kind == "footprint",
        row.boundary == "cradle-to-gate",
        state_at(now()) == "head",
    )
    found = [
        each
        for each in session.execute(query.order_by(row.period_end.desc()).limit(MOST))
        if book.of(each.company_id, each.part_id).level >= TOTAL
    ]
    told = select(Company.id, Company.name).where(Company.id.in_({e.company_id for e in found}))
    suppliers = {company_id: name for company_id, name in session.execute(told)}
    own = versions(session, {links[each.part_id].part_id for each in found}, now())
    listed = [
        Supply(
            each.digest,
            suppliers[each.company_id],
            own[links[each.part_id].part_id].name,
            (each.period_end - timedelta(seconds=1)).date(),
        )
        for each in found
    ]
    return sorted(listed, key=lambda each: (each.supplier, each.name, each.digest))


def chosen(answers: Mapping[str, str]) -> list[str]:
    """Digests of the declarations that the answers name."""
    steps = ((step, row) for step in (MATERIALS, BOUGHT) for row in range(step.rows))
    digests = (answers.get(row_name(step.name, row, "declared"), "") for step, row in steps)
    return sorted({digest for digest in digests if digest})


def declared(session: Session, caller: Caller, digests: Iterable[str]) -> dict[str, StatedValue]:
    """What these declarations say; each read is recorded for its owner.

    One that the caller may not read, or no longer, is left out.
    """
    found: dict[str, StatedValue] = {}
    for digest in digests:
        with suppress(NotFound):
            row, _ = visible(session, caller, digest)
            found[digest] = stated_by(strict_json(row.payload), digest)
    return found
