"""The pages of findings about the company, and of disputes, in a browser without JavaScript."""

from typing import Any

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.hub.conftest import operator_headers
from tests.portal.markup import Element, parse


def found(cars, actor, code: str, part: str) -> dict[str, Any]:
    asked = {"code": code, "part": part}
    (item,) = cars.world.get(actor, "/v1/findings", params=asked).json()["items"]
    return dict(item)


@pytest.fixture
def gap(cars) -> dict[str, Any]:
    """Aurora's missing pack, of a confirmed link towards Beifeng."""
    return found(cars, AURORA, "tier/missing", "AM-PACK")


def form_of(page: Element, key: str, act: str) -> Element:
    return page.one("form", action=f"/findings/{key}/{act}")


def test_the_list_leads_to_a_finding_that_is_acknowledged(cars, seat, gap):
    browser = seat(AURORA)
    page = browser.open("/findings")
    links = [link["href"] for link in page.one("main").all("a")]
    assert f"/findings/{gap['key']}" in links
    one = browser.open(f"/findings/{gap['key']}")
    assert "Nothing yet." in one.text
    sent = browser.submit(form_of(one, gap["key"], "acknowledge"), reason="ordered <b>late</b>")
    assert (sent.status_code, sent.headers["location"]) == (303, f"/findings/{gap['key']}")
    one = browser.open(f"/findings/{gap['key']}")
    assert "ordered <b>late</b>" in one.text
    assert "Clerk of Aurora Motors" in one.text
    assert found(cars, AURORA, "tier/missing", "AM-PACK")["state"] == "acknowledged"
    assert "ordered" not in browser.open("/findings?state=open").text
    assert "ordered" in browser.open("/findings?state=acknowledged").text
    below = browser.open(f"/vehicles/{cars.part(AURORA, 'CAR-1')}/findings")
    assert "Acknowledged" in below.text
    again = browser.submit(form_of(one, gap["key"], "reopen"), reason="it is not")
    assert again.status_code == 303
    assert found(cars, AURORA, "tier/missing", "AM-PACK")["state"] == "open"


def test_what_is_wrong_comes_back_with_what_was_typed(cars, seat, gap):
    browser = seat(AURORA)
    form = form_of(browser.open(f"/findings/{gap['key']}"), gap["key"], "acknowledge")
    answer = browser.submit(form, reason="a\x07bell")
    assert answer.status_code == 400
    page = parse(answer.text)
    assert "control characters" in page.one("div", role="alert").text
    cars.tables(
        AURORA, bom="parent child quantity unit\nCAR-1 AM-PACK 2 piece\nCAR-1 AM-STEEL 900 kg"
    )
    stale = browser.submit(form, reason="small enough")
    assert stale.status_code == 409
    page = parse(stale.text)
    assert "other numbers" in page.one("div", role="alert").text
    assert page.one("textarea", id="acknowledge-reason").text == "small enough"
    assert page.one("textarea", id="dispute-reason").text == ""


def test_a_person_is_assigned_and_nobody_again(cars, seat, gap):
    browser = seat(AURORA)
    form = form_of(browser.open(f"/findings/{gap['key']}"), gap["key"], "assign")
    (_, clerk) = form.all("option")
    assert browser.submit(form, reason=clerk["value"]).status_code == 303
    assert "assigned to Clerk of Aurora Motors" in browser.open("/findings").text
    assert browser.submit(form, reason="").status_code == 303
    assert found(cars, AURORA, "tier/missing", "AM-PACK")["assignee"] is None


def test_a_dispute_is_answered_by_the_supplier_and_both_read_it(cars, seat, gap):
    buyer, supplier = seat(AURORA), seat(BEIFENG)
    form = form_of(buyer.open(f"/findings/{gap['key']}"), gap["key"], "dispute")
    assert buyer.submit(form, reason="You have it: please share.").status_code == 303
    assert "/disputes" in [link["href"] for link in supplier.open("/").one("main").all("a")]
    page = supplier.open("/disputes")
    for told in ("Aurora Motors", "PACK-1", "You have it: please share."):
        assert told in page.text
    assert "AM-PACK" not in page.text
    answer = page.one("form", action=f"/disputes/{gap['key']}")
    assert supplier.submit(answer, verdict="perhaps", reason="x").status_code == 400
    assert supplier.submit(answer, verdict="upheld", reason=" ").status_code == 400
    assert supplier.submit(answer, verdict="upheld", reason="Not declared yet.").status_code == 303
    assert supplier.submit(answer, verdict="upheld", reason="Again.").status_code == 409
    one = buyer.open(f"/findings/{gap['key']}")
    assert "Not declared yet." in one.text
    assert "Beifeng Pack" in one.text


def test_another_company_s_finding_is_no_page_and_no_form(cars, seat, gap):
    browser = seat(CELLWERK)
    absent = browser.fetch(f"/findings/{'0' * 64}")
    answer = browser.fetch(f"/findings/{gap['key']}")
    assert answer.status_code == absent.status_code == 404
    assert answer.text.replace(gap["key"], "0" * 64) == absent.text
    token = browser.open("/account").all("input", name="csrf_token")[0]["value"]
    for act in ("acknowledge", "dispute", "reopen", "assign"):
        sent = browser.send(f"/findings/{gap['key']}/{act}", csrf_token=token, reason="mine")
        assert sent.status_code == 404
    assert browser.send(f"/disputes/{gap['key']}", csrf_token=token, verdict="upheld",
                        reason="mine").status_code == 404  # fmt: skip
    assert found(cars, AURORA, "tier/missing", "AM-PACK")["said"] is None


@pytest.mark.parametrize("act", ["acknowledge", "dispute", "reopen", "assign"])
def test_a_foreign_page_says_nothing(cars, seat, gap, act):
    assert seat(AURORA).send(f"/findings/{gap['key']}/{act}", reason="x").status_code == 403


def test_a_page_holds_so_many_and_leads_to_the_next(cars, seat, monkeypatch):
    monkeypatch.setattr("supplier_portal.views.findings.SHOWN", 2)
    browser = seat(BEIFENG)
    first = browser.open("/findings")
    (following,) = [a for a in first.all("a") if "after=" in a["href"]]
    second = browser.open(following["href"])
    told = [
        {a["href"] for a in page.all("a") if a["href"].startswith("/findings/")}
        for page in (first, second)
    ]
    assert [len(links) for links in told] == [2, 2]
    assert not told[0] & told[1]


def test_the_operator_answers_what_is_about_no_link(cars, seat):
    operator_headers(cars.world.session)
    item = found(cars, BEIFENG, "tier/missing", "BP-CASE")
    browser = seat(BEIFENG)
    form = form_of(browser.open(f"/findings/{item['key']}"), item["key"], "dispute")
    assert browser.submit(form, reason="服务，不是零件").status_code == 303
    assert "平台运营方" in browser.open(f"/findings/{item['key']}").text
