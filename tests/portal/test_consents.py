"""The page of consents: the matrix, giving one and ending it, in a browser without JavaScript."""

import pytest
from sqlalchemy import select

from hub.access.roles import Role
from hub.access.tables import Person
from hub.sharing.tables import Grant
from tests.cast import AURORA, BEIFENG, CELLWERK, GUTACHTEN
from tests.portal.conftest import email_of
from tests.portal.markup import parse


def wish(cars, **changed):
    told = {"to": cars.id(AURORA), "part": "PACK-1", "level": "2", "aggregate": "true"}
    return told | {"purpose": "fleet report", "until": "2199-01-01"} | changed


def give(browser, **fields):
    """The form, and the yes on the page that says what would leave."""
    form = browser.open("/consents").one("form", action="/consents")
    asked = browser.submit(form, **fields)
    assert asked.status_code == 200, asked.text
    return browser.submit(parse(asked.text).one("form", action="/consents"))


def test_a_consent_is_given_shown_and_ended(cars, seat):
    browser = seat(BEIFENG)
    assert give(browser, **wish(cars)).status_code == 303
    page = browser.open("/consents")
    row = page.all("tbody")[-1].one("tr").text
    for told in ("Aurora Motors", "PACK-1", "L2", "fleet report", "否"):
        assert told in row
    (given,) = cars.world.session.scalars(select(Grant)).all()
    assert (given.level, given.aggregate, given.digest) == (2, True, None)
    end = page.one("form", action=f"/consents/{given.id}/end")
    assert browser.submit(end).status_code == 303
    cars.world.session.refresh(given)
    assert given.revoked_at is not None
    assert "已终止" in browser.open("/consents").all("tbody")[-1].text


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
    assert len(page.all("tbody")[-1].all("tr")) == 1
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
    assert all("Aurora Motors" in table.text for table in page.all("tbody"))
    assert not page.all("form", action="/consents")
    assert not page.all("form", action=f"/consents/{granted}/end")
    assert browser.send(f"/consents/{granted}/end", **hidden).status_code == 403
    assert browser.send("/consents", **hidden, **wish(cars)).status_code == 403


class TestBeforeAConsent:
    def ask(self, browser, **fields):
        form = browser.open("/consents").one("form", action="/consents")
        return parse(browser.submit(form, **fields).text).one("main")

    def test_country_and_fields_are_told_and_nothing_is_given(self, cars, seat):
        browser = seat(BEIFENG)
        browser.send("/language", language="en")
        main = self.ask(browser, **wish(cars, level="1"))
        assert "DE (Germany)" in main.text
        assert "These data leave CN (China) and go to DE (Germany)" in main.text
        assert "the whole signed document" in main.text
        assert "energy carrier" not in main.text
        assert cars.world.session.scalars(select(Grant)).all() == []
        assert "energy carrier" in self.ask(browser, **wish(cars, level="2")).text

    @pytest.mark.parametrize("between", [",", ", ", "、", "；"])
    def test_several_parts_of_one_customer_are_given_at_once(self, cars, seat, between):
        browser = seat(BEIFENG)
        parts = between.join(("PACK-1", "BP-CASE", "PACK-1"))
        assert give(browser, **wish(cars, part=parts)).status_code == 303
        given = cars.world.session.scalars(select(Grant)).all()
        assert {one.part_id for one in given} == {
            cars.part(BEIFENG, "PACK-1"),
            cars.part(BEIFENG, "BP-CASE"),
        }
        assert len(given) == 2

    def test_one_wrong_part_gives_none(self, cars, seat):
        browser = seat(BEIFENG)
        form = browser.open("/consents").one("form", action="/consents")
        fields = wish(cars, part="PACK-1, NO-SUCH") | {"confirmed": "true"}
        assert browser.submit(form, **fields).status_code == 422
        assert cars.world.session.scalars(select(Grant)).all() == []


class TestMatrix:
    def test_has_each_customer_with_what_stands_at_each_level(self, cars, seat):
        cars.grant(BEIFENG, AURORA, level=1)
        cars.grant(BEIFENG, AURORA, level=3)
        browser = seat(BEIFENG)
        browser.send("/language", language="en")
        section = browser.open("/consents").one("section", aria_labelledby="matrix")
        [row] = [r for r in section.one("tbody").all("tr") if "Aurora" in r.text]
        cells = [cell.text for cell in row.all("td")]
        assert cells[1] == "all parts"
        assert (cells[0], cells[2]) == ("–", "–")

    def test_ends_all_of_a_customer_and_of_no_other(self, cars, seat):
        mine = [cars.grant(BEIFENG, AURORA), cars.grant(BEIFENG, AURORA, level=2)]
        other = cars.grant(CELLWERK, BEIFENG)
        browser = seat(BEIFENG)
        form = browser.open("/consents").one(
            "form", action=f"/consents/readers/{cars.id(AURORA)}/end"
        )
        assert browser.submit(form).status_code == 303
        cars.world.session.expire_all()
        ended = {g.id: g.revoked_at is not None for g in cars.world.session.scalars(select(Grant))}
        assert ended == {**dict.fromkeys(mine, True), other: False}


class TestPreview:
    SPLIT = {"stage:raw-materials": "800.50", "stage:production": "100.00"}  # noqa: RUF012

    @pytest.fixture
    def browser(self, cars, seat):
        cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300", **self.SPLIT)
        return seat(BEIFENG)

    @pytest.mark.parametrize(
        ("level", "seen", "hidden"),
        [(0, [], ["900.50", "800.50"]), (1, ["900.50"], ["800.50"]), (2, ["900.50", "800.50"], [])],
    )
    def test_is_what_the_customer_reads_at_that_level(self, cars, browser, level, seen, hidden):
        main = browser.open(f"/consents/preview?part=PACK-1&level={level}").one("main").text
        assert [text for text in seen if text not in main] == []
        assert [text for text in hidden if text in main] == []
        cars.grant(BEIFENG, AURORA, level=level)

    @pytest.mark.parametrize("query", ["part=NO-SUCH", "part=AM-STEEL", "part=CELL-1"])
    def test_of_what_is_not_one_s_own_or_not_declared_is_not_found(self, browser, query):
        browser.open(f"/consents/preview?{query}", status=404)

    def test_without_any_declaration_says_so(self, cars, seat):
        browser = seat(GUTACHTEN)
        assert not browser.open("/consents/preview").all("form", method="get")
