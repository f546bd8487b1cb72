"""Who sees what of a company's parts: the matrix of its consents, and what may be added to it."""

import re
from collections.abc import Mapping, Sequence
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
from hub.sharing.usecases import grant, revoke

MOST = 1_000
"""Consents on one page: those that have not ended before those that have, the newest first."""
_BETWEEN = re.compile(r"[,;，；、\n]")
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
    """Numbers of own parts, with commas between; empty: all parts."""
    level: int = 1
    aggregate: bool = False
    purpose: str = ""
    valid_to: str = ""
    """First day that it no longer holds, ISO 8601; empty: until it is ended."""


@dataclass(frozen=True)
class Row:
    """One customer's row of the matrix: what stands at each level today or later."""

    reader_id: str
    reader: str
    country: str
    levels: Mapping[int, Sequence[Cell]]
    """Consents that have not ended, by level."""


@dataclass(frozen=True)
class Leaving:
    """What a wished consent would let out, and where to."""

    reader: str
    country: str
    """ISO 3166-1 of the receiver."""
    own_country: str
    parts: Sequence[str]
    """Numbers; empty: all parts, those of the future too."""


def matrix(session: Session, page: ConsentsPage) -> list[Row]:
    """Customers by levels: consents that have not ended, and customers without one."""
    countries = _countries(session, [reader for reader, _ in page.readers])
    found: dict[str, dict[int, list[Cell]]] = {reader: {} for reader, _ in page.readers}
    for cell in page.cells:
        if cell.state != "ended":
            levels = found.setdefault(cell.grant.reader_id, {})
            levels.setdefault(cell.grant.level, []).append(cell)
    return [Row(reader, name, countries[reader], found[reader]) for reader, name in page.readers]


def leaving(session: Session, caller: Caller, wanted: Wanted) -> Leaving:
    """What a consent would let out. Raises what `give` does; nothing is given."""
    with session.begin_nested() as trial:
        given = give(session, caller, wanted)
        reader = given[0].reader_id
        trial.rollback()
    found = session.get_one(Company, reader)
    own_country = session.get_one(Company, caller.company_id).country
    numbers = _numbers(session, caller, wanted.part)
    return Leaving(found.name, found.country, own_country, [one for one in numbers if one])


def end_all(session: Session, caller: Caller, reader_id: str) -> int:
    """End every consent that a reader has from the caller; how many those were."""
    query = select(Grant.id).where(
        Grant.owner_id == caller.company_id,
        Grant.reader_id == reader_id,
        Grant.revoked_at.is_(None),
    )
    ids = session.scalars(query.order_by(Grant.granted_at, Grant.id)).all()
    for grant_id in ids:
        revoke(session, caller, grant_id)
    return len(ids)


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


def give(session: Session, caller: Caller, wanted: Wanted) -> list[Grant]:
    """Grant what a form asks for, for each part that it names, or nothing.

    Raises `BadInput` for what cannot be, `NotFound` for an unknown reader.
    """
    numbers = _numbers(session, caller, wanted.part)
    parts = [_part_id(session, caller, number) for number in numbers]
    return [
        grant(
            session,
            caller,
            wanted.reader,
            part_id,
            wanted.level,
            wanted.aggregate,
            valid_to=_day(wanted.valid_to.strip()),
            purpose=wanted.purpose.strip() or None,
        )
        for part_id in parts
    ]


def _numbers(session: Session, caller: Caller, text: str) -> list[str]:
    """The numbers of a field; one empty number for all parts. A number may hold a comma itself."""
    text = text.strip()
    if not text or _found(session, caller, text):
        return [text]
    named = [number.strip() for number in _BETWEEN.split(text)]
    return list(dict.fromkeys(number for number in named if number)) or [""]


def _part_id(session: Session, caller: Caller, number: str) -> str | None:
    if not number:
        return None
    part_id = _found(session, caller, number)
    if part_id is None:
        raise BadInput("hub/own-part-unknown", part=number[:100])
    return part_id


def _found(session: Session, caller: Caller, number: str) -> str | None:
    query = select(Part.id).filter_by(company_id=caller.company_id, number=number)
    return session.scalar(query)


def _countries(session: Session, ids: Sequence[str]) -> dict[str, str]:
    query = select(Company.id, Company.country).where(Company.id.in_(ids))
    return {company_id: country for company_id, country in session.execute(query)}


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
