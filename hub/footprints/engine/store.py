"""The snapshot of a company at a knowledge date: from this worker's files, the table, or the rows.

A snapshot is named by the state of what the company had recorded, so that every knowledge date
between two records shares one. Files and rows are only copies: what cannot be used is made anew.
"""

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
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
from hub.kit.database import Database, transaction, whole_tables
from hub.parties.changes import numbers, rely_on

_KEPT = 8
"""Snapshots of a company that stay in the table."""
_FILES, _FILE_BYTES = 1_000, 4 * 1024**3
"""Most snapshots that stay in the folder, and bytes of all of them."""
_states: dict[tuple[str, str], tuple[int, str]] = {}
"""By database and company: how often more than declarations was recorded, and the state then."""
_verified: set[Path] = set()
"""Files whose digest this process has checked; they are never written again, only replaced."""


def snapshot_of(
    session: Session,
    company_id: str,
    known_at: datetime,
    database: Database | None = None,
    folder: Path | None = None,
) -> Snapshot:
    """The company's portfolio at a knowledge date, mapped from a file of the cache folder.

    What is not stored yet is compiled, without a lock; with `database` it is then stored in a
    transaction of its own.
    """
    rely_on(session, company_id)
    state = state_of(session, company_id, known_at)
    path = _path(folder, state)
    found = _from_file(path) or _from_table(session, company_id, state, path)
    if found is not None:
        return found
    blob = pack(compile_portfolio(session, company_id, known_at))
    if database is not None:
        _keep(database, company_id, state, blob)
    return _write(path, blob)


def state_of(session: Session, company_id: str, known_at: datetime) -> str:
    """Digest of how much a company had recorded at an instant, and when it last did.

    Counting goes through whole tables; as long as nothing has been recorded since this process last
    counted, it need not be done again.
    """
    count = numbers(session, [company_id]).get(company_id)
    if count is None or count.changed_at > known_at:
        return _counted_state(session, company_id, known_at)
    key = (str(session.get_bind().engine.url), company_id)
    records, state = _states.get(key, (None, ""))
    if records != count.records:
        state = _counted_state(session, company_id, known_at)
        _states[key] = count.records, state
    return state


def _counted_state(session: Session, company_id: str, known_at: datetime) -> str:
    with whole_tables(session):
        counts = [company_id, *_counts(session, company_id, known_at)]
    return hashlib.sha256(json.dumps(counts).encode()).hexdigest()


def _counts(session: Session, company_id: str, known_at: datetime) -> Iterator[Any]:
    events = (
        (PartVersion.part_id, PartVersion.recorded_at),
        (BomRevision.parent_id, BomRevision.recorded_at),
        (SourcingLink.part_id, SourcingLink.recorded_at),
        (SourcingLink.part_id, SourcingLink.replaced_at),
    )
    for owner, at in events:
        query = select(func.count(at), func.max(at)).join(Part, Part.id == owner)
        mine = query.where(Part.company_id == company_id, at <= known_at)
        number, last = session.execute(mine).one()
        yield [number, last.isoformat() if last else None]


def _keep(database: Database, company_id: str, state: str, blob: bytes) -> None:
    """Put a snapshot into the table in place of an unusable one; the oldest of many go."""
    row = BomSnapshot(
        company_id=company_id,
        state=state,
        format=FORMAT,
        digest=digest_of(blob),
        made_at=now(),
        body=blob,
    )
    try:
        with transaction(database.of_company(company_id).write) as session:
            session.execute(delete(BomSnapshot).filter_by(company_id=company_id, state=state))
            session.add(row)
            session.flush()
            _forget_old(session, company_id)
    except IntegrityError:
        return  # another worker has just stored the same


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


def _from_file(path: Path | None) -> Snapshot | None:
    if path is None:
        return None
    try:
        found = map_file(path, verify=path not in _verified)
    except (OSError, SnapshotError):
        return None
    _verified.add(path)
    return found


def _from_table(
    session: Session, company_id: str, state: str, path: Path | None
) -> Snapshot | None:
    query = select(BomSnapshot.body).filter_by(company_id=company_id, state=state, format=FORMAT)
    blob = session.scalar(query) or b""
    try:
        unpack(blob)
    except SnapshotError:
        return None
    return _write(path, blob)


def _write(path: Path | None, blob: bytes) -> Snapshot:
    """Put a blob into the cache at once, or not at all, readable by this user alone."""
    if path is None:
        return unpack(blob, verify=False)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(blob)
        Path(name).replace(path)
        _forget_files(path.parent)
        return map_file(path, verify=False)
    except OSError:
        Path(name).unlink(missing_ok=True)
        return unpack(blob, verify=False)


def forget_files(folder: Path | None = None) -> None:
    """Delete every snapshot that this machine's workers keep as a file: all are made anew."""
    path = _path(folder, "any")
    if path is not None:
        for file in path.parent.glob("*.snapshot"):
            file.unlink(missing_ok=True)
            _verified.discard(file)


def _forget_files(folder: Path) -> None:
    """The files that were written last stay; one that is mapped stays readable all the same."""
    held = [(file.stat(), file) for file in folder.glob("*.snapshot")]
    total = 0
    newest = sorted(held, key=lambda pair: -pair[0].st_mtime_ns)
    for place, (status, file) in enumerate(newest):
        total += status.st_size
        if place >= _FILES or total > _FILE_BYTES:
            file.unlink(missing_ok=True)


def _path(folder: Path | None, state: str) -> Path | None:
    """The file of a snapshot in the folder given, else in one of this user's in the system's
    temporary folder; None where that is not this user's own."""
    chosen = folder or Path(tempfile.gettempdir()) / f"tierlight-{os.getuid()}"
    chosen.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = chosen.lstat()
    is_own = stat.S_ISDIR(held.st_mode) and held.st_uid == os.getuid()
    return chosen / f"{state}.snapshot" if is_own else None
