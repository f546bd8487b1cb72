"""Databases, the application and a live hub, for every test.

The suite runs on SQLite, or on the PostgreSQL server that HUB_TEST_DATABASE_URL names (as a role
that may create databases, and owns their tables); there all that is tested works as HUB_TEST_ROLE,
behind the wall, and what a test itself prepares or looks up is done in the scope of the hub.

Each worker migrates one template database; `session`, `app` and `client` of a test share one
connection that is rolled back, while `own_database` and `live_hub` get a copy of the template, for
tests that commit from several threads or processes.
"""

import os
import shutil
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from hub.footprints.release_rules import NO_RULES, ReleasePolicy
from hub.kit import wall
from hub.kit.database import Database, as_hub, connect, open_database, transaction
from hub.main import create_app
from hub.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("HUB_TEST_DATABASE_URL")
ROLE = os.environ.get("HUB_TEST_ROLE")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring a database to a revision, as `hub migrate` does."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        config.attributes["role"] = ROLE
        command.upgrade(config, revision)


def worked_on(url: str) -> str:
    """The URL by which the hub works on a database."""
    made = make_url(url)
    if SERVER is None or ROLE is None:
        return url
    return made.set(username=ROLE).render_as_string(hide_password=False)


def owned(url: str) -> str:
    """The URL of who owns the tables of a database."""
    if SERVER is None:
        return url
    owner = make_url(SERVER).set(database=make_url(url).database)
    return owner.render_as_string(hide_password=False)


@contextmanager
def owner_of(database: Database) -> Iterator[Connection]:
    """A connection of whoever holds the database, for what the hub itself may not do."""
    engine = connect(owned(database.engine.url.render_as_string(hide_password=False)))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT set_config('tierlight.viewer', 'hub', true)"))
            yield connection
    finally:
        engine.dispose()


class Databases:
    """Makes databases on the server under test and drops them all at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[str] = []

    def empty(self) -> str:
        """URL of a new database without tables."""
        return self._make("")

    def copy(self, url: str) -> str:
        """URL of a new database like the one at `url`, to which nobody may be connected."""
        return self._make(url)

    def _make(self, source: str) -> str:
        name = f"tierlight_{WORKER}_{uuid.uuid4().hex[:8]}"
        if SERVER is None:
            path = self._folder / f"{name}.sqlite3"
            if source:
                shutil.copy(make_url(source).database or "", path)
            return f"sqlite:///{path}"
        template = f' TEMPLATE "{make_url(source).database}"' if source else ""
        self._on_server(f'CREATE DATABASE "{name}"{template}')
        self._made.append(name)
        return make_url(SERVER).set(database=name).render_as_string(hide_password=False)

    def drop_all(self) -> None:
        """Leave nothing on the server."""
        for name in self._made:
            self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @staticmethod
    def _on_server(statement: str) -> None:
        assert SERVER
        engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.drop_all()


@pytest.fixture(scope="session")
def template_url(databases: Databases) -> str:
    """A migrated database that nobody is connected to."""
    url = databases.empty()
    engine = connect(url)
    migrate(engine)
    if SERVER is None:
        with engine.connect() as connection:
            # What is still in the write-ahead log would not be copied.
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def engine(databases: Databases, template_url: str) -> Iterator[Engine]:
    """A migrated database, shared by the tests of this worker."""
    engine = connect(worked_on(databases.copy(template_url)))
    yield engine
    engine.dispose()


@pytest.fixture
def settings(engine: Engine) -> Settings:
    return settings_for(engine.url.render_as_string(hide_password=False))


def settings_for(url: str, public_url: str = "http://127.0.0.1") -> Settings:
    """What a hub under test is told."""
    rates: dict[str, Any] = {
        name: 10**9 for name in Settings.model_fields if name.startswith("rate_")
    }
    return Settings(database_url=url, public_url=public_url, log_origin="hub.test/log", **rates)


@pytest.fixture
def release_policy() -> ReleasePolicy:
    """No rules: sums are tested in full; the tests of the rules bring the hub's own."""
    return NO_RULES


@pytest.fixture
def database(engine: Engine, release_policy: ReleasePolicy) -> Iterator[Database]:
    """Sessions on one connection; their commits are savepoints of a transaction rolled back."""
    with on_one_connection(engine, release_policy) as database:
        yield database


@contextmanager
def on_one_connection(
    engine: Engine, release_policy: ReleasePolicy = NO_RULES
) -> Iterator[Database]:
    """Sessions as the fixture `database` gives, on a connection of this engine."""
    with engine.connect() as connection, connection.begin() as outer:
        factory: sessionmaker[Session] = sessionmaker(
            connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
            info={"release_policy": release_policy},
        )
        if engine.dialect.name == "postgresql":
            _state_scopes(factory)
        yield as_hub(Database(engine, factory, factory))
        outer.rollback()


def _state_scopes(factory: sessionmaker[Session]) -> None:
    """As `sessions` does, but each gives the shared connection back with the scope it had."""
    names = ("viewer", "writer", "granted")
    read = text("SELECT " + ", ".join(f"current_setting('tierlight.{n}', true)" for n in names))
    write = text("SELECT " + ", ".join(f"set_config('tierlight.{n}', :{n}, true)" for n in names))

    @event.listens_for(factory, "after_begin")
    def on_begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
        if not transaction.nested:
            found = connection.execute(read).one()
            session.info["before"] = (
                connection,
                {n: v or "" for n, v in zip(names, found, strict=True)},
            )
        wall.state(session, transaction, connection)

    @event.listens_for(factory, "after_transaction_end")
    def on_end(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None and "before" in session.info:
            connection, before = session.info.pop("before")
            connection.execute(write, before)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session whose work is undone after the test; `client` of the same test sees it."""
    with database.write() as session:
        yield session


@pytest.fixture
def app(settings: Settings, database: Database) -> FastAPI:
    return create_app(settings, database)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """HTTP against the application, in memory; errors of the server come as answers."""
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def own_url(databases: Databases, template_url: str) -> str:
    """A migrated database of this test alone."""
    return worked_on(databases.copy(template_url))


@pytest.fixture
def own_database(own_url: str) -> Iterator[Database]:
    """Sessions that really commit, to a database of this test alone."""
    database = as_hub(open_database(own_url))
    yield database
    database.engine.dispose()


@dataclass(frozen=True)
class LiveHub:
    """A hub that listens on a port of this machine."""

    url: str
    settings: Settings
    database: Database
    app: FastAPI

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session on the hub's database, committed at the end."""
        with transaction(self.database.write) as session:
            yield session


@pytest.fixture
def start_hub(own_url: str, own_database: Database) -> Iterator[Callable[..., LiveHub]]:
    """Starts hubs on this test's own database, with changed settings; all are stopped after it."""
    with ExitStack() as started:
        yield lambda **changes: started.enter_context(listening(own_url, own_database, **changes))


@pytest.fixture
def live_hub(start_hub: Callable[..., LiveHub]) -> LiveHub:
    """A running hub with a fresh database."""
    return start_hub()


@contextmanager
def listening(
    url: str, database: Database, log_level: str = "warning", **changes: Any
) -> Iterator[LiveHub]:
    """A hub with changed settings that runs until the end of the block."""
    # Bound before it is served, so that the hub knows the port the kernel chose.
    listening = socket.create_server(("127.0.0.1", 0))
    public = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = settings_for(url, public).model_copy(update=changes)
    app = create_app(settings, database)
    with served(app, listening, log_level):
        yield LiveHub(public, settings, database, app)


@contextmanager
def served(app: FastAPI, place: socket.socket, log_level: str = "warning") -> Iterator[None]:
    """An application that answers at a bound socket until the end of the block."""
    config = uvicorn.Config(app, log_level=log_level, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([place],), daemon=True)
    thread.start()
    try:
        _wait_until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def _wait_until(ready: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "the hub did not start"
        time.sleep(0.01)
