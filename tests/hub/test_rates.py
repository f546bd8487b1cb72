"""How often one may ask: each machine, each company, each address, by kind."""

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from hub.access.secrets import fingerprint
from hub.access.tables import FailedSignIn
from hub.access.usecases import ATTEMPTS_OF_ADDRESS, add_machine, add_person, issue_token, sign_in
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import NotSignedIn, TooMany
from hub.kit.rates import Rates, client_address
from hub.settings import Settings
from tests.cast import AURORA, BEIFENG
from tests.portal.browser import Browser
from tests.sdk.conftest import machine


def allow(world, **rates):
    """Change the limits of the application, and fill all buckets."""
    state = world.client.app.state
    state.rates = Rates(state.settings.model_copy(update=rates))


def statuses(world, path, times, method="GET", **sent):
    return [world.client.request(method, path, **sent).status_code for _ in range(times)]


class TestACaller:
    def test_is_told_when_to_come_back(self, world):
        allow(world, rate_reads=2)
        for _ in range(2):
            assert world.get(BEIFENG, "/v1/company").status_code == 200
        answer = world.get(BEIFENG, "/v1/company")
        assert (answer.status_code, answer.json()["code"]) == (429, "hub/too-many-requests")
        seconds = answer.headers["retry-after"]
        assert 1 <= int(seconds) <= 30
        assert f"{seconds} seconds" in answer.json()["remedy"]

    def test_reads_and_writes_apart(self, world):
        allow(world, rate_reads=1, rate_writes=1)
        assert world.get(BEIFENG, "/v1/keys").status_code == 200
        assert world.post(BEIFENG, "/v1/keys/challenges").status_code == 201
        assert world.get(BEIFENG, "/v1/keys").status_code == 429
        assert world.post(BEIFENG, "/v1/keys/challenges").status_code == 429

    def test_hinders_no_other_company(self, world):
        allow(world, rate_reads=1, rate_company_reads=1)
        assert world.get(BEIFENG, "/v1/company").status_code == 200
        assert world.get(BEIFENG, "/v1/company").status_code == 429
        assert world.get(AURORA, "/v1/company").status_code == 200

    def test_gains_nothing_from_more_tokens(self, world):
        allow(world, rate_reads=1)
        assert world.get(BEIFENG, "/v1/company").status_code == 200
        token = issue_token(world.session, world.members[BEIFENG].client_id, 60)
        world.session.commit()
        headers = {"Authorization": f"Bearer {token}"}
        assert statuses(world, "/v1/company", 1, headers=headers) == [429]

    def test_gains_little_from_more_machines(self, world):
        allow(world, rate_reads=2, rate_company_reads=3)
        other, _ = add_machine(world.session, world.members[BEIFENG].company_id, "other")
        headers = {"Authorization": f"Bearer {issue_token(world.session, other, 60)}"}
        world.session.commit()
        own = world.members[BEIFENG].headers
        assert statuses(world, "/v1/company", 3, headers=own) == [200, 200, 429]
        assert statuses(world, "/v1/company", 2, headers=headers) == [200, 429]


class TestAnAddress:
    @pytest.mark.parametrize(
        "path",
        [
            *("/healthz", "/v1/log", "/v1/log/entries", "/.well-known/openid-configuration"),
            *("/.well-known/oauth-authorization-server", "/.well-known/tierlight-hub-keys.json"),
            *("/schemas/v1/footprint", "/verify", "/sign-in", "/-/patterns"),
        ],
    )
    def test_reads_what_is_public_so_often(self, world, path):
        allow(world, rate_public=2)
        first, second, third = statuses(world, path, 3)
        assert (first, second, third) == (first, first, 429)
        assert first != 429

    def test_asks_for_tokens_so_often(self, world):
        allow(world, rate_tokens=2)
        form = {"grant_type": "client_credentials"}
        assert statuses(world, "/auth/token", 3, "POST", data=form) == [401, 401, 429]

    def test_tries_tokens_so_often(self, world):
        allow(world, rate_public=2)
        headers = {"Authorization": "Bearer guessed"}
        assert statuses(world, "/v1/keys", 3, headers=headers) == [401, 401, 429]
        assert world.get(BEIFENG, "/v1/keys").status_code == 200

    def test_tries_to_sign_in_so_often(self, world):
        allow(world, rate_sign_ins=2)
        browser = Browser(world.client)
        assert browser.sign_in("a@b.example", "wrong").status_code == 422
        assert browser.sign_in("c@d.example", "wrong").status_code == 422
        answer = browser.sign_in("e@f.example", "wrong")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 30
        assert browser.fetch("/sign-in/with/nobody").status_code == 429
        assert browser.fetch("/sign-in").status_code == 200

    @pytest.mark.parametrize(
        ("host", "named"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
            ("testclient", "testclient"),
        ],
    )
    def test_is_a_site_where_one_has_many(self, host, named):
        assert client_address(Request({"type": "http", "client": (host, 1)})) == named

    def test_is_not_what_a_header_says(self, app):
        app.state.rates = Rates(app.state.settings.model_copy(update={"rate_public": 1}))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            answers = [
                client.get("/healthz", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
                for n in range(2)
            ]
        assert answers == [200, 429]


def test_a_person_reads_pages_so_often(world):
    company = world.members[BEIFENG].company_id
    add_person(
        world.session, company, "li@b.example", "Li", ["submitter"], "en", "long enough words"
    )
    world.session.commit()
    browser = Browser(world.client)
    browser.sign_in("li@b.example", "long enough words")
    allow(world, rate_reads=1)
    browser.open("/parts")
    answer = browser.fetch("/parts")
    assert answer.status_code == 429
    assert "Too many requests in a short time" in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_one_password_on_many_people_is_stopped_by_its_address(database, session, members):
    company = members[BEIFENG].company_id
    add_person(session, company, "li@b.example", "Li", ["buyer"], "en", "long enough words")
    session.commit()

    def attempt(email, address, password="long enough words"):
        with transaction(database.write) as own:
            return sign_in(own, email, password, address=address)

    session.add_all(failure("192.0.2.1") for _ in range(ATTEMPTS_OF_ADDRESS - 1))
    session.commit()
    with pytest.raises(NotSignedIn):
        attempt("somebody@b.example", "192.0.2.1", "a guess")
    with pytest.raises(TooMany):
        attempt("li@b.example", "192.0.2.1")
    assert attempt("li@b.example", "192.0.2.2")


def failure(address):
    return FailedSignIn(subject=fingerprint(f"address {address}"), at=now())


def test_defaults_let_an_erp_send_a_lot_at_once():
    settings = Settings(database_url="sqlite://")
    assert settings.rate_writes >= 1_000
    assert settings.rate_company_writes >= settings.rate_writes
    assert settings.rate_company_reads >= settings.rate_reads


def test_the_sdk_waits_as_long_as_it_is_asked_and_goes_on(start_hub):
    hub = start_hub(rate_reads=2)
    waited = []

    def sleep(seconds):
        """Time that passes for the hub's buckets only."""
        waited.append(seconds)
        hub.app.state.rates = Rates(hub.settings)

    with machine(hub, BEIFENG).client(hub) as client:
        client._transport._sleep = sleep
        names = [client.company().name for _ in range(5)]
    assert names == [BEIFENG.name] * 5
    assert len(waited) == 2
    assert all(1 <= seconds <= 30.5 for seconds in waited)
