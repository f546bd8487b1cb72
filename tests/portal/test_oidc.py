"""Signing in with an identity provider, against one that works and one that does not."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from hub.access.oidc.links import open_link
from hub.access.secrets import fingerprint
from hub.access.tables import OidcLink, OidcRound, Person, WebSession
from hub.access.usecases import remove_person
from hub.kit.clock import now
from hub.main import create_app
from tests.cast import AURORA, BEIFENG
from tests.hub.conftest import World
from tests.oidc_provider import CLIENT_SECRET, OTHER_RSA, Provider, public, running
from tests.portal.browser import Browser
from tests.portal.conftest import PASSWORD, email_of, employ
from tests.portal.markup import parse
from tierlight_schemas.canonical import b64url_decode

FILE = """
[works]
issuer = "{works}"
client_id = "tierlight"
client_secret_file = "works.secret"
label = {{ en = "Works account", de = "Werkskonto", zh-CN = "工厂账号" }}

[other]
issuer = "{other}"
client_id = "tierlight"
client_secret_file = "works.secret"
"""


@dataclass
class Stage:
    """A hub with two providers, and a browser."""

    works: Provider
    other: Provider
    browser: Browser
    world: World
    app: Any

    def leave(self, name="works", **query):
        """To the provider; where the hub sends the browser."""
        answer = self.browser.fetch(f"/sign-in/with/{name}?{urlencode(query)}")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def at_provider(self, location):
        """What the provider makes the browser ask the hub."""
        answer = httpx.get(location, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["location"])
        return f"{back.path}?{back.query}"

    def sign_in(self, name="works", **query):
        """There and back; the hub's last answer."""
        return self.browser.fetch(self.at_provider(self.leave(name, **query)))

    def person(self):
        return self.world.session.scalar(select(Person).filter_by(email=email_of(AURORA)))


def refused(answer, status, words):
    assert answer.status_code == status, answer.text
    assert words in answer.text
    assert "tierlight-session" not in str(answer.headers.get_list("set-cookie"))


@pytest.fixture
def providers():
    with running(Provider(email=email_of(AURORA))) as works, running(Provider()) as other:
        yield works, other


@pytest.fixture
def stage(settings, database, clerk, providers, tmp_path):
    works, other = providers
    (tmp_path / "works.secret").write_text(f"{CLIENT_SECRET}\n")
    (tmp_path / "oidc.toml").write_text(FILE.format(works=works.url, other=other.url))
    changes = {"oidc_file": tmp_path / "oidc.toml", "outbound_loopback": True}
    app = create_app(settings.model_copy(update=changes), database)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    return Stage(works, other, Browser(client), clerk, app)


@pytest.fixture
def linked(stage):
    """Aurora's clerk may sign in with the works account."""
    open_link(stage.world.session, email_of(AURORA), stage.works.url, by_invitation=False)
    stage.world.session.commit()
    return stage


class TestSigningIn:
    def test_opens_the_person_s_company(self, linked):
        answer = linked.sign_in(next="/parts?q=a")
        assert (answer.status_code, answer.headers["location"]) == (303, "/parts?q=a")
        assert linked.browser.open("/").one("h1").text == "Aurora Motors"
        link = linked.world.session.scalars(select(OidcLink)).one()
        assert (link.subject, link.person_id) == ("account-1", linked.person().id)

    def test_asks_the_provider_as_it_should(self, linked):
        asked = dict(parse_qsl(urlsplit(linked.leave()).query))
        assert {n: asked[n] for n in ("response_type", "client_id", "scope")} == {
            "response_type": "code",
            "client_id": "tierlight",
            "scope": "openid email",
        }
        assert asked["redirect_uri"] == "http://127.0.0.1/sign-in/with/works/callback"
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["code_challenge"]) == 43
        assert len(asked["nonce"]) == 64
        other = dict(parse_qsl(urlsplit(linked.leave()).query))
        for name in ("state", "nonce", "code_challenge"):
            assert asked[name] != other[name]

    def test_keeps_nothing_that_could_finish_a_round(self, linked):
        asked = dict(parse_qsl(urlsplit(linked.leave()).query))
        row = linked.world.session.scalars(select(OidcRound)).one()
        kept = str({c.name: getattr(row, c.name) for c in OidcRound.__table__.columns})
        cookie = linked.browser.client.cookies["tierlight-round"]
        for secret in (asked["state"], asked["nonce"], cookie, fingerprint(cookie)):
            assert secret not in kept

    def test_s_cookie_is_out_of_reach_of_scripts(self, stage):
        answer = stage.browser.fetch("/sign-in/with/works")
        [cookie] = answer.headers.get_list("set-cookie")
        assert cookie.startswith("tierlight-round=")
        assert {"HttpOnly", "SameSite=lax", "Max-Age=600"} <= set(cookie.split("; "))

    def test_works_the_second_time_by_subject_alone(self, linked):
        linked.sign_in()
        linked.works.email = "somebody.else@evil.example"
        linked.works.claims = {"email_verified": False}
        assert linked.sign_in().status_code == 303

    @pytest.mark.parametrize(
        "change",
        [
            *({"alg": "ES256"}, {"header": {"kid": ...}}, {"names_issuer": False}),
            *({"claims": {"aud": ["tierlight"]}}, {"claims": {"azp": "tierlight"}}),
            {"claims": {"aud": ["tierlight", "another"], "azp": "tierlight"}},
            {"email": "Clerk@AURORA.example"},
            {"claims": {"extra": 0.5, "nothing": None}},
            {"claims": {"exp": lambda at: at - 30, "iat": lambda at: at - 330}},
            {"discovery": {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}},
        ],
        ids=", ".join,
    )
    def test_takes_what_is_right_in_another_way(self, linked, change):
        for name, value in change.items():
            setattr(linked.works, name, value)
        assert linked.sign_in().status_code == 303

    def test_ends_the_session_that_the_browser_came_with(self, linked):
        linked.sign_in()
        planted = linked.browser.client.cookies["tierlight-session"]
        linked.sign_in()
        assert linked.browser.client.cookies["tierlight-session"] != planted
        count = select(func.count()).select_from(WebSession)
        assert linked.world.session.scalar(count) == 1

    def test_ends_with_sign_out(self, linked):
        linked.sign_in()
        form = linked.browser.open("/").one("form", action="/sign-out")
        assert linked.browser.submit(form).status_code == 303
        assert linked.browser.fetch("/").headers["location"].startswith("/sign-in")

    def test_works_in_two_tabs_at_once(self, linked):
        first, second = linked.leave(next="/parts"), linked.leave(next="/vehicles")
        assert linked.browser.fetch(linked.at_provider(second)).headers["location"] == "/vehicles"
        assert linked.browser.fetch(linked.at_provider(first)).headers["location"] == "/parts"

    def test_leads_nowhere_else(self, linked):
        for place in ("//evil.example", "https://evil.example/", "/\\evil.example"):
            assert linked.sign_in(next=place).headers["location"] == "/"

    def test_follows_a_provider_that_changes_its_keys(self, linked, monkeypatch):
        monkeypatch.setattr("hub.access.oidc.client.FRESH_SECONDS", -1)
        assert linked.sign_in().status_code == 303
        linked.works.signing_key, linked.works.header = OTHER_RSA, {"kid": "rsa-2"}
        linked.works.keys = [public(OTHER_RSA, "rsa-2", RSAKey)]
        assert linked.sign_in().status_code == 303
        assert linked.works.seen.count(("GET", "/keys")) == 2

    def test_asks_for_documents_once(self, linked):
        for _ in range(3):
            linked.sign_in()
        assert linked.works.seen.count(("GET", "/.well-known/openid-configuration")) == 1
        assert linked.works.seen.count(("GET", "/keys")) == 1


class TestWhoIsLetIn:
    """By the operator's word only: an attacker has any account at the provider, and any email."""

    WORDS = "nobody has given this account access"

    def test_nobody_without_an_open_link(self, stage):
        refused(stage.sign_in(), 403, self.WORDS)

    @pytest.mark.parametrize(
        "claims",
        [
            *({"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}),
            *({"email_verified": ...}, {"email": ...}, {"email": None}, {"email": 5}),
            *({"email": "clerk@aurora.example.evil.example"}, {"email": "clerk@beifeng.example"}),
            *({"email": "clerk@aurora.example\x00"}, {"email": "clerk\ud800@aurora.example"}),
        ],
        ids=str,
    )
    def test_nobody_by_an_email_that_is_not_verified_or_not_hers(self, linked, claims):
        linked.works.claims = claims
        refused(linked.sign_in(), 403, self.WORDS)
        assert linked.world.session.scalars(select(OidcLink)).one().subject is None

    def test_nobody_with_another_provider(self, linked):
        """Whoever runs the other provider can state any email as verified."""
        linked.other.email, linked.other.subject = email_of(AURORA), "account-1"
        refused(linked.sign_in("other"), 403, self.WORDS)

    def test_nobody_else_once_it_is_linked(self, linked):
        linked.sign_in()
        linked.works.subject = "account-2"
        linked.browser.client.cookies.clear()
        refused(linked.sign_in(), 403, self.WORDS)

    def test_nobody_after_two_weeks(self, linked):
        link = linked.world.session.scalars(select(OidcLink)).one()
        link.open_until = now() - timedelta(seconds=1)
        linked.world.session.commit()
        refused(linked.sign_in(), 403, self.WORDS)

    def test_an_invitation_needs_no_email_and_works_once(self, stage):
        session = stage.world.session
        code = open_link(session, email_of(AURORA), stage.works.url, by_invitation=True)
        session.commit()
        stage.works.claims = {"email": ..., "email_verified": ...}
        assert stage.sign_in(invitation=code).status_code == 303
        stage.works.subject = "account-2"
        stage.browser.client.cookies.clear()
        refused(stage.sign_in(invitation=code), 403, self.WORDS)

    def test_an_invitation_is_kept_as_a_fingerprint(self, stage):
        session = stage.world.session
        codes = [
            str(open_link(session, email_of(AURORA), stage.works.url, by_invitation=True))
            for _ in range(2)
        ]
        assert [len(b64url_decode(code)) for code in codes] == [32, 32]
        assert codes[0] != codes[1]
        [link] = session.scalars(select(OidcLink))
        assert link.invitation == fingerprint(codes[1])
        kept = str({c.name: getattr(link, c.name) for c in OidcLink.__table__.columns})
        assert codes[1] not in kept

    def test_where_an_invitation_is_out_the_email_is_not_enough(self, stage):
        open_link(stage.world.session, email_of(AURORA), stage.works.url, by_invitation=True)
        stage.world.session.commit()
        refused(stage.sign_in(), 403, self.WORDS)
        refused(stage.sign_in(invitation="guessed"), 403, self.WORDS)

    def test_an_invitation_is_for_one_provider(self, stage):
        session = stage.world.session
        code = open_link(session, email_of(AURORA), stage.works.url, by_invitation=True)
        session.commit()
        refused(stage.sign_in("other", invitation=code), 403, self.WORDS)

    def test_a_link_ends_the_password_and_open_sessions(self, stage):
        assert stage.browser.sign_in(email_of(AURORA), PASSWORD).status_code == 303
        open_link(stage.world.session, email_of(AURORA), stage.works.url, by_invitation=False)
        stage.world.session.commit()
        assert stage.browser.fetch("/").status_code == 303
        assert stage.browser.sign_in(email_of(AURORA), PASSWORD).status_code == 422
        assert stage.sign_in().status_code == 303

    def test_a_link_may_leave_the_password(self, stage):
        session = stage.world.session
        how = {"by_invitation": False, "keep_password": True}
        open_link(session, email_of(AURORA), stage.works.url, **how)
        session.commit()
        assert stage.browser.sign_in(email_of(AURORA), PASSWORD).status_code == 303

    def test_a_new_link_ends_the_old_account(self, linked):
        linked.sign_in()
        open_link(linked.world.session, email_of(AURORA), linked.works.url, by_invitation=False)
        linked.world.session.commit()
        linked.works.subject = "account-2"
        assert linked.sign_in().status_code == 303
        linked.works.subject = "account-1"
        linked.browser.client.cookies.clear()
        refused(linked.sign_in(), 403, self.WORDS)

    def test_an_account_is_of_one_person(self, linked):
        employ(linked.world, BEIFENG)
        linked.sign_in()
        open_link(linked.world.session, email_of(BEIFENG), linked.works.url, by_invitation=False)
        linked.world.session.commit()
        linked.works.email = email_of(BEIFENG)
        assert linked.sign_in().status_code == 303
        assert linked.browser.open("/").one("h1").text == "Aurora Motors"

    def test_who_was_removed_stays_out(self, linked):
        linked.sign_in()
        remove_person(linked.world.session, email_of(AURORA))
        linked.world.session.commit()
        refused(linked.sign_in(), 403, self.WORDS)


class TestAskedAnew:
    """Who has no password proves at the provider who she is, before she changes keys."""

    def way(self, linked):
        """Where the page of the keys leads."""
        (link,) = linked.browser.open("/keys").one(class_="ways").all("a")
        assert link.text == "Sign in anew with Works account"
        assert not linked.browser.open("/keys").all("input", name="password")
        return linked.browser.fetch(link["href"]).headers["location"]

    def can_change_keys(self, linked):
        return bool(linked.browser.open("/keys").all("form", action="/keys"))

    def test_opens_the_page_of_the_keys(self, linked):
        linked.sign_in()
        assert not self.can_change_keys(linked)
        location = self.way(linked)
        asked = dict(parse_qsl(urlsplit(location).query))
        assert (asked["prompt"], asked["max_age"]) == ("login", "0")
        answer = linked.browser.fetch(linked.at_provider(location))
        assert (answer.status_code, answer.headers["location"]) == (303, "/keys")
        assert self.can_change_keys(linked)

    def test_is_no_part_of_a_plain_sign_in(self, linked):
        assert "prompt" not in linked.leave()
        linked.sign_in()
        linked.sign_in(next="/keys")
        assert not self.can_change_keys(linked)

    @pytest.mark.parametrize(
        "auth_time",
        [..., None, True, "9999999999", lambda at: at - 3_600],
        ids=["none", "null", "true", "text", "an hour ago"],
    )
    def test_counts_only_if_the_provider_says_that_it_asked(self, linked, auth_time):
        linked.sign_in()
        before = linked.browser.client.cookies["tierlight-session"]
        linked.works.claims = {"auth_time": auth_time}
        answer = linked.browser.fetch(linked.at_provider(self.way(linked)))
        refused(answer, 403, "does not say that it has just asked you")
        assert linked.browser.client.cookies["tierlight-session"] == before
        assert not self.can_change_keys(linked)

    def test_cannot_be_left_out_on_the_way(self, linked):
        """An unattended browser, whose session at the provider still holds."""
        linked.sign_in()
        location = self.way(linked)
        stripped = location.replace("max_age=0", "x=0").replace("prompt=login", "y=0")
        assert stripped != location
        refused(linked.browser.fetch(linked.at_provider(stripped)), 403, "does not say")
        assert not self.can_change_keys(linked)

    def test_by_another_person_is_her_own_session(self, linked):
        employ(linked.world, BEIFENG)
        open_link(linked.world.session, email_of(BEIFENG), linked.works.url, by_invitation=False)
        linked.world.session.commit()
        linked.sign_in()
        location = self.way(linked)
        linked.works.subject, linked.works.email = "account-2", email_of(BEIFENG)
        assert linked.browser.fetch(linked.at_provider(location)).status_code == 303
        assert linked.browser.open("/").one("h1").text != "Aurora Motors"

    def test_is_offered_beside_a_password_and_not_for_other_providers(self, stage):
        session = stage.world.session
        how = {"by_invitation": False, "keep_password": True}
        open_link(session, email_of(AURORA), stage.works.url, **how)
        session.commit()
        stage.sign_in()
        page = stage.browser.open("/keys")
        assert page.one("form", action="/keys/step-up")
        assert len(page.one(class_="ways").all("a")) == 1

    def test_is_said_to_be_impossible_where_it_is(self, linked):
        linked.sign_in()
        linked.app.state.oidc.providers = {}
        page = linked.browser.open("/keys")
        assert "Ask the operator for one of them" in page.one("main").text
        assert not page.all(class_="ways")
        token = page.all("input", name="csrf_token")[0]["value"]
        answer = linked.browser.send("/keys/step-up", csrf_token=token, password=PASSWORD)
        assert answer.status_code == 422

    def test_leaves_no_password_where_the_hub_takes_none(self, linked):
        linked.sign_in()
        linked.person().password_hash = "scrypt$00$00"
        linked.world.session.commit()
        linked.app.state.settings = linked.app.state.settings.model_copy(
            update={"password_sign_in": False}
        )
        page = linked.browser.open("/keys")
        assert not page.all("form", action="/keys/step-up")
        token = page.all("input", name="csrf_token")[0]["value"]
        answer = linked.browser.send("/keys/step-up", csrf_token=token, password=PASSWORD)
        assert answer.status_code == 403


BAD_TOKENS: dict[str, dict[str, Any]] = {
    "wrong nonce": {"claims": {"nonce": "0" * 64}},
    "no nonce": {"claims": {"nonce": ...}},
    "wrong aud": {"claims": {"aud": "another"}},
    "no aud": {"claims": {"aud": ...}},
    "aud without us": {"claims": {"aud": ["a", "b"]}},
    "aud of two without azp": {"claims": {"aud": ["tierlight", "another"]}},
    "azp of another": {"claims": {"azp": "another"}},
    "other issuer": {"claims": {"iss": "https://evil.example"}},
    "issuer with a slash": {"claims": {"iss": "http://127.0.0.1/"}},
    "no issuer": {"claims": {"iss": ...}},
    "expired": {"claims": {"exp": lambda at: at - 61}},
    "no exp": {"claims": {"exp": ...}},
    "exp as text": {"claims": {"exp": "9999999999"}},
    "exp true": {"claims": {"exp": True}},
    "made tomorrow": {"claims": {"iat": lambda at: at + 86_400}},
    "made last week": {"claims": {"iat": lambda at: at - 604_800}},
    "no iat": {"claims": {"iat": ...}},
    "no subject": {"claims": {"sub": ...}},
    "empty subject": {"claims": {"sub": ""}},
    "subject a number": {"claims": {"sub": 1}},
    "subject with a NUL": {"claims": {"sub": "account\x00"}},
    "subject with half a character": {"claims": {"sub": "account\ud800"}},
    "subject too long": {"claims": {"sub": "x" * 256}},
    "alg none": {"alg": "none", "header": {"kid": ...}},
    "alg HS256": {"alg": "HS256"},
    "alg not agreed": {"header": {"alg": "PS256"}},
    "another key": {"signing_key": OTHER_RSA},
    "unknown kid": {"header": {"kid": "rsa-9"}},
    "header jwk": {
        "signing_key": OTHER_RSA,
        "header": {"kid": ..., "jwk": public(OTHER_RSA, "x", RSAKey)},
    },
    "header crit": {"header": {"crit": ["b64"], "b64": True}},
    "no keys": {"keys": []},
    "keys for encryption": {"keys": [{**public(OTHER_RSA, "rsa-1", RSAKey), "use": "enc"}]},
    "keys of nonsense": {"keys": [{"kty": "RSA", "kid": "rsa-1", "n": "AA", "e": "AQAB"}]},
    "a secret as key": {"keys": [{"kty": "oct", "kid": "rsa-1", "k": "AAAA"}]},
    "token endpoint refuses": {"token_answer": (400, b'{"error": "invalid_grant"}')},
    "token answer without token": {"token_answer": (200, b'{"access_token": "a"}')},
    "token answer of text": {"token_answer": (200, b'{"id_token": "text"}')},
    "issuer missing (RFC 9207)": {"answer": {"iss": "-"}},
    "issuer mixed up (RFC 9207)": {"answer": {"iss": "https://evil.example"}},
    "no code": {"answer": {"code": "-"}},
    "access denied": {"answer": {"code": "-", "error": "access_denied"}},
    "a code of another": {"answer": {"code": "guessed"}},
}

DOWN: dict[str, dict[str, Any]] = {
    "discovery of another issuer": {"discovery": {"issuer": "https://evil.example"}},
    "token endpoint inside": {"discovery": {"token_endpoint": "https://169.254.169.254/token"}},
    "token endpoint by number": {"discovery": {"token_endpoint": "https://2130706433/"}},
    "token endpoint without TLS": {"discovery": {"token_endpoint": "http://login.example:8080/"}},
    "keys in a file": {"discovery": {"jwks_uri": "file:///etc/passwd"}},
    "keys inside": {"discovery": {"jwks_uri": "https://[::1]/keys"}},
    "authorization of a script": {"discovery": {"authorization_endpoint": "javascript:alert(1)"}},
    "no token endpoint": {"discovery": {"token_endpoint": None}},
}


class TestAProviderThatMisbehaves:
    @pytest.mark.parametrize("name", BAD_TOKENS)
    def test_lets_nobody_in(self, linked, name):
        for what, value in BAD_TOKENS[name].items():
            setattr(linked.works, what, value)
        refused(linked.sign_in(), 403, "did not confirm who you are")
        assert linked.world.session.scalars(select(OidcLink)).one().subject is None
        assert linked.world.session.scalar(select(func.count()).select_from(WebSession)) == 0

    @pytest.mark.parametrize("name", DOWN)
    def test_is_not_followed(self, linked, name):
        linked.works.discovery = DOWN[name]["discovery"]
        answer = linked.browser.fetch("/sign-in/with/works")
        refused(answer, 502, "cannot be used at the moment")
        assert linked.works.forms == []

    def test_whose_token_endpoint_leads_inside_gets_no_secret(self, linked, monkeypatch):
        """A name that is fit, and an address that is not: found when the code is redeemed."""
        monkeypatch.setattr(
            "hub.kit.outbound._resolve",
            lambda host, port: ["10.0.0.5"] if host == "login.example" else ["127.0.0.1"],
        )
        linked.works.discovery = {"token_endpoint": "https://login.example/token"}
        refused(linked.sign_in(), 502, "cannot be used at the moment")

    def test_that_is_down_is_said(self, linked, caplog):
        linked.works.discovery = {"token_endpoint": "http://127.0.0.1:65533/token"}
        answer = linked.sign_in()
        refused(answer, 502, "cannot be used at the moment")
        assert parse(answer.text).one("form", action="/sign-in")
        assert "http://127.0.0.1:65533" in caplog.text

    @pytest.mark.parametrize(
        "answer", [(500, b"{}"), (302, b""), (200, b"<html>"), (200, b"[]"), (429, b"slow")]
    )
    def test_whose_token_endpoint_is_broken(self, linked, answer):
        linked.works.token_answer = answer
        assert linked.sign_in().status_code in (403, 502)


class TestARound:
    LOST = "was not begun in this browser"

    def test_is_finished_once(self, linked):
        back = linked.at_provider(linked.leave())
        assert linked.browser.fetch(back).status_code == 303
        refused(linked.browser.fetch(back), 403, self.LOST)

    def test_is_over_after_a_refusal_too(self, linked):
        back = linked.at_provider(linked.leave())
        works = linked.works
        works.claims = {"nonce": "wrong"}
        refused(linked.browser.fetch(back), 403, "did not confirm")
        works.claims = {}
        refused(linked.browser.fetch(back), 403, self.LOST)

    def test_belongs_to_the_browser_that_began_it(self, linked):
        """Else an attacker could have a victim finish the attacker's round, or the reverse."""
        back = linked.at_provider(linked.leave())
        linked.browser.client.cookies.clear()
        refused(linked.browser.fetch(back), 403, self.LOST)
        linked.leave()  # a round of the victim's own does not help
        refused(linked.browser.fetch(back), 403, self.LOST)

    def test_belongs_to_the_provider_it_was_begun_with(self, linked):
        back = linked.at_provider(linked.leave())
        refused(linked.browser.fetch(back.replace("/works/", "/other/")), 403, self.LOST)
        assert linked.other.forms == []

    def test_ends_with_time(self, linked):
        back = linked.at_provider(linked.leave())
        row = linked.world.session.scalars(select(OidcRound)).one()
        row.expires_at = now()
        linked.world.session.commit()
        refused(linked.browser.fetch(back), 403, self.LOST)
        assert linked.world.session.scalars(select(OidcRound)).all() == []

    @pytest.mark.parametrize(
        "change",
        [
            *(lambda back: back.replace("state=", "state=x"), lambda back: back + "&state=x"),
            *(lambda back: back.partition("?")[0], lambda back: back + "&code=x"),
            lambda back: back.replace("state=", "start="),
        ],
    )
    def test_needs_its_own_state_and_each_parameter_once(self, linked, change):
        back = linked.at_provider(linked.leave())
        refused(linked.browser.fetch(change(back)), 403, self.LOST)

    def test_that_failed_leaves_no_code_in_the_page(self, linked):
        """The page offers other languages and leads back to itself."""
        linked.works.claims = {"nonce": "wrong"}
        back = linked.at_provider(linked.leave())
        answer = linked.browser.fetch(back)
        assert dict(parse_qsl(urlsplit(back).query))["code"] not in answer.text
        form = parse(answer.text).one("form", action="/language")
        assert form.one("input", name="next")["value"] == "/sign-in"

    @pytest.mark.parametrize("path", ["/sign-in/with/nobody", "/sign-in/with/nobody/callback"])
    def test_with_an_unknown_provider_is_not_found(self, stage, path):
        assert stage.browser.fetch(path).status_code == 404


class TestThePage:
    @pytest.mark.parametrize(
        ("language", "label"),
        [
            ("en", "Sign in with Works account"),
            ("de", "Mit Werkskonto anmelden"),
            ("zh-CN", "使用 工厂账号 登录"),
        ],
    )
    def test_offers_the_providers_beside_the_password(self, stage, language, label):
        stage.browser.language = language
        page = stage.browser.open("/sign-in?next=/parts")
        assert page.one("a", href="/sign-in/with/works?next=%2Fparts").text == label
        assert "127.0.0.1" in page.one("a", href="/sign-in/with/other?next=%2Fparts").text
        assert page.one("form", action="/sign-in")

    def test_closes_the_password_where_the_operator_says_so(self, stage):
        state = stage.app.state
        state.settings = state.settings.model_copy(update={"password_sign_in": False})
        page = stage.browser.open("/sign-in")
        assert not page.all("form", action="/sign-in")
        assert page.all("a", href="/sign-in/with/works?next=%2F")
        form = {"email": email_of(AURORA), "password": PASSWORD}
        token = stage.browser.client.cookies["tierlight-form"]
        answer = stage.browser.send("/sign-in", csrf_token=token, **form)
        refused(answer, 403, "Nobody signs in to this hub with a password")


def test_with_a_key_of_the_hub_s_own_no_secret_is_sent(stage, tmp_path):
    secret = OTHER_RSA.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "hub.pem").write_bytes(secret)
    file = FILE.format(works=stage.works.url, other=stage.other.url)
    by_key = file.replace('client_secret_file = "works.secret"', 'private_key_file = "hub.pem"')
    (tmp_path / "oidc.toml").write_text(by_key)
    app = create_app(stage.app.state.settings, stage.app.state.database)
    stage.browser.client = TestClient(app, base_url="http://127.0.0.1")
    open_link(stage.world.session, email_of(AURORA), stage.works.url, by_invitation=False)
    stage.world.session.commit()
    assert stage.sign_in().status_code == 303
    [form] = stage.works.forms
    assert "client_secret" not in form
    header, claims, _ = form["client_assertion"].split(".")
    assert json.loads(b64url_decode(claims))["aud"] == stage.works.url
    assert json.loads(b64url_decode(header))["alg"] == "RS256"
