"""Signing in and out, and what a form must prove."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete, func, select

from hub.access.tables import FailedSignIn, WebSession
from hub.main import create_app
from tests.cast import AURORA, BEIFENG
from tests.conftest import settings_for
from tests.portal.browser import Browser
from tests.portal.conftest import PASSWORD, email_of


class TestSignIn:
    def test_leads_to_the_page_that_was_asked_for(self, stranger, clerk):
        answer = stranger.fetch("/parts?q=pack")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=%2Fparts%3Fq%3Dpack"
        form = stranger.open(answer.headers["location"]).one("form", action="/sign-in")
        answer = stranger.submit(form, email=email_of(AURORA), password=PASSWORD)
        assert (answer.status_code, answer.headers["location"]) == (303, "/parts?q=pack")
        assert "Aurora Motors" in stranger.open("/parts").text

    def test_a_wrong_password_is_said_at_the_form_and_counted(self, stranger, clerk, world):
        answer = stranger.sign_in(email_of(AURORA), "wrong")
        assert answer.status_code == 422
        page = stranger.open("/sign-in")
        assert "Email and password do not belong together." in answer.text
        assert f'value="{email_of(AURORA)}"' in answer.text
        assert "wrong" not in answer.text
        # For whom, and from where.
        assert world.session.scalar(select(func.count()).select_from(FailedSignIn)) == 2
        assert not page.all("form", action="/sign-out")

    def test_an_unknown_address_gets_the_same_answer(self, stranger, clerk):
        known = stranger.sign_in(email_of(AURORA), "wrong").text
        other = "nobody1@aurora.example"
        assert stranger.sign_in(other, "wrong").text == known.replace(email_of(AURORA), other)

    def test_guessing_is_stopped(self, stranger, clerk):
        for _ in range(5):
            assert stranger.sign_in(email_of(AURORA), "wrong").status_code == 422
        answer = stranger.sign_in(email_of(AURORA), PASSWORD)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert "Signing in failed too often." in answer.text

    def test_ends_the_session_that_the_browser_came_with(self, seat, world):
        browser = seat(AURORA)
        before = browser.client.cookies["tierlight-session"]
        token = browser.open("/").one("form", action="/sign-out").one("input", name="csrf_token")
        again = {"email": email_of(AURORA), "password": PASSWORD}
        assert browser.send("/sign-in", csrf_token=token["value"], **again).status_code == 303
        assert browser.client.cookies["tierlight-session"] != before
        assert world.session.scalar(select(func.count()).select_from(WebSession)) == 1

    def test_who_is_signed_in_goes_on(self, seat):
        answer = seat(AURORA).fetch("/sign-in?next=/vehicles")
        assert (answer.status_code, answer.headers["location"]) == (303, "/vehicles")

    def test_leads_nowhere_else(self, seat):
        browser = seat(AURORA)
        for place in (
            "//evil.example",
            "https://evil.example/",
            "/\\evil.example",
            "/a\nb",
            "b",
            "",
        ):
            answer = browser.client.get("/sign-in", params={"next": place}, follow_redirects=False)
            assert answer.headers["location"] == "/", place

    def test_a_session_that_ended_asks_again(self, seat, world):
        browser = seat(AURORA)
        browser.open("/parts")
        world.session.execute(delete(WebSession))
        world.session.commit()
        assert browser.fetch("/parts").headers["location"] == "/sign-in?next=%2Fparts"


class TestSignOut:
    def test_ends_the_session_at_the_hub(self, seat):
        browser = seat(AURORA)
        cookie = browser.client.cookies["tierlight-session"]
        answer = browser.submit(browser.open("/").one("form", action="/sign-out"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        browser.client.cookies.set("tierlight-session", cookie, domain="127.0.0.1")
        assert browser.fetch("/").status_code == 303


class TestCookies:
    def test_are_out_of_reach_of_scripts(self, stranger, clerk):
        answer = stranger.sign_in(email_of(AURORA), PASSWORD)
        cookie = next(c for c in answer.headers.get_list("set-cookie") if "session" in c)
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
        assert "Path=/" in cookie

    def test_are_secure_where_the_hub_is_public_over_https(self, engine, database, clerk):
        url = engine.url.render_as_string(hide_password=False)
        app: FastAPI = create_app(settings_for(url, "https://hub.example"), database)
        client = TestClient(app, base_url="https://hub.example")
        browser = Browser(client)
        form = browser.open("/sign-in").one("form", action="/sign-in")
        hidden = {e["name"]: e["value"] for e in form.all("input", type="hidden")}
        answer = browser.send(
            "/sign-in",
            "https://hub.example",
            **hidden,
            email=email_of(AURORA),
            password=PASSWORD,
        )
        assert answer.status_code == 303
        cookie = next(c for c in answer.headers.get_list("set-cookie") if "session" in c)
        assert cookie.startswith("__Host-tierlight-session=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert browser.open("/").one("h1").text == "Aurora Motors"


FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/sign-out", {}),
    ("/sign-in", {"email": email_of(AURORA), "password": PASSWORD}),
)


FOREIGN = (
    None,
    "null",
    "https://evil.example",
    "http://127.0.0.1:81",
    "https://127.0.0.1",
    "x://[",
)


class TestForeignForms:
    @pytest.mark.parametrize(("path", "fields"), FORMS)
    def test_without_the_token_of_the_page(self, seat, path, fields):
        browser = seat(AURORA)
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "wrong"}, {"csrf_token": "ü"}):
            answer = browser.send(path, **fields, **token)
            assert answer.status_code == 403
            assert "The form did not come from a page of this hub" in answer.text
        assert browser.fetch("/").status_code == 200

    def test_from_another_origin(self, seat):
        browser = seat(AURORA)
        token = browser.open("/").one("form", action="/sign-out").one("input", name="csrf_token")
        for origin in FOREIGN:
            assert browser.send("/sign-out", origin, csrf_token=token["value"]).status_code == 403
        assert browser.fetch("/").status_code == 200
        assert browser.send("/sign-out", csrf_token=token["value"]).status_code == 303

    def test_a_referer_stands_in_for_the_origin(self, seat):
        browser = seat(AURORA)
        headers = {"referer": "http://127.0.0.1/parts", "accept": "text/html"}
        answer = browser.client.post(
            "/language", data={"language": "de"}, headers=headers, follow_redirects=False
        )
        assert answer.status_code == 303

    def test_the_sign_in_form_needs_its_own_cookie(self, stranger, clerk):
        form = stranger.open("/sign-in").one("form", action="/sign-in")
        stranger.client.cookies.clear()
        answer = stranger.submit(form, email=email_of(AURORA), password=PASSWORD)
        assert answer.status_code == 403


class TestLanguage:
    def test_follows_the_browser_then_the_person_then_the_choice(self, stranger, seat):
        stranger.language = "de-AT,de;q=0.9,en;q=0.5"
        assert stranger.open("/sign-in").one("html")["lang"] == "de"
        browser = seat(BEIFENG)
        browser.language = "de"
        assert browser.open("/").one("html")["lang"] == "zh-CN"
        form = browser.open("/parts?q=a").one("form", action="/language")
        answer = browser.submit(form, language="en")
        assert (answer.status_code, answer.headers["location"]) == (303, "/parts?q=a")
        assert browser.open("/").one("html")["lang"] == "en"

    def test_of_another_site_changes_nothing(self, stranger):
        answer = stranger.send("/language", "https://evil.example", language="de")
        assert answer.status_code == 403
        assert stranger.open("/sign-in").one("html")["lang"] == "en"

    def test_that_does_not_exist_is_refused(self, stranger):
        assert stranger.send("/language", language="fr").status_code == 400
