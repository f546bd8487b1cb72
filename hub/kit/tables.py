"""The declarative base of every table, and the column types that the rooms share."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import DateTime, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column

from hub.kit.wall_policies import Open, Wall

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
