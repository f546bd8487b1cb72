"""Everything that the log can be checked by, from the stored bytes upwards.

    bytes as received → digest → leaf → nodes → roots → checkpoints → cosignatures; and receipts

What is logged lies in the rooms above: each hands its bytes over as `Logged`. Bytes may be absent
where the list of a signed erasure names their entry, and nowhere else. One flipped bit in any of
them, in an entry, in a node, in a receipt or in a note is a `Flaw`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.kit.errors import HubError
from hub.settings import Settings
from hub.trust.checkpoints import log_key_of, note_of, refuse_lost_log
from hub.trust.hub_key import hub_keys, public_jwk
from hub.trust.log import SAYS, instant, receipt_body
from hub.trust.tables import (
    HubKey,
    HubKeyEvent,
    Key,
    KeyEvent,
    LogCheckpoint,
    LogContinuation,
    LogCosignature,
    LogEntry,
    LogErased,
    LogErasure,
    LogNode,
    Receipt,
)
from hub.trust.tree import stored
from hub.trust.witnesses import known_witnesses
from tierlight_schemas.envelope import (
    EnvelopeError,
    canonical,
    digest,
    open_jws,
    strict_json,
    thumbprint,
    verify,
)
from tierlight_schemas.errors import LogError
from tierlight_schemas.log.checkpoints import checkpoint_of, is_signed
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.erasure import ANNEX, MAX_RECEIPT_BYTES, Gone
from tierlight_schemas.log.policy import Policy, cosignatures
from tierlight_schemas.log.tree import EMPTY_ROOT, completed, node_hash

BATCH = 1000
_ENTRIES = select(
    LogEntry.index, LogEntry.kind, LogEntry.digest, LogEntry.leaf, LogEntry.recorded_at
).execution_options(yield_per=BATCH)


class EntryRow(NamedTuple):
    """A row of `log_entry`, lighter than the mapped object: all of them are held at once."""

    place: int
    kind: str
    digest: str
    leaf: bytes
    recorded_at: datetime


Rows: TypeAlias = dict[int, EntryRow]


@dataclass(frozen=True)
class Logged:
    """Stored bytes that the log has an entry for."""

    index: int
    kind: str
    body: bytes
    """What the entry's digest is of."""
    agrees: bool = True
    """Whether the columns beside the bytes say what the bytes say."""
    at: str | None = None
    """When it was logged, as its bytes or its receipt say."""
    receipt: tuple[str, str] | None = None
    """Of a declaration, or a statement on one: the digest of its payload, and the thumbprint of its
    key."""


@dataclass(frozen=True)
class Flaw:
    """Something that is not as it was; `code` has words in the catalogue."""

    code: str
    params: dict[str, str] = field(default_factory=dict)


def inspect(session: Session, settings: Settings, sources: Iterable[Logged]) -> Iterator[Flaw]:
    """Every flaw of the log, of what it logs and of what was promised about it."""
    entries = (EntryRow(*row) for row in session.execute(_ENTRIES))
    rows = {entry.place: entry for entry in entries}
    yield from _indices(rows)
    yield from _bytes(session, settings, rows, chain(sources, _own(session)))
    roots: dict[int, bytes] = {}
    yield from _tree(session, rows, roots)
    yield from _checkpoints(session, settings, roots)
    try:
        refuse_lost_log(session, settings)
    except HubError as error:
        yield Flaw(error.code, error.params)


def _indices(rows: Rows) -> Iterator[Flaw]:
    for index in sorted(set(range(len(rows))) ^ set(rows)):
        yield Flaw("fsck/index", {"index": str(index)})
    for index, row in rows.items():
        if Entry(row.kind, row.digest).leaf != row.leaf:
            yield Flaw("fsck/leaf", {"index": str(index)})


def _bytes(
    session: Session, settings: Settings, rows: Rows, logged: Iterable[Logged]
) -> Iterator[Flaw]:
    """Each entry has its bytes, or was erased; all bytes that were logged have their entry."""
    seen: Counter[int] = Counter()
    receipted: set[int] = set()
    origins = _origins(session, settings)
    erased = {row.log_index: row for row in session.scalars(select(LogErased)) if row.kind != ANNEX}
    for item in logged:
        seen[item.index] += 1
        entry, place = rows.get(item.index), {"index": str(item.index), "kind": item.kind}
        if entry is None or (entry.kind, entry.digest) != (item.kind, digest(item.body)):
            yield Flaw("fsck/bytes", place)
        elif not item.agrees or item.at not in (None, instant(entry.recorded_at)):
            yield Flaw("fsck/columns", place)
        if item.receipt is not None and entry is not None:
            receipted.add(item.index)
            if not _has_receipt(session, entry, item.receipt, origins):
                yield Flaw("fsck/receipt", {"index": str(item.index)})
    for index, mark in erased.items():
        entry = rows.get(index) if index is not None else None
        if entry is None or (entry.kind, entry.digest) != (mark.kind, mark.digest):
            yield Flaw("fsck/erased", {"index": str(index), "kind": mark.kind})
        elif mark.kind in SAYS:
            receipted.add(entry.place)
            if not _keeps_receipt(session, entry, mark, origins):
                yield Flaw("fsck/receipt", {"index": str(index)})
    for index in sorted(set(session.scalars(select(Receipt.log_index))) - receipted):
        yield Flaw("fsck/receipt", {"index": str(index)})
    for index, row in rows.items():
        if seen[index] and index in erased:
            yield Flaw("fsck/not-erased", {"index": str(index), "kind": row.kind})
        elif seen[index] != 1 and index not in erased:
            yield Flaw("fsck/bytes", {"index": str(index), "kind": row.kind})


def _keeps_receipt(session: Session, entry: EntryRow, mark: LogErased, origins: set[str]) -> bool:
    """Whether the receipt of what was erased is the one that was sent: of a known key.

    The list names an erased statement of a third party's by the declaration that it was on.
    """
    kept = session.scalar(select(Receipt).where(Receipt.log_index == entry.place))
    if kept is None:
        return False
    key = str(_said(kept.body).get("key"))
    signed = (kept.digest if mark.kind == "verification" else mark.declaration or "", key)
    return session.get(Key, key) is not None and _has_receipt(session, entry, signed, origins)


def _has_receipt(
    session: Session, entry: EntryRow, signed: tuple[str, str], origins: set[str]
) -> bool:
    """Whether the stored receipt is, byte for byte, the one that this entry has."""
    payload, key = signed
    logged = LogEntry(
        index=entry.place,
        kind=entry.kind,
        digest=entry.digest,
        leaf=entry.leaf,
        recorded_at=entry.recorded_at,
    )
    bodies = [
        receipt_body(logged, origin=origin, payload=payload, key=key, says=SAYS.get(entry.kind, ""))
        for origin in origins
    ]
    row = session.execute(
        select(Receipt.digest, Receipt.body).where(Receipt.log_index == entry.place)
    ).one_or_none()
    return row is not None and row.digest == payload and row.body in bodies


def _tree(session: Session, rows: Rows, roots: dict[int, bytes]) -> Iterator[Flaw]:
    """Every stored node; `roots` is given the root of each size that was signed."""
    sizes = set(session.scalars(select(LogCheckpoint.size)))
    lefts: list[tuple[int, bytes]] = []
    entries = iter(sorted(rows.items()))
    while batch := list(islice(entries, BATCH)):
        made: dict[tuple[int, int], bytes] = {}
        for place, (_, row) in enumerate(batch, sum(1 << level for level, _ in lefts)):
            value = Entry(row.kind, row.digest).leaf
            for (level, number), _ in completed(place):
                value = node_hash(lefts.pop()[1], value)
                made[level, number] = value
            lefts.append(((place ^ (place + 1)).bit_length() - 1, value))
            if place + 1 in sizes:
                roots[place + 1] = _folded(lefts)
        there = stored(session, made)
        for level, number in sorted(made):
            if there.get((level, number)) != made[level, number]:
                yield Flaw("fsck/node", {"level": str(level), "number": str(number)})
    if session.scalar(select(func.count()).select_from(LogNode)) != len(rows) - len(lefts):
        yield Flaw("fsck/nodes", {"expected": str(len(rows) - len(lefts))})


def _folded(lefts: list[tuple[int, bytes]]) -> bytes:
    value = lefts[-1][1] if lefts else EMPTY_ROOT
    for _, left in reversed(lefts[:-1]):
        value = node_hash(left, value)
    return value


def _checkpoints(session: Session, settings: Settings, roots: dict[int, bytes]) -> Iterator[Flaw]:
    keys = [public_jwk(key) for key in _readable_keys(session)]
    witnesses = known_witnesses(settings)
    for row in session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.size)):
        if not _holds(session, row, keys, roots.get(row.size), witnesses):
            yield Flaw("fsck/checkpoint", {"size": str(row.size)})
    lines = session.scalars(select(LogCosignature))
    known = {f"{key.name}+{key.id.hex()}" for key in witnesses.witnesses.values()}
    for line in lines:
        if line.key not in known:
            yield Flaw("fsck/cosignature", {"size": str(line.size), "key": line.key})


def _holds(
    session: Session,
    row: LogCheckpoint,
    keys: list[dict[str, str]],
    root: bytes | None,
    witnesses: Policy,
) -> bool:
    try:
        note = note_of(session, row)
        said = checkpoint_of(note)
        if (said.origin, said.size, said.root) != (row.origin, row.size, row.root):
            return False
        logs = [log_key_of(said.origin, jwk) for jwk in keys]
        signed = [line for line in note.signatures if any(line.is_of(key) for key in logs)]
        held = [line for line in signed if any(is_signed(note, line, key) for key in logs)]
        expected = session.scalar(
            select(func.count()).select_from(LogCosignature).filter_by(size=row.size)
        )
        witnessed = len(cosignatures(note, witnesses))
    except LogError:
        return False
    return said.root == root and len(held) == 1 and witnessed == expected


def _readable_keys(session: Session) -> list[HubKey]:
    return [key for key in hub_keys(session) if _is_named(key.jwk, key.thumbprint)]


def _is_named(jwk: str, name: str) -> bool:
    """Whether a stored public key is the one of that thumbprint, in canonical spelling."""
    try:
        read = json.loads(jwk)
        return canonical(read).decode() == jwk and thumbprint(read) == name
    except (ValueError, EnvelopeError):
        return False


def _origins(session: Session, settings: Settings) -> set[str]:
    """What this log is and was called: by the settings, its keys, and what was signed.

    Without any of those a former name is one that stands in two receipts: no single flipped bit
    can bring a name in.
    """
    named = {_said(key.statement).get("origin") for key in hub_keys(session)}
    signed = session.scalars(select(LogCheckpoint.origin).distinct())
    receipts = session.scalars(select(Receipt.body).execution_options(yield_per=BATCH))
    told = Counter(_said(body).get("origin") for body in receipts)
    twice = {origin for origin, count in told.items() if count > 1}
    known = (settings.log_origin, *named, *signed, *twice)
    return {origin for origin in known if isinstance(origin, str)}


def _own(session: Session) -> Iterator[Logged]:
    """What this room logs: keys of companies and of the hub, and continuations."""
    for event in session.scalars(select(KeyEvent)):
        agrees, at = _event_agrees(session, event), instant(event.at)
        yield Logged(event.log_index, f"key-{event.kind}", event.statement, agrees, at)
    for key in hub_keys(session):
        said = {"event": "add", "key": key.thumbprint, "at": instant(key.added_at)}
        agrees = _is_named(key.jwk, key.thumbprint) and said.items() <= _flat(key.statement)
        at = instant(key.added_at)
        yield Logged(key.log_index, "hub-key-add", key.statement, agrees, at)
    for end in session.scalars(select(HubKeyEvent)):
        said = {"event": end.kind, "key": end.thumbprint, "at": instant(end.at)}
        said |= {"goodUntil": str(end.good_until)}
        agrees, at = said.items() <= _flat(end.statement), instant(end.at)
        yield Logged(end.log_index, f"hub-key-{end.kind}", end.statement, agrees, at)
    keys = {key.thumbprint: key for key in hub_keys(session)}
    for erasure in session.scalars(select(LogErasure)):
        agrees = _erasure_agrees(session, erasure, keys)
        yield Logged(erasure.log_index, "erasure", erasure.jws, agrees, instant(erasure.at))
    for row in session.scalars(select(LogContinuation)):
        at = str(_said(row.statement).get("at"))
        yield Logged(row.log_index, "log-continue", row.statement, at=at)


def _erasure_agrees(session: Session, row: LogErasure, keys: Mapping[str, HubKey]) -> bool:
    """Whether the hub's key signed the erasure, and its list is the one that is marked."""
    try:
        kid = open_jws(row.jws).kid
        said = verify(row.jws, public_jwk(keys[kid])).document
        listed = strict_json(row.erased, max_bytes=MAX_RECEIPT_BYTES)
    except (EnvelopeError, KeyError, ValueError):
        return False
    marks = session.scalars(
        select(LogErased).filter_by(erasure=row.log_index).order_by(LogErased.position)
    )
    marked = [Gone(m.kind, m.digest, m.log_index, m.declaration).document() for m in marks]
    expected = {
        "company": row.company_id,
        "scope": row.scope,
        "at": instant(row.at),
        "erased": {"count": str(len(marked)), "digest": digest(row.erased)},
    }
    return marked == listed and all(said.get(name) == value for name, value in expected.items())


def _event_agrees(session: Session, event: KeyEvent) -> bool:
    key = session.get(Key, event.thumbprint)
    said = {
        "event": event.kind,
        "key": event.thumbprint,
        "witness": event.witness,
        "at": instant(event.at),
    }
    if event.compromised_since:
        said["compromisedSince"] = instant(event.compromised_since)
    if event.kind == "add" and key is not None and key.not_after:
        said["notAfter"] = instant(key.not_after)
    return (
        key is not None
        and ("notAfter" in said) == ("notAfter" in _said(event.statement))
        and _is_named(key.jwk, key.thumbprint)
        and (said | {"company": key.company_id}).items() <= _flat(event.statement)
    )


def _flat(statement: bytes) -> set[tuple[str, str]]:
    return {(name, value) for name, value in _said(statement).items() if isinstance(value, str)}


def _said(statement: bytes) -> dict[str, object]:
    try:
        said = json.loads(statement)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
