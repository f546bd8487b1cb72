"""Reminders of declarations that end: 60, 30 and 7 days before, one mail to each person.

What was reminded of is known from the outbox: a reminder looks back to the last one of the company.
So it may run at any time and any number of times, and what it missed is told in the next.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.access.mailing import write_to_people
from hub.declarations.queries import state_at
from hub.declarations.tables import DeclarationRow
from hub.kit.actions import Action
from hub.kit.clock import now
from hub.kit.tables import OutboxMessage
from hub.settings import Settings

DAYS_BEFORE: Final = (60, 30, 7)
LOOKS_BACK: Final = timedelta(days=7)
"""How late a first reminder may come: a hub that was off for longer tells of the next step."""
TEMPLATE: Final = "declarations-ending"


def remind(session: Session, settings: Settings) -> int:
    """What the hub's workers do; how many mails wait now."""
    return remind_at(session, now())


def remind_at(session: Session, at: datetime) -> int:
    """Remind every company of what has come 60, 30 or 7 days near its end since the last mail."""
    last = _last_mails(session, at)
    due: defaultdict[str, list[date]] = defaultdict(list)
    for company_id, valid_to in _ending(session, at):
        if crosses(valid_to, last.get(company_id, at - LOOKS_BACK), at):
            due[company_id].append(valid_to.date())
    return sum(_write(session, company_id, days) for company_id, days in sorted(due.items()))


def crosses(end: datetime, since: datetime, until: datetime) -> bool:
    """Whether a day of reminder lies after `since` and not after `until`."""
    return any(since < end - timedelta(days=days) <= until for days in DAYS_BEFORE)


def _ending(session: Session, at: datetime) -> Iterable[tuple[str, datetime]]:
    row = DeclarationRow
    furthest = at + timedelta(days=max(DAYS_BEFORE))
    query = select(row.company_id, row.valid_to).where(
        row.valid_to > at, row.valid_to <= furthest, state_at(at) == "head"
    )
    return [(company, end) for company, end in session.execute(query.order_by(row.valid_to))]


def _last_mails(session: Session, at: datetime) -> dict[str, datetime]:
    row = OutboxMessage
    query = (
        select(row.company_id, func.max(row.created_at))
        .where(row.template == TEMPLATE, row.created_at > at - LOOKS_BACK)
        .group_by(row.company_id)
    )
    return {company: sent for company, sent in session.execute(query) if company}


def _write(session: Session, company_id: str, days: list[date]) -> int:
    told = {"count": str(len(days)), "day": min(days).isoformat(), "link": "/expiring"}
    return write_to_people(session, company_id, Action.SUBMIT, TEMPLATE, told)
