"""What the log can prove of a declaration, by the digest that names it."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.errors import NotFound
from hub.kit.wall import beyond
from hub.trust.checkpoints import proof_of
from hub.trust.tables import LogEntry, Receipt

PROOF_TYPE: Final = "text/plain"


def entry_of_digest(session: Session, digest: str) -> LogEntry | None:
    """The entry of a declaration (SHA-256 of its payload), or of anything logged (by the digest
    that its entry holds).
    """
    kept = receipt_for(session, digest)
    if kept is not None:
        return session.get_one(LogEntry, kept.log_index)
    # A digest of one kind that stands under another one too would be no SHA-256.
    return session.scalar(select(LogEntry).filter_by(digest=digest).order_by(LogEntry.index))


def receipt_for(session: Session, digest: str) -> Receipt | None:
    """The receipt of a declaration, whosever it is: who brings its digest may know of its entry."""
    with beyond(session):
        return session.get(Receipt, digest)


def proof_of_declaration(session: Session, digest: str) -> str | None:
    """The proof of a declaration's receipt; None while no checkpoint covers it."""
    kept = receipt_for(session, digest)
    return None if kept is None else proof_of(session, kept.log_index)


def found_proof(session: Session, digest: str) -> str:
    """The proof of a declaration's receipt. Raises `NotFound` while there is none."""
    proof = proof_of_declaration(session, digest)
    if proof is None:
        raise NotFound("log/no-proof")
    return proof
