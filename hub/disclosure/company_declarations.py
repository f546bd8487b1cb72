"""The list of a company's own declarations, newest first, each with its part and state."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of, versions
from hub.declarations.payloads import DeclarationSummary, summary
from hub.declarations.queries import State, own, state_at, states
from hub.declarations.tables import DeclarationRow
from hub.kit.clock import now

PAGE = 50


@dataclass(frozen=True)
class CompanyDeclaration:
    """One own declaration in a list."""

    declaration: DeclarationSummary
    number: str
    """The part's number."""
    name: str
    """The part's present name."""


@dataclass(frozen=True)
class CompanyDeclarations:
    """One page of the list."""

    declarations: Sequence[CompanyDeclaration]
    counts: Mapping[str, int]
    """All of the caller's declarations by state."""
    next: int | None
    """Log index that the next page lies before; None on the last."""


def company_declarations(
    session: Session, caller: Caller, state: State | None = None, before: int | None = None
) -> CompanyDeclarations:
    """Up to `PAGE` of the caller's declarations received before the one of log index `before`."""
    query = own(caller, state=state)
    if before is not None:
        query = query.where(DeclarationRow.log_index < before)
    newest = query.order_by(DeclarationRow.log_index.desc()).limit(PAGE + 1)
    rows = list(session.scalars(newest))
    page = rows[:PAGE]
    counts = Counter(session.scalars(own(caller).with_only_columns(state_at(now()))))
    following = page[-1].log_index if len(rows) > PAGE else None
    return CompanyDeclarations(with_parts(session, page), counts, following)


def declarations_of_part(
    session: Session, caller: Caller, part_id: str
) -> Sequence[CompanyDeclaration]:
    """The newest declarations of one own part; at most `PAGE`."""
    query = own(caller).where(DeclarationRow.part_id == part_id)
    newest = query.order_by(DeclarationRow.log_index.desc()).limit(PAGE)
    return with_parts(session, list(session.scalars(newest)))


def with_parts(session: Session, rows: Sequence[DeclarationRow]) -> Sequence[CompanyDeclaration]:
    """Declarations with the numbers and names of their parts."""
    ids = {row.part_id for row in rows}
    numbers, known = numbers_of(session, ids), versions(session, ids)
    present = states(session, [row.digest for row in rows])
    return [
        CompanyDeclaration(
            summary(row, present[row.digest]), numbers[row.part_id], known[row.part_id].name
        )
        for row in rows
    ]
