"""What was changed in a company's administration, by whom and when: only ever added to."""

from typing import Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.access.roles import Role, Roles
from hub.access.tables import CompanyEvent
from hub.kit.clock import now

EventKind = Literal[
    "person-added",
    "person-roles",
    "person-linked",
    "person-removed",
    "machine-added",
    "machine-roles",
    "machine-key-added",
    "machine-key-ended",
    "machine-ended",
    "company-invited",
    "company-claimed",
    "company-merged",
    "colleague-invited",
    "invitation-sent-again",
    "invitation-revoked",
    "four-eyes-on",
    "four-eyes-off-asked",
    "four-eyes-off",
]


def events_of(company_id: str) -> Select[CompanyEvent]:
    """What was changed in the company's administration."""
    return select(CompanyEvent).filter_by(company_id=company_id)


def latest_events(session: Session, company_id: str, most: int) -> list[CompanyEvent]:
    """The newest changes first."""
    query = events_of(company_id).order_by(CompanyEvent.id.desc()).limit(most)
    return list(session.scalars(query))


def record(
    session: Session,
    caller: Caller,
    kind: EventKind,
    subject: str | None = None,
    roles: Roles | None = None,
) -> CompanyEvent:
    """Note who changed what, in the same transaction."""
    event = CompanyEvent(
        company_id=caller.company_id,
        at=now(),
        actor=caller.actor,
        kind=kind,
        subject=subject,
        said=None if roles is None else " ".join(role for role in Role if role in roles),
    )
    session.add(event)
    session.flush()
    return event
