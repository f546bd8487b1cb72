"""Consents (grants) and the log of reads that the owner sees."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import noted, part_of, shared


class Grant(Base):
    """The owner lets the reader see a part (or all) up to a level (L0-L5); default is deny.

    `aggregate` lets the hub compute results for the reader on the owner's deeper levels and its
    built-up values without showing them. Revoking is a time, so that the past stays explainable.
    """

    __tablename__ = "consent_grant"
    __wall__ = shared("owner_id", "reader_id")

    id: Mapped[Id]
    owner_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    reader_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    part_id: Mapped[str | None] = mapped_column(ForeignKey("part.id"))
    level: Mapped[int] = mapped_column(Integer)
    aggregate: Mapped[bool]
    purpose: Mapped[str | None] = mapped_column(String(300))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    digest: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    """SHA-256 (hex) of the payload that the owner signed; None: the hub's record alone says so."""


class ConsentEvent(Base):
    """What happened to a grant, as logged: granted or revoked.

    `statement` holds the bytes that the log entry is the digest of: a JWS as it was received, or,
    without a `key`, what the hub wrote down of a company that was signed in.
    """

    __tablename__ = "consent_event"
    __wall__ = part_of("consent_event", "consent_grant", "grant_id", "id", owner="owner_id")

    log_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    grant_id: Mapped[str] = mapped_column(ForeignKey("consent_grant.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # grant | revoke
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    key: Mapped[str | None] = mapped_column(String(43))
    """Thumbprint of the key that signed it."""
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary)


class AccessRecord(Base):
    """One read of another company's data; written before what was read is told."""

    __tablename__ = "access_record"
    __wall__ = noted("owner_id", "reader_id", unless="object_kind = 'aggregate'")
    __table_args__ = (
        Index("ix_access_record_reader_id_object_kind_at", "reader_id", "object_kind", "at"),
    )

    id: Mapped[Id]
    owner_id: Mapped[str] = mapped_column(String(36), index=True)
    reader_id: Mapped[str] = mapped_column(String(36))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(Text)
    level: Mapped[int] = mapped_column(Integer)
    purpose: Mapped[str | None] = mapped_column(String(300))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    by_operator: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str | None] = mapped_column(String(10))
    """`page`, `api` or `command`: how it was read; None for reads of earlier versions."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class BreakGlass(Base):
    """The hub's operator has opened the access to one company's data, for a reason and a time.

    `actor` is who did, as `Caller.actor`, of the company `operator_id`. It is closed when
    `closed_at` is set, or by itself at `expires_at`.
    """

    __tablename__ = "break_glass"
    __wall__ = shared("operator_id", "owner_id")

    id: Mapped[Id]
    owner_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    operator_id: Mapped[str] = mapped_column(String(36))
    actor: Mapped[str] = mapped_column(String(60), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    ticket: Mapped[str | None] = mapped_column(String(100))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
