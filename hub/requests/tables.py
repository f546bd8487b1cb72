"""Requests for footprints: what both parties read of one, and what each keeps to itself."""

from datetime import date, datetime

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import exchanged, owned, shared


class RequestSet(Base):
    """What a company has sent in one go, under a reference of its own; nobody else sees it."""

    __tablename__ = "request_set"
    __wall__ = owned()
    __table_args__ = (UniqueConstraint("company_id", "reference"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    reference: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(60))


class FootprintRequest(Base):
    """One company asks another for the footprint of one part; all of it is read by both.

    `part_number` and `part_name` are what the asker calls the part, `supplier_part` what it takes
    for the asked company's own number. `state`, `due`, `next_at` and `changed_at` are copies of
    what the events say, for lists; they change with every event and never without one.
    """

    __tablename__ = "footprint_request"
    __wall__ = shared("asker_id", "asked_id", both_edit=True)
    __table_args__ = (
        Index("ix_footprint_request_asker_id_sent_at", "asker_id", "sent_at", "id"),
        Index("ix_footprint_request_asked_id_sent_at", "asked_id", "sent_at", "id"),
        Index("ix_footprint_request_next_at", "next_at"),
    )

    id: Mapped[Id]
    asker_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    asked_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"), index=True)
    """The asker's part."""
    part_number: Mapped[str] = mapped_column(String(200))
    part_name: Mapped[str] = mapped_column(String(500))
    supplier_part: Mapped[str | None] = mapped_column(String(200))
    level: Mapped[int] = mapped_column(Integer)
    """L0 to L5."""
    aggregate: Mapped[bool]
    purpose: Mapped[str] = mapped_column(String(300))
    legal_basis: Mapped[str | None] = mapped_column(String(500))
    seen_by: Mapped[str | None] = mapped_column(String(500))
    """Who else will see the answer, in the asker's words; None: nobody else."""
    keep_until: Mapped[date | None] = mapped_column(Date)
    """First day on which the consent no longer holds; None: until it is ended."""
    verification_paid_by: Mapped[str] = mapped_column(String(10))
    period_start: Mapped[date | None] = mapped_column(Date)
    period_end: Mapped[date | None] = mapped_column(Date)
    """Reference period that is wished for: its first day, and the first day after it."""
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_due: Mapped[date] = mapped_column(Date)
    """As it was sent; `due` is after extensions."""
    state: Mapped[str] = mapped_column(String(20))
    due: Mapped[date] = mapped_column(Date)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a reminder or the end falls due; None: not before somebody acts."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RequestEvent(Base):
    """One thing that happened to a request; rows are only ever added.

    `kind` is a `lifecycle.Act`. `author_id` is the company in whose name, None the hub's own
    (reminders, expiry). `due` is the new or wished last day, `share` that of a reminder in per
    cent. An answer has the `declaration`'s digest, the `grant_id` of the consent, the `level` that
    it gives and, as words with spaces between them, what is `missing` of what was asked.
    """

    __tablename__ = "request_event"
    __wall__ = exchanged("asker_id", "asked_id", "author_id")

    request_id: Mapped[str] = mapped_column(ForeignKey("footprint_request.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    asker_id: Mapped[str] = mapped_column(String(36), index=True)
    asked_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[str | None] = mapped_column(String(36))
    actor: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(Text)
    due: Mapped[date | None] = mapped_column(Date)
    share: Mapped[int | None] = mapped_column(Integer)
    declaration: Mapped[str | None] = mapped_column(String(64))
    grant_id: Mapped[str | None] = mapped_column(String(36))
    level: Mapped[int | None] = mapped_column(Integer)
    missing: Mapped[str | None] = mapped_column(String(200))


class RequestOrigin(Base):
    """What only the asker knows of its request: the set and line that it came from, and the request
    that it was itself asked (`upstream_of`). Whose product a part goes into is not the supplier's
    to know, so it stands in no row that the supplier's session sees."""

    __tablename__ = "request_origin"
    __wall__ = owned()
    __table_args__ = (UniqueConstraint("set_id", "line"),)

    request_id: Mapped[str] = mapped_column(ForeignKey("footprint_request.id"), primary_key=True)
    company_id: Mapped[str] = mapped_column(String(36), index=True)
    set_id: Mapped[str] = mapped_column(ForeignKey("request_set.id"))
    line: Mapped[str] = mapped_column(String(200))
    asked_for: Mapped[str] = mapped_column(String(64))
    """SHA-256 (hex) of what the line says: the same line again is told from another one."""
    upstream_of: Mapped[str | None] = mapped_column(String(36), index=True)


class RequestHandling(Base):
    """What only the asked company knows: its own part, and which of its people has it in hand."""

    __tablename__ = "request_handling"
    __wall__ = owned()

    request_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    part_id: Mapped[str | None] = mapped_column(ForeignKey("part.id"))
    assignee: Mapped[str | None] = mapped_column(String(60))
    """`person:<id>`."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
