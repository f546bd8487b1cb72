"""`hub fsck` and `hub log` as an operator calls them."""

import json

import pytest
from sqlalchemy import text

from hub.trust.hub_key import make_hub_key
from tests.cast import BEIFENG
from tests.conftest import owner_of, worked_on
from tests.schemas.log.small_log import W1
from tierlight_schemas.log.checkpoints import checkpoint_of
from tierlight_schemas.log.notes import VerifierKey, read_note


@pytest.fixture
def signing(hub, tmp_path, monkeypatch):
    """A hub with a key and two keys of companies in its log."""
    make_hub_key(tmp_path / "hub.pem")
    monkeypatch.setenv("HUB_SIGNING_KEY_FILE", str(tmp_path / "hub.pem"))
    (tmp_path / "b.jwk").write_text(json.dumps(BEIFENG.jwk))
    hub("company", "add", "Beifeng", "--country", "CN")
    assert hub("key", "add", "Beifeng", tmp_path / "b.jwk").status == 0
    return hub


class TestFsck:
    def test_of_a_sound_log_says_how_much_it_is(self, signing):
        signing("log", "checkpoint")
        ran = signing("fsck")
        assert (ran.status, ran.out) == (0, "")
        assert "2 entries checked" in ran.err

    def test_names_what_is_not_as_it_was(self, signing, own_database):
        with owner_of(own_database) as connection:
            connection.execute(text("UPDATE signing_key SET company_id = company_id"))
            changed = {"jwk": json.dumps(BEIFENG.jwk | {"x": "A" * 43})}
            connection.execute(text("UPDATE signing_key SET jwk = :jwk"), changed)
        ran = signing("fsck")
        assert ran.status == 1
        assert "Entry 0 (key-add): a column beside the bytes" in ran.err
        assert "1 entry checked: 1 flaw." in ran.err

    def test_speaks_three_languages(self, signing):
        assert "Einträge geprüft" in signing("fsck", language="de").err
        assert "已检查" in signing("fsck", language="zh-CN").err


class TestLog:
    def test_key_is_printed_before_it_has_signed(self, signing):
        (line,) = signing("log", "key").out.splitlines()
        assert VerifierKey.read(line).name == "tierlight.local/log"
        signing("log", "checkpoint")
        assert signing("log", "key").out.splitlines() == [line]

    def test_checkpoint_is_signed_and_printed(self, signing):
        ran = signing("log", "checkpoint")
        assert ran.status == 0
        assert checkpoint_of(read_note(ran.out)).size == 2
        assert signing("log", "checkpoint").out == ran.out

    def test_checkpoint_needs_a_key(self, hub):
        ran = hub("log", "checkpoint")
        assert (ran.status, ran.out) == (1, "")

    @pytest.mark.parametrize(
        ("content", "status", "words"),
        [
            (f"witness W1 {W1.key} http://127.0.0.1:65533\nquorum none\n", 1, "cannot be reached"),
            (f"witness W1 {W1.key}\nquorum none\n", 0, ""),
            ("nonsense", 1, "cannot be used"),
            (None, 1, "cannot be used"),
        ],
    )
    def test_witness_says_who_did_not_cosign(
        self, signing, tmp_path, monkeypatch, content, status, words
    ):
        monkeypatch.setenv("HUB_LOG_POLICY_FILE", str(tmp_path / "policy"))
        monkeypatch.setenv("HUB_OUTBOUND_LOOPBACK", "true")
        if content is not None:
            (tmp_path / "policy").write_text(content)
        ran = signing("log", "witness")
        assert ran.status == status
        assert words in ran.err

    def test_continue_is_for_a_log_that_cannot(self, signing):
        signing("log", "checkpoint")
        ran = signing("log", "continue")
        assert (ran.status, "nothing to continue" in ran.err) == (1, True)


class TestServe:
    def test_refuses_a_database_that_is_behind(self, signing, databases, tmp_path, monkeypatch):
        signing("log", "checkpoint")
        empty = databases.empty()
        monkeypatch.setenv("HUB_MIGRATION_URL", empty)
        monkeypatch.setenv("HUB_DATABASE_URL", worked_on(empty))
        assert signing("migrate").status == 0
        ran = signing("serve")
        assert ran.status == 1
        assert "The database is behind: the hub has signed 2 entries" in ran.err
        assert "Receipted and not here: place 0, key-add" in ran.err

    def test_refuses_a_policy_that_cannot_be_read(self, signing, tmp_path, monkeypatch):
        monkeypatch.setenv("HUB_LOG_POLICY_FILE", str(tmp_path / "nowhere"))
        ran = signing("serve")
        assert (ran.status, "HUB_LOG_POLICY_FILE" in ran.err) == (1, True)
