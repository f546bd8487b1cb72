"""The log's page: for everybody, and only what the log tells."""

import json

import pytest
from fastapi.testclient import TestClient

from hub.main import create_app
from hub.trust.hub_key import make_hub_key
from tests.cast import BEIFENG
from tests.hub.conftest import World
from tests.portal.browser import Browser


@pytest.fixture
def signing(world, settings, database, tmp_path):
    make_hub_key(tmp_path / "key.pem")
    app = create_app(
        settings.model_copy(update={"signing_key_file": tmp_path / "key.pem"}), database
    )
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield World(world.members, client, world.session)


@pytest.fixture
def answer(signing):
    """What Beifeng was answered."""
    return signing.submit(BEIFENG, BEIFENG.submission("SECRET-1", kgco2e="417.31")).json()


@pytest.fixture
def anybody(signing):
    return Browser(signing.client)


def asked(browser, text):
    return browser.client.get("/verify", params={"text": text})


def canonical(receipt):
    return json.dumps(receipt, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


class TestTheLogsPage:
    def test_knows_a_code_a_receipt_and_a_proof(self, anybody, answer):
        for text in (answer["digest"], canonical(answer["receipt"]), answer["proof"]):
            page = asked(anybody, text)
            assert page.status_code == 200
            assert "This is in the log, unaltered." in page.text
            assert answer["receipt"]["envelope"] in page.text
            assert "c2sp.org/tlog-proof@v1" in page.text

    def test_tells_nothing_of_whose_and_what_it_is(self, anybody, answer):
        page = asked(anybody, answer["digest"]).text
        # With its point: the digits alone may stand in a digest by chance.
        assert not [word for word in ("SECRET", "Beifeng", "417.31", BEIFENG.kid) if word in page]

    @pytest.mark.parametrize(
        ("language", "words"),
        [("de", "unverändert im Log"), ("zh-CN", "未被改动"), ("en", "in the log, unaltered")],
    )
    def test_speaks_three_languages(self, anybody, answer, language, words):
        anybody.send("/language", language=language)
        assert words in asked(anybody, answer["digest"]).text

    def test_knows_nothing_of_what_is_not_there(self, anybody, answer):
        assert "knows nothing of this" in asked(anybody, "0" * 64).text
        beyond = answer["proof"].replace("index ", "index 9")
        assert "knows nothing of this" in asked(anybody, beyond).text

    @pytest.mark.parametrize(
        "member", ["index", "leaf", "envelope", "kind", "receivedAt", "origin", "key"]
    )
    def test_says_when_a_receipt_was_changed(self, anybody, answer, member):
        receipt = answer["receipt"]
        changed = receipt | {member: 0 if member == "index" else "0" * 64}
        assert "something else at that place" in asked(anybody, canonical(changed)).text

    def test_says_when_a_proof_was_changed(self, anybody, answer):
        proof = answer["proof"]
        place = proof.index("index ") + 6
        moved = proof[:place] + "0" + proof[place + 1 :]
        assert "something else at that place" in asked(anybody, moved).text

    @pytest.mark.parametrize("text", ["hello", "{", "{}", "[]", "c2sp.org/tlog-proof@v1", "0" * 63])
    def test_asks_for_something_else_where_it_cannot_read(self, anybody, text):
        page = asked(anybody, text)
        known = "knows nothing of this" in page.text
        assert (page.status_code == 400) != known

    def test_takes_no_book(self, anybody):
        assert asked(anybody, "x" * 8_001).status_code in (400, 422)

    def test_is_found_from_the_sign_in_page(self, anybody):
        assert 'href="/verify"' in anybody.fetch("/sign-in").text


class TestTheSameOverHttp:
    def ask(self, signing, text, language="en"):
        headers = {"Accept-Language": language}
        return signing.client.post("/v1/log/verification", json={"text": text}, headers=headers)

    def test_is_answered_with_entry_and_proof(self, signing, answer):
        said = self.ask(signing, answer["digest"]).json()
        assert (said["outcome"], said["entry"]["index"]) == ("logged", answer["receipt"]["index"])
        assert said["proof"] == answer["proof"]
        assert "wahr" in self.ask(signing, answer["digest"], "de").json()["remedy"]

    def test_of_a_hub_without_a_key_there_is_no_proof(self, world):
        digest = world.declared(BEIFENG, "PACK-1")
        said = self.ask(world, digest).json()
        assert said["outcome"] == "logged"
        assert "proof" not in said

    def test_of_what_cannot_be_read_is_refused(self, signing):
        refused = self.ask(signing, "hello")
        assert (refused.status_code, refused.json()["code"]) == (400, "log/unreadable")
