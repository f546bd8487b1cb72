"""What may be said of a declaration to anybody who brings its digest.

That the log holds it, since when, and whether it still stands: no company, no part, no value. Who
brings the signed file as well is told what stands in that file, and whether it is the one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.declarations.queries import withdrawal_of
from hub.declarations.tables import DeclarationRow
from hub.kit.errors import BadInput, NotFound, bad_input
from hub.kit.wall import beyond
from hub.trust.proofs import receipt_for
from hub.trust.tables import LogEntry
from hub.trust.usecases import jwk_of, key_for
from tierlight_schemas.envelope import EnvelopeError, Opened, open_jws, verify


@dataclass(frozen=True)
class PublicWord:
    """What the hub says of a digest to everybody."""

    digest: str
    index: int
    """Place in the log."""
    received_at: datetime
    superseded_at: datetime | None
    """When the hub received what replaced it."""
    withdrawn_at: datetime | None
    is_kept: bool
    """Whether the hub still holds the signed bytes; the log's entry stays when they are erased."""


def public_word(session: Session, digest: str) -> PublicWord:
    """The word on a declaration. Raises `NotFound` for what the log does not hold as one."""
    kept = receipt_for(session, digest)
    entry = session.get(LogEntry, kept.log_index) if kept else None
    if entry is None or entry.kind != "declaration":
        raise NotFound
    later = select(DeclarationRow.received_at).where(DeclarationRow.supersedes == digest)
    with beyond(session):
        is_kept = session.get(DeclarationRow, digest) is not None
        withdrawal = withdrawal_of(session, digest)
        superseded_at = session.scalar(later.limit(1))
    withdrawn_at = withdrawal.at if withdrawal else None
    return PublicWord(digest, entry.index, entry.recorded_at, superseded_at, withdrawn_at, is_kept)


def read_file(session: Session, digest: str, jws: bytes) -> Mapping[str, Any]:
    """What a signed file says, if it is the declaration of that digest and its signature holds.

    Nothing is told that does not stand in the file. Raises `BadInput`: `verify/other-file`,
    `trust/unknown-key`, or what is wrong with the envelope.
    """
    opened = _opened(jws)
    if opened.digest != digest:
        raise BadInput("verify/other-file", digest=opened.digest, expected=digest)
    with beyond(session):
        key = key_for(session, opened.kid)
    if key is None:
        raise BadInput("trust/unknown-key", kid=opened.kid)
    try:
        verify(jws, jwk_of(key))
    except EnvelopeError as error:
        raise bad_input(error) from None
    return opened.document


def _opened(jws: bytes) -> Opened:
    try:
        return open_jws(jws)
    except EnvelopeError as error:
        raise bad_input(error) from None
