"""The append-only log: consecutive indices, a Merkle tree that grows with them, and receipts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hub.trust.tables import LogEntry, Receipt
from hub.trust.tree import grow
from tierlight_schemas.envelope import canonical
from tierlight_schemas.log.entries import Entry, EntryKind

RECEIPT_TYPE = "tierlight.receipt/1"
STATEMENT = (
    "This log proves that the declaration was received at this place in its order and has not been "
    "altered since. It does not prove that what is declared is true."
)
SAYS: Mapping[str, str] = MappingProxyType(
    {
        "declaration": STATEMENT,
        "verification": (
            "This log proves that the verification statement was received at this place in its "
            "order and has not been altered since. It does not prove that what it says is true."
        ),
    }
)
"""What a receipt proves, by the kind of its entry."""
# Any number serves, if nothing else on the database locks it.
_ADVISORY_LOCK = 0x7469_6572_6C6F_67


def take_turn(session: Session) -> None:
    """Wait until no other transaction can append, and hold that turn until this one ends.

    Whoever decides by what is recorded (known already? key still valid?) does so after this, and
    asks for the time after this, so that times follow the order of the log.
    """
    # On SQLite a writing transaction begins IMMEDIATE and is alone from then on; it begins here.
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})


def append(session: Session, kind: EntryKind, digest: str, at: datetime) -> LogEntry:
    """The next entry of the log; `digest` is the SHA-256 (hex) of what is logged.

    The index is taken inside the transaction, so that a rollback leaves no gap.
    """
    take_turn(session)
    entry = LogEntry(
        index=log_size(session),
        kind=kind,
        digest=digest,
        leaf=Entry(kind, digest).leaf,
        recorded_at=at,
    )
    session.add(entry)
    session.flush()
    grow(session, entry.index, entry.leaf)
    return entry


def log_size(session: Session) -> int:
    """How many entries the log has."""
    last = session.scalar(select(func.max(LogEntry.index)))
    return 0 if last is None else last + 1


def receipt(
    session: Session,
    entry: LogEntry,
    *,
    origin: str,
    declaration: str,
    key: str,
) -> bytes:
    """The receipt of a declaration or of a statement on one, kept as it is sent; written once.

    `digest` names it by its payload; `envelope` is the SHA-256 of the JWS that was received first,
    to which the leaf commits.
    """
    body = receipt_body(entry, origin=origin, payload=declaration, key=key, says=SAYS[entry.kind])
    session.add(Receipt(digest=declaration, log_index=entry.index, body=body))
    session.flush()
    return body


def receipt_body(entry: LogEntry, *, origin: str, payload: str, key: str, says: str) -> bytes:
    """The canonical bytes of a receipt for what `entry` records; `says` is what it proves."""
    return canonical(
        {
            "type": RECEIPT_TYPE,
            "origin": origin,
            "kind": entry.kind,
            "digest": payload,
            "envelope": entry.digest,
            "index": entry.index,
            "leaf": entry.leaf.hex(),
            "receivedAt": instant(entry.recorded_at),
            "key": key,
            "statement": says,
        }
    )


def receipt_of(session: Session, declaration: str) -> bytes:
    """The bytes of a stored receipt; the declaration must be stored."""
    return session.get_one(Receipt, declaration).body


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
