"""All findings about a company, each with what its people have said of it.

What is found is computed for all own parts at once and may be kept as an answer; what was said is
read each time. Both are folded into a state for the instant that is asked about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import BomLine, Part
from hub.disclosure.finding_states import Said, held_of, history, state_of, with_states
from hub.disclosure.footprint import Question
from hub.disclosure.reader import in_full, record_reads
from hub.findings.company import Seen, own_findings
from hub.findings.deciding import Held
from hub.findings.energy.company import site_flags
from hub.findings.identity import Identified, identified
from hub.footprints.usecases import RollUp, roll_up
from hub.kit.clock import now
from hub.kit.errors import Conflict, NotFound
from tierlight_schemas.rollup.model import PartNode

MAX_PARTS = 10_000
"""Own parts that are looked at; a company with more is told that not all were."""
NOBODY = "nobody"

Document = dict[str, Any]


def found_about(session: Session, caller: Caller, question: Question) -> Document:
    """What is found about the caller's company, without states; reads of others are recorded.

    `parts` says how many of the company's parts were looked at, and how many there are.
    """
    ids, total = _parts(session, caller.company_id, question)
    rollup = roll_up(
        session, caller.company_id, ids, question.as_of, question.known_at, question.basis
    )
    record_reads(session, caller, rollup)
    seen = own_findings(session, rollup, ids)
    items = [*_items(rollup, seen, question.lang)]
    return {"items": items, "parts": {"examined": len(ids), "of": total}}


def _parts(session: Session, company_id: str, question: Question) -> tuple[list[str], int]:
    """Ids of the parts to look at and how many there are: those first of which something was said,
    then those that no bill of materials takes, by number."""
    own = (Part.company_id == company_id, Part.created_at <= question.known_at)
    total = session.scalar(select(func.count()).select_from(Part).where(*own)) or 0
    is_taken = exists().where(BomLine.child_id == Part.id)
    query = select(Part.id).where(*own).order_by(is_taken, Part.number).limit(MAX_PARTS)
    first = _spoken_of(session, company_id, question) if total > MAX_PARTS else []
    rest = [part for part in session.scalars(query) if part not in first]
    return [*first, *rest][:MAX_PARTS], total


def _spoken_of(session: Session, company_id: str, question: Question) -> list[str]:
    said = Said.read(session, company_id, question.known_at)
    numbers = said.parts()
    query = select(Part.id).where(Part.company_id == company_id, Part.number.in_(numbers))
    return sorted(session.scalars(query))


def _items(rollup: RollUp, seen: Seen, lang: str) -> Iterator[Document]:
    for one in seen.found:
        root = seen.roots.get(one.key)
        yield _item(one, rollup.resolution(root).node if root else None, lang)


def _item(one: Identified, seen_from: PartNode | None, lang: str) -> Document:
    root = {"id": seen_from.id, "number": seen_from.number} if seen_from else None
    return {
        "key": one.key,
        **in_full(one.flag, lang),
        "evidence_digest": one.evidence_digest,
        "unit_digest": one.unit_digest,
        "seen_from": root,
    }


def listed(session: Session, caller: Caller, found: Document, question: Question) -> list[Document]:
    """The findings with their states, what needs somebody first; and what is no longer found."""
    known_at = now() if question.is_latest else question.known_at
    items = [*found["items"], *_of_sites(session, caller, known_at, question.lang)]
    return with_states(session, caller.company_id, items, known_at, question.lang)


def _of_sites(session: Session, caller: Caller, known_at: datetime, lang: str) -> list[Document]:
    """What is found of the company's sites: computed each time, because another company's claim may
    change it."""
    flags = [*site_flags(session, caller.company_id, known_at)]
    return [_item(one, None, lang) for one in identified(flags, flags)]


@dataclass(frozen=True)
class Wanted:
    """Which findings of a list are asked for; None: whichever."""

    code: str | None = None
    severity: str | None = None
    state: str | None = None
    assignee: str | None = None
    """Id of a person, or `nobody`."""
    part: str | None = None
    """Its number."""

    def takes(self, item: Document) -> bool:
        """Whether a finding is one of them."""
        subject, assignee = item["subject"], item["assignee"]
        person = assignee["id"] if assignee else NOBODY
        told = (
            (self.code, {item["code"]}),
            (self.severity, {item["severity"]}),
            (self.state, {item["state"]}),
            (self.assignee, {person}),
            (self.part, {subject.get("part"), subject.get("child")}),
        )
        return all(wanted is None or wanted in have for wanted, have in told)


def one(session: Session, caller: Caller, items: list[Document], key: str, lang: str) -> Document:
    """A finding of a list with its history. Raises `NotFound`."""
    item = next((item for item in items if item["key"] == key), None)
    if item is None:
        raise NotFound
    said = Said.read(session, caller.company_id, now())
    return {**item, "history": history(said, item, lang)}


def to_decide_on(
    session: Session, caller: Caller, found: Document, key: str, digest: str | None = None
) -> Held:
    """A finding of the caller's company, for something to be said of it.

    Raises `NotFound` for any other; `Conflict` where it is no longer found, or where its numbers
    are not those that were read (`digest`).
    """
    at = now()
    said = Said.read(session, caller.company_id, at)
    items = [*found["items"], *_of_sites(session, caller, at, "en")]
    item = next((item for item in items if item["key"] == key), None)
    if item is None:
        raise Conflict("finding/resolved") if key in said.flags else NotFound()
    if digest is not None and digest != item["evidence_digest"]:
        raise Conflict("finding/numbers-changed")
    return held_of(caller.company_id, item, said)


def state_now(session: Session, caller: Caller, held: Held) -> Document:
    """The state of a finding, after something was said of it."""
    said = Said.read(session, caller.company_id, now())
    return {"key": held.key, **state_of(said, held.key, held.numbers)}
