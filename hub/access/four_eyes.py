"""Whether a company asks for a second pair of eyes before anything is said in its name.

One admin turns it on; turning it off takes two people, so that nobody frees himself of the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.access.events import EventKind, record
from hub.access.tables import CompanyEvent
from hub.kit.clock import now
from hub.kit.errors import Forbidden
from hub.parties.usecases import lock_company

ON: EventKind = "four-eyes-on"
OFF_ASKED: EventKind = "four-eyes-off-asked"
OFF: EventKind = "four-eyes-off"
STANDS_FOR = timedelta(days=7)
"""How long the first admin's wish to turn it off waits for the second."""


@dataclass(frozen=True)
class FourEyes:
    """What a company has set, and who set it when."""

    is_on: bool = False
    changed_at: datetime | None = None
    changed_by: str | None = None
    off_asked_at: datetime | None = None
    """Somebody wants it off; it stays on until another admin wants it too."""
    off_asked_by: str | None = None


def read_events(events: Iterable[CompanyEvent], at: datetime) -> FourEyes:
    """The setting that events, oldest first, lead to at a time."""
    found = FourEyes()
    for event in events:
        if event.kind == OFF_ASKED:
            stands = found.is_on and event.at + STANDS_FOR > at
            asked = (event.at, event.actor) if stands else (None, None)
            found = FourEyes(found.is_on, found.changed_at, found.changed_by, *asked)
        else:
            found = FourEyes(event.kind == ON, event.at, event.actor)
    return found


def four_eyes(session: Session, company_id: str) -> FourEyes:
    """The company's setting now."""
    query = select(CompanyEvent).where(
        CompanyEvent.company_id == company_id, CompanyEvent.kind.in_((ON, OFF_ASKED, OFF))
    )
    return read_events(session.scalars(query.order_by(CompanyEvent.id)), now())


def ask_for_four_eyes(session: Session, caller: Caller) -> FourEyes:
    """Turn it on, or keep it on where somebody wanted it off."""
    lock_company(session, caller.company_id)
    found = four_eyes(session, caller.company_id)
    if not found.is_on or found.off_asked_by:
        record(session, caller, ON)
    return four_eyes(session, caller.company_id)


def end_four_eyes(session: Session, caller: Caller) -> FourEyes:
    """Say that one wants it off; off it is when a second person has said so within a week.

    Raises `Forbidden` (`access/person-needed`) for a machine.
    """
    lock_company(session, caller.company_id)
    if not caller.is_person:
        raise Forbidden("access/person-needed")
    found = four_eyes(session, caller.company_id)
    if found.is_on and found.off_asked_by != caller.actor:
        record(session, caller, OFF if found.off_asked_by else OFF_ASKED)
    return four_eyes(session, caller.company_id)
