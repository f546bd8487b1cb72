"""Drafts of calculations: begun, answered field by field, copied to the next period, dropped."""

import json
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_part, part_ids, versions
from hub.calculator.questions import ENERGY, MAX_TEXT, NAMES, PERIOD, QUESTIONS
from hub.calculator.tables import CalculationBill, CalculationDraft
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.kit.tables import new_id
from hub.parties.queries import sites_of
from hub.parties.usecases import lock_company

MAX_DRAFTS = 1_000
"""Of one company."""


def begin(session: Session, caller: Caller, part_id: str) -> CalculationDraft:
    """A new draft for an own part, with what is on record of it.

    Raises `NotFound` for a part that is not the caller's, `Conflict` beyond `MAX_DRAFTS`.
    """
    part = own_part(session, caller.company_id, part_id)
    version = versions(session, [part.id], now())[part.id]
    answers = {}
    if version.net_mass_kg is not None:
        answers = {"net_mass": str(version.net_mass_kg), "net_mass_unit": "kilogram"}
    sites = list(session.scalars(sites_of(caller.company_id).limit(2)))
    if len(sites) == 1:
        answers["site"] = sites[0].code
    return _add(session, caller, part.id, answers)


def begin_by_number(session: Session, caller: Caller, number: str) -> CalculationDraft:
    """`begin` for the own part with a number. Raises `BadInput` (`calculator/no-part`) for none."""
    named = number.strip()
    found = part_ids(session, caller.company_id, [named])
    if named not in found:
        raise BadInput("calculator/no-part", found=named[:80])
    return begin(session, caller, found[named])


def own_draft(session: Session, caller: Caller, draft_id: str) -> CalculationDraft:
    """A draft of the caller's company. Raises `NotFound`, the same for another's as for none."""
    draft = session.get(CalculationDraft, draft_id)
    if draft is None or draft.company_id != caller.company_id:
        raise NotFound
    return draft


def answers_of(draft: CalculationDraft) -> dict[str, str]:
    """What was answered so far."""
    answers: dict[str, str] = json.loads(draft.answers)
    return answers


def answer(
    session: Session, caller: Caller, draft_id: str, given: Mapping[str, str]
) -> CalculationDraft:
    """Write answers over what stood there; what is empty takes an answer back.

    Other answers stay, so that two people may answer at the same time. Wrong ones are kept too:
    nothing that was typed is lost. Raises `NotFound`, `BadInput` for a text that is too long.
    """
    for name, text in given.items():
        limit = QUESTIONS[name].longest if name in QUESTIONS else MAX_TEXT
        if len(text) > limit:
            raise BadInput("hub/text", member=name[:60], limit=str(limit))
    lock_company(session, caller.company_id)
    draft = own_draft(session, caller, draft_id)
    session.refresh(draft)
    told = answers_of(draft) | {name: text.strip() for name, text in given.items() if name in NAMES}
    draft.answers = _written(told)
    draft.changed_at, draft.changed_by = now(), caller.actor
    return draft


def copy_forward(session: Session, caller: Caller, draft_id: str) -> CalculationDraft:
    """The same part in the next period of the same length: only the bills are asked again.

    Raises `NotFound`, `Conflict` beyond `MAX_DRAFTS`.
    """
    earlier = own_draft(session, caller, draft_id)
    told = answers_of(earlier)
    kept = {name: text for name, text in told.items() if name not in _asked_again()}
    return _add(session, caller, earlier.part_id, kept | _next_period(told))


def drop(session: Session, caller: Caller, draft_id: str) -> None:
    """Throw a draft away, with its bills. Raises `NotFound`."""
    draft = own_draft(session, caller, draft_id)
    session.execute(delete(CalculationBill).where(CalculationBill.draft_id == draft.id))
    session.delete(draft)


def _add(
    session: Session, caller: Caller, part_id: str, answers: Mapping[str, str]
) -> CalculationDraft:
    lock_company(session, caller.company_id)
    held = select(func.count()).where(CalculationDraft.company_id == caller.company_id)
    if (session.scalar(held) or 0) >= MAX_DRAFTS:
        raise Conflict("calculator/too-many", limit=str(MAX_DRAFTS))
    at = now()
    draft = CalculationDraft(
        id=new_id(),
        company_id=caller.company_id,
        part_id=part_id,
        answers=_written(answers),
        created_at=at,
        changed_at=at,
        changed_by=caller.actor,
    )
    session.add(draft)
    session.flush()
    return draft


def _written(answers: Mapping[str, str]) -> str:
    told = {name: text for name, text in answers.items() if text}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _asked_again() -> set[str]:
    """What the bills of another period say anew."""
    bills = {name for name, _ in ENERGY.named() if name not in _STAYS}
    return bills | {name for name, _ in PERIOD.named() if name != "site"} | _SHARE_AMOUNTS


_STAYS = {"contract_value", "certificate_value", "grid_mix"}
_SHARE_AMOUNTS = {"share_quantity", "share_total"}


def _next_period(answers: Mapping[str, str]) -> dict[str, str]:
    """From the day after the last one on, as long as the period was; whole years stay years."""
    try:
        start, last = (
            date.fromisoformat(answers[name]) for name in ("period_start", "period_last")
        )
        begins = last + timedelta(days=1)
        if (begins.month, begins.day) == (start.month, start.day):
            years = begins.year - start.year
            ends = _years_later(begins, years) - timedelta(days=1)
        else:
            ends = last + (begins - start)
    except (KeyError, ValueError, OverflowError):
        return {}
    return {"period_start": begins.isoformat(), "period_last": ends.isoformat()}


def _years_later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March. Raises `ValueError`."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)
