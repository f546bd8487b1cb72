"""Keys with their history, the log, and the receipts."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime


class LogEntry(Base):
    """One entry of the append-only log.

    `leaf` is SHA-256(0x00 || canonical {version, kind, digest}) as RFC 9162 hashes leaves, so that
    the Merkle tree can stand on this table. `digest` is the SHA-256 of what is logged; objects are
    named by text, never by foreign key.
    """

    __tablename__ = "log_entry"
    __table_args__ = (UniqueConstraint("kind", "digest"),)

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Key(Base):
    """A public signing key of a company; `thumbprint` is RFC 7638 SHA-256, base64url."""

    __tablename__ = "signing_key"

    thumbprint: Mapped[str] = mapped_column(String(43), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    jwk: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyEvent(Base):
    """What happened to a key, as logged: added, retired, or revoked (with `compromised_since`)."""

    __tablename__ = "key_event"

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

    thumbprint: Mapped[str] = mapped_column(String(43), primary_key=True)
    jwk: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)


class Challenge(Base):
    """A nonce the hub asks a key to sign; `id` is the SHA-256 of its text; used once."""

    __tablename__ = "key_challenge"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Receipt(Base):
    """The receipt of a declaration (by its digest), kept as the bytes that were sent."""

    __tablename__ = "receipt"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
