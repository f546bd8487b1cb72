"""Keys with their history, the log with its tree and checkpoints, and the receipts."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import Open, either, owned, part_of, published

_LOG = Open("the log is public: it holds digests, and nothing of what they are of")


class LogEntry(Base):
    """One entry of the append-only log.

    `leaf` is SHA-256(0x00 || canonical {version, kind, digest}) as RFC 9162 hashes leaves: the
    Merkle tree stands on this table. `digest` is the SHA-256 of what is logged; objects are named
    by text, never by foreign key.
    """

    __tablename__ = "log_entry"
    __wall__ = _LOG
    __table_args__ = (UniqueConstraint("kind", "digest"),)

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogNode(Base):
    """The hash of a perfect subtree over 2^level leaves; leaves themselves stand in `log_entry`.

    Written with the entry that completes it, so that a proof needs O(log n) rows.
    """

    __tablename__ = "log_node"
    __wall__ = _LOG

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogCheckpoint(Base):
    """A tree head that the hub signed; `note` holds the signed note's bytes."""

    __tablename__ = "log_checkpoint"
    __wall__ = _LOG

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    origin: Mapped[str] = mapped_column(String(300))
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogCosignature(Base):
    """A witness's signature line under a checkpoint; `key` is the witness's name and key id."""

    __tablename__ = "log_cosignature"
    __wall__ = _LOG

    size: Mapped[int] = mapped_column(ForeignKey("log_checkpoint.size"), primary_key=True)
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    line: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogContinuation(Base):
    """The operator went on knowingly with a log that had lost, or changed, what it had signed.

    `statement` holds the bytes that the log entry is the digest of.
    """

    __tablename__ = "log_continuation"
    __wall__ = _LOG

    log_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    statement: Mapped[bytes] = mapped_column(LargeBinary)


class LogErasure(Base):
    """Logged bytes were erased; their entries stay in the log.

    `jws` holds the bytes that the log entry is the digest of, `erased` the list that it signs.
    """

    __tablename__ = "log_erasure"
    __wall__ = owned()

    log_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    company_id: Mapped[str] = mapped_column(String(36), index=True)
    scope: Mapped[str] = mapped_column(String(20))  # company | declaration | annexes
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    jws: Mapped[bytes] = mapped_column(LargeBinary)
    erased: Mapped[bytes] = mapped_column(LargeBinary)


class LogErased(Base):
    """One item of an erasure's list: an entry whose bytes are gone, or an annex (no `log_index`).

    Written before the bytes are deleted: the database lets go of consents and of
    third parties' statements only then.
    """

    __tablename__ = "log_erased"
    __wall__ = Open("digests of what is gone: whoever has a result that rested on it is told so")

    erasure: Mapped[int] = mapped_column(ForeignKey("log_erasure.log_index"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    log_index: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    declaration: Mapped[str | None] = mapped_column(String(64), index=True)


class Key(Base):
    """A public signing key of a company; `thumbprint` is RFC 7638 SHA-256, base64url."""

    __tablename__ = "signing_key"
    __wall__ = published()

    thumbprint: Mapped[str] = mapped_column(String(43), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    jwk: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """From when on nothing new is taken from it; None is without end."""
    device: Mapped[str | None] = mapped_column(String(100))
    """What its company calls the browser that holds it; told to nobody else."""
    added_by: Mapped[str | None] = mapped_column(String(60))
    """Who brought it, as `Caller.actor`; None for one that came before this was noted."""


class KeyEvent(Base):
    """What happened to a key, as logged: added, retired, or revoked (with `compromised_since`)."""

    __tablename__ = "key_event"
    __wall__ = part_of("key_event", "signing_key", "thumbprint", "thumbprint")

    id: Mapped[Id]
    thumbprint: Mapped[str] = mapped_column(ForeignKey("signing_key.thumbprint"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    witness: Mapped[str] = mapped_column(String(20))  # operator | possession
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    compromised_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    statement: Mapped[bytes] = mapped_column(LargeBinary)  # what the log entry is the digest of
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)


class HubKey(Base):
    """A public key of the hub itself; the secret half is in a file, never here.

    `statement` holds the bytes that the log entry is the digest of.
    """

    __tablename__ = "hub_key"
    __wall__ = Open("public keys of the hub itself")

    thumbprint: Mapped[str] = mapped_column(String(43), primary_key=True)
    jwk: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)


class HubKeyEvent(Base):
    """The hub no longer signs with a key of its own: retired, or revoked.

    `statement` holds the bytes that the log entry is the digest of.
    """

    __tablename__ = "hub_key_event"
    __wall__ = Open("what became of the hub's own keys is published with them")

    log_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    thumbprint: Mapped[str] = mapped_column(ForeignKey("hub_key.thumbprint"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # retire | revoke
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    good_until: Mapped[int] = mapped_column(BigInteger)
    """Entries of the largest tree that the key's checkpoints are believed for."""
    statement: Mapped[bytes] = mapped_column(LargeBinary)


class Challenge(Base):
    """A nonce the hub asks a key to sign; `id` is the SHA-256 of its text; used once."""

    __tablename__ = "key_challenge"
    __wall__ = owned()

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Receipt(Base):
    """The receipt of a declaration or of a third party's statement on one (by its digest), kept as
    the bytes that were sent."""

    __tablename__ = "receipt"
    __wall__ = either(
        part_of("receipt", "declaration", "digest", "digest"),
        part_of("receipt", "verification", "digest", "digest"),
    )

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
