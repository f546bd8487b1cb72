"""Erasures in the log: what is gone is named by digests, signed, and stays provable.

signed list of what will go → entry → marks → the rooms delete their rows; all in one transaction
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.errors import Conflict
from hub.trust.checkpoints import proof_of
from hub.trust.hub_key import HubSigner, hub_keys, public_jwk, publish_hub_key, signer_of
from hub.trust.log import append, instant
from hub.trust.tables import LogEntry, LogErased, LogErasure
from tierlight_schemas.envelope import canonical, digest, open_jws
from tierlight_schemas.log.erasure import (
    ERASURE_TYPE,
    Demand,
    Gone,
    Reason,
    Scope,
    erased_list,
    pack_receipt,
)


@dataclass(frozen=True)
class Ordered:
    """What is to be erased, and why."""

    company_id: str
    scope: Scope
    demanded_by: Demand
    reason: Reason


def record_erasure(
    session: Session, ordered: Ordered, gone: Sequence[Gone], signer: HubSigner, origin: str
) -> LogErasure:
    """Log that these bytes are gone; the caller deletes them in the same transaction.

    Raises `Conflict` (`log/hub-key-ended`) for a key that the hub no longer signs with.
    """
    publish_hub_key(session, signer, origin)
    at, erased = now(), erased_list(gone)
    jws = signer.sign(canonical(_said(ordered, len(gone), erased, signer.kid, origin, at)))
    entry = append(session, "erasure", digest(jws), at)
    row = LogErasure(
        log_index=entry.index,
        company_id=ordered.company_id,
        scope=ordered.scope,
        at=at,
        jws=jws,
        erased=erased,
    )
    session.add(row)
    marks = ({"erasure": entry.index, "position": n} | _mark(item) for n, item in enumerate(gone))
    write_rows(session, LogErased, marks)
    return row


def company_erasure(session: Session, company_id: str) -> LogErasure | None:
    """The erasure of a whole company, if it was erased."""
    return session.scalar(select(LogErasure).filter_by(company_id=company_id, scope="company"))


def erasure_of_declaration(session: Session, company_id: str, name: str) -> LogErasure | None:
    """The erasure that took the signed bytes of a company's declaration."""
    return session.scalar(
        select(LogErasure)
        .join(LogErased, LogErased.erasure == LogErasure.log_index)
        .where(LogErasure.company_id == company_id)
        .where(LogErased.declaration == name, LogErased.kind == "declaration")
    )


def erasure_of_annexes(session: Session, company_id: str, name: str) -> LogErasure | None:
    """The erasure that took the annexes of a company's declaration, and only those."""
    return session.scalar(
        select(LogErasure)
        .join(LogErased, LogErased.erasure == LogErasure.log_index)
        .where(LogErasure.company_id == company_id, LogErasure.scope == "annexes")
        .where(LogErased.declaration == name)
        .order_by(LogErasure.log_index.desc())
        .limit(1)
    )


def is_erased(session: Session, name: str) -> bool:
    """Whether a declaration of this digest was here and its bytes were erased."""
    query = select(LogErased.position).filter_by(declaration=name, kind="declaration")
    return session.scalar(query.limit(1)) is not None


def receipt_for(session: Session, row: LogErasure) -> bytes:
    """The deletion receipt with the newest proof; its other bytes are the same for ever.

    Raises `Conflict` (`log/no-proof`) while no checkpoint covers it.
    """
    proof = proof_of(session, row.log_index)
    if proof is None:
        raise Conflict("log/no-proof")
    kid = open_jws(row.jws).kid
    jwk = next(public_jwk(key) for key in hub_keys(session) if key.thumbprint == kid)
    return pack_receipt(row.jws, row.erased, jwk, (proof, signer_of(session, proof)))


def declarations_erased(session: Session, names: Iterable[str]) -> dict[str, tuple[int, datetime]]:
    """Of these declarations, those that lost bytes or annexes: where in the log, and when."""
    wanted, found = sorted(set(names)), dict[str, tuple[int, datetime]]()
    for start in range(0, len(wanted), 5_000):
        chunk = LogErased.declaration.in_(wanted[start : start + 5_000])
        query = select(LogErased.declaration, LogEntry.index, LogEntry.recorded_at)
        query = query.join(LogEntry, LogEntry.index == LogErased.erasure).where(chunk)
        for name, index, at in session.execute(query.order_by(LogEntry.index.desc())):
            found[str(name)] = (index, at)
    return found


def _mark(item: Gone) -> dict[str, Any]:
    return {
        "log_index": item.index,
        "kind": item.kind,
        "digest": item.digest,
        "declaration": item.declaration,
    }


def _said(
    ordered: Ordered, count: int, erased: bytes, kid: str, origin: str, at: datetime
) -> dict[str, Any]:
    return {
        "type": ERASURE_TYPE,
        "origin": origin,
        "company": ordered.company_id,
        "scope": ordered.scope,
        "demandedBy": ordered.demanded_by,
        "reason": ordered.reason,
        "erased": {"count": str(count), "digest": digest(erased)},
        "key": kid,
        "at": instant(at),
    }
