"""Declarations that end soon, or have ended with nothing in their place, and the way on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hub.access.caller import Caller
from hub.calculator.tables import CalculationDraft
from hub.declarations.queries import own, state_at
from hub.declarations.tables import DeclarationRow
from hub.disclosure.company_declarations import CompanyDeclaration, with_parts
from hub.disclosure.overview import SOON
from hub.kit.clock import now

_DAY = timedelta(days=1)
MOST = 200
"""On the page, what ends first before the rest."""


@dataclass(frozen=True)
class Expiring:
    """A declaration that ends soon, or has ended."""

    of: CompanyDeclaration
    days_left: int
    """Begun days until it ends; below 1 for what has ended."""
    draft_id: str | None
    """The part's newest calculation, to be copied to the next period."""


def expiring(session: Session, caller: Caller) -> list[Expiring]:
    """The caller's declarations that end within 60 days or have ended without a newer period."""
    at, row, newer = now(), DeclarationRow, aliased(DeclarationRow)
    renewed = select(newer.digest).where(
        newer.part_id == row.part_id,
        newer.kind == row.kind,
        newer.boundary == row.boundary,
        newer.site.is_not_distinct_from(row.site),
        newer.valid_to > row.valid_to,
    )
    query = own(caller).where(
        state_at(at).in_(("head", "expired")), row.valid_to <= at + SOON, ~renewed.exists()
    )
    rows = list(session.scalars(query.order_by(row.valid_to, row.log_index).limit(MOST)))
    drafts = _drafts(session, caller, [one.part_id for one in rows])
    ends = {one.digest: -((at - one.valid_to) // _DAY) for one in rows}
    return [
        Expiring(one, ends[one.declaration.digest], drafts.get(one.declaration.part_id))
        for one in with_parts(session, rows)
    ]


def _drafts(session: Session, caller: Caller, parts: Sequence[str]) -> Mapping[str, str]:
    """The newest calculation of each part."""
    row = CalculationDraft
    query = (
        select(row.part_id, row.id)
        .where(row.company_id == caller.company_id, row.part_id.in_(parts))
        .order_by(row.changed_at, row.id)
    )
    return {part_id: draft_id for part_id, draft_id in session.execute(query)}
