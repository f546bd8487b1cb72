"""What the log can prove of a declaration, by the digest that names it."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.errors import NotFound
from hub.trust.checkpoints import proof_of
from hub.trust.tables import LogEntry, Receipt

PROOF_TYPE: Final = "text/plain"


def entry_of_digest(session: Session, digest: str) -> LogEntry | None:
    """The entry of a declaration (SHA-256 of its payload), or of anything logged (by the digest
    that its entry holds).
    """
    index = session.scalar(select(Receipt.log_index).filter_by(digest=digest))
    if index is not None:
        return session.get_one(LogEntry, index)
    # A digest of one kind that stands under another one too would be no SHA-256.
    return session.scalar(select(LogEntry).filter_by(digest=digest).order_by(LogEntry.index))


def proof_of_declaration(session: Session, digest: str) -> str | None:
    """The proof of a declaration's receipt; None while no checkpoint covers it."""
    index = session.scalar(select(Receipt.log_index).filter_by(digest=digest))
    return None if index is None else proof_of(session, index)


def found_proof(session: Session, digest: str) -> str:
    """The proof of a declaration's receipt. Raises `NotFound` while there is none."""
    proof = proof_of_declaration(session, digest)
    if proof is None:
        raise NotFound("log/no-proof")
    return proof
