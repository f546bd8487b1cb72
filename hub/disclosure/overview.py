"""The first page: what a company has on the hub, what needs attention, who read its data."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.link_state import State, is_in
from hub.bom.queries import links_of_buyer, links_towards
from hub.bom.tables import Part, SourcingLink
from hub.calculator.tables import CalculationDraft
from hub.declarations.queries import own, state_at
from hub.declarations.tables import DeclarationFinding, DeclarationRow
from hub.disclosure.disputes import unanswered
from hub.disclosure.footprint import Question
from hub.disclosure.portfolio import roots
from hub.sharing.tables import AccessRecord
from hub.trust.browser_keys import ending

SOON = timedelta(days=60)
"""A declaration that ends within this time is worth a reminder."""
RECENT = timedelta(days=30)
"""How far back reads by others are counted."""


@dataclass(frozen=True)
class Overview:
    """Counts of the caller's own data; none of them tells anything of other companies' data."""

    parts: int
    roots: int
    """Parts that have lines and stand in no other bill of materials."""
    declarations: Mapping[str, int]
    """Number by state: head, superseded, withdrawn, expired."""
    expiring: int
    """Standing declarations whose validity ends within `SOON`."""
    keys_ending: int
    """Keys in browsers that will soon no longer sign."""
    links_to_confirm: int
    """Sourcing links that name the caller as supplier and wait for its word."""
    links_disputed: int
    """Own sourcing links that their suppliers say are not so."""
    disputes: int
    """Disputes put to the company that await an answer which the caller may give."""
    drafts: int
    """Calculations that were begun and not declared."""
    warnings: int
    """In standing declarations, without a reason."""
    reads: int
    """Reads of the caller's data by others within `RECENT`."""
    readers: int
    """Companies that made those reads."""


def overview(session: Session, caller: Caller, question: Question) -> Overview:
    """What the caller's company has on the hub at the question's instant."""
    reads, readers = _reads(session, caller, question.known_at)
    mine = {"company_id": caller.company_id}
    return Overview(
        parts=_count(session, select(Part.id).where(Part.company_id == caller.company_id)),
        roots=len(roots(session, caller, question)),
        declarations=_by_state(session, caller, question.known_at),
        expiring=_expiring(session, caller, question.known_at),
        keys_ending=ending(session, caller.company_id, question.known_at),
        links_to_confirm=_links(session, links_towards(caller.company_id), State.OPEN),
        links_disputed=_links(session, links_of_buyer(caller.company_id), State.DISPUTED),
        disputes=unanswered(session, caller),
        drafts=_count(session, select(CalculationDraft.id).filter_by(**mine)),
        warnings=_warnings(session, caller, question.known_at),
        reads=reads,
        readers=readers,
    )


def _links(session: Session, query: Select[SourcingLink], state: State) -> int:
    return _count(session, query.where(is_in(state)).with_only_columns(SourcingLink.id))


def _by_state(session: Session, caller: Caller, at: datetime) -> dict[str, int]:
    query = own(caller).with_only_columns(state_at(at))
    return dict(Counter(session.scalars(query)))


def _expiring(session: Session, caller: Caller, at: datetime) -> int:
    query = own(caller).where(state_at(at) == "head", DeclarationRow.valid_to <= at + SOON)
    return _count(session, query.with_only_columns(DeclarationRow.digest))


def _warnings(session: Session, caller: Caller, at: datetime) -> int:
    row = DeclarationFinding
    standing = own(caller).where(state_at(at) == "head").with_only_columns(DeclarationRow.digest)
    open_ones = select(func.count()).where(
        row.declaration.in_(standing), row.severity == "warning", row.acknowledged.is_(None)
    )
    return session.scalar(open_ones) or 0


def _reads(session: Session, caller: Caller, at: datetime) -> tuple[int, int]:
    query = select(func.count(), func.count(AccessRecord.reader_id.distinct())).where(
        AccessRecord.owner_id == caller.company_id, AccessRecord.at > at - RECENT
    )
    reads, readers = session.execute(query).one()
    return int(reads), int(readers)


def _count(session: Session, query: Select[str]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
