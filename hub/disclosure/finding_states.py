"""The findings of a company with their states: what was found, folded with what was said of it."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.tables import Machine, Person
from hub.disclosure.reader import in_full
from hub.findings.company import own_identities
from hub.findings.deciding import Held, decision_of
from hub.findings.ending import Record, Records, ended_by, named, records_of
from hub.findings.flags import Flag
from hub.findings.identity import evidence_digest, key_of
from hub.findings.queries import decisions_of, own_people, signed_acknowledgements
from hub.findings.standing import Asked, Decision, Kind, Numbers, State, standing
from hub.findings.tables import FindingDecision
from hub.footprints.usecases import RollUp
from hub.parties.tables import Company
from hub.trust.log import instant
from tierlight_schemas.catalogue import CODES, Actor
from tierlight_schemas.findings import Severity
from tierlight_schemas.messages import render

Document = dict[str, Any]
STATES = tuple(State)
SEVERITIES = tuple(Severity)


@dataclass(frozen=True)
class Said:
    """What was said of a company's findings by some instant."""

    company_id: str
    decisions: Mapping[str, Sequence[Decision]]
    """By key, in the order they were said; what was signed with a document included."""
    flags: Mapping[str, Flag]
    """Each finding as it was when something was said of it last."""
    only_signed: frozenset[str]
    """Keys of those of which nothing was said but in the signed document."""
    people: Mapping[str, Person]
    machines: Mapping[str, str]
    companies: Mapping[str, str]
    """Names, by id."""

    @classmethod
    def read(cls, session: Session, company_id: str, known_at: datetime) -> "Said":
        """Everything said of a company's findings by then."""
        rows = decisions_of(session, company_id, known_at)
        flags, decisions = dict[str, Flag](), defaultdict[str, list[Decision]](list)
        for flag, decision in _signed(session, company_id, known_at):
            key = key_of(flag)
            flags[key] = flag
            decisions[key].append(decision)
        only_signed = frozenset(decisions.keys() - rows.keys())
        for key, held in rows.items():
            flags[key] = _flag(held[-1])
            decisions[key] += map(decision_of, held)
        people = own_people(session, company_id)
        machines = select(Machine.id, Machine.name).where(Machine.company_id == company_id)
        asked = {row.asked_id for held in rows.values() for row in held if row.asked_id}
        names = select(Company.id, Company.name).where(Company.id.in_(asked))
        return cls(
            company_id,
            decisions,
            flags,
            only_signed,
            people,
            {f"machine:{name}": text for name, text in session.execute(machines)},
            dict(session.execute(names).all()),
        )

    def of(self, key: str) -> Sequence[Decision]:
        """What was said of one finding."""
        return self.decisions.get(key, ())

    def parts(self, but: Collection[str] = ()) -> set[str]:
        """What findings are about of which something was said, but for some findings: numbers of
        parts, and sites as `ending` names them."""
        told = (flag.subject for key, flag in self.flags.items() if key not in but)
        return {name for subject in told for name in named(subject)}


def state_of(said: Said, key: str, numbers: Numbers | None) -> Document:
    """The state of a finding with these numbers, who made it so, and who shall act."""
    found = standing(said.of(key), numbers)
    return {
        "state": found.state.value,
        "numbers_changed": found.numbers_changed,
        "said": _told(said, found.said),
        "answer": _told(said, found.answer),
        "assignee": _person(said, found.assignee),
    }


def states_below(
    session: Session, rollup: RollUp, root: str, flags: Sequence[Flag], known_at: datetime
) -> dict[int, Document]:
    """Key and state of those findings below one root that are about the company itself, by their
    place in `flags`."""
    said = Said.read(session, rollup.company_id, known_at)
    told: dict[int, Document] = {}
    for place, one in own_identities(session, rollup, root, flags).items():
        numbers = Numbers(one.evidence_digest, one.unit_digest, root)
        told[place] = {"key": one.key, "evidence_digest": one.evidence_digest}
        told[place] |= state_of(said, one.key, numbers)
    return told


def with_states(
    session: Session, company_id: str, items: Iterable[Document], known_at: datetime, lang: str
) -> list[Document]:
    """What was found, each with its state; and what is no longer found, though something was said
    of it. What needs somebody comes first."""
    said = Said.read(session, company_id, known_at)
    told = [_with_state(said, item) for item in items]
    found = {item["key"] for item in told}
    records = records_of(session, company_id, said.parts(but=found), known_at)
    told += _resolved(said, found, records, lang)
    return sorted(told, key=in_turn)


def _with_state(said: Said, item: Document) -> Document:
    told = {name: value for name, value in item.items() if name != "unit_digest"}
    state = state_of(said, item["key"], numbers_of(item))
    return {**told, **_acting(item), **state, "ended": None}


def in_turn(item: Document) -> tuple[str, ...]:
    """Open before settled, grave before light; unique by its last member."""
    place = f"{STATES.index(State(item['state']))}{SEVERITIES.index(Severity(item['severity']))}"
    return place, item["code"], item["subject"].get("part", ""), item["key"]


def history(said: Said, item: Document, lang: str) -> list[Document]:
    """Everything said of a finding, oldest first, and what ended it."""
    told = [_told(said, decision) for decision in said.of(item["key"])]
    ended = item.get("ended")
    end = [{"kind": "resolved", **ended}] if ended else []
    return [entry for entry in told if entry is not None] + end


def held_of(company_id: str, item: Document, said: Said) -> Held:
    """A finding of a list, as it is decided on."""
    signed = tuple(decision for decision in said.of(item["key"]) if not decision.actor)
    named = (item["key"], item["code"], item["severity"], item["subject"], item["evidence"])
    return Held(company_id, *named, numbers_of(item), signed)


def numbers_of(item: Document) -> Numbers:
    """The numbers of what was found."""
    root = item["seen_from"]
    return Numbers(item["evidence_digest"], item["unit_digest"], root["id"] if root else None)


def _acting(item: Document) -> Document:
    """Whose it is to put it right, as the catalogue has it: the company itself, unless its words
    name the supplier at the other end of a link, or the operator."""
    actor = CODES[item["code"]].actor
    supplier = item["subject"].get("supplier")
    if actor is Actor.DECLARANT and supplier:
        return {"acts": {"who": "partner", "name": supplier}}
    who = "operator" if actor is Actor.OPERATOR else "own"
    return {"acts": {"who": who, "name": None}}


def _resolved(said: Said, found: set[str], records: Records, lang: str) -> Iterator[Document]:
    for key in said.flags.keys() - found:
        flag, last = said.flags[key], said.of(key)[-1]
        record = ended_by(records, flag.subject, last.at)
        if key in said.only_signed and (record is None or record.kind not in _OF_DOCUMENTS):
            continue  # the declaration stands, and no total makes use of it
        item = {"key": key, **in_full(flag, lang), "evidence_digest": None, "seen_from": None}
        state = state_of(said, key, None)
        yield {**item, **_acting(item), **state, "ended": _ended(record, lang)}


_OF_DOCUMENTS = ("declaration", "withdrawal")


def _ended(record: Record | None, lang: str) -> Document:
    kind, params = (
        ("unknown", {}) if record is None else (record.kind, {"at": instant(record.at)[:10]})
    )
    return {
        "by": kind,
        "at": None if record is None else instant(record.at),
        "digest": None if record is None else record.digest,
        "text": render(f"finding/ended-{kind}", params, lang).text,
    }


def _told(said: Said, decision: Decision | None) -> Document | None:
    """One thing said, as the company reads it."""
    if decision is None:
        return None
    entry: Document = {
        "kind": decision.kind.value,
        "at": instant(decision.at),
        "by": _author(said, decision),
        "words": decision.words,
    }
    if decision.kind is Kind.ANSWER:
        entry["verdict"] = decision.verdict
    if decision.kind is Kind.DISPUTE:
        partner = said.companies.get(decision.asked_id or "")
        entry["asked"] = {"who": decision.asked, "name": _partner(decision, partner)}
    if decision.kind is Kind.ASSIGN:
        entry["assignee"] = _person(said, decision.assignee)
    return entry


def _partner(decision: Decision, name: str | None) -> str | None:
    return name if decision.asked is Asked.PARTNER else None


def _author(said: Said, decision: Decision) -> Document:
    if not decision.actor:
        return {"who": "signature", "name": None}
    if decision.kind is Kind.ANSWER:
        name = said.companies.get(decision.author_id or "")
        return {"who": decision.asked, "name": _partner(decision, name)}
    person = said.people.get(decision.actor)
    return {"who": "own", "name": person.name if person else said.machines.get(decision.actor)}


def _person(said: Said, actor: str | None) -> Document | None:
    person = said.people.get(actor or "")
    return {"id": person.id, "name": person.name} if person else None


def _flag(row: FindingDecision) -> Flag:
    subject, evidence = json.loads(row.subject), json.loads(row.evidence)
    return Flag(row.code, Severity(row.severity), row.company_id, subject, 0, evidence)


def _signed(
    session: Session, company_id: str, known_at: datetime
) -> Iterator[tuple[Flag, Decision]]:
    """What the company acknowledged when it signed: it counts as said when the document came."""
    for row, at, number in signed_acknowledgements(session, company_id, known_at):
        subject = {"type": "declaration", "part": number, "digest": row.declaration}
        evidence = {"path": row.path, **json.loads(row.evidence)}
        flag = Flag(row.code, Severity(row.severity), company_id, subject, 0, evidence)
        digest, words = evidence_digest(flag), row.acknowledged
        numbers = Numbers(digest, digest)
        yield flag, Decision(Kind.ACKNOWLEDGE, at, numbers, company_id, "", words)
