"""What a key was at a time, by the events that the log holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EventKind = Literal["add", "retire", "revoke"]
KeyState = Literal["not-yet", "valid", "retired", "revoked", "expired"]


@dataclass(frozen=True)
class Event:
    """Something that happened to a key."""

    kind: EventKind
    at: datetime
    compromised_since: datetime | None = None
    """For a revocation: from when the key may have been in other hands."""


def state_at(events: Iterable[Event], at: datetime, not_after: datetime | None = None) -> KeyState:
    """What the key was at `at`: nothing before it was added, and revoked from the time since when
    it may have been compromised, even if that was noticed later; expired from `not_after` on."""
    happened: list[EventKind] = [event.kind for event in events if _effective(event) <= at]
    if "add" not in happened:
        return "not-yet"
    if "revoke" in happened:
        return "revoked"
    if "retire" in happened:
        return "retired"
    return "expired" if not_after is not None and not_after <= at else "valid"


def _effective(event: Event) -> datetime:
    return min(event.at, event.compromised_since or event.at)
