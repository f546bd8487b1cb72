"""What is asked for and on what terms; what no request may say is refused here."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.kit.errors import BadInput
from hub.requests.lifecycle import LEAST_DAYS, MOST_DAYS
from hub.sharing.policy import EVIDENCE, EXISTENCE, TOTAL

MAX_PURPOSE = 300
MAX_TEXT = 500
MAX_WORDS = 2_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Payer(StrEnum):
    """Who pays for a third party's verification of the answer."""

    ASKER = "asker"
    ASKED = "asked"
    SHARED = "shared"
    NONE = "none"
    """No verification is asked for."""


@dataclass(frozen=True)
class Terms:
    """What the asked company is told before it decides: the facts that make a request fair."""

    purpose: str
    due: date
    """The last day, in UTC, on which an answer is in time."""
    level: int = TOTAL
    aggregate: bool = False
    legal_basis: str | None = None
    seen_by: str | None = None
    """Who else will see the answer; None: nobody else."""
    keep_until: date | None = None
    """First day on which the consent no longer holds; None: until it is ended."""
    verification_paid_by: Payer = Payer.NONE
    period_start: date | None = None
    period_end: date | None = None


def check(terms: Terms, today: date) -> None:
    """Raise `BadInput` for terms that no supplier may be asked on, naming the member."""
    text("purpose", terms.purpose, MAX_PURPOSE)
    for member in ("legal_basis", "seen_by"):
        if (said := getattr(terms, member)) is not None:
            text(member, said, MAX_TEXT)
    if not EXISTENCE <= terms.level <= EVIDENCE:
        raise BadInput("hub/grant-level", level=str(terms.level)[:20])
    check_due(terms.due, today, today + timedelta(days=LEAST_DAYS))
    if terms.keep_until is not None and terms.keep_until <= terms.due:
        raise BadInput("requests/keep-until", day=terms.keep_until.isoformat())
    start, end = terms.period_start, terms.period_end
    if (start is None) != (end is None) or (start and end and end <= start):
        raise BadInput("requests/period")


def check_due(due: date, today: date, least: date) -> None:
    """Raise `BadInput` for a last day before `least` or more than `MOST_DAYS` away."""
    most = today + timedelta(days=MOST_DAYS)
    if not least <= due <= most:
        said = {"day": due.isoformat(), "least": least.isoformat(), "most": most.isoformat()}
        raise BadInput("requests/due", **said)


def text(member: str, said: str, limit: int) -> None:
    """Raise `BadInput` for what is empty, too long, or no line of text."""
    if not (0 < len(said.strip()) <= len(said) <= limit) or _CONTROL.search(said):
        raise BadInput("hub/text", member=member, limit=str(limit))


def words(said: str) -> str:
    """What somebody writes, several lines at most. Raises `BadInput` without any."""
    told = said.strip()
    readable = all(char.isprintable() or char in "\r\n\t" for char in told)
    if not (told and len(told) <= MAX_WORDS and readable):
        raise BadInput("requests/words", limit=str(MAX_WORDS))
    return told
