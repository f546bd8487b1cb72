"""links.csv: what a supplier says of many links at once, a verdict a line.

The table is the list of links as it was downloaded, with the own numbers and verdicts filled in. A
line without a verdict says nothing. The same table twice changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom import queries
from hub.bom.columns import MAX_NUMBER
from hub.bom.link_state import Dispute, Reason
from hub.bom.link_words import HEADERS, Verdict, named
from hub.bom.succession import hold, standing
from hub.bom.tables import SourcingLink
from hub.bom.verdicts import MAX_WORDS, confirm_held, dispute_held, is_said
from hub.kit.cells import code, day, label
from hub.kit.csv_table import Column, Problems, Row, read_rows
from hub.kit.errors import Conflict, NotFound
from hub.parties.changes import touch

MAX_LINES = 20_000
_CHUNK = 5_000
_FORMULA_SIGNS = "=+-@＝＋－＠"


class Outcome(StrEnum):
    """What became of a line."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    UNCHANGED = "unchanged"
    NOTHING_SAID = "nothing-said"


@dataclass(frozen=True)
class Line:
    """A line that was taken."""

    row: int
    link: str
    outcome: Outcome


@dataclass(frozen=True)
class Taken:
    """What became of a table, line by line."""

    lines: Sequence[Line]
    refused: Sequence[dict[str, str]]
    """Of the lines that were not taken: `row`, `column`, `code` and what its words want."""
    notes: Sequence[dict[str, str]]


def _inert(text: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from taking the text for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in tuple(_FORMULA_SIGNS) else text


def _number(text: str) -> str:
    return code(MAX_NUMBER)(_inert(text))


def _words(text: str) -> str:
    return label(MAX_WORDS)(_inert(text))


_READ = {
    "link": code(36),
    "own_part": _number,
    "verdict": named(Verdict),
    "reason": named(Reason),
    "ended_on": day,
    "words": _words,
}
COLUMNS = tuple(
    Column(
        name,
        _READ.get(name, str),
        required=name == "link",
        names=tuple(HEADERS[name].values()),
    )
    for name in HEADERS
)


def import_links(
    session: Session,
    caller: Caller,
    file: BinaryIO,
    file_name: str = "links.csv",
    *,
    partly: bool = False,
) -> Taken:
    """Confirm and dispute what a table says; with `partly`, good lines although others are not.

    Without it all lines are taken or none: raises `BadTable` naming every cell that cannot be
    used. Nothing is recorded for a line that says what is recorded already.
    """
    problems = Problems(file_name)
    rows = _rows(file, problems)
    links = _links(session, caller, rows, problems)
    own = _own_parts(session, caller, rows, problems)
    bad = {problem["row"] for problem in problems.found}
    if not partly or not rows:
        problems.refuse()
    lines = [_taken(session, row, links, own) for row in rows if str(row.number) not in bad]
    session.flush()
    _touch(session, caller, lines, links)
    return Taken(lines, problems.found, problems.notes)


def _rows(file: BinaryIO, problems: Problems) -> list[Row]:
    rows: list[Row] = []
    for row in read_rows(file, COLUMNS, problems, "links"):
        if len(rows) == MAX_LINES:
            problems.add(row.number, "", "csv/too-many-rows", limit=str(MAX_LINES))
            break
        _check(row, problems)
        rows.append(row)
    return rows


def _check(row: Row, problems: Problems) -> None:
    if row.values["verdict"] is not Verdict.DISPUTE:
        return
    reason = row.values["reason"]
    needed = {None: "reason", Reason.OTHER: "words", Reason.ENDED: "ended_on"}.get(reason)
    if needed and row.values[needed] is None:
        problems.add(row.number, needed, "csv/empty-cell")


def _links(
    session: Session, caller: Caller, rows: Sequence[Row], problems: Problems
) -> dict[int, SourcingLink]:
    """The standing link of each row, held from its buyer's imports."""
    mine = select(SourcingLink).where(SourcingLink.supplier_id == caller.company_id)
    for buyer_id in sorted(_buyers(session, caller, rows)):
        hold(session, buyer_id)
    ids = [row.values["link"] for row in rows]
    known = {
        link.id: link
        for start in range(0, len(ids), _CHUNK)
        for link in session.scalars(
            mine.where(SourcingLink.id.in_(ids[start : start + _CHUNK])),
            execution_options={"populate_existing": True},
        )
    }
    found: dict[int, SourcingLink] = {}
    first: dict[str, int] = {}
    for row in rows:
        link = _standing(session, caller, row, known, problems)
        if link is None:
            continue
        found[row.number] = link
        if first.setdefault(link.id, row.number) != row.number:
            said = str(first[link.id])
            problems.add(row.number, "link", "csv/link-twice", row.values["link"], first=said)
    return found


def _buyers(session: Session, caller: Caller, rows: Sequence[Row]) -> set[str]:
    ids = [row.values["link"] for row in rows]
    query = select(SourcingLink.buyer_id).where(SourcingLink.supplier_id == caller.company_id)
    found: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        chunk = SourcingLink.id.in_(ids[start : start + _CHUNK])
        found |= set(session.scalars(query.where(chunk).distinct()))
    return found


def _standing(
    session: Session,
    caller: Caller,
    row: Row,
    known: dict[str, SourcingLink],
    problems: Problems,
) -> SourcingLink | None:
    link_id = row.values["link"]
    link = known.get(link_id)
    if link is not None and link.replaced_at is None:
        return link
    try:
        return standing(session, caller.company_id, link_id)
    except NotFound:
        problems.add(row.number, "link", "csv/link-unknown", link_id)
    except Conflict:
        problems.add(row.number, "link", "csv/link-replaced", link_id)
    return None


def _own_parts(
    session: Session, caller: Caller, rows: Sequence[Row], problems: Problems
) -> dict[str, str]:
    """Ids of the own parts that rows name."""
    confirming = [row for row in rows if row.values["verdict"] is Verdict.CONFIRM]
    named_ones = [row for row in confirming if row.values["own_part"] is not None]
    numbers = {row.values["own_part"] for row in named_ones}
    found = queries.part_ids(session, caller.company_id, numbers)
    for row in named_ones:
        if row.values["own_part"] not in found:
            problems.add(row.number, "own_part", "csv/part-unknown", row.values["own_part"])
    return found


def _taken(session: Session, row: Row, links: dict[int, SourcingLink], own: dict[str, str]) -> Line:
    link, verdict = links[row.number], row.values["verdict"]
    if verdict is None:
        return Line(row.number, link.id, Outcome.NOTHING_SAID)
    if verdict is Verdict.CONFIRM:
        part_id = own.get(row.values["own_part"] or "") or link.supplier_part_id
        if is_said(link, part_id):
            return Line(row.number, link.id, Outcome.UNCHANGED)
        links[row.number] = link = confirm_held(session, link, part_id)
        return Line(row.number, link.id, Outcome.CONFIRMED)
    said = _dispute(row)
    if is_said(link, said):
        return Line(row.number, link.id, Outcome.UNCHANGED)
    links[row.number] = link = dispute_held(session, link, said)
    return Line(row.number, link.id, Outcome.DISPUTED)


def _dispute(row: Row) -> Dispute:
    reason: Reason = row.values["reason"]
    ended_on = row.values["ended_on"] if reason is Reason.ENDED else None
    return Dispute(reason, row.values["words"], ended_on)


def _touch(
    session: Session, caller: Caller, lines: Sequence[Line], links: dict[int, SourcingLink]
) -> None:
    changed = (Outcome.CONFIRMED, Outcome.DISPUTED)
    buyers = {links[line.row].buyer_id for line in lines if line.outcome in changed}
    if buyers:
        touch(session, caller.company_id, *buyers)
