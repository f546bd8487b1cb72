"""The wall: on whose behalf a transaction reads and writes, as PostgreSQL's row security asks.

A query's own filter by company is the first line; behind it every table of a company's has policies
(`kit.wall_policies`) that look at what the transaction has stated. Who has stated nothing sees
nothing. On SQLite nothing is stated: it has no row security, and the first line stands alone.

A scope is stated when a transaction begins and ends with it: a connection goes back to the pool
without one. It comes from whoever was authenticated; `as_hub` and `beyond` are for the few places
that act for no company, and a test lists them.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from hub.kit.clock import now

_STATE = text("SELECT tierlight_scope(:viewer, :writer, :owners, :day)")
_STATED, _NOW = "scope of the session", "scope of the transaction"


@dataclass(frozen=True)
class Scope:
    """What a transaction may see and write."""

    viewer: str = ""
    """The company whose own rows are seen, with those that others granted to it; `hub` sees all."""
    writer: str = ""
    """The company in whose name rows are written; nobody's when empty."""
    owners: tuple[str, ...] = ()
    """Companies whose declarations are seen instead of those of the viewer's grantors."""

    @classmethod
    def of(cls, company_id: str) -> "Scope":
        """A company that acts for itself."""
        return cls(company_id, company_id)


HUB = Scope("hub", "hub")
NOTHING = Scope()


@dataclass
class Stated:
    """Where the sessions of one request find its scope, once it is known who asks."""

    scope: Scope = NOTHING


def under(factory: sessionmaker[Session], stated: Stated) -> sessionmaker[Session]:
    """The same sessions, each of whose transactions begins with the scope that is `stated` then."""
    scoped = copy(factory)
    scoped.kw = {**factory.kw, "info": {**factory.kw.get("info", {}), _STATED: stated}}
    return scoped


def in_the_name_of(factory: sessionmaker[Session], company_id: str) -> sessionmaker[Session]:
    """The same sessions for one company, whoever asks for that: what they delete is its own."""
    return under(factory, Stated(Scope.of(company_id)))


def state(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """State the session's scope as its transaction begins (`after_begin`)."""
    if not transaction.nested:  # a savepoint has the scope of what it stands in
        stated: Stated | None = session.info.get(_STATED)
        _state(session, connection, stated.scope if stated else NOTHING)


@contextmanager
def on_behalf(session: Session, company_id: str) -> Iterator[None]:
    """Read what the company itself may see, and write nothing, inside the block.

    For what is added up for a reader who may not see what it is made of: the use case decides which
    consents that needs, and tells nothing but the sum.
    """
    with _scope(session, Scope(company_id)):
        yield


@contextmanager
def reading(session: Session, owners: Collection[str]) -> Iterator[None]:
    """Read the declarations of these companies, and write nothing, inside the block."""
    with _scope(session, Scope(owners=tuple(sorted(owners)))):
        yield


@contextmanager
def beyond(session: Session) -> Iterator[None]:
    """Act for no company inside the block; the places that do so are listed in a test."""
    with _scope(session, HUB):
        yield


@contextmanager
def _scope(session: Session, scope: Scope) -> Iterator[None]:
    connection = session.connection()  # begins the transaction, with the scope of the session
    if connection.dialect.name != "postgresql" or session.info[_NOW].viewer == scope.viewer != "":
        yield
        return
    if session.autoflush:
        session.flush()  # what is waiting is written in the name of who has made it
    before: Scope = session.info[_NOW]
    _state(session, connection, scope)
    try:
        yield
    finally:
        with suppress(DBAPIError):  # a transaction that has failed ends with its scope
            _state(session, connection, before)


def _state(session: Session, connection: Connection, scope: Scope) -> None:
    said: dict[str, Any] = {
        "viewer": scope.viewer,
        "writer": scope.writer,
        "owners": ",".join(scope.owners),
        "day": now().date(),
    }
    session.info[_NOW] = scope  # also where the statement fails: a savepoint undoes it there too
    connection.execute(_STATE, said)
