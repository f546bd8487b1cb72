"""What people say of findings: acknowledge, dispute, answer, assign, reopen. Only ever added."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hub.access.administration import operating_company
from hub.access.caller import PERSON, Caller
from hub.access.roles import allowed
from hub.access.tables import Person
from hub.bom.queries import links_of_buyer, own_parts
from hub.bom.tables import SourcingLink
from hub.findings.queries import decisions_on, dispute_put_to, dispute_put_to_operator
from hub.findings.standing import (
    Asked,
    Decision,
    Kind,
    Numbers,
    Standing,
    State,
    Verdict,
    standing,
)
from hub.findings.tables import FindingDecision
from hub.kit.actions import Action
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.kit.wall import beyond
from hub.parties.changes import touch
from hub.parties.usecases import lock_company

COMMAND_LINE = "operator:cli"
By = tuple[str | None, str]
"""Company and person in whose name something is said; None: the operator at the command line."""
MAX_WORDS = 2_000
MAX_DECISIONS = 500
"""On one finding."""


@dataclass(frozen=True)
class Held:
    """A finding of a company's, as it stands when something is said of it."""

    company_id: str
    key: str
    code: str
    severity: str
    subject: Mapping[str, str]
    evidence: Mapping[str, str]
    numbers: Numbers
    signed: tuple[Decision, ...] = ()
    """What the company has acknowledged with its signature."""


def acknowledge(session: Session, caller: Caller, held: Held, reason: str) -> Standing:
    """Say that the finding is known and why it is as it is, as long as its numbers stay.

    Raises `BadInput` without a reason, `Conflict` while a dispute awaits its answer.
    """
    _refuse_while_asked(_standing(session, held))
    return _say(session, caller, held, Kind.ACKNOWLEDGE, words=_words(reason))


def dispute(session: Session, caller: Caller, held: Held, reason: str) -> Standing:
    """Say that the finding does not hold, and ask whoever can judge it.

    That is the company at the other end of a confirmed sourcing link that the finding is about,
    else the hub's operator. Raises what `acknowledge` does.
    """
    _refuse_while_asked(_standing(session, held))
    partner = partner_of(session, held)
    with beyond(session):
        asked_id = partner or operating_company(session)
    asked = Asked.PARTNER if partner else Asked.OPERATOR
    said = {"words": _words(reason), "asked": asked.value, "asked_id": asked_id}
    return _say(session, caller, held, Kind.DISPUTE, **said)


def reopen(session: Session, caller: Caller, held: Held, reason: str) -> Standing:
    """Take back an acknowledgement or a dispute. Raises `Conflict` where there is none."""
    before = _standing(session, held)
    if before.state is State.OPEN and not before.awaits_answer:
        raise Conflict("finding/is-open")
    words, said = _words(reason), before.said
    asked_id = said.asked_id if before.awaits_answer and said else None  # who was asked is told
    return _say(session, caller, held, Kind.REOPEN, words=words, asked_id=asked_id)


def assign(session: Session, caller: Caller, held: Held, assignee: str | None) -> Standing:
    """Say who of the company shall act; None: nobody.

    Raises `NotFound` for who is no person of the company, `BadInput` for a person without a role
    for it.
    """
    actor = None
    if assignee is not None:
        person = session.get(Person, assignee)
        if person is None or person.company_id != caller.company_id:
            raise NotFound("finding/assignee-not-found", person=assignee[:100])
        if not assignable([person]):
            raise BadInput("finding/assignee-role", person=person.name)
        actor = f"{PERSON}:{person.id}"
    return _say(session, caller, held, Kind.ASSIGN, assignee=actor)


def assignable(people: Iterable[Person]) -> list[Person]:
    """Those of a company's people who may decide on findings, and so can be assigned."""
    return [person for person in people if Action.DECIDE in allowed(person.roles)]


def answer(
    session: Session, caller: Caller, key: str, verdict: Verdict, reason: str
) -> FindingDecision:
    """Answer the dispute that was put to the caller's company, with words that both read.

    Raises `NotFound` for what was not put to it or by its role is not the caller's to answer,
    `Conflict` for what has been answered or taken back.
    """
    asked = dispute_put_to(session, caller.company_id, key)
    if asked is None or not may_answer(caller, asked.asked):
        raise NotFound
    return _answered(session, asked, (caller.company_id, caller.actor), verdict, reason)


def answer_as_operator(
    session: Session, key: str, verdict: Verdict, reason: str
) -> FindingDecision:
    """The same at the hub's command line, for what was put to its operator. Raises the same."""
    asked = dispute_put_to_operator(session, key)
    if asked is None:
        raise NotFound("finding/no-dispute", key=key[:100])
    return _answered(session, asked, (asked.asked_id, COMMAND_LINE), verdict, reason)


def _answered(
    session: Session, asked: FindingDecision, by: By, verdict: Verdict, reason: str
) -> FindingDecision:
    said = decisions_on(session, asked.company_id, asked.key)
    if not standing(map(decision_of, said), numbers_of(asked)).awaits_answer:
        raise Conflict("finding/answered")
    told = {"words": _words(reason), "verdict": verdict.value}
    to_whom = {"asked": asked.asked, "asked_id": asked.asked_id}
    return _record(session, by, said, _held(asked), Kind.ANSWER, **told, **to_whom)


def may_answer(caller: Caller, asked: str | None) -> bool:
    """Whether the caller has a role of those that a dispute was put to."""
    return caller.may(Action.OPERATE if asked == Asked.OPERATOR else Action.DECIDE)


def partner_of(session: Session, held: Held) -> str | None:
    """The supplier at the other end of the link that a buyer's finding is about.

    None where the finding is about no link, or the supplier has not confirmed it. A supplier's
    finding names no buyer: who else triggers it is not the supplier's to know.
    """
    subject = held.subject
    if subject.get("type") != "link":
        return None
    part = session.scalar(own_parts(held.company_id, subject.get("part", "")))
    query = links_of_buyer(held.company_id).where(
        SourcingLink.part_id == (part.id if part else ""),
        SourcingLink.supplier_text == subject.get("supplier"),
        SourcingLink.supplier_part_text == subject.get("supplier_part"),
        SourcingLink.confirmed_at.is_not(None),
    )
    links = session.scalars(query.order_by(SourcingLink.id)).all()
    return links[0].supplier_id if links else None


def decision_of(row: FindingDecision) -> Decision:
    """A row as the fold reads it."""
    return Decision(
        Kind(row.kind),
        row.at,
        numbers_of(row),
        row.author_id,
        row.actor,
        row.words,
        Verdict(row.verdict) if row.verdict else None,
        row.assignee,
        Asked(row.asked) if row.asked else None,
        row.asked_id,
    )


def numbers_of(row: FindingDecision) -> Numbers:
    """The numbers that a row is about."""
    return Numbers(row.evidence_digest, row.unit_digest, row.seen_from)


def _held(row: FindingDecision) -> Held:
    subject, evidence = json.loads(row.subject), json.loads(row.evidence)
    told = (row.company_id, row.key, row.code, row.severity, subject, evidence)
    return Held(*told, numbers_of(row))


def _refuse_while_asked(before: Standing) -> None:
    if before.awaits_answer:
        raise Conflict("finding/awaits-answer")


def _words(text: str) -> str:
    """What somebody writes: some words, several lines at most."""
    said = text.strip()
    readable = all(char.isprintable() or char in "\r\n\t" for char in said)
    if not (said and len(said) <= MAX_WORDS and readable):
        raise BadInput("finding/words", limit=str(MAX_WORDS))
    return said


def _standing(session: Session, held: Held) -> Standing:
    """Where it stands before something is said; nothing else is said of it meanwhile."""
    lock_company(session, held.company_id)
    rows = decisions_on(session, held.company_id, held.key)
    return standing([*held.signed, *map(decision_of, rows)], held.numbers)


def _say(session: Session, caller: Caller, held: Held, kind: Kind, **said: Any) -> Standing:
    lock_company(session, held.company_id)
    before = decisions_on(session, held.company_id, held.key)
    row = _record(session, (caller.company_id, caller.actor), before, held, kind, **said)
    told = [*held.signed, *map(decision_of, [*before, row])]
    return standing(told, held.numbers)


def _record(
    session: Session,
    by: By,
    before: list[FindingDecision],
    held: Held,
    kind: Kind,
    **said: Any,
) -> FindingDecision:
    if len(before) >= MAX_DECISIONS:
        raise Conflict("finding/too-many", limit=str(MAX_DECISIONS))
    row = FindingDecision(
        company_id=held.company_id,
        key=held.key,
        code=held.code,
        severity=held.severity,
        subject=_json(held.subject),
        evidence=_json(held.evidence),
        evidence_digest=held.numbers.digest,
        unit_digest=held.numbers.unit_digest,
        seen_from=held.numbers.root,
        kind=kind.value,
        author_id=by[0],
        actor=by[1],
        at=now(),
        **said,
    )
    session.add(row)
    session.flush()
    touch(session, held.company_id)
    return row


def _json(texts: Mapping[str, str]) -> str:
    return json.dumps(dict(texts), ensure_ascii=False, sort_keys=True)
