"""The log's Merkle tree (RFC 9162) in the database: grown with each entry, read for proofs."""

from collections.abc import Iterable

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from hub.kit.errors import Conflict
from hub.trust.tables import LogEntry, LogNode
from tierlight_schemas.log.tree import (
    Place,
    Range,
    completed,
    consistency_spans,
    inclusion_spans,
    node_hash,
    places,
    span_hash,
)


def grow(session: Session, index: int, leaf: bytes) -> None:
    """Store the nodes that a new leaf completes, in the transaction that stores the leaf."""
    steps = list(completed(index))
    if not steps:
        return
    known = stored(session, (left for _, left in steps))
    right = leaf
    for (level, number), left in steps:
        right = node_hash(known[left], right)
        session.add(LogNode(level=level, number=number, hash=right))
    session.flush()


def stored(session: Session, wanted: Iterable[Place]) -> dict[Place, bytes]:
    """The stored hashes at some places, read at once."""
    wanted = set(wanted)
    leaves = [number for level, number in wanted if level == 0]
    inner = [place for place in wanted if place[0] > 0]
    found: dict[Place, bytes] = {}
    if leaves:
        rows = select(LogEntry.index, LogEntry.leaf).where(LogEntry.index.in_(leaves))
        found |= {(0, index): leaf for index, leaf in session.execute(rows)}
    if inner:
        nodes = select(LogNode.level, LogNode.number, LogNode.hash)
        nodes = nodes.where(tuple_(LogNode.level, LogNode.number).in_(inner))
        found |= {(level, number): hash for level, number, hash in session.execute(nodes)}
    return found


def root_at(session: Session, size: int) -> bytes:
    """The root over the first `size` entries."""
    return _spans(session, [(0, size)])[0]


def inclusion_path(session: Session, index: int, size: int) -> list[bytes]:
    """The inclusion path of an entry in the tree of a size. Raises `LogError` (`log/beyond`)."""
    return _spans(session, inclusion_spans(index, size))


def consistency_path(session: Session, old: int, new: int) -> list[bytes]:
    """The consistency path between two sizes. Raises `LogError` (`log/beyond`)."""
    return _spans(session, consistency_spans(old, new))


def _spans(session: Session, spans: list[Range]) -> list[bytes]:
    """The hashes of ranges. Raises `Conflict` (`log/reread`) where the tree lacks a node."""
    hashes = stored(session, (place for span in spans for place in places(span)))
    try:
        return [span_hash(span, hashes) for span in spans]
    except KeyError as missing:
        level, number = missing.args[0]
        raise Conflict("log/reread", index=str(number << level)) from None
