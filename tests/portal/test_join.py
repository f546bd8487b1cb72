"""The page of an invitation, for whoever has nothing but the link."""

import logging
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from hub.access.caller import Caller
from hub.access.invitations import invite_colleague, invite_company
from hub.access.roles import Role
from hub.bom.usecases import register_part
from hub.kit.clock import now
from hub.kit.language import LANGUAGES
from hub.kit.log_lines import WithoutSecretQueries
from hub.requests.lines import Line
from hub.requests.sending import Sending, send_set
from hub.requests.terms import Terms
from tests.cast import AURORA, BEIFENG
from tests.hub.access.test_invitations import NEW, code_of
from tests.portal.browser import Browser
from tests.portal.conftest import PASSWORD, email_of, employ
from tests.portal.markup import parse
from tests.portal.test_every_page import (
    assert_headings,
    assert_ids,
    assert_names,
    assert_nothing_inline_or_foreign,
    assert_skeleton,
)


@pytest.fixture
def asker(world):
    return Caller(world.members[AURORA].company_id, "person:buyer", roles=frozenset(Role))


@pytest.fixture
def link(world, asker):
    _, invitation = invite_company(world.session, asker, **NEW)
    world.session.commit()
    return f"/join/{code_of(world.session, invitation)}"


@pytest.fixture
def stranger(app) -> Browser:
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    return Browser(client)


FIELDS = {"person": "李娜", "password": PASSWORD, "company": "芜湖冲压有限公司", "country": "CN"}


def test_says_in_chinese_who_asks_what_it_costs_and_who_sees_what(stranger, link):
    page = stranger.open(link)
    assert page.one("html")["lang"] == "zh-CN"
    text = page.one("main").text
    for words in (AURORA.name, "免费", "谁能看到什么", "未知不等于零", "排名"):
        assert words in text


def test_one_comes_in_with_name_and_password(stranger, link):
    form = stranger.open(link).one("form", action=link)
    answer = stranger.submit(form, **FIELDS, number="9144 0300 1923 17458f")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = stranger.open("/company").one("main").text
    assert "芜湖冲压有限公司" in page
    assert "91440300192317458F" in page
    stranger.client.cookies.clear()
    assert "已失效" in stranger.fetch(link).text or "not open" in stranger.fetch(link).text
    assert stranger.fetch(link).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short"}, "8"),
        ({"person": ""}, "name"),
        ({"company": ""}, "300"),
        ({"country": "XX"}, "XX"),
        ({"number": "uscc:91440300192317458E"}, "uscc-pilot:91440300192317458E"),
        ({"number": "91440300192317458E"}, "91440300192317458E"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(stranger, link, changes, words):
    answer = stranger.submit(stranger.open(link).one("form", action=link), **FIELDS | changes)
    page = parse(answer.text)
    assert answer.status_code == 422
    assert words in page.one("div", role="alert").text
    for name, value in (FIELDS | changes).items():
        if name != "password":
            assert page.one("input", id=name)["value"] == value
    assert not page.one("input", id="password").get("value")
    form = page.one("form", action=link)
    assert stranger.submit(form, **FIELDS | {"number": ""}).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_is_whole_in_every_language(stranger, world, asker, language):
    _, invitation = invite_company(world.session, asker, **NEW | {"language": language})
    world.session.commit()
    page = stranger.open(f"/join/{code_of(world.session, invitation)}")
    assert_skeleton(page, language)
    assert_headings(page)
    assert_names(page)
    assert_nothing_inline_or_foreign(page)
    assert_ids(page)


@pytest.mark.parametrize("path", ["/join/x", "/join/%E8%8A%9C", "/join/" + "x" * 43])
def test_a_link_that_is_not_open_says_so_alike(stranger, path):
    assert stranger.fetch(path).status_code == 404


def test_the_code_stands_in_no_line_of_the_log():
    told = ("127.0.0.1:1", "GET", "/join/secret-code/own?x=1", "1.1", 200)
    line = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "%s %s %s %s %d", told, None)
    assert WithoutSecretQueries().filter(line)
    assert line.getMessage() == "127.0.0.1:1 GET /join/ 1.1 200"


def test_a_form_from_elsewhere_is_refused(stranger, link):
    assert stranger.send(link, **FIELDS).status_code == 403


def test_a_colleague_joins(stranger, world, asker):
    invitation = invite_colleague(world.session, asker, "wu@a.example", "Wu", "de", ["submitter"])
    world.session.commit()
    link = f"/join/{code_of(world.session, invitation)}"
    page = stranger.open(link)
    assert page.one("html")["lang"] == "de"
    assert not page.all("input", id="company")
    answer = stranger.submit(page.one("form", action=link), person="Wu", password=PASSWORD)
    assert answer.status_code == 303
    assert AURORA.name in stranger.open("/company").one("main").text


def test_an_admin_who_is_signed_in_takes_it_over(world, app, link):
    employ(world, BEIFENG)
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    browser = Browser(client)
    assert browser.sign_in(email_of(BEIFENG), PASSWORD).status_code == 303
    form = browser.open(link).one("form", action=f"{link}/own")
    assert browser.submit(form).status_code == 303
    assert browser.fetch(link).status_code == 404


@pytest.fixture
def asked(world, asker) -> tuple[str, str]:
    """A link to a company that was invited, and the path of a request that waits for it."""
    company, invitation = invite_company(world.session, asker, **NEW)
    register_part(world.session, asker.company_id, "PACK", name="pack")
    line = Line("PACK", Terms("fleet report", now().date() + timedelta(40)), supplier=company.id)
    (verdict,) = send_set(world.session, asker, Sending("S-1", "Round", "fleet report", [line]))
    world.session.commit()
    return f"/join/{code_of(world.session, invitation)}", f"/requests/{verdict.request_id}"


class TestWhatWasAskedBefore:
    def test_is_found_by_whoever_claims_the_company(self, stranger, asked):
        link, request = asked
        assert stranger.submit(stranger.open(link).one("form", action=link), **FIELDS)
        assert stranger.open("/").one("ul", class_="todo").one("a", href="/requests")
        assert stranger.open("/requests").all("a", href=request)
        assert AURORA.name in stranger.open(request).one("main").text

    def test_is_found_by_the_company_that_takes_it_over_and_not_before(self, seat, asked):
        link, request = asked
        browser = seat(BEIFENG)
        assert browser.fetch(request).status_code == 404
        browser.submit(browser.open(link).one("form", action=f"{link}/own"))
        assert browser.open("/requests").all("a", href=request)
        assert AURORA.name in browser.open(request).one("main").text
