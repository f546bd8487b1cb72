"""Where a sourcing link stands between buyer and supplier, and what is said against it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement

from hub.bom.tables import SourcingLink


class State(StrEnum):
    """Where it stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Reason(StrEnum):
    """What is not so."""

    NOT_OUR_PART = "not-our-part"
    WRONG_SHARE = "wrong-share"
    WRONG_SITE = "wrong-site"
    ENDED = "ended"
    """It was so until a day."""
    OTHER = "other"
    """What the supplier says in its own words."""


@dataclass(frozen=True)
class Dispute:
    """What a supplier says against a link."""

    reason: Reason
    words: str | None = None
    ended_on: date | None = None
    """The first day on which it no longer delivered; with the reason `ended`, and only then."""


def state_of(link: SourcingLink) -> State:
    """Where a link stands."""
    if link.disputed_at is not None:
        return State.DISPUTED
    return State.OPEN if link.confirmed_at is None else State.CONFIRMED


def dispute_of(link: SourcingLink) -> Dispute | None:
    """What the supplier says against a link, if it does."""
    if link.disputed_at is None or link.dispute_reason is None:
        return None
    return Dispute(Reason(link.dispute_reason), link.dispute_words, link.dispute_ended_on)


def is_in(state: State) -> ColumnElement[bool]:
    """Whether a row stands there; the same as `state_of`."""
    row = SourcingLink
    match state:
        case State.DISPUTED:
            return row.disputed_at.is_not(None)
        case State.CONFIRMED:
            return row.disputed_at.is_(None) & row.confirmed_at.is_not(None)
        case State.OPEN:
            return row.disputed_at.is_(None) & row.confirmed_at.is_(None)
