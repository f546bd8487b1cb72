"""The declarative base of every table, the column types that the rooms share, and the tables of
the hub's own work: mail that waits, and what is done now and then."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import DateTime, Index, MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hub.kit.wall_policies import HIDDEN, Open, Wall

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)
    __wall__: ClassVar[Wall | Open]
    """Who may see and write the rows, as PostgreSQL knows it too."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC: aware in Python, comparable as stored on SQLite and PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value of the column is in Python."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive datetimes: an instant without a zone has no meaning."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """A random id: says nothing about order or number of rows."""
    return str(uuid.uuid4())


Id = Annotated[str, mapped_column(String(36), primary_key=True, default=new_id)]


class OutboxMessage(Base):
    """A mail that is to be sent, or was; `id` is the left half of its Message-ID.

    `state` is one of `kit.outbox.State`. `params` is a JSON object of texts, and empty again once
    the mail has left: it may hold a link that lets somebody in.
    """

    __tablename__ = "outbox_message"
    __wall__ = HIDDEN
    __table_args__ = (Index("ix_outbox_message_state_next_try_at", "state", "next_try_at"),)

    id: Mapped[Id]
    company_id: Mapped[str | None] = mapped_column(String(36), index=True)
    """On whose behalf it is sent: the mail goes with that company."""
    recipient: Mapped[str] = mapped_column(String(320), index=True)
    language: Mapped[str] = mapped_column(String(10))
    template: Mapped[str] = mapped_column(String(80))
    params: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(300))
    """Why the last try failed."""


class PeriodicWork(Base):
    """When something that the hub does now and then is due again, for all of its workers."""

    __tablename__ = "periodic_work"
    __wall__ = HIDDEN

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
