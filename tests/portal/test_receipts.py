"""The receipt: a page, a code, a file that verifies offline, and what anybody is told."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from hub.kit.language import LANGUAGES
from hub.trust.checkpoints import sign_newest
from hub.trust.hub_key import make_hub_key
from supplier_portal import qr
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.portal.browser import Browser
from tests.portal.markup import parse
from tierlight.cli import main
from tierlight_schemas.build import Predecessor
from tierlight_schemas.envelope import open_jws

SPLIT = {"stage:raw-materials": "800.50", "stage:production": "100.00"}


@pytest.fixture
def declared(cars) -> str:
    return str(cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300", **SPLIT))


@pytest.fixture
def beifeng(seat, declared) -> Browser:
    browser = seat(BEIFENG)
    browser.send("/language", language="en")
    return browser


def archive(browser: Browser, digest: str) -> zipfile.ZipFile:
    answer = browser.fetch(f"/receipts/{digest}.zip")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


class TestPage:
    def test_says_what_was_received_when_and_where(self, beifeng, cars, declared):
        page = beifeng.open(f"/receipts/{declared}")
        receipt = cars.world.get(BEIFENG, f"/v1/declarations/{declared}/receipt").json()
        assert declared in page.text
        assert BEIFENG.kid in page.text
        facts = {fact.one("dt").text: fact.one("dd").text for fact in page.all(class_="fact")}
        assert facts["Place in the log"].startswith(str(receipt["index"]))
        assert f"/verify/{declared}" in facts["What became of it"]
        assert page.one("img")["src"] == f"/receipts/{declared}.svg"
        assert [dt.text for dt in page.one("dl", class_="receipt-seal").all("dt")] == [
            "Seal",
            "Place and day",
            "Signature",
        ]

    def test_of_one_that_was_replaced_stays_with_a_note(self, beifeng, cars, declared):
        newer = cars.declare(
            BEIFENG, "PACK-1", "800.50", mass_kg="300", supersedes=Predecessor(declared, None)
        )
        page = beifeng.open(f"/receipts/{declared}")
        assert "still" not in page.one("h1").text
        assert "has been superseded" in page.text
        assert page.link("See the declaration that replaced it")["href"] == f"/receipts/{newer}"

    @pytest.mark.parametrize("ending", ["", ".svg", ".zip"])
    def test_of_a_stranger_s_is_not_found_as_one_that_is_not_there(self, seat, declared, ending):
        browser = seat(FOXGLOVE)
        hidden = browser.fetch(f"/receipts/{declared}{ending}")
        absent = browser.fetch(f"/receipts/{'0' * 64}{ending}")
        assert (hidden.status_code, absent.status_code) == (404, 404)
        assert hidden.text.replace(declared, "") == absent.text.replace("0" * 64, "")


class TestCode:
    def test_is_a_picture_of_the_public_address(self, beifeng, declared, settings):
        answer = beifeng.fetch(f"/receipts/{declared}.svg")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.content == qr.svg(f"{settings.public_url}/verify/{declared}")
        assert answer.content != qr.svg(f"{settings.public_url}/verify/{'0' * 64}")
        assert b"<script" not in answer.content


class TestFile:
    def test_verifies_in_an_empty_folder_by_the_command_of_its_readme(
        self, beifeng, declared, app, own_hub_key, tmp_path, monkeypatch, capsys
    ):
        folder = tmp_path / "empty"
        archive(beifeng, declared).extractall(folder)
        monkeypatch.chdir(folder)
        for language in LANGUAGES:
            readme = (folder / f"README.{language}.txt").read_text("utf-8")
            [command] = [
                line.split() for line in readme.splitlines() if line.startswith("    tierlight")
            ]
            assert main(["--lang", "en", *command[1:]]) == 0
            said = capsys.readouterr().out
            assert "declaration.ndjson: valid. Part " in said
            assert declared in said
            assert "the receipt is that of this declaration." in said
            assert "annex" not in said.casefold()
        assert main(["verify", "evidence.json", "--policy", "log.policy"]) == 0

    def test_fails_when_a_byte_of_it_was_changed(
        self, beifeng, declared, own_hub_key, tmp_path, monkeypatch
    ):
        folder = tmp_path / "empty"
        archive(beifeng, declared).extractall(folder)
        monkeypatch.chdir(folder)
        receipt = Path("declaration.ndjson.receipts") / f"{declared}.json"
        for path, old, new in (
            (receipt, b'"index":', b'"index":1'),
            (Path("declaration.ndjson"), b'"split":"', b'"split":"e30'),
            (receipt.with_suffix(".tlog-proof"), b"index ", b"index 1"),
        ):
            whole = path.read_bytes()
            assert old in whole
            path.write_bytes(whole.replace(old, new, 1))
            assert main(["verify", "declaration.ndjson", "--policy", "log.policy"]) == 1, path
            path.write_bytes(whole)

    def test_of_a_hub_without_a_key_says_less_and_verifies_too(
        self, beifeng, declared, tmp_path, monkeypatch
    ):
        archive(beifeng, declared).extractall(tmp_path)
        monkeypatch.chdir(tmp_path)
        assert not Path("log.policy").exists()
        readme = Path("README.en.txt").read_text("utf-8")
        assert "nothing proves its place in the log" in readme
        assert main(["verify", "declaration.ndjson"]) == 0

    @pytest.mark.parametrize(("level", "annexes"), [(1, []), (2, ["annexes/split.json"])])
    def test_holds_the_annexes_that_its_reader_may_see(self, seat, cars, declared, level, annexes):
        cars.grant(BEIFENG, AURORA, level=level)
        held = archive(seat(AURORA), declared)
        assert [name for name in held.namelist() if name.startswith("annexes/")] == annexes
        told = json.loads(held.read("declaration.ndjson"))
        assert set(told.get("annexes", {})) == {name[8:-5] for name in annexes}
        log = cars.world.get(BEIFENG, "/v1/access-log").json()["items"]
        assert {(one["object_id"], one["grant_id"] is not None) for one in log} == {
            (declared, True)
        }


@pytest.fixture
def own_hub_key(app, world, tmp_path, settings):
    """From now on the hub signs its log with a key of its own."""
    make_hub_key(tmp_path / "hub.pem")
    signing = settings.model_copy(update={"signing_key_file": tmp_path / "hub.pem"})
    app.state.settings = signing
    sign_newest(app.state.database.write, signing)


class TestPublicPage:
    def test_tells_anybody_that_it_stands_and_nothing_of_whose_it_is(self, stranger, declared):
        page = stranger.open(f"/verify/{declared}")
        assert "It stands: neither replaced nor withdrawn." in page.text
        for secret in ("Beifeng", "PACK-1", "900.5", BEIFENG.kid):
            assert secret not in page.text

    def test_tells_that_it_was_replaced_or_withdrawn_but_not_why_or_by_what(
        self, stranger, cars, declared
    ):
        newer = cars.declare(
            BEIFENG, "PACK-1", "800.50", mass_kg="300", supersedes=Predecessor(declared, None)
        )
        page = stranger.open(f"/verify/{declared}")
        assert "replaced by a newer one" in page.text
        assert newer not in page.text
        path = f"/v1/declarations/{newer}/withdrawal"
        assert cars.world.post(BEIFENG, path, json={"reason": "meter 7"}).status_code == 201
        page = stranger.open(f"/verify/{newer}")
        assert "It was withdrawn." in page.text
        assert "meter 7" not in page.text

    @pytest.mark.parametrize("name", ["0" * 64, "x", "A" * 3000])
    def test_of_what_the_log_does_not_hold_is_not_found(self, stranger, declared, name):
        stranger.open(f"/verify/{name}", status=404)

    def test_shows_what_stands_in_the_file_that_its_holder_brings(
        self, stranger, beifeng, declared
    ):
        jws = beifeng.fetch(f"/declarations/{declared}/jws").content
        form = stranger.open(f"/verify/{declared}").all("form")[-1]
        shown = parse(stranger.upload(form, "x.jws", jws + b"\n").text)
        assert "its signature holds" in shown.text
        assert "900.50" in shown.text

    def test_says_what_is_wrong_with_another_file(self, stranger, beifeng, cars, declared):
        jws = beifeng.fetch(f"/declarations/{declared}/jws").content
        header, body, signature = jws.split(b".")
        other = cars.declare(CELLWERK, "CELL-1", "5.00", mass_kg="5")
        foreign = cars.world.get(CELLWERK, f"/v1/declarations/{other}/jws").content
        form = stranger.open(f"/verify/{declared}").all("form")[-1]
        for sent, words in {
            foreign: "is another declaration",
            b".".join([header, body, b"A" * len(signature)]): "signature",
            b"": "No signed file was chosen.",
            b"\xff" * 10: "",
            b"A" * 300_000: "",
        }.items():
            answer = stranger.upload(form, "x.jws", sent)
            assert answer.status_code == (413 if len(sent) > 200_000 else 400), sent[:20]
            assert words in answer.text
            assert "900.50" not in answer.text

    def test_takes_a_file_from_no_other_page(self, stranger, declared):
        sent = stranger.client.post(
            f"/verify/{declared}",
            files={"signed": ("x.jws", b"x")},
            headers={"origin": "http://elsewhere.example"},
        )
        assert sent.status_code == 403


class TestList:
    def test_has_submissions_deliveries_reads_and_consents(self, beifeng, cars, declared):
        def row() -> str:
            table = beifeng.open("/receipts").one("section", aria_labelledby="submitted")
            return str(table.one("tbody").text)

        assert "to nobody yet" in row()
        grant = cars.grant(BEIFENG, AURORA, level=2)
        assert "Aurora Motors: since" in row()
        assert "not read yet" in row()
        cars.world.get(AURORA, f"/v1/declarations/{declared}")
        assert "first read" in row()
        consents = beifeng.open("/receipts").one("section", aria_labelledby="consents").text
        assert "Consent to L2 given" in consents
        assert grant

    def test_is_empty_for_whom_nothing_happened(self, seat, cars):
        page = seat(FOXGLOVE).open("/receipts")
        assert not page.all("tbody")

    def test_proves_the_digest_of_what_was_signed(self, beifeng, declared):
        jws = archive(beifeng, declared).read(f"{declared}.jws")
        assert open_jws(jws).digest == declared
