"""One's own account: a password is changed by who knows it, and what else is signed in ends."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from hub.access.tables import FailedSignIn, Person
from tests.cast import AURORA, BEIFENG
from tests.hub.conftest import World
from tests.portal.browser import ORIGIN, Browser
from tests.portal.conftest import PASSWORD, email_of

NEW = "ein langer Satz, den niemand errät"


@pytest.fixture
def aurora(seat) -> Browser:
    return seat(AURORA)


def another(world: World) -> Browser:
    """A browser that nobody has signed in at."""
    return Browser(TestClient(world.client.app, base_url=ORIGIN))


def change(browser: Browser, old: str, new: str):
    form = browser.open("/account").one("form", action="/account/password")
    return browser.submit(form, old=old, new=new)


def is_signed_in(browser: Browser) -> bool:
    return browser.fetch("/account").status_code == 200


class TestThePassword:
    def test_is_changed_and_ends_every_other_session(self, aurora, seat, world):
        other, stranger = another(world), seat(BEIFENG)
        other.sign_in(email_of(AURORA), PASSWORD)
        assert is_signed_in(other)
        answer = change(aurora, PASSWORD, NEW)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account?changed=yes")
        assert "The password is changed" in aurora.open("/account?changed=yes").one("main").text
        assert is_signed_in(aurora)
        assert not is_signed_in(other)
        assert is_signed_in(stranger)
        assert other.sign_in(email_of(AURORA), PASSWORD).status_code == 422
        assert other.sign_in(email_of(AURORA), NEW).status_code == 303

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("wrong", NEW, "The password is another one."),
            ("", NEW, "The password is another one."),
            (PASSWORD, "short", "shorter than 8 or longer than 200"),
            (PASSWORD, "x" * 201, "shorter than 8 or longer than 200"),
        ],
    )
    def test_stays_after_what_cannot_be(self, aurora, world, old, new, said):
        answer = change(aurora, old, new)
        assert answer.status_code == 422
        assert said in answer.text
        assert another(world).sign_in(email_of(AURORA), PASSWORD).status_code == 303

    def test_is_not_guessed_here_either(self, aurora, world):
        for _ in range(5):
            change(aurora, "wrong", NEW)
        assert world.session.scalar(select(FailedSignIn.subject)) is not None
        answer = change(aurora, PASSWORD, NEW)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0

    def test_is_not_asked_of_who_has_none(self, aurora, world):
        person = world.session.scalar(select(Person).filter_by(email=email_of(AURORA)))
        person.password_hash = None
        world.session.commit()
        page = aurora.open("/account")
        assert not page.all("form", action="/account/password")
        assert "identity provider" in page.one("main").text


class TestSessions:
    def test_are_listed_and_ended_but_for_this_one(self, aurora, seat, world):
        others = [another(world) for _ in range(2)]
        for other in others:
            other.sign_in(email_of(AURORA), PASSWORD)
        seat(BEIFENG)
        page = aurora.open("/account")
        assert len(page.one("tbody").all("tr")) == 3
        aurora.submit(page.one("form", action="/account/sessions/end"))
        assert len(aurora.open("/account").one("tbody").all("tr")) == 1
        assert [is_signed_in(other) for other in others] == [False, False]

    def test_of_nobody_are_not_shown(self, world):
        assert another(world).fetch("/account").status_code in (303, 401)


@pytest.mark.parametrize("path", ["/account/password", "/account/sessions/end"])
def test_a_form_of_somebody_else_changes_nothing(aurora, path):
    assert aurora.send(path, csrf_token="made up", old=PASSWORD, new=NEW).status_code == 403
    assert is_signed_in(aurora)
