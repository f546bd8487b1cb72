"""What happens to requests while nobody acts: reminders, and the end of their time."""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.requests.lifecycle import Act
from hub.requests.mail import tell
from hub.requests.queries import events_of, falling_due, standing_of
from hub.requests.recording import happen
from hub.requests.schedule import END, share_due
from hub.requests.tables import FootprintRequest
from hub.settings import Settings

MOST = 500
"""Requests in one transaction; the rest follow in the next."""


def remind(session: Session, settings: Settings) -> int:
    """What the hub's workers do every few minutes; how many requests fell due."""
    return due_reminders(session, now())


def due_reminders(session: Session, at: datetime) -> int:
    """Remind, and let expire, what falls due by `at`; how many requests that were, at most `MOST`.

    Each is an event and a mail, in one transaction. Run again at the same time it does nothing:
    what was reminded of stands in the events.
    """
    ids = session.scalars(falling_due(at, MOST)).all()
    for request_id in ids:
        row = session.get(FootprintRequest, request_id, with_for_update=True)
        if row is not None:
            _fall_due(session, row, at)
    return len(ids)


def _fall_due(session: Session, row: FootprintRequest, at: datetime) -> None:
    share = share_due(standing_of(events_of(session, row.id)), at)
    if share is None:
        return
    if share == END:
        happen(session, row, Act.EXPIRE, None, share=END)
        tell(session, row, row.asked_id, "request-expired")
        tell(session, row, row.asker_id, "request-expired-unanswered")
    else:
        happen(session, row, Act.REMIND, None, share=share)
        tell(session, row, row.asked_id, "request-reminder")
