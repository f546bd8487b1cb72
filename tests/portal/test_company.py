"""The page of a company: everything along, results without sources, and the way out."""

import io
import json
import zipfile
from datetime import date

import pytest
from fastapi.testclient import TestClient

from hub.exit.erasing import erase_declaration
from hub.main import create_app
from hub.parties.assurance import confirm_by_registry
from hub.trust.hub_key import make_hub_key
from tests.cast import AURORA, BEIFENG, FOXGLOVE
from tests.portal.browser import Browser
from tests.portal.conftest import PASSWORD, email_of, employ
from tests.portal.markup import parse


@pytest.fixture
def signing(settings, tmp_path):
    """A hub that signs, and that lets nobody wait."""
    make_hub_key(tmp_path / "hub-key.pem")
    (tmp_path / "issuers.toml").write_text("issuer = []")
    changes = {"signing_key_file": tmp_path / "hub-key.pem", "erasure_wait_hours": 0}
    changes |= {"identity_issuers_file": tmp_path / "issuers.toml"}
    return settings.model_copy(update=changes)


@pytest.fixture
def sit(signing, database, world):
    """Signed-in browsers at that hub."""

    def sit(actor):
        employ(world, actor)
        app = create_app(signing, database)
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        browser = Browser(client)
        assert browser.sign_in(email_of(actor), PASSWORD).status_code == 303
        browser.send("/language", language="en")
        return browser

    return sit


def fill(browser, action, **fields):
    """The form of the page that leads there."""
    return browser.submit(browser.open("/company").one("form", action=action), **fields)


class TestIdentity:
    def test_says_in_words_how_well_it_is_known(self, sit, known_cars):
        world = known_cars.world
        browser = sit(BEIFENG)
        text = browser.open("/company").one("main").text
        assert "Self-asserted." in text
        assert "91BEIFENG000000002" in text
        confirm_by_registry(
            world.session,
            world.members[BEIFENG].company_id,
            BEIFENG.identifier,
            source="gsxt",
            checked_on=date(2026, 1, 2),
            by="operator",
        )
        world.session.commit()
        text = browser.open("/company").one("main").text
        assert "Verified in a register." in text
        assert "USCC: Verified in a register, gsxt, on 2 Jan 2026." in text

    def test_a_buyer_sees_it_of_a_partner_and_nobody_else_does(self, sit, known_cars):
        partners = sit(AURORA).open("/company").one("section", aria_labelledby="partners").text
        assert "Beifeng Pack" in partners
        assert "Self-asserted" in partners
        assert "Cellwerk" not in partners
        assert not sit(FOXGLOVE).open("/company").all("section", aria_labelledby="partners")

    def test_a_refused_credential_stands_in_the_form_again(self, sit, known_cars):
        browser = sit(BEIFENG)
        answer = fill(browser, "/company/credential", credential="not one")
        assert answer.status_code == 422
        page = parse(answer.text)
        assert "compact JWS" in page.one("div", role="alert").text
        assert page.one("textarea", id="credential").text.strip() == "not one"


class TestThePage:
    def test_leads_to_everything(self, sit, known_cars):
        browser = sit(BEIFENG)
        assert "/company/export" in [a["href"] for a in browser.open("/company").all("a")]
        answer = browser.fetch("/company/export")
        assert answer.headers["content-type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            assert json.loads(packed.read("company.json"))["name"] == "Beifeng Pack"

    def test_says_what_would_go_and_whose_results_rest_on_it(self, sit, known_cars):
        text = sit(BEIFENG).open("/company").one("section", aria_labelledby="erase").text
        assert "Declarations" in text
        assert "Aurora" not in text

    def test_names_results_that_have_lost_their_source(self, sit, signing, database, known_cars):
        client = TestClient(create_app(signing, database), base_url="http://127.0.0.1")
        known_cars.world.client = client
        path = f"/v1/parts/{known_cars.part(AURORA, 'CAR-1')}/statements"
        assert known_cars.world.post(AURORA, path, json={}).status_code == 201
        browser = sit(AURORA)
        assert "All results can be computed" in browser.open("/company").one("main").text
        (pack,) = known_cars.world.get(BEIFENG, "/v1/declarations").json()["items"]
        name = pack["digest"]
        withdrawal = f"/v1/declarations/{name}/withdrawal"
        known_cars.world.post(BEIFENG, withdrawal, json={"reason": "wrong"})
        erase_declaration(database.write, known_cars.id(BEIFENG), name, "exit", signing)
        text = browser.open("/company").one("main").text
        assert "Result for CAR-1" in text
        assert name in text


class TestTheWayOut:
    def test_waits_for_the_id_to_be_written_out(self, sit, known_cars):
        browser = sit(BEIFENG)
        for company, reason in (("", "exit"), ("Beifeng Pack", "exit"), ("x", "")):
            answer = fill(browser, "/company/erasure", company=company, reason=reason)
            assert answer.status_code == 400
        assert "Demand the erasure" in browser.open("/company").one("main").text

    def test_is_taken_back(self, sit, known_cars):
        browser = sit(BEIFENG)
        company = known_cars.id(BEIFENG)
        assert fill(browser, "/company/erasure", company=company, reason="exit").status_code == 303
        assert "may be carried out from" in browser.open("/company").one("main").text
        assert fill(browser, "/company/erasure/taken-back").status_code == 303
        assert "Demand the erasure" in browser.open("/company").one("main").text

    def test_ends_with_the_receipt_and_signed_out(self, sit, known_cars):
        browser = sit(BEIFENG)
        company = known_cars.id(BEIFENG)
        fill(browser, "/company/erasure", company=company, reason="exit")
        answer = fill(browser, "/company/erasure/execution")
        assert answer.status_code == 200
        assert json.loads(answer.content)["type"] == "tierlight.deletion-receipt/1"
        assert browser.fetch("/company").status_code == 303

    def test_is_not_for_a_form_of_another_site(self, sit, known_cars):
        browser = sit(BEIFENG)
        sent = {"company": known_cars.id(BEIFENG), "reason": "exit", "csrf_token": "x"}
        assert browser.send("/company/erasure", **sent).status_code == 403

    def test_of_another_company_is_nobody_s(self, sit, known_cars):
        browser = sit(FOXGLOVE)
        sent = {"company": known_cars.id(BEIFENG), "reason": "exit"}
        assert fill(browser, "/company/erasure", **sent).status_code == 400
