"""What the log tells anybody: whether a code, a receipt or a proof is that of one of its entries.

Only order and non-alteration: no company, no part, no value, and nothing of who may see what.
"""

import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from hub.kit.errors import BadInput, Conflict
from hub.trust.checkpoints import proof_of
from hub.trust.proofs import entry_of_digest, receipt_for
from hub.trust.tables import LogEntry
from hub.trust.tree import root_at
from tierlight_schemas.canonical import canonical_or_refused
from tierlight_schemas.errors import EnvelopeError, LogError
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.proofs import HEADER, Proof, check_inclusion, read_proof

MAX_TEXT = 8_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
Outcome = Literal["logged", "unknown", "differs"]


@dataclass(frozen=True)
class Answer:
    """What the log says to a text."""

    outcome: Outcome
    entry: LogEntry | None = None
    proof: str | None = None
    """The proof as it stands now, to be kept; None while no checkpoint covers the entry."""

    @property
    def code(self) -> str:
        """Of the words for it."""
        return f"log/says-{self.outcome}"


def answer(session: Session, text: str) -> Answer:
    """The log's answer to a digest, a receipt's JSON, or a proof's text.

    Raises `BadInput` (`log/unreadable`) for what is none of the three.
    """
    text = text.strip()
    if _DIGEST.fullmatch(text.lower()):
        return _about(session, entry_of_digest(session, text.lower()))
    if text.startswith("{"):
        return _receipt(session, text)
    if text.startswith(HEADER):
        return _proof(session, text)
    raise BadInput("log/unreadable")


def _about(session: Session, entry: LogEntry | None) -> Answer:
    if entry is None:
        return Answer("unknown")
    return Answer("logged", entry, proof_of(session, entry.index))


def _receipt(session: Session, text: str) -> Answer:
    """A receipt is the one that was sent, byte for byte, or it differs."""
    try:
        said = canonical_or_refused(text.encode("utf-8", "surrogatepass"))
    except EnvelopeError:
        raise BadInput("log/unreadable") from None
    kept = receipt_for(session, said["digest"]) if isinstance(said.get("digest"), str) else None
    if kept is None:
        return Answer("unknown")
    entry = session.get_one(LogEntry, kept.log_index)
    return _about(session, entry) if kept.body == text.encode() else Answer("differs", entry)


def _proof(session: Session, text: str) -> Answer:
    """The entry at the proof's place must lead to the proof's root, and the root be the log's."""
    try:
        proof = read_proof(f"{text}\n")
    except LogError:
        raise BadInput("log/unreadable") from None
    entry = session.get(LogEntry, proof.index)
    if entry is None:
        return Answer("unknown")
    return _about(session, entry) if _fits(session, proof, entry) else Answer("differs", entry)


def _fits(session: Session, proof: Proof, entry: LogEntry) -> bool:
    try:
        checkpoint = check_inclusion(proof, Entry(entry.kind, entry.digest))
        return root_at(session, checkpoint.size) == checkpoint.root
    except (LogError, Conflict):  # of another tree, or of a size that this one has not
        return False
