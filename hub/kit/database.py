"""Engine, session, and the one place that commits.

SQLite runs with WAL, `synchronous=FULL`, foreign keys and `BEGIN IMMEDIATE` for writers, so that
an index of the log taken inside a transaction is never taken twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker


def connect(url: str) -> Engine:
    """An engine for `url` with the house's settings for its database."""
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: object) -> None:
        # The driver must not open transactions by itself: SQLAlchemy's BEGIN below decides.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        # A deferred BEGIN could read an old log head and fail to upgrade: take the lock at once.
        options = connection.get_execution_options()
        connection.exec_driver_sql("BEGIN" if options.get("hub_reads_only") else "BEGIN IMMEDIATE")


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that keep objects usable after commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def transaction(factory: sessionmaker[Session]) -> Iterator[Session]:
    """A session that commits when the block ends well and rolls back otherwise."""
    with factory() as session:
        yield session
        session.commit()
