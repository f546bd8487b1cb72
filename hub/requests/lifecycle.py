"""The life of a request for a footprint: who may do what in which state, and what follows. Pure.

    sent → opened → in-work ⇄ question → answered-fully | answered-partly → accepted
                                       ↖ returned (with what to mend) ↙
    declined (may be taken up again), expired (may be extended, or answered late), cancelled

The state is nowhere but in what happened: `standing` folds events, oldest first. Days are calendar
days in UTC; `due` is the last day on which an answer is in time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

LEAST_DAYS = 30
"""From sending to `due`: a supplier that has to look for bills needs a month."""
DAYS_TO_MEND = 14
"""At least so many days are left when an answer comes back."""
MOST_DAYS = 730
"""A request is for this year's numbers; one that is due later is a mistake."""


class Side(StrEnum):
    """Who does something."""

    ASKER = "asker"
    ASKED = "asked"
    HUB = "hub"


class State(StrEnum):
    """How far a request is."""

    SENT = "sent"
    OPENED = "opened"
    IN_WORK = "in-work"
    QUESTION = "question"
    """The asked company waits for a reply; its time stands still."""
    ANSWERED_FULLY = "answered-fully"
    ANSWERED_PARTLY = "answered-partly"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    """The asker has said what to mend."""
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What can happen to a request: the kinds of events."""

    SEND = "send"
    OPEN = "open"
    START = "start"
    ASK = "ask"
    REPLY = "reply"
    ANSWER_FULLY = "answer-fully"
    ANSWER_PARTLY = "answer-partly"
    ACCEPT = "accept"
    RETURN = "return"
    DECLINE = "decline"
    ASK_EXTENSION = "ask-extension"
    EXTEND = "extend"
    CANCEL = "cancel"
    REMIND = "remind"
    EXPIRE = "expire"


class Reason(StrEnum):
    """Why a request is declined."""

    NO_DATA_YET = "no-data-yet"
    CONFIDENTIAL = "confidential"
    NOT_MY_PART = "not-my-part"
    WRONG_RECIPIENT = "wrong-recipient"
    NEEDS_NDA = "needs-nda"
    CAPACITY = "capacity"
    OTHER = "other"
    """Says nothing by itself, so it takes words."""


RUNNING = frozenset({State.SENT, State.OPENED, State.IN_WORK, State.RETURNED})
"""The asked company's turn: time runs, reminders go out, and in the end it expires."""
ANSWERED = frozenset({State.ANSWERED_FULLY, State.ANSWERED_PARTLY})
OPEN = RUNNING | ANSWERED | {State.QUESTION}
"""Somebody has something to do."""
_AT_WORK = RUNNING | {State.QUESTION}
_ANSWERABLE = _AT_WORK | {State.ANSWERED_PARTLY, State.EXPIRED}


@dataclass(frozen=True)
class Rule:
    """Who may do something, in which states, and the state that follows (None: the same)."""

    side: Side
    before: frozenset[State]
    after: State | None = None


RULES: Mapping[Act, Rule] = {
    Act.OPEN: Rule(Side.ASKED, frozenset({State.SENT}), State.OPENED),
    Act.START: Rule(
        Side.ASKED,
        frozenset({State.SENT, State.OPENED, State.RETURNED, State.DECLINED}),
        State.IN_WORK,
    ),
    Act.ASK: Rule(Side.ASKED, _AT_WORK, State.QUESTION),
    Act.REPLY: Rule(Side.ASKER, frozenset({State.QUESTION}), State.IN_WORK),
    Act.ANSWER_FULLY: Rule(Side.ASKED, _ANSWERABLE, State.ANSWERED_FULLY),
    Act.ANSWER_PARTLY: Rule(Side.ASKED, _ANSWERABLE, State.ANSWERED_PARTLY),
    Act.ACCEPT: Rule(Side.ASKER, ANSWERED, State.ACCEPTED),
    Act.RETURN: Rule(Side.ASKER, ANSWERED, State.RETURNED),
    Act.DECLINE: Rule(Side.ASKED, _AT_WORK, State.DECLINED),
    Act.ASK_EXTENSION: Rule(Side.ASKED, _AT_WORK | {State.EXPIRED}),
    Act.EXTEND: Rule(Side.ASKER, _AT_WORK | {State.EXPIRED}),
    Act.CANCEL: Rule(Side.ASKER, OPEN | {State.EXPIRED}, State.CANCELLED),
    Act.REMIND: Rule(Side.HUB, RUNNING),
    Act.EXPIRE: Rule(Side.HUB, RUNNING, State.EXPIRED),
}
"""`SEND` is the first event of every request and never another."""


@dataclass(frozen=True)
class Happened:
    """One event, as far as the state depends on it."""

    act: Act
    at: datetime
    due: date | None = None
    """The new last day: of a sending, an extension or a return."""
    share: int | None = None
    """Of a reminder: how much of the time had passed, in per cent."""


@dataclass(frozen=True)
class Standing:
    """How a request stands after what happened to it."""

    state: State
    due: date
    running_since: datetime
    """When the time that ends at `due` began."""
    reminded: int = 0
    """The greatest share of that time, in per cent, that was reminded of."""
    wished: date | None = None
    """Until when the asked company has asked for more time, while nobody has answered that."""
    before_expiry: State | None = None
    asked_at: datetime | None = None
    """Since when a question waits for its reply."""


class LifecycleError(ValueError):
    """What cannot happen now."""

    def __init__(self, act: Act, state: State) -> None:
        super().__init__(act, state)
        self.act = act
        self.state = state


def standing(events: Iterable[Happened]) -> Standing:
    """Fold what happened, oldest first. Raises `LifecycleError` for what could not have."""
    found: Standing | None = None
    for event in events:
        found = begun(event) if found is None else after(found, event)
    if found is None:
        raise ValueError("a request begins with its sending")
    return found


def begun(event: Happened) -> Standing:
    """The standing of what was just sent."""
    if event.act is not Act.SEND or event.due is None:
        raise ValueError("a request begins with its sending")
    return Standing(State.SENT, event.due, event.at)


def after(before: Standing, event: Happened) -> Standing:
    """The standing once something has happened. Raises `LifecycleError` where it cannot."""
    rule = RULES.get(event.act)
    if rule is None or before.state not in rule.before:
        raise LifecycleError(event.act, before.state)
    moved = replace(before, state=rule.after or before.state)
    match event.act:
        case Act.ASK:
            return replace(moved, asked_at=before.asked_at or event.at)
        case Act.REPLY:
            return _runs_until(moved, event.at, _due_after_waiting(before, event.at))
        case Act.RETURN | Act.EXTEND:
            granted = replace(_revived(moved), wished=None)
            return _runs_until(granted, event.at, _stated(event))
        case Act.ASK_EXTENSION:
            return replace(moved, wished=_stated(event))
        case Act.REMIND:
            return replace(moved, reminded=max(before.reminded, event.share or 0))
        case Act.EXPIRE:
            return replace(moved, before_expiry=before.state)
        case _:
            return replace(moved, asked_at=None, before_expiry=None)


def may(state: State, side: Side) -> tuple[Act, ...]:
    """What a side can do in a state, in the order of `Act`."""
    return tuple(act for act, rule in RULES.items() if rule.side is side and state in rule.before)


def due_after_return(due: date, at: datetime, wanted: date | None = None) -> date:
    """The last day after an answer has come back: never less than `DAYS_TO_MEND` from then."""
    return max(due, at.date() + timedelta(days=DAYS_TO_MEND), wanted or due)


def _due_after_waiting(before: Standing, at: datetime) -> date:
    """A question costs the asked company none of its time: whole days, a begun one counted."""
    waited = at - (before.asked_at or at)
    return before.due + timedelta(days=-(-waited // timedelta(days=1)))


def _runs_until(moved: Standing, at: datetime, due: date) -> Standing:
    """A new time begins: reminders count anew. A question that is still open waits from now on."""
    waits = at if moved.state is State.QUESTION else None
    return replace(moved, due=due, running_since=at, reminded=0, asked_at=waits)


def _revived(moved: Standing) -> Standing:
    """What has expired goes on where it stood."""
    if moved.state is not State.EXPIRED:
        return moved
    return replace(moved, state=moved.before_expiry or State.SENT, before_expiry=None)


def _stated(event: Happened) -> date:
    if event.due is None:
        raise ValueError(f"{event.act} says no day")
    return event.due
