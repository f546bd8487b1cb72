"""A hub whose database has lost or changed what it signed signs nothing, and says what is lost."""

import json
import shutil

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from hub.kit.clock import now
from hub.kit.database import as_hub, open_database, transaction
from hub.kit.errors import Conflict
from hub.main import create_app
from hub.trust.checkpoints import LogLost, newest, proof_of, refuse_lost_log, sign_newest
from hub.trust.continuing import continue_log
from hub.trust.head import KEPT
from hub.trust.log import append, log_size
from hub.trust.tables import LogContinuation, LogEntry
from tests.cast import BEIFENG
from tests.conftest import owner_of, worked_on
from tests.hub.conftest import World, enrol
from tests.hub.trust.conftest import kept, last, policy_of
from tierlight_schemas.log.notes import read_note
from tierlight_schemas.log.policy import accept


def append_some(database, *names):
    with transaction(database.write) as session:
        for name in names:
            append(session, "declaration", f"{name:0>64}", now())


def signed(database, settings, *names):
    append_some(database, *names)
    sign_newest(database.write, settings)
    return kept(settings)


@pytest.fixture
def restored(databases, own_url, own_database, own_settings):
    """A copy of the database from before two entries were receipted, and the head after them."""
    signed(own_database, own_settings, "a", "b")
    own_database.engine.dispose()
    if own_url.startswith("sqlite"):
        with own_database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        own_database.engine.dispose()
    url = worked_on(databases.copy(own_url))
    signed(own_database, own_settings, "c", "d")
    copy = as_hub(open_database(url))
    yield copy
    copy.engine.dispose()


def refusal(database, settings):
    with pytest.raises(LogLost) as caught:
        sign_newest(database.write, settings)
    return caught.value


class TestADatabaseThatIsBehind:
    def test_is_not_signed_and_its_losses_are_named(self, restored, own_settings):
        lost = refusal(restored, own_settings)
        assert (lost.code, lost.params["signed"], lost.params["size"]) == ("log/behind", "5", "3")
        assert [detail["digest"].lstrip("0") for detail in lost.details] == ["c", "d"]

    def test_that_has_grown_again_is_forked(self, restored, own_settings):
        append_some(restored, "x", "y", "z")
        lost = refusal(restored, own_settings)
        assert lost.code == "log/forked"
        assert [detail["index"] for detail in lost.details] == ["3", "4"]

    def test_takes_nothing_in(self, restored, own_settings):
        with transaction(restored.write) as session:
            member = enrol(session, BEIFENG)
        with TestClient(create_app(own_settings, restored), base_url="http://127.0.0.1") as client:
            world = World({BEIFENG: member}, client, session)
            answer = world.submit(BEIFENG, BEIFENG.submission("PACK-1"))
            lines = world.submit_lines(BEIFENG, BEIFENG.submission("PACK-2"))
        assert (answer.status_code, answer.json()["code"]) == (409, "log/behind")
        assert lines.json()["error"]["code"] == "log/behind"
        with restored.read() as session:
            assert session.query(LogEntry).filter_by(kind="declaration").count() == 2

    def test_cannot_go_on_under_the_same_name(self, restored, own_settings):
        with pytest.raises(Conflict, match="log/same-origin"):
            continue_log(restored.write, own_settings)

    def test_goes_on_knowingly_under_another_name(self, restored, own_settings):
        renamed = own_settings.model_copy(update={"log_origin": "hub.test/log2"})
        before = kept(own_settings).note
        done = continue_log(restored.write, renamed)
        assert (done.kept, done.index) == (3, 3)
        with restored.read() as session:
            admitted = json.loads(session.scalars(text_of(session)).one())
            note = read_note(last(session).note)
        assert (admitted["reason"], admitted["checkpoint"]) == ("log/behind", before)
        assert accept(note, policy_of(renamed)).checkpoint.origin == "hub.test/log2"
        assert signed(restored, renamed, "e").checkpoint.size == 5


def text_of(session):
    return session.query(LogContinuation.statement).statement


class TestADatabaseThatWasChanged:
    CHANGES = (
        "UPDATE log_entry SET kind = 'statement' WHERE \"index\" = 4",
        "UPDATE log_entry SET digest = 'ff' WHERE \"index\" = 4",
    )

    @pytest.mark.parametrize("change", CHANGES)
    def test_before_it_was_signed_is_found_by_reading_it_again(
        self, own_database, own_settings, change
    ):
        signed(own_database, own_settings, "a", "b")
        append_some(own_database, "c", "d")
        edit(own_database, change)
        with pytest.raises(Conflict, match="log/reread"):
            sign_newest(own_database.write, own_settings)

    def test_in_a_node_is_found_too(self, own_database, own_settings):
        append_some(own_database, "a", "b", "c", "d", "e", "f", "g", "h")
        edit(own_database, "UPDATE log_node SET hash = :h WHERE level = 3", h=b"\1" * 32)
        with pytest.raises(Conflict, match="log/reread"):
            sign_newest(own_database.write, own_settings)

    def test_in_its_past_is_a_fork(self, own_database, own_settings):
        signed(own_database, own_settings, "a", "b", "c")
        edit(own_database, "UPDATE log_node SET hash = :h WHERE level = 2", h=b"\1" * 32)
        assert refusal(own_database, own_settings).code == "log/forked"

    def test_that_lacks_a_node_is_not_signed_either(self, own_database, own_settings):
        signed(own_database, own_settings, "a", "b", "c")
        edit(own_database, "UPDATE log_node SET number = 9 WHERE level = 2")
        with pytest.raises(Conflict, match="log/reread"):
            sign_newest(own_database.write, own_settings)

    def test_below_what_is_signed_hands_out_no_false_proof(self, own_database, own_settings):
        signed(own_database, own_settings, "a", "b", "c")
        edit(own_database, "UPDATE log_node SET hash = :h WHERE level = 1", h=b"\1" * 32)
        with own_database.read() as session, pytest.raises(Conflict, match="log/reread"):
            proof_of(session, 0)


def edit(database, statement, **given):
    """As somebody with the database in hand would."""
    table = statement.split()[1]
    with owner_of(database) as connection:
        if database.engine.dialect.name == "postgresql":
            connection.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))
        else:
            connection.execute(text(f"DROP TRIGGER {table}_no_update"))
        connection.execute(text(statement), given)


class TestTheFile:
    def test_holds_the_newest_checkpoint_and_entries(self, own_database, own_settings):
        signed(own_database, own_settings)  # the key is the first entry
        head = signed(own_database, own_settings, *(f"{number:x}" for number in range(300)))
        assert head.checkpoint.size == 301
        assert len(head.newest) == KEPT
        assert head.newest[-1] == (300, "declaration", f"{299:064x}")

    def test_that_is_missing_stops_the_signing(self, own_database, own_settings):
        signed(own_database, own_settings, "a")
        own_settings.head_file.unlink()
        append_some(own_database, "b")
        assert refusal(own_database, own_settings).code == "log/head-missing"
        continue_log(own_database.write, own_settings)
        assert signed(own_database, own_settings, "c").checkpoint.size == 5

    def test_of_another_log_stops_the_signing(self, own_database, own_settings):
        signed(own_database, own_settings, "a")
        renamed = own_settings.model_copy(update={"log_origin": "other/log"})
        append_some(own_database, "b")
        assert refusal(own_database, renamed).code == "log/head-origin"

    @pytest.mark.parametrize(
        "content", [b"", b"{}", b"[]", b'{"checkpoint":"x","newest":[]}', b"\xff", b'{"newest":1}']
    )
    def test_that_cannot_be_read_stops_the_signing(self, own_database, own_settings, content):
        signed(own_database, own_settings, "a")
        own_settings.head_file.write_bytes(content)
        append_some(own_database, "b")
        with pytest.raises(Conflict, match="log/head-file"):
            sign_newest(own_database.write, own_settings)

    def test_that_cannot_be_written_leaves_nothing_signed(self, own_database, own_settings):
        there = own_settings.model_copy(
            update={"log_head_file": own_settings.head_file.parent / "nowhere" / "head.json"}
        )
        append_some(own_database, "a")
        with pytest.raises(Conflict, match="log/head-file"):
            sign_newest(own_database.write, there)
        with own_database.read() as session:
            assert newest(session) is None

    def test_is_ahead_of_no_checkpoint_after_a_crash(self, own_database, own_settings, monkeypatch):
        """The file was written, and the hub died before the checkpoint was committed."""
        signed(own_database, own_settings, "a")
        append_some(own_database, "b")

        def die(*_):
            raise SystemExit

        monkeypatch.setattr("hub.trust.checkpoints._keep", die)
        with pytest.raises(SystemExit):
            sign_newest(own_database.write, own_settings)
        monkeypatch.undo()
        assert kept(own_settings).checkpoint.size == 3
        sign_newest(own_database.write, own_settings)
        with own_database.read() as session:
            assert last(session).size == log_size(session) == 3

    def test_an_older_one_put_back_is_outgrown(self, own_database, own_settings, tmp_path):
        signed(own_database, own_settings, "a")
        shutil.copy(own_settings.head_file, tmp_path / "old")
        signed(own_database, own_settings, "b")
        shutil.copy(tmp_path / "old", own_settings.head_file)
        sign_newest(own_database.write, own_settings)
        assert kept(own_settings).checkpoint.size == 3


class TestAHealthyLog:
    def test_has_nothing_to_continue(self, own_database, own_settings):
        signed(own_database, own_settings, "a")
        with pytest.raises(Conflict, match="log/nothing-to-continue"):
            continue_log(own_database.write, own_settings)

    def test_of_a_hub_without_a_key_is_not_guarded(self, own_database, own_settings):
        keyless = own_settings.model_copy(update={"signing_key_file": None})
        sign_newest(own_database.write, keyless)
        with own_database.read() as session:
            assert refuse_lost_log(session, keyless) is None
            assert newest(session) is None
