"""Lines of a set of requests: what each asks whom, judged one by one. A bad one blocks no other."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from hub.kit.errors import HubError
from hub.requests.terms import Terms

MAX_LINES = 20_000
MAX_KEY = 200


class Outcome(StrEnum):
    """What became of a line."""

    SENT = "sent"
    UNCHANGED = "unchanged"
    """The same line of the same set was sent before."""
    READABLE = "readable"
    """Not sent: the asker may read a valid declaration already."""
    OPEN = "open"
    """Not sent: the same company was asked for the same part, and that is not over."""
    REFUSED = "refused"


@dataclass(frozen=True)
class Line:
    """One line: a part of the asker's, and the supplier to ask for it."""

    part: str
    """The asker's number."""
    terms: Terms
    supplier: str | None = None
    """Company id, SCHEME:VALUE or exact name; None: the one that the part is bought from."""
    supplier_part: str | None = None
    """The supplier's number, if the asker knows it."""
    key: str | None = None
    """What the set calls the line; None: part and supplier."""
    number: int | None = None
    """Row of the table that it came in."""

    @property
    def name(self) -> str:
        """By what the line is found again in its set."""
        return self.key or " | ".join(text for text in (self.part, self.supplier) if text)


@dataclass(frozen=True)
class Verdict:
    """What became of a line, and why."""

    name: str
    """What the set calls the line."""
    part: str
    supplier: str | None
    number: int | None
    """Row of the table that it came in."""
    outcome: Outcome
    request_id: str | None = None
    """The request: the new one, the same as before, or the open one that stands in the way."""
    declaration: str | None = None
    """Digest of the declaration that the asker may read already."""
    supplier_has_one: bool = False
    """The supplier lets the asker know that it has a valid declaration: a request asks for consent
    only."""
    code: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def on(cls, line: Line, outcome: Outcome, **told: Any) -> Self:
        """The verdict on a line."""
        return cls(line.name, line.part, line.supplier, line.number, outcome, **told)


def refused(line: Line, error: HubError) -> Verdict:
    """The verdict on a line that cannot be sent."""
    return Verdict.on(line, Outcome.REFUSED, code=error.code, params=error.params)


def asked_for(line: Line, asked_id: str) -> str:
    """SHA-256 (hex) of whom a line asks for what and on what terms."""
    said = {"part": line.part, "asked": asked_id, "number": line.supplier_part}
    text = json.dumps(said | asdict(line.terms), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def counted(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many lines came to each outcome; all of them are named."""
    return {
        outcome.value: sum(verdict.outcome is outcome for verdict in verdicts)
        for outcome in Outcome
    }
