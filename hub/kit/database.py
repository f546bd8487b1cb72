"""Engine, sessions, and the one place that commits.

SQLite runs with WAL, `synchronous=FULL`, foreign keys and `BEGIN IMMEDIATE` for writers, so that
an index of the log taken inside a transaction is never taken twice. Sessions that only read begin
without that lock, see the database as it was at their first statement, and the database itself
refuses a write through them.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from hub.kit import wall
from hub.kit.errors import BadInput, Conflict, HubError
from hub.kit.tables import Base
from hub.kit.wall import beyond
from hub.kit.wall_policies import HIDDEN

SQLITE_PRAGMAS = (
    "busy_timeout=30000",  # first: switching to WAL already needs a lock
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",  # what is deleted is overwritten, not only unlinked
)
READS_ONLY = "hub_reads_only"
"""Execution option of sessions that take no lock and may not write."""


def connect(url: str) -> Engine:
    """An engine for `url` with the house's settings for its database.

    Raises `BadInput` (`hub/database-kind`) for a kind of database whose driver is not here.
    """
    checked = not url.startswith("sqlite")
    try:
        # A traceback of a failed statement must not carry a supplier's values into a log.
        engine = create_engine(url, pool_pre_ping=checked, hide_parameters=True)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise BadInput("hub/database-kind", kind=url.partition(":")[0][:40]) from None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: object) -> None:
        # The driver must not open transactions by itself: SQLAlchemy's BEGIN below decides.
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        # A deferred BEGIN could read an old log head and fail to upgrade: take the lock at once.
        reads_only = bool(connection.get_execution_options().get(READS_ONLY))
        connection.exec_driver_sql(f"PRAGMA query_only={int(reads_only)}")
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def sessions(engine: Engine, **info: Any) -> sessionmaker[Session]:
    """Sessions that keep objects usable after commit; on PostgreSQL they see nothing of any company
    until they are `under` a scope. `info` is known to each (`Session.info`)."""
    factory = sessionmaker(engine, expire_on_commit=False, info=info)
    if engine.dialect.name == "postgresql":
        event.listen(factory, "after_begin", wall.state)
    return factory


@dataclass(frozen=True)
class Database:
    """What a running hub keeps open: sessions that write, and sessions that only read."""

    engine: Engine
    write: sessionmaker[Session]
    read: sessionmaker[Session]

    def under(self, stated: wall.Stated) -> "Database":
        """The same database for whoever `stated` says, and once it says so."""
        return Database(self.engine, *(wall.under(f, stated) for f in (self.write, self.read)))

    def read_with(self, **info: Any) -> "Database":
        """The same database, whose sessions that only read know more (`Session.info`)."""
        read = copy(self.read)
        read.kw = {**read.kw, "info": {**read.kw.get("info", {}), **info}}
        return Database(self.engine, self.write, read)

    def of_company(self, company_id: str) -> "Database":
        """The same database for work of the hub's that is one company's."""
        return self.under(wall.Stated(wall.Scope.of(company_id)))


def as_hub(database: Database) -> Database:
    """The same database for what acts for no company; the places that do are listed in a test."""
    return database.under(wall.Stated(wall.HUB))


def open_database(url: str, **info: Any) -> Database:
    """The database at `url`; nothing is connected before the first statement."""
    engine = connect(url)
    reading = engine.execution_options(**{READS_ONLY: True, "postgresql_readonly": True})
    if engine.dialect.name == "postgresql":
        # As SQLite by itself: all that one session reads is of one instant.
        reading = reading.execution_options(isolation_level="REPEATABLE READ")
    return Database(engine, sessions(engine, **info), sessions(reading, **info))


@contextmanager
def transaction(factory: sessionmaker[Session]) -> Iterator[Session]:
    """A session that commits when the block ends well and rolls back otherwise.

    An error that is itself a fact to remember (`HubError.remembered`: a failed sign-in) commits.
    """
    with factory() as session:
        try:
            yield session
        except HubError as error:
            if error.remembered:
                session.commit()
            raise
        session.commit()


@contextmanager
def recording(database: Database) -> Iterator[Session]:
    """A session for reads that leave a record, which is added to it and never flushed.

    Answers are computed without a lock, however long that takes; what was added is committed in a
    short transaction of its own when the block ends well, before the answer leaves.
    """
    with database.read(autoflush=False) as session:
        yield session
        records = list(session.new)
        session.expunge_all()
    if records:
        keep_at_once(database, records)


def keep_at_once(database: Database, records: Collection[Base]) -> None:
    """Add what a reading leaves behind in a transaction of its own.

    Raises `Conflict` (`hub/at-once`) when another reading has left the same in the meantime.
    """
    hidden = [record for record in records if record.__wall__ == HIDDEN]
    with transaction(database.write) as session:
        if hidden:
            add_hidden(session, hidden)
        session.add_all(record for record in records if record.__wall__ != HIDDEN)


def add_hidden(session: Session, records: Iterable[Base]) -> None:
    """Add what only the hub sees, in its own name and not in that of who asks.

    Raises `Conflict` (`hub/at-once`) when another transaction has added the same in the meantime.
    """
    try:
        with beyond(session):
            session.add_all(records)
            session.flush()
    except IntegrityError:
        raise Conflict("hub/at-once") from None


def empty_journal(factory: sessionmaker[Session]) -> None:
    """Bring SQLite's write-ahead log into the database and empty it, unless a reader is in the way:
    until then it holds what was deleted. PostgreSQL has `VACUUM` for that.
    """
    with factory() as session:
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
            connection.exec_driver_sql("BEGIN")


@contextmanager
def whole_tables(session: Session) -> Iterator[None]:
    """For queries that join whole tables: PostgreSQL joins them by hash inside the block.

    Right after a first large import its statistics still say that the tables are all but empty,
    and it would go through one of them for each row of the other.
    """
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    session.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    session.execute(text("SET LOCAL enable_nestloop = on"))  # else with the transaction
