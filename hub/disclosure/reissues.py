"""Declared values that a newer calculation has left behind: to be declared anew.

Whoever types a new bill sees here that what stands is off by 10 % or more, and how many customers
would have to be told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.calculator.outcomes import outcome
from hub.calculator.tables import CalculationDraft
from hub.declarations.change import asks_for_reissue, change_percent
from hub.declarations.queries import own, state_at
from hub.declarations.tables import DeclarationRow
from hub.disclosure.company_declarations import CompanyDeclaration, with_parts
from hub.disclosure.recipients import recipients
from hub.kit.clock import now

MOST = 20
"""Calculations that are looked at, the newest ones."""


@dataclass(frozen=True)
class Reissue:
    """A standing declaration, and the calculation that says something else."""

    of: CompanyDeclaration
    draft_id: str
    change: Decimal | None
    """Percent of the declared value; None from a value of 0."""
    recipients: int
    """Companies that could read what stands, or did."""


@dataclass(frozen=True)
class Calculated:
    """What a calculation says of one piece, as a declared value."""

    excluding_uptake: str
    declared_amount: str = "1"
    declared_unit: str = "piece"


def reissues(session: Session, caller: Caller) -> list[Reissue]:
    """Of the newest calculations those of 10 % or more beside what the caller declared before."""
    return list(_reissues(session, caller))


def _reissues(session: Session, caller: Caller) -> Iterator[Reissue]:
    for draft in _newest(session, caller):
        standing = _standing(session, caller, draft)
        calculation = outcome(session, caller, draft).calculation if standing else None
        if standing is None or calculation is None:
            continue
        said = Calculated(str(calculation.total))
        if asks_for_reissue(standing, said):
            [of] = with_parts(session, [standing])
            told = recipients(session, caller, [standing]).get(standing.digest, [])
            yield Reissue(of, draft.id, change_percent(standing, said), len(told))


def _newest(session: Session, caller: Caller) -> Sequence[CalculationDraft]:
    """The newest calculation of each part."""
    row = CalculationDraft
    query = select(row).where(row.company_id == caller.company_id)
    drafts = session.scalars(query.order_by(row.changed_at.desc(), row.id).limit(MOST)).all()
    return list({draft.part_id: draft for draft in reversed(drafts)}.values())


def _standing(session: Session, caller: Caller, draft: CalculationDraft) -> DeclarationRow | None:
    """What stands of the draft's part for one piece, and was declared before it was changed."""
    row = DeclarationRow
    query = own(caller).where(
        row.part_id == draft.part_id,
        row.kind == "footprint",
        row.declared_unit == Calculated.declared_unit,
        state_at(now()) == "head",
    )
    found = session.scalar(query.order_by(row.log_index.desc()).limit(1))
    return found if found is not None and found.received_at < draft.changed_at else None
