"""In which state a finding is: what people have said of it, folded in the order they said it.

open ──acknowledge──▶ acknowledged            both hold while the numbers are those that it was
open ──dispute──────▶ disputed                said of; with other numbers the finding is open again
disputed ──answer: withdrawn──▶ disputed      it does not hold, says whoever was asked
disputed ──answer: upheld─────▶ open          it holds
acknowledged, disputed ──reopen──▶ open
no longer found ──▶ resolved
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a finding stands; what needs somebody comes first."""

    OPEN = "open"
    DISPUTED = "disputed"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Kind(StrEnum):
    """What somebody did with a finding."""

    ACKNOWLEDGE = "acknowledge"
    DISPUTE = "dispute"
    ANSWER = "answer"
    ASSIGN = "assign"
    REOPEN = "reopen"


class Verdict(StrEnum):
    """How a dispute was answered."""

    UPHELD = "upheld"
    """The finding holds."""
    WITHDRAWN = "withdrawn"
    """It does not."""


class Asked(StrEnum):
    """Who has to answer a dispute."""

    PARTNER = "partner"
    """The company at the other end of the sourcing link that the finding is about."""
    OPERATOR = "operator"


@dataclass(frozen=True)
class Numbers:
    """The numbers of a finding, by their digests."""

    digest: str
    """As seen from `root`."""
    unit_digest: str
    """For one unit of the part concerned."""
    root: str | None = None
    """Id of the product that it was seen from; None: of none, as what stands in a document."""

    def are(self, others: "Numbers") -> bool:
        """Whether they are the same: what was seen from two products is compared by the unit."""
        if self.root == others.root or self.digest == others.digest:
            return self.digest == others.digest
        return self.unit_digest == others.unit_digest


@dataclass(frozen=True)
class Decision:
    """Something that somebody said of a finding; never changed."""

    kind: Kind
    at: datetime
    numbers: Numbers
    """Those that it was said about."""
    author_id: str | None
    """Company in whose name it was said; None: the hub's operator at its command line."""
    actor: str
    """Who said it, as callers are recorded; empty for what was signed with a document."""
    words: str | None = None
    verdict: Verdict | None = None
    assignee: str | None = None
    """Who shall act from here on, as callers are recorded; None: nobody."""
    asked: Asked | None = None
    asked_id: str | None = None
    """The company that has to answer; None where nobody signs in as the operator."""


@dataclass(frozen=True)
class Standing:
    """The state of one finding, and what made it so."""

    state: State
    said: Decision | None = None
    """The acknowledgement, the dispute or the reopening that counts last."""
    answer: Decision | None = None
    """What was answered to that dispute."""
    assignee: str | None = None
    numbers_changed: bool = False
    """Whether the finding is open only because its numbers are no longer those acknowledged or
    disputed."""

    @property
    def awaits_answer(self) -> bool:
        """Whether it was disputed, and nobody has answered."""
        return self.said is not None and self.said.kind is Kind.DISPUTE and self.answer is None


def standing(decisions: Iterable[Decision], numbers: Numbers | None) -> Standing:
    """Where a finding with these numbers stands; None: it is no longer found."""
    said = answer = assignee = None
    for decision in decisions:
        match decision.kind:
            case Kind.ASSIGN:
                assignee = decision.assignee
            case Kind.ANSWER:
                answer = decision
            case _:
                said, answer = decision, None
    if numbers is None:
        return Standing(State.RESOLVED, said, answer, assignee)
    state = _state(said, answer)
    changed = state is not State.OPEN and said is not None and not said.numbers.are(numbers)
    return Standing(State.OPEN if changed else state, said, answer, assignee, changed)


def _state(said: Decision | None, answer: Decision | None) -> State:
    """The state as far as the numbers are still the same."""
    if said is None or said.kind is Kind.REOPEN:
        return State.OPEN
    if said.kind is Kind.ACKNOWLEDGE:
        return State.ACKNOWLEDGED
    return State.OPEN if answer and answer.verdict is Verdict.UPHELD else State.DISPUTED
