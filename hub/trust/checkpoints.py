"""Checkpoints of the log: signed after the entries are committed, and never two that differ.

    entries are committed → they are read back and hashed again → the file of the head is
    replaced → the checkpoint is committed → the answer with its proof leaves

A crash between two steps leaves a head that the next checkpoint follows from. The turn of the log
is held meanwhile, so that processes do not overtake each other.
"""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import Conflict
from hub.settings import Settings
from hub.trust.head import KEPT, Head, Named, read_head, write_head
from hub.trust.hub_key import HubSigner, hub_signer, publish_hub_key, refuse_ended
from hub.trust.log import log_size, take_turn
from hub.trust.reread import root_after
from hub.trust.tables import HubKey, LogCheckpoint, LogCosignature, LogEntry
from hub.trust.tree import inclusion_path, root_at
from tierlight_schemas.log.checkpoints import Checkpoint, sign_checkpoint
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.notes import Note, VerifierKey, read_note, read_signatures
from tierlight_schemas.log.proofs import Proof
from tierlight_schemas.log.tree import EMPTY_ROOT, root_of_inclusion


class LogLost(Conflict):
    """The database lacks, or contradicts, what the hub signed before."""

    def __init__(self, code: str, lost: Sequence[Named] = (), **params: str) -> None:
        super().__init__(code, **params)
        self.details = [
            {"code": "log/lost-entry", "index": str(index), "kind": kind, "digest": digest}
            for index, kind, digest in lost
        ]


def sign_newest(factory: sessionmaker[Session], settings: Settings) -> None:
    """A checkpoint over everything that is committed, unless there is one; a hub without a key
    signs nothing.

    Raises `Conflict`: what `hub_signer`, `refuse_ended` and `refuse_lost_log` raise, or
    `log/reread` when an entry does not stand in the database as it was appended.
    """
    if settings.signing_key_file is None:
        return
    signer = hub_signer(settings)
    with transaction(factory) as session:
        take_turn(session)
        refuse_ended(session, signer.kid)
        is_published = session.get(HubKey, signer.kid) is not None
        known = refuse_lost_log(session, settings)
        if is_published:
            sign_after(session, signer, settings, known)
        else:
            publish_hub_key(session, signer, settings.log_origin)
    if not is_published:
        sign_newest(factory, settings)


def refuse_unsignable(session: Session, settings: Settings) -> None:
    """Let nothing in that the hub could not sign for afterwards; a hub without a key lets all in.

    Raises `Conflict` as `hub_signer`, `refuse_ended` and `refuse_lost_log` do.
    """
    if settings.signing_key_file is not None:
        refuse_ended(session, hub_signer(settings).kid)
        refuse_lost_log(session, settings)


def refuse_lost_log(session: Session, settings: Settings) -> Checkpoint | None:
    """The last checkpoint that was signed; the database holds all that it covers.

    Raises `LogLost`: `log/head-missing`, `log/head-origin`, `log/behind` (entries are lost, the
    newest of them in the details), `log/forked` (other entries are in their place).
    """
    if settings.head_file is None:
        return None
    head = read_head(settings.head_file)
    if head is None:
        _refuse_forgotten(session, settings.head_file)
        return None
    known, size = head.checkpoint, log_size(session)
    numbers = {"signed": str(known.size), "size": str(size), "file": str(settings.head_file)}
    if size < known.size:
        raise LogLost("log/behind", head.lost(size), **numbers)
    if root_at(session, known.size) != known.root:
        raise LogLost("log/forked", _replaced(session, head), **numbers)
    if known.origin != settings.log_origin:
        raise LogLost("log/head-origin", origin=known.origin, expected=settings.log_origin)
    return known


def newest(session: Session) -> LogCheckpoint | None:
    """The checkpoint that was signed last."""
    return session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))


def note_of(session: Session, checkpoint: LogCheckpoint) -> Note:
    """A checkpoint with the cosignatures that have come in so far."""
    lines = session.scalars(
        select(LogCosignature.line).filter_by(size=checkpoint.size).order_by(LogCosignature.key)
    )
    further = (line for text in lines for line in read_signatures(text))
    return read_note(checkpoint.note).with_signatures(further)


def proof_of(session: Session, index: int) -> str | None:
    """The proof that an entry stands at its place; None while no checkpoint covers it.

    Of the checkpoints that cover it, the one that most witnesses saw, and of those the newest.
    Raises `Conflict` (`log/reread`) rather than give a proof that does not hold.
    """
    checkpoint = _best(session, index)
    if checkpoint is None:
        return None
    path = inclusion_path(session, index, checkpoint.size)
    row = session.get_one(LogEntry, index)
    leaf = Entry(row.kind, row.digest).leaf
    if root_of_inclusion(index, checkpoint.size, leaf, path) != checkpoint.root:
        raise Conflict("log/reread", index=str(index))
    return str(Proof(index, tuple(path), note_of(session, checkpoint)))


def log_key_of(origin: str, jwk: dict[str, str]) -> VerifierKey:
    """A key of the hub under the name of its log."""
    return VerifierKey.of_jwk(origin, jwk)


def sign_after(
    session: Session, signer: HubSigner, settings: Settings, known: Checkpoint | None
) -> None:
    """Sign the present size after reading back what came in since `known` (None: everything).

    Raises `Conflict` (`log/reread`, `log/head-file`).
    """
    size, is_signed = log_size(session), session.get(LogCheckpoint, log_size(session)) is not None
    if is_signed and known is not None and known.size == size:
        return
    start = (known.size, known.root) if known else (0, EMPTY_ROOT)
    checkpoint = Checkpoint(settings.log_origin, size, root_after(session, size, start))
    if checkpoint.root != root_at(session, size):
        raise Conflict("log/reread", index=f"{start[0]}…{size - 1}")
    note = sign_checkpoint(
        checkpoint, log_key_of(settings.log_origin, signer.jwk), signer.secret.sign
    )
    assert settings.head_file is not None  # there is a key
    write_head(settings.head_file, str(note), newest_entries(session))
    if not is_signed:
        _keep(session, checkpoint, note)


def _keep(session: Session, checkpoint: Checkpoint, note: Note) -> None:
    session.add(
        LogCheckpoint(
            size=checkpoint.size,
            origin=checkpoint.origin,
            root=checkpoint.root,
            note=str(note).encode(),
            signed_at=now(),
        )
    )
    session.flush()


def newest_entries(session: Session) -> list[Named]:
    """What the file of the head names, oldest first."""
    rows = session.execute(
        select(LogEntry.index, LogEntry.kind, LogEntry.digest)
        .order_by(LogEntry.index.desc())
        .limit(KEPT)
    )
    return [(index, kind, digest) for index, kind, digest in rows][::-1]


def _best(session: Session, index: int) -> LogCheckpoint | None:
    seen = (
        select(LogCosignature.size)
        .where(LogCosignature.size > index)
        .group_by(LogCosignature.size)
        .order_by(func.count().desc(), LogCosignature.size.desc())
        .limit(1)
    )
    size = session.scalar(seen)
    if size is not None:
        return session.get_one(LogCheckpoint, size)
    last = newest(session)
    return last if last is not None and last.size > index else None


def _refuse_forgotten(session: Session, path: Path) -> None:
    """Without the file nobody knows whether the newest checkpoint here is the last one signed."""
    last = newest(session)
    if last is not None:
        raise LogLost("log/head-missing", file=str(path), size=str(last.size))


def _replaced(session: Session, head: Head) -> list[Named]:
    """Of the entries that the file names, those that are not what stands at their place."""
    indices = [index for index, _, _ in head.newest]
    rows = session.execute(
        select(LogEntry.index, LogEntry.kind, LogEntry.digest).where(LogEntry.index.in_(indices))
    )
    there = {(index, kind, digest) for index, kind, digest in rows}
    return [entry for entry in head.newest if entry not in there]
