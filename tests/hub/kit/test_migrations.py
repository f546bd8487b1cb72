from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from hub.access.secrets import password_matches
from hub.kit.clock import now
from hub.kit.database import connect, sessions
from hub.parties.changes import numbers
from hub.trust.log import append
from hub.trust.tables import LogNode
from hub.trust.tree import root_at
from tests.conftest import ROOT, migrate, owner_of
from tierlight_schemas.log.entries import Entry
from tierlight_schemas.log.tree import root


@pytest.fixture
def bare_engine(databases):
    engine = connect(databases.empty())
    yield engine
    engine.dispose()


def run(engine, action, *arguments):
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        action(config, *arguments)


@contextmanager
def seeing_all(engine: Engine) -> Iterator[Connection]:
    """A connection in the scope of the hub: the wall binds the owner of the tables too."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('tierlight.viewer', 'hub', true)"))
        yield connection


class TestMigrations:
    def test_say_the_same_as_the_tables_in_the_code(self, engine):
        run(engine, command.check)

    def test_go_down_to_nothing_and_up_again(self, bare_engine):
        migrate(bare_engine)
        tables = sorted(inspect(bare_engine).get_table_names())
        run(bare_engine, command.downgrade, "base")
        assert inspect(bare_engine).get_table_names() == ["alembic_version"]
        migrate(bare_engine)
        # In what order a database lists its tables is its own affair.
        assert sorted(inspect(bare_engine).get_table_names()) == tables

    def test_keep_people_and_machines_whose_secrets_may_be_absent(self, bare_engine):
        """With rows that point to them: a table that is copied would end those."""
        migrate(bare_engine, "0006")
        at, rows = "2026-01-01 00:00:00", ("person", "web_session", "machine", "access_token")
        with bare_engine.begin() as connection:
            for statement in (
                "INSERT INTO company (id, name, country, invented, created_at) "
                "VALUES ('c', 'Aurora', 'DE', :no, :at)",
                "INSERT INTO person (id, company_id, email, name, role, language, password_hash, "
                "created_at) VALUES ('p', 'c', 'a@b.example', 'A', 'lca', 'en', 'kept', :at)",
                "INSERT INTO web_session (id, person_id, csrf_token, created_at, expires_at) "
                "VALUES ('w', 'p', 't', :at, :at)",
                "INSERT INTO machine (id, company_id, name, secret_hash, created_at) "
                "VALUES ('m', 'c', 'ERP', 'kept', :at)",
                "INSERT INTO access_token (id, machine_id, created_at, expires_at) "
                "VALUES ('t', 'm', :at, :at)",
            ):
                bound = {"no": False, "at": at} if ":no" in statement else {"at": at}
                connection.execute(text(statement), bound)

        def kept():
            with seeing_all(bare_engine) as connection:
                ask = connection.exec_driver_sql
                secrets = "SELECT password_hash, secret_hash FROM person, machine"
                counts = [ask(f"SELECT count(*) FROM {row}").scalar() for row in rows]
                return counts, tuple(ask(secrets).one())

        migrate(bare_engine)
        assert kept() == ([1, 1, 1, 1], ("kept", "kept"))
        with seeing_all(bare_engine) as connection:
            connection.exec_driver_sql("UPDATE person SET password_hash = NULL")
            connection.exec_driver_sql("UPDATE machine SET secret_hash = NULL")
        run(bare_engine, command.downgrade, "0006")
        counts, secrets = kept()
        assert counts == [1, 1, 1, 1]
        assert not password_matches("", secrets[0])
        assert secrets[1] == "00" * 32

    def test_start_to_count_the_companies_that_are_there(self, bare_engine):
        migrate(bare_engine, "0003")
        with bare_engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO company (id, name, country, invented, created_at) "
                    "VALUES ('c', 'Aurora', 'DE', :invented, '2026-01-01 00:00:00')"
                ),
                {"invented": True},
            )
        migrate(bare_engine)
        with sessions(bare_engine)() as session:
            count = numbers(session, ["c"])["c"]
        assert count.changes == 0
        assert count.changed_at <= now()

    def test_say_what_the_old_words_of_roles_mean(self, bare_engine):
        migrate(bare_engine, "0006")
        words = {
            "clerk": "submitter releaser",
            "Buyer": "buyer",
            "Leiter Einkauf": "buyer",
            "LCA officer": "lca-officer",
            "auditor": "verifier",
            "administrator": "admin",
            "operator": "submitter",
            "": "submitter",
            "采购": "submitter",
        }
        with bare_engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO company (id, name, country, invented, created_at) "
                    "VALUES ('c', 'Aurora', 'DE', :invented, '2026-01-01 00:00:00')"
                ),
                {"invented": True},
            )
            person = text(
                "INSERT INTO person "
                "(id, company_id, email, name, role, language, password_hash, created_at) "
                "VALUES (:id, 'c', :id, 'N', :role, 'en', 'x', '2026-01-01 00:00:00')"
            )
            for number, word in enumerate(words):
                connection.execute(person, {"id": str(number), "role": word})
            connection.execute(
                text(
                    "INSERT INTO machine (id, company_id, name, secret_hash, created_at) "
                    "VALUES ('m', 'c', 'ERP', 'x', '2026-01-01 00:00:00')"
                )
            )
        migrate(bare_engine)
        with seeing_all(bare_engine) as connection:
            told = connection.execute(text("SELECT id, roles FROM person")).all()
            machine = connection.execute(text("SELECT roles FROM machine")).scalar_one()
        assert {int(number): roles for number, roles in told} == dict(enumerate(words.values()))
        assert machine == "submitter releaser buyer lca-officer"
        run(bare_engine, command.downgrade, "0006")
        with bare_engine.begin() as connection:
            kept = connection.execute(text("SELECT role FROM person WHERE id = '0'")).scalar_one()
        assert kept == "submitter releaser"

    def test_would_object_to_a_column_that_the_code_does_not_have(self, bare_engine):
        migrate(bare_engine)
        with bare_engine.begin() as connection:
            connection.execute(text("ALTER TABLE company ADD COLUMN motto TEXT"))
        with pytest.raises(Exception, match="motto"):
            run(bare_engine, command.check)


class TestALogThatWasThereBeforeItsTree:
    @pytest.mark.parametrize("size", [0, 1, 2, 7, 8, 13])
    def test_is_brought_into_it(self, bare_engine, size):
        migrate(bare_engine, "0003")
        leaves = [Entry("declaration", f"{number:064}").leaf for number in range(size)]
        insert = text(
            'INSERT INTO log_entry ("index", kind, digest, leaf, recorded_at) '
            "VALUES (:index, 'declaration', :digest, :leaf, '2026-01-01 00:00:00')"
        )
        with bare_engine.begin() as connection:
            for index, leaf in enumerate(leaves):
                asked = {"index": index, "digest": f"{index:064}", "leaf": leaf}
                connection.execute(insert, asked)
        migrate(bare_engine)
        with sessions(bare_engine)() as session:
            assert root_at(session, size) == root(leaves)
            append(session, "declaration", "f" * 64, now())
            leaves.append(Entry("declaration", "f" * 64).leaf)
            assert root_at(session, size + 1) == root(leaves)
            assert session.query(LogNode).count() == size + 1 - (size + 1).bit_count()


class TestAppendOnlyTables:
    @pytest.mark.parametrize(
        "edit", ["UPDATE log_entry SET kind = 'other'", "DELETE FROM log_entry"]
    )
    def test_cannot_be_edited(self, session, edit):
        session.execute(
            text(
                'INSERT INTO log_entry ("index", kind, digest, leaf, recorded_at) '
                "VALUES (0, 'test', 'aa', :leaf, '2026-01-01 00:00:00')"
            ),
            {"leaf": bytes(32)},
        )
        with pytest.raises(DatabaseError, match=r"append-only|permission denied"):
            session.execute(text(edit))
        session.rollback()

    @pytest.mark.parametrize(
        "edit", ["UPDATE log_entry SET kind = 'other'", "DELETE FROM log_entry"]
    )
    def test_cannot_be_edited_by_who_owns_them_either(self, own_database, edit):
        with own_database.write() as session:
            append(session, "declaration", "f" * 64, now())
            session.commit()
        with (
            pytest.raises(DatabaseError, match="append-only"),
            owner_of(own_database) as connection,
        ):
            connection.execute(text(edit))
