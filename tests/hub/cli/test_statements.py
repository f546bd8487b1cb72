"""`hub key make-hub-key`, `hub statement` and `hub recompute`."""

import json
import stat

import pytest

from tests.hub.cli.test_rollup import BRACKET, firm  # noqa: F401 - a fixture
from tests.statements import FOLDER, RELEASED
from tierlight_schemas.statement_bundle import check_bundle


@pytest.fixture
def bracket(firm, tmp_path, monkeypatch):  # noqa: F811 - the fixture
    """A company with a part, at a hub with a key."""
    made = firm(BRACKET)
    key = tmp_path / "hub-key"
    assert made.hub("key", "make-hub-key", key).status == 0
    monkeypatch.setenv("HUB_SIGNING_KEY_FILE", str(key))
    return made


def make(bracket, path, *options):
    return bracket.hub("statement", "make", "lei:A1", "BRACKET", "--out", path, *options)


class TestTheKey:
    def test_is_made_once_and_for_its_owner_only(self, hub, tmp_path):
        key = tmp_path / "key"
        ran = hub("key", "make-hub-key", key)
        assert (ran.status, len(ran.out.strip())) == (0, 43)
        assert "HUB_SIGNING_KEY_FILE" in ran.err
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        before = key.read_bytes()
        again = hub("key", "make-hub-key", key)
        assert again.status == 1
        assert "not overwritten" in again.err
        assert key.read_bytes() == before

    def test_that_cannot_be_written_is_said(self, hub, tmp_path):
        ran = hub("key", "make-hub-key", tmp_path / "nowhere" / "key")
        assert ran.status == 1
        assert "nowhere" in ran.err

    def test_is_asked_for_with_the_remedy(self, firm, tmp_path, monkeypatch):  # noqa: F811
        monkeypatch.delenv("HUB_SIGNING_KEY_FILE", raising=False)
        ran = make(firm(BRACKET), tmp_path / "out.json")
        assert ran.status == 1
        assert "hub key make-hub-key FILE" in ran.err
        assert not (tmp_path / "out.json").exists()

    def test_that_is_gone_is_said(self, bracket, tmp_path):
        (tmp_path / "hub-key").unlink()
        ran = make(bracket, tmp_path / "out.json")
        assert ran.status == 1
        assert "hub-key" in ran.err


class TestAStatement:
    def test_is_made_listed_exported_and_computed_again(self, bracket, tmp_path):
        path, copy = tmp_path / "one.json", tmp_path / "two.json"
        ran = make(bracket, path, "--as-of", "2026-06-01")
        assert ran.status == 0, ran.err
        digest = ran.out.strip()
        assert check_bundle(path.read_bytes()).digest == digest
        listed = bracket.hub("statement", "list", "lei:A1").out.split("\t")
        assert listed[:4] == [digest, "BRACKET", "2026-06-01", "declared"]
        assert bracket.hub("statement", "export", digest, "--out", copy).status == 0
        assert copy.read_bytes() == path.read_bytes()
        for name in (path, digest):
            again = bracket.hub("recompute", name)
            assert again.status == 0, again.err
            assert "the same, to the last byte" in again.err

    def test_says_what_the_roll_up_says(self, bracket, tmp_path):
        path = tmp_path / "one.json"
        make(bracket, path)
        told = bracket.rollup("BRACKET")
        result = check_bundle(path.read_bytes()).subject["result"]
        assert result["total"]["excludingUptake"] == told["total"]["excluding_uptake"]
        assert result["columns"] == told["columns"]

    def test_does_not_overwrite_a_file_and_leaves_nothing_in_the_log_then(self, bracket, tmp_path):
        path = tmp_path / "one.json"
        path.write_text("mine")
        assert make(bracket, path).status == 1
        assert path.read_text() == "mine"
        assert bracket.hub("statement", "list", "lei:A1").out == ""

    def test_of_an_unknown_part_is_refused(self, bracket, tmp_path):
        ran = bracket.hub("statement", "make", "lei:A1", "NOTHING", "--out", tmp_path / "x")
        assert ran.status == 1
        assert "NOTHING" in ran.err

    def test_that_nobody_made_is_not_found(self, bracket, tmp_path):
        for words in (("recompute", "0" * 64), ("recompute", tmp_path / "none.json")):
            ran = bracket.hub(*words)
            assert ran.status == 1
            assert "hub statement list" in ran.err


class TestRecompute:
    @pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
    def test_needs_no_database(self, run, path):
        ran = run("recompute", path)
        assert ran.status == 0, ran.err

    def test_refuses_one_changed_byte(self, run, write):
        bundle = (FOLDER / "0.1.0" / "car.json").read_bytes()
        changed = write("changed.json", bundle.replace(b'"900"', b'"901"'))
        ran = run("recompute", changed)
        assert ran.status == 1
        assert "digest" in ran.err

    @pytest.mark.parametrize(
        ("lang", "word"), [("de", "bis aufs letzte Byte"), ("zh-CN", "逐字节一致")]
    )
    def test_speaks_three_languages(self, run, lang, word):
        assert word in run("recompute", FOLDER / "0.1.0" / "car.json", language=lang).err

    def test_keeps_every_line_of_a_real_lorry(self):
        annex = json.loads((FOLDER / "0.1.0" / "lorry.json").read_bytes())["annex"]
        lines = sum(len(part.get("lines", ())) for part in annex["parts"])
        assert (len(annex["parts"]), lines) == (191, 422)
