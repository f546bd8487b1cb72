"""The snapshot of a company at a knowledge date: from this worker's files, the table, or the rows.

A snapshot is named by the state of what the company had recorded, so that every knowledge date
between two records shares one. Files and rows are only copies: what cannot be used is made anew.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.bom.tables import BomRevision, Part, PartVersion, SourcingLink
from hub.footprints.engine.compiling import compile_portfolio
from hub.footprints.engine.snapshot import (
    FORMAT,
    Snapshot,
    SnapshotError,
    digest_of,
    map_file,
    pack,
    unpack,
)
from hub.footprints.tables import BomSnapshot
from hub.kit.clock import now

_KEPT = 8
"""Snapshots of a company that stay in the table."""
_verified: set[Path] = set()
"""Files whose digest this process has checked; they are never written again, only replaced."""


def snapshot_of(
    session: Session, company_id: str, known_at: datetime, folder: Path | None = None
) -> Snapshot:
    """The company's portfolio at a knowledge date, mapped from a file of the cache folder.

    In a session that may only read, call `stored` instead: a snapshot that is not there yet is
    compiled and stored.
    """
    return stored(session, company_id, known_at, folder) or _store(
        session, company_id, known_at, folder
    )


def stored(
    session: Session, company_id: str, known_at: datetime, folder: Path | None = None
) -> Snapshot | None:
    """The same, if it has been compiled in this format; None otherwise."""
    state = state_of(session, company_id, known_at)
    query = select(BomSnapshot.digest).filter_by(company_id=company_id, state=state, format=FORMAT)
    digest = session.scalar(query)
    if digest is None:
        return None
    path = _folder(folder) / f"{digest}.snapshot"
    return _from_file(path, digest) or _from_table(session, company_id, state, path)


def state_of(session: Session, company_id: str, known_at: datetime) -> str:
    """Digest of how much a company had recorded at an instant, and when it last did."""
    return hashlib.sha256(
        json.dumps([company_id, *_counts(session, company_id, known_at)]).encode()
    ).hexdigest()


def _counts(session: Session, company_id: str, known_at: datetime) -> Iterator[Any]:
    mine = Part.company_id == company_id
    events = (
        (PartVersion.part_id, PartVersion.recorded_at),
        (BomRevision.parent_id, BomRevision.recorded_at),
        (SourcingLink.part_id, SourcingLink.recorded_at),
        (SourcingLink.part_id, SourcingLink.replaced_at),
        (SourcingLink.part_id, SourcingLink.confirmed_at),
    )
    for owner, at in events:
        query = select(func.count(at), func.max(at)).join(Part, Part.id == owner)
        number, last = session.execute(query.where(mine, at <= known_at)).one()
        yield [number, last.isoformat() if last else None]
    resolved = select(func.count(SourcingLink.supplier_part_id)).join(
        Part, Part.id == SourcingLink.part_id
    )
    yield session.scalar(resolved.where(mine))


def _store(session: Session, company_id: str, known_at: datetime, folder: Path | None) -> Snapshot:
    state = state_of(session, company_id, known_at)
    blob = pack(compile_portfolio(session, company_id, known_at))
    session.execute(delete(BomSnapshot).filter_by(company_id=company_id, state=state))
    session.add(
        BomSnapshot(
            company_id=company_id,
            state=state,
            format=FORMAT,
            digest=digest_of(blob),
            made_at=now(),
            body=blob,
        )
    )
    session.flush()
    _forget_old(session, company_id)
    return _write(_folder(folder) / f"{digest_of(blob)}.snapshot", blob)


def _forget_old(session: Session, company_id: str) -> None:
    newest = (
        select(BomSnapshot.state)
        .filter_by(company_id=company_id)
        .order_by(BomSnapshot.made_at.desc(), BomSnapshot.state)
        .limit(_KEPT)
    )
    kept = list(session.scalars(newest))
    session.execute(
        delete(BomSnapshot).where(
            BomSnapshot.company_id == company_id, BomSnapshot.state.not_in(kept)
        )
    )


def _from_file(path: Path, digest: str) -> Snapshot | None:
    try:
        found = map_file(path, digest, verify=path not in _verified)
    except (OSError, SnapshotError):
        return None
    _verified.add(path)
    return found


def _from_table(session: Session, company_id: str, state: str, path: Path) -> Snapshot | None:
    blob = session.scalar(select(BomSnapshot.body).filter_by(company_id=company_id, state=state))
    try:
        unpack(blob or b"")
    except SnapshotError:
        return None
    return _write(path, blob or b"")


def _write(path: Path, blob: bytes) -> Snapshot:
    """Put a blob into the cache at once, or not at all, readable by this user alone."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(blob)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        return unpack(blob)
    return map_file(path, digest_of(blob), verify=False)


def _folder(folder: Path | None) -> Path:
    """The cache folder: the one given, else one of this user in the system's temporary folder."""
    chosen = folder or Path(tempfile.gettempdir()) / f"tierlight-{os.getuid()}"
    chosen.mkdir(mode=0o700, parents=True, exist_ok=True)
    return chosen
