"""Who sees what of a company's parts: the matrix of its consents, and what may be added to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import Part, SourcingLink
from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.parties.tables import Company
from hub.sharing.tables import Grant
from hub.sharing.usecases import grant

MOST = 1_000
"""Consents on one page: those that have not ended before those that have, the newest first."""
State = Literal["holds", "waits", "ended"]


@dataclass(frozen=True)
class Cell:
    """One consent: a reader, and what it may see of one part or all."""

    grant: Grant
    reader: str
    """Name of the company."""
    part: str | None
    """Number of the part; None: all parts."""
    state: State


@dataclass(frozen=True)
class ConsentsPage:
    """The page of a company."""

    cells: Sequence[Cell]
    """Those that hold first, by the reader's name and the part's number."""
    are_all: bool
    """Whether none was left out (`MOST`)."""
    readers: Sequence[tuple[str, str]]
    """Id and name of companies that say they buy from it, or that have had a consent."""


@dataclass(frozen=True)
class Wanted:
    """What a form asks to grant; empty texts are left out."""

    reader: str
    part: str = ""
    """Number of an own part; empty: all parts."""
    level: int = 1
    aggregate: bool = False
    purpose: str = ""
    valid_to: str = ""
    """First day that it no longer holds, ISO 8601; empty: until it is ended."""


def consents_page(session: Session, caller: Caller) -> ConsentsPage:
    """The caller's consents and whom it may give one."""
    day = now().date()
    has_ended = or_(Grant.revoked_at.is_not(None), func.coalesce(Grant.valid_to <= day, False))
    query = (
        select(Grant, Company.name, Part.number)
        .join(Company, Company.id == Grant.reader_id)
        .outerjoin(Part, Part.id == Grant.part_id)
        .where(Grant.owner_id == caller.company_id)
        .order_by(has_ended, Grant.granted_at.desc(), Grant.id)
        .limit(MOST + 1)
    )
    cells = [
        Cell(given, name, number, _state(given, day))
        for given, name, number in session.execute(query)
    ]
    are_all = len(cells) <= MOST
    ranked = sorted(
        cells[:MOST], key=lambda cell: (cell.state == "ended", cell.reader, cell.part or "")
    )
    return ConsentsPage(ranked, are_all, _readers(session, caller.company_id))


def give(session: Session, caller: Caller, wanted: Wanted) -> Grant:
    """Grant what a form asks for. Raises `BadInput` for what cannot be, `NotFound` for an unknown
    reader."""
    part_id = None
    if number := wanted.part.strip():
        query = select(Part.id).filter_by(company_id=caller.company_id, number=number)
        part_id = session.scalar(query)
        if part_id is None:
            raise BadInput("hub/own-part-unknown", part=number[:100])
    return grant(
        session,
        caller,
        wanted.reader,
        part_id,
        wanted.level,
        wanted.aggregate,
        valid_to=_day(wanted.valid_to.strip()),
        purpose=wanted.purpose.strip() or None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("hub/grant-dates") from None


def _state(given: Grant, day: date) -> State:
    if given.revoked_at is not None or (given.valid_to is not None and given.valid_to <= day):
        return "ended"
    return "waits" if given.valid_from > day else "holds"


def _readers(session: Session, company_id: str) -> list[tuple[str, str]]:
    buyers = select(SourcingLink.buyer_id).where(SourcingLink.supplier_id == company_id)
    readers = select(Grant.reader_id).where(Grant.owner_id == company_id)
    query = select(Company.id, Company.name).where(
        Company.id.in_(buyers.union(readers)), Company.id != company_id
    )
    return [(reader, name) for reader, name in session.execute(query.order_by(Company.name))]
