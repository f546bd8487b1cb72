"""The page of consents: the matrix, giving one and ending it, in a browser without JavaScript."""

import pytest
from sqlalchemy import select

from hub.access.roles import Role
from hub.access.tables import Person
from hub.sharing.tables import Grant
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.portal.conftest import email_of
from tests.portal.markup import parse


def wish(cars, **changed):
    told = {"to": cars.id(AURORA), "part": "PACK-1", "level": "2", "aggregate": "true"}
    return told | {"purpose": "fleet report", "until": "2199-01-01"} | changed


def test_a_consent_is_given_shown_and_ended(cars, seat):
    browser = seat(BEIFENG)
    form = browser.open("/consents").one("form", action="/consents")
    assert browser.submit(form, **wish(cars)).status_code == 303
    page = browser.open("/consents")
    row = page.one("tbody").one("tr").text
    for told in ("Aurora Motors", "PACK-1", "L2", "fleet report", "否"):
        assert told in row
    (given,) = cars.world.session.scalars(select(Grant)).all()
    assert (given.level, given.aggregate, given.digest) == (2, True, None)
    end = page.one("form", action=f"/consents/{given.id}/end")
    assert browser.submit(end).status_code == 303
    cars.world.session.refresh(given)
    assert given.revoked_at is not None
    assert "已终止" in browser.open("/consents").one("tbody").text


@pytest.mark.parametrize(
    "changed",
    [
        {"part": "NO-SUCH"},
        {"until": "2001-01-01"},
        {"until": "tomorrow"},
        {"purpose": "a\x07bell"},
        {"to": "nobody"},
    ],
)
def test_what_cannot_be_given_is_asked_again_with_a_reason(cars, seat, changed):
    browser = seat(BEIFENG)
    form = browser.open("/consents").one("form", action="/consents")
    answer = browser.submit(form, **wish(cars, **changed))
    assert answer.status_code == 422
    assert parse(answer.text).one("div", role="alert").text
    assert cars.world.session.scalars(select(Grant)).all() == []


def test_a_foreign_page_gives_and_ends_nothing(cars, seat):
    granted = cars.grant(CELLWERK, BEIFENG)
    browser = seat(CELLWERK)
    assert browser.send("/consents", **wish(cars)).status_code == 403
    assert browser.send(f"/consents/{granted}/end").status_code == 403


def test_another_s_consent_is_not_there(cars, seat):
    granted = cars.grant(CELLWERK, BEIFENG)
    browser = seat(BEIFENG)
    form = browser.open("/consents").one("form", action="/consents")
    hidden = {e["name"]: e.get("value") for e in form.all("input", type="hidden")}
    assert browser.send(f"/consents/{granted}/end", **hidden).status_code == 404
    assert "Cellwerk" not in browser.fetch("/consents").text


def test_what_holds_is_never_left_out_for_what_has_ended(cars, seat, monkeypatch):
    monkeypatch.setattr("hub.sharing.page.MOST", 1)
    kept = cars.grant(BEIFENG, AURORA)
    cars.revoke(BEIFENG, cars.grant(BEIFENG, AURORA))
    page = seat(BEIFENG).open("/consents")
    assert len(page.one("tbody").all("tr")) == 1
    assert page.one("form", action=f"/consents/{kept}/end")
    assert "前 1 项" in page.text


def test_who_may_not_consent_sees_the_matrix_and_changes_nothing(cars, seat, session):
    granted = cars.grant(BEIFENG, AURORA)
    browser = seat(BEIFENG)
    form = browser.open("/consents").one("form", action="/consents")
    hidden = {e["name"]: e.get("value") for e in form.all("input", type="hidden")}
    person = session.scalars(select(Person).filter_by(email=email_of(BEIFENG))).one()
    person.roles = frozenset({Role.SUBMITTER})
    session.commit()
    page = browser.open("/consents")
    assert "Aurora Motors" in page.one("tbody").text
    assert not page.all("form", action="/consents")
    assert not page.all("form", action=f"/consents/{granted}/end")
    assert browser.send(f"/consents/{granted}/end", **hidden).status_code == 403
    assert browser.send("/consents", **hidden, **wish(cars)).status_code == 403
