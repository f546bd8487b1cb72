"""The evidence of a declaration: everything an auditor needs to judge it without the hub."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.declarations.queries import successor_of, visible, withdrawal_of
from hub.declarations.tables import (
    DeclarationRow,
    VerificationRevocationRow,
    VerificationRow,
)
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.settings import Settings
from hub.trust.checkpoints import newest, note_of
from hub.trust.hub_key import HubSigner, hub_signer
from hub.trust.log import instant
from hub.trust.tables import KeyEvent, LogCheckpoint
from hub.trust.tree import inclusion_path
from tierlight_schemas.envelope import b64url_encode, canonical
from tierlight_schemas.log.evidence import EVIDENCE_TYPE, STANDING_TYPE, VERIFIED_TYPE
from tierlight_schemas.log.proofs import encoded_path

Body = tuple[int, str, bytes]
"""Index, kind and bytes of an entry."""


def evidence(
    session: Session, caller: Caller, digest: str, size: int | None, settings: Settings
) -> bytes:
    """The evidence up to the checkpoint of a size (None: the newest), as canonical JSON.

    Raises `NotFound` for a declaration that the caller may not see or a size that was not signed,
    `Conflict` when the hub has no key of its own.
    """
    row, _ = visible(session, caller, digest)
    signer = hub_signer(settings)
    checkpoint = newest(session) if size is None else session.get(LogCheckpoint, size)
    if checkpoint is None or checkpoint.size <= row.log_index:
        raise NotFound("log/no-checkpoint", size=str(size or 0))
    bodies = [body for body in _bodies(session, caller, row) if body[0] < checkpoint.size]
    verified = list(_verifications(session, row, checkpoint.size))
    bodies += [body for body in verified if body not in bodies]
    return canonical(
        {
            "type": VERIFIED_TYPE if verified else EVIDENCE_TYPE,
            "checkpoint": str(note_of(session, checkpoint)),
            "entries": [_entry(session, body, checkpoint.size) for body in bodies],
            "standing": _standing(checkpoint, row, bodies, signer),
            "logKey": signer.jwk,
        }
    )


def _bodies(session: Session, caller: Caller, row: DeclarationRow) -> Iterator[Body]:
    """The declaration first, then its key's history, and what became of it."""
    yield row.log_index, "declaration", row.jws
    yield from _key_history(session, row.key_thumbprint)
    if (later := successor_of(session, row.digest)) is not None:
        successor, _ = visible(session, caller, later)
        yield successor.log_index, "declaration", successor.jws
    if (withdrawal := withdrawal_of(session, row.digest)) is not None:
        yield withdrawal.log_index, "withdrawal", withdrawal.statement


def _verifications(session: Session, row: DeclarationRow, size: int) -> Iterator[Body]:
    """Third parties' statements and revocations, each with the history of its key, up to a size."""
    held = select(VerificationRow).filter_by(declaration=row.digest)
    statements = list(session.scalars(held.where(VerificationRow.log_index < size)))
    ended = VerificationRevocationRow
    names = [statement.digest for statement in statements]
    query = select(ended).where(ended.verification.in_(names), ended.log_index < size)
    revoked = list(session.scalars(query))
    for statement in statements:
        yield statement.log_index, "verification", statement.jws
    for revocation in revoked:
        yield revocation.log_index, "verification-revoke", revocation.jws
    keys = {one.key_thumbprint for one in statements} | {one.key_thumbprint for one in revoked}
    for key in sorted(keys):
        yield from (body for body in _key_history(session, key) if body[0] < size)


def _key_history(session: Session, thumbprint: str) -> Iterator[Body]:
    events = select(KeyEvent).filter_by(thumbprint=thumbprint)
    for event in session.scalars(events.order_by(KeyEvent.log_index)):
        yield event.log_index, f"key-{event.kind}", event.statement


def _entry(session: Session, body: Body, size: int) -> dict[str, Any]:
    index, kind, logged = body
    path = encoded_path(inclusion_path(session, index, size))
    return {"index": index, "kind": kind, "body": b64url_encode(logged), "path": path}


def _standing(
    checkpoint: LogCheckpoint, row: DeclarationRow, bodies: list[Body], signer: HubSigner
) -> str:
    """The hub's word that up to this checkpoint nothing else concerns the declaration."""
    said = {
        "type": STANDING_TYPE,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "declaration": row.digest,
        "entries": [index for index, _, _ in bodies],
        "at": instant(now()),
    }
    return signer.sign(canonical(said)).decode("ascii")
