"""All findings about a company, each with what its people have said of it.

What is found is computed for all own parts at once and may be kept as an answer; what was said is
read each time. Both are folded into a state for the instant that is asked about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.disclosure.finding_states import Said, held_of, history, state_of, with_states
from hub.disclosure.footprint import Question
from hub.disclosure.reader import in_full, record_reads
from hub.findings.company import Seen, own_findings
from hub.findings.deciding import Held
from hub.footprints.usecases import RollUp, roll_up
from hub.kit.clock import now
from hub.kit.errors import Conflict, NotFound

MAX_PARTS = 20_000
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
    then by number."""
    own = (Part.company_id == company_id, Part.created_at <= question.known_at)
    total = session.scalar(select(func.count()).select_from(Part).where(*own)) or 0
    query = select(Part.id).where(*own).order_by(Part.number).limit(MAX_PARTS)
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
        node = rollup.resolution(root).node if root else None
        yield {
            "key": one.key,
            **in_full(one.flag, lang),
            "evidence_digest": one.evidence_digest,
            "unit_digest": one.unit_digest,
            "seen_from": {"id": node.id, "number": node.number} if node else None,
        }


def listed(session: Session, caller: Caller, found: Document, question: Question) -> list[Document]:
    """The findings with their states, what needs somebody first; and what is no longer found."""
    known_at = now() if question.is_latest else question.known_at
    return with_states(session, caller.company_id, found["items"], known_at, question.lang)


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
    said = Said.read(session, caller.company_id, now())
    item = next((item for item in found["items"] if item["key"] == key), None)
    if item is None:
        raise Conflict("finding/resolved") if key in said.flags else NotFound()
    if digest is not None and digest != item["evidence_digest"]:
        raise Conflict("finding/numbers-changed")
    return held_of(caller.company_id, item, said)


def state_now(session: Session, caller: Caller, held: Held) -> Document:
    """The state of a finding, after something was said of it."""
    said = Said.read(session, caller.company_id, now())
    return {"key": held.key, **state_of(said, held.key, held.numbers)}
