"""The footprint of one part as its owner may know it: the result document and its explanation."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_part
from hub.disclosure import closed
from hub.disclosure.finding_states import states_below
from hub.disclosure.reader import Labels, direct_suppliers, labels, record_reads, told
from hub.disclosure.verified import badges
from hub.findings.flags import Flag
from hub.findings.usecases import find
from hub.footprints.usecases import Basis, RollUp, roll_up
from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.kit.numbers import localised
from tierlight_schemas.messages import render
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.explain import Contribution, contributions, known_as
from tierlight_schemas.rollup.model import ENGINE, RULESET, ZERO, PartNode, Released
from tierlight_schemas.rollup.vectors import add_scaled, ratio


@dataclass(frozen=True)
class Question:
    """Which result a reader asks for."""

    as_of: date
    known_at: datetime
    basis: Basis = "declared"
    top: int = 20
    lang: str = "en"
    is_latest: bool = False
    """Whether `known_at` only says when it was asked: what is known then is meant."""

    @classmethod
    def now(cls, lang: str = "en", basis: Basis = "declared", top: int = 20) -> "Question":
        """Today, with everything known."""
        instant = now()
        return cls(instant.date(), instant, basis, top, lang, is_latest=True)


def read_instant(instant: datetime) -> datetime:
    """The instant in UTC. Raises `BadInput` without a time zone or beyond the calendar."""
    if instant.tzinfo is None:
        raise BadInput("hub/instant-without-zone", value=instant.isoformat())
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise BadInput("hub/instant-range", value=instant.isoformat()) from None


_ABOUT = {"part": "part", "child": "line"}
"""What a flag is about, by the member of its subject that names it."""


@dataclass(frozen=True)
class Answer:
    """A roll-up with its findings, before it is put into words for the reader."""

    rollup: RollUp
    root: str
    flags: Sequence[Flag]
    labels: Labels
    question: Question
    verifications: Sequence[Mapping[str, Any]] = ()
    """Third parties' statements that the reader may be told of."""

    @property
    def account(self) -> Account:
        """What adds up for the root."""
        return self.rollup.account(self.root)

    @cached_property
    def own_flags(self) -> Mapping[tuple[str, str | None], Sequence[int]]:
        """Places in `flags` of those on the reader's own data, by what they are about: `part` and
        its number, or `line` and its child's number."""
        found: dict[tuple[str, str | None], list[int]] = defaultdict(list)
        for position, flag in enumerate(self.flags):
            name = "child" if flag.subject.get("type") == "line" else "part"
            if flag.owner == self.rollup.company_id:
                found[_ABOUT[name], flag.subject.get(name)].append(position)
        return found


def answer(session: Session, caller: Caller, part_id: str, question: Question) -> Answer:
    """Roll up the caller's own part and record what is read of others.

    Raises `NotFound` for any part that is not the caller's, or was not yet at `known_at`.
    """
    rollup = own_rollup(session, caller, part_id, question)
    return answer_of(session, rollup, part_id, question)


def own_rollup(session: Session, caller: Caller, part_id: str, question: Question) -> RollUp:
    """The roll-up alone, with what is read of others recorded. Raises `NotFound` as `answer`."""
    part = own_part(session, caller.company_id, part_id, question.known_at)
    rollup = roll_up(
        session,
        caller.company_id,
        [part.id],
        question.as_of,
        question.known_at,
        question.basis,
        question.is_latest,
    )
    record_reads(session, caller, rollup)
    return rollup


def answer_of(session: Session, rollup: RollUp, root: str, question: Question) -> Answer:
    """What a roll-up of the caller's own part says, whose reads have been recorded."""
    flags = find(session, rollup, root)
    names = labels(session, rollup)
    return Answer(rollup, root, flags, names, question, badges(session, rollup, names))


def footprint(session: Session, caller: Caller, part_id: str, question: Question) -> dict[str, Any]:
    """The result document of the caller's own part."""
    return document(answer(session, caller, part_id, question))


def document(found: Answer) -> dict[str, Any]:
    """An answer as the document that is served and printed."""
    account, question = found.account, found.question
    seen = closed.seen(found.rollup.solution, found.root)
    items = contributions(found.rollup.solution, found.root)
    return {
        **heading(found.rollup, found.root),
        "total": result.totals(account) | {"statement": statement(account, question.lang)},
        "releases": releases(found),
        "columns": result.columns(seen),
        "columns_stated": result.columns_stated(seen),
        "coverage": closed.coverage(account, seen),
        "kinds": result.kinds(seen),
        "quality": result.quality(account),
        "contributions": [row(found, item) for item in items[: question.top]],
        "contributions_by_supplier": by_supplier(found, items)[: question.top],
        "verifications": [dict(row) for row in found.verifications],
        "findings": findings(found),
    }


def heading(rollup: RollUp, root: str) -> dict[str, Any]:
    """What every answer about a part begins with: which part, which result, from what."""
    node = rollup.resolution(root).node
    return {
        "root": {
            "id": node.id,
            "number": node.number,
            "name": node.name,
            "unit": node.base_unit,
            "kind": known_as(rollup.resolution(root), rollup.account(root)).value,
        },
        "basis": rollup.basis,
        "as_of": rollup.moment.as_of.isoformat(),
        "known_at": rollup.moment.known_at.isoformat(),
        "ruleset": RULESET,
        "engine": ENGINE,
        "input_digest": rollup.input_digest(),
    }


def findings(found: Answer) -> list[dict[str, Any]]:
    """The findings as the reader may see them."""
    return told(found.rollup, found.flags, found.question.lang)


def findings_with_states(session: Session, found: Answer) -> list[dict[str, Any]]:
    """The same, the reader's own with key and state: what its people have said of each."""
    question = found.question
    known_at = now() if question.is_latest else question.known_at
    states = states_below(session, found.rollup, found.root, found.flags, known_at)
    return told(found.rollup, found.flags, question.lang, states)


def releases(found: Answer) -> list[dict[str, Any]]:
    """The direct suppliers' parts whose value is a release: of when it is, and whether it waits."""
    names = direct_suppliers(found.rollup)
    nodes = (found.rollup.resolution(name).node for name in sorted(names))
    return [_release(found, node, node.released) for node in nodes if node.released is not None]


def _release(found: Answer, node: PartNode, told: Released) -> dict[str, Any]:
    code = "release/waits" if told.waits else "release/current"
    supplier = found.labels.of(node.owner) or ""
    params = {"part": node.number, "supplier": supplier, "date": told.at[:10]}
    return {
        "part": node.number,
        "supplier": supplier,
        "released_at": told.at,
        "waits": told.waits,
        "policy": told.policy,
        "note": render(code, params, found.question.lang).text,
    }


def statement(account: Account, lang: str) -> str:
    """The total in words: never a bare number where something is missing."""
    code, params = result.statement(account)
    return render(code, localised(params, lang), lang).text


def row(found: Answer, item: Contribution) -> dict[str, Any]:
    """One contribution as the reader sees it."""
    return {
        "part": item.part.number,
        "name": item.part.name,
        "supplier": found.labels.of(item.part.owner),
        "quantity": result.text(item.quantity),
        "unit": item.unit or item.part.base_unit,
        "value": result.text(item.value),
        "share": _share(item.value, found.account),
        "kind": item.known.value,
        "role": item.role,
        "mass_kg": result.text(item.mass_kg),
    }


def by_supplier(found: Answer, items: Sequence[Contribution]) -> list[dict[str, Any]]:
    """Contributions added up by supplier; None is the reader's own company."""
    values: dict[str | None, Decimal] = defaultdict(lambda: ZERO)
    for item in items:
        if item.value is not None:
            add_scaled(values, {found.labels.of(item.part.owner): item.value}, Decimal(1))
    ranked = sorted(values.items(), key=lambda pair: (-abs(pair[1]), pair[0] or ""))
    return [
        {"supplier": name, "value": result.text(value), "share": _share(value, found.account)}
        for name, value in ranked
    ]


def _share(value: Decimal | None, account: Account) -> str | None:
    return None if value is None else result.text(ratio(value, account.total))
