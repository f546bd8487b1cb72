"""One place commits; who only reads cannot write."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from hub.access.errors import SignInFailed
from hub.access.tables import FailedSignIn
from hub.kit.clock import now
from hub.kit.database import transaction, whole_tables
from hub.kit.errors import BadInput


def failure():
    return FailedSignIn(subject="a", at=now())


def count(database):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(FailedSignIn))


def write_and_raise(database, error):
    with transaction(database.write) as session:
        session.add(failure())
        session.flush()
        raise error


class TestATransaction:
    def test_commits_at_its_end(self, own_database):
        with transaction(own_database.write) as session:
            session.add(failure())
        assert count(own_database) == 1

    @pytest.mark.parametrize("error", [BadInput("hub/text"), RuntimeError()])
    def test_undoes_everything_with_an_error(self, own_database, error):
        with pytest.raises(type(error)):
            write_and_raise(own_database, error)
        assert count(own_database) == 0

    def test_keeps_what_an_error_wants_remembered(self, own_database):
        with pytest.raises(SignInFailed):
            write_and_raise(own_database, SignInFailed())
        assert count(own_database) == 1


class TestAReadingSession:
    def test_cannot_write(self, own_database):
        with own_database.read() as session:
            session.add(failure())
            with pytest.raises(DatabaseError):
                session.flush()

    def test_hinders_no_writer_and_leaves_the_connection_writable(self, own_database):
        with own_database.read() as reader:
            reader.scalar(select(func.count()).select_from(FailedSignIn))
            with transaction(own_database.write) as session:
                session.add(failure())
        for _ in range(5):
            with transaction(own_database.write) as session:
                session.add(failure())
        assert count(own_database) == 6


def test_whole_tables_are_joined_by_hash_inside_the_block_alone(session):
    if session.get_bind().dialect.name != "postgresql":
        with whole_tables(session):
            return  # SQLite has no such switch, and needs none

    def nested_loops() -> str:
        return str(session.scalar(text("SHOW enable_nestloop")))

    with whole_tables(session):
        assert nested_loops() == "off"
    assert nested_loops() == "on"
