"""Third parties' statements, when a company leaves or wants a declaration gone.

What was said of a declaration goes with it, whoever said it: the statement tells what it is about.
What a leaving verifier said of others' declarations stays with those, which are judged by it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from hub.declarations.tables import VerificationRevocationRow, VerificationRow
from hub.kit.leaving import BATCH
from hub.kit.wall import beyond
from hub.trust.checkpoints import proof_of
from hub.trust.log import instant, receipt_of
from tierlight_schemas.envelope import digest
from tierlight_schemas.log.erasure import Gone


def told(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    """The signed statements on the company's declarations and those that it made, with receipts,
    proofs, and what revoked them."""
    row, ended = VerificationRow, VerificationRevocationRow
    query = select(row, ended).outerjoin(ended, ended.verification == row.digest)
    query = query.where(or_(row.declarant_id == company_id, row.company_id == company_id))
    rows = session.execute(query.order_by(row.log_index).execution_options(yield_per=50))
    for statement, revocation in rows:
        yield {
            "verification": statement.digest,
            "declaration": statement.declaration,
            "company": statement.company_id,
            "received_at": instant(statement.received_at),
            "log_index": statement.log_index,
            "jws": statement.jws.decode("ascii"),
            "receipt": receipt_of(session, statement.digest).decode("utf-8"),
            "proof": proof_of(session, statement.log_index),
            "revocation": _revocation(session, revocation) if revocation else None,
        }


def going(session: Session, which: Select[str]) -> Iterator[Gone]:
    """The statements on these declarations, and their revocations."""
    row, ended = VerificationRow, VerificationRevocationRow
    query = select(row.log_index, row.declaration, row.jws).where(row.declaration.in_(which))
    for index, name, jws in session.execute(query.order_by(row.log_index)):
        yield Gone("verification", digest(jws), index, name)
    revoked = select(ended.log_index, row.declaration, ended.jws)
    revoked = revoked.join(row, row.digest == ended.verification).where(row.declaration.in_(which))
    for index, name, jws in session.execute(revoked.order_by(ended.log_index)):
        yield Gone("verification-revoke", digest(jws), index, name)


def erase(session: Session, names: Sequence[str]) -> None:
    """Delete what was said of these declarations, which are of the company that is erasing."""
    row, ended = VerificationRow, VerificationRevocationRow
    with beyond(session):  # the rows are the verifiers'
        for start in range(0, len(names), BATCH):
            said = row.declaration.in_(names[start : start + BATCH])
            of_these = ended.verification.in_(select(row.digest).where(said))
            session.execute(delete(ended).where(of_these))
            session.execute(delete(row).where(said))


def _revocation(session: Session, row: VerificationRevocationRow) -> dict[str, Any]:
    return {
        "at": instant(row.at),
        "reason": row.reason,
        "log_index": row.log_index,
        "jws": row.jws.decode("ascii"),
        "proof": proof_of(session, row.log_index),
    }
