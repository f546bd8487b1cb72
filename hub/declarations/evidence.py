"""The evidence of a declaration: everything an auditor needs to judge it without the hub."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.declarations.queries import successor_of, visible, withdrawal_of
from hub.declarations.tables import DeclarationRow
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.settings import Settings
from hub.trust.checkpoints import newest, note_of
from hub.trust.hub_key import HubSigner, hub_signer
from hub.trust.log import instant
from hub.trust.tables import KeyEvent, LogCheckpoint
from hub.trust.tree import inclusion_path
from tierlight_schemas.envelope import b64url_encode, canonical
from tierlight_schemas.log.evidence import EVIDENCE_TYPE, STANDING_TYPE
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
    return canonical(
        {
            "type": EVIDENCE_TYPE,
            "checkpoint": str(note_of(session, checkpoint)),
            "entries": [_entry(session, body, checkpoint.size) for body in bodies],
            "standing": _standing(checkpoint, row, bodies, signer),
            "logKey": signer.jwk,
        }
    )


def _bodies(session: Session, caller: Caller, row: DeclarationRow) -> Iterator[Body]:
    """The declaration first, then its key's history, and what became of it."""
    yield row.log_index, "declaration", row.jws
    events = select(KeyEvent).filter_by(thumbprint=row.key_thumbprint)
    for event in session.scalars(events.order_by(KeyEvent.log_index)):
        yield event.log_index, f"key-{event.kind}", event.statement
    if (later := successor_of(session, row.digest)) is not None:
        successor, _ = visible(session, caller, later)
        yield successor.log_index, "declaration", successor.jws
    if (withdrawal := withdrawal_of(session, row.digest)) is not None:
        yield withdrawal.log_index, "withdrawal", withdrawal.statement


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
