"""Going on with a log that has lost, or changed, what it had signed: knowingly, and in the open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import Conflict
from hub.settings import Settings
from hub.trust.checkpoints import LogLost, refuse_lost_log, sign_after
from hub.trust.head import read_head
from hub.trust.hub_key import hub_signer, publish_hub_key
from hub.trust.log import append, instant, log_size, take_turn
from hub.trust.tables import LogContinuation
from tierlight_schemas.envelope import canonical, digest

CONTINUATION_TYPE = "tierlight.log-continuation/1"
_CONTRADICTING = ("log/behind", "log/forked")


@dataclass(frozen=True)
class Continued:
    """A log that signs again."""

    index: int
    """Of the entry that admits it."""
    kept: int
    """Entries that were there."""


def continue_log(factory: sessionmaker[Session], settings: Settings) -> Continued:
    """Admit in the log itself what the hub can no longer show, and sign from here on.

    A log never signs what contradicts what it signed before, so that after a loss it goes on under
    another origin. Raises `Conflict`: `log/nothing-to-continue` when nothing stands in the way,
    `log/same-origin` when entries are lost and the origin is still the old one.
    """
    signer = hub_signer(settings)
    with transaction(factory) as session:
        take_turn(session)
        lost = _lost(session, settings)
        kept = log_size(session)
        at = now()
        statement = canonical(_statement(settings, lost, kept, at))
        entry = append(session, "log-continue", digest(statement), at)
        session.add(LogContinuation(log_index=entry.index, statement=statement))
        publish_hub_key(session, signer, settings.log_origin)
    with transaction(factory) as session:
        take_turn(session)
        sign_after(session, signer, settings, None)
    return Continued(entry.index, kept)


def _lost(session: Session, settings: Settings) -> LogLost:
    try:
        refuse_lost_log(session, settings)
    except LogLost as lost:
        head = read_head(settings.head_file) if settings.head_file else None
        contradicts = lost.code in _CONTRADICTING
        if contradicts and head and head.checkpoint.origin == settings.log_origin:
            raise Conflict("log/same-origin", origin=settings.log_origin) from None
        return lost
    raise Conflict("log/nothing-to-continue")


def _statement(settings: Settings, lost: LogLost, kept: int, at: datetime) -> dict[str, object]:
    head = read_head(settings.head_file) if settings.head_file else None
    signed = {"checkpoint": head.note} if head else {}
    return {
        "type": CONTINUATION_TYPE,
        "origin": settings.log_origin,
        "reason": lost.code,
        "kept": kept,
        "at": instant(at),
        **signed,
    }
