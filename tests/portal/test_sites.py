"""The pages of the sites: what a clerk enters, what the two values are, and what is refused."""

import pytest

from tests.cast import AURORA, BEIFENG, FOXGLOVE
from tests.portal.markup import parse

READING = {"month": "2022-01", "carrier": "electricity", "flow": "bought", "source": "meter"}


@pytest.fixture
def aurora(seat):
    return seat(AURORA)


@pytest.fixture
def site(aurora):
    form = aurora.open("/sites").one("form", action="/sites")
    told = {"name": "Changchun", "code": "CC", "country": "CN", "subdivision": "CN-JL"}
    assert aurora.submit(form, **told).status_code == 303
    (link,) = [a for a in aurora.open("/sites").one("table").all("a")]
    return link["href"]


def enter(browser, site, sheet="energy", **cells):
    form = browser.open(f"{site}?year=2022").one("form", action=f"{site}/{sheet}")
    return browser.submit(form, **cells)


def row(page, name):
    body = page.one("section", **{"aria-labelledby": "values"}).one("tbody")
    return next(tr for tr in body.all("tr") if tr.one("th").text.startswith(name))


def test_what_a_clerk_enters_is_shown_with_both_values(aurora, site):
    answer = enter(aurora, site, **READING, amount="1.2", unit="万kWh")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{site}?year=2022")
    page = aurora.open(answer.headers["location"])
    values = [data["value"] for data in row(page, "Electricity").all("data")]
    assert [float(value) for value in values] == [12000, 5918.4, 7027.2]
    assert "unknown: 11" in row(page, "Electricity").text
    grid = page.one("section", **{"aria-labelledby": "months"}).one("tbody")
    assert [data["value"] for data in grid.all("data")] == ["12000.0"]
    assert grid.text.count("–") == 11


def test_an_estimate_is_marked_and_stands_beside(aurora, site):
    enter(aurora, site, **READING, amount="100", unit="度")
    enter(aurora, site, **READING | {"source": "estimate"}, amount="90", unit="度")
    page = aurora.open(f"{site}?year=2022")
    cell = page.one("section", **{"aria-labelledby": "months"}).one("tbody").all("td")[0]
    assert [data["value"] for data in cell.all("data")] == ["100", "90"]
    assert "estimated" in cell.text
    assert row(page, "Electricity").all("data")[0]["value"] == "100"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"amount": "viel"}, "amount", "viel"),
        ({"unit": "kg"}, "unit", "is not measured in “kg”"),
        ({"month": "Januar"}, "month", "is not a month"),
        ({"carrier": "plasma"}, "carrier", "is not one of the words"),
        ({"amount": ""}, "amount", "is empty"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(aurora, site, cells, column, words):
    typed = READING | {"amount": "1234.50", "unit": "度", "meter": "M 7"} | cells
    answer = enter(aurora, site, **typed)
    assert answer.status_code == 400
    page = parse(answer.text)
    alert = page.one("div", role="alert")
    assert words in alert.text
    assert f"#energy-{column}" in [a["href"] for a in alert.all("a")]
    form = page.one("form", action=f"{site}/energy")
    assert form.one("input", name="meter")["value"] == "M 7"
    assert "Nothing recorded for this year" in page.text


def test_a_correction_needs_a_reason(aurora, site):
    enter(aurora, site, **READING, amount="100", unit="度")
    refused = enter(aurora, site, **READING, amount="101", unit="度")
    assert refused.status_code == 400
    assert "why it is corrected" in parse(refused.text).text
    assert enter(aurora, site, **READING, amount="101", unit="度", reason="late").status_code == 303


def test_instruments_and_what_does_not_fit(aurora, site):
    enter(aurora, site, **READING, amount="100", unit="度")
    claim = {"reference": "PPA-1", "kind": "certificate", "year": "2022", "amount": "9"}
    claim |= {"unit": "MWh", "holds": "8", "technology": "wind", "scheme": "GEC"}
    assert enter(aurora, site, "instruments", **claim, serial_first="G1").status_code == 303
    page = aurora.open(f"{site}?year=2022")
    assert "PPA-1" in page.one("section", **{"aria-labelledby": "instruments"}).text
    found = page.one("section", **{"aria-labelledby": "findings"}).text
    assert "claim/over-claimed" in found
    assert "9000 kWh are claimed of PPA-1, which holds 8000 kWh" in found
    assert "A certificate is not retired" in row(page, "Electricity").text


def test_a_template_speaks_the_reader_s_language(aurora, site):
    aurora.send("/language", language="zh-CN")
    answer = aurora.fetch("/sheets/energy.csv")
    assert answer.content.decode("utf-8-sig").startswith("场所,月份,能源种类")
    assert aurora.fetch("/sheets/secrets.csv").status_code == 404


def test_a_code_for_a_shared_site_is_shown(aurora, site):
    code = aurora.open(f"{site}?year=2022&code=new").one("code").text
    share = {"carrier": "electricity", "year": "2022", "code": code.lower(), "share": "60 %"}
    assert enter(aurora, site, "shares", **share).status_code == 303
    mistyped = share | {"code": code[:-1] + ("0" if code[-1] != "0" else "1")}
    assert enter(aurora, site, "shares", **mistyped).status_code == 400


@pytest.mark.parametrize("reader", [BEIFENG, FOXGLOVE], ids=["supplier", "outsider"])
def test_another_s_site_is_no_site(aurora, seat, site, reader):
    browser = seat(reader)
    nobody = "/sites/00000000-0000-4000-8000-000000000000/energy"
    told, absent = browser.fetch(site), browser.fetch(nobody)
    assert told.status_code == absent.status_code == 404
    assert told.text.replace(site, "…") == absent.text.replace(nobody, "…")
    form = browser.open("/sites").one("form", action="/sites")
    answer = browser.send(
        f"{site}/energy", csrf_token=form.one("input", name="csrf_token")["value"], **READING
    )
    assert answer.status_code == 404


def test_a_site_that_cannot_be_one_is_refused_and_kept_in_the_form(aurora, site):
    form = aurora.open("/sites").one("form", action="/sites")
    answer = aurora.submit(form, name="Again", code="CC", country="CN")
    assert answer.status_code == 400
    page = parse(answer.text)
    assert page.one("div", role="alert").text
    assert page.one("input", id="name")["value"] == "Again"


def test_without_signing_in_the_pages_lead_to_the_form(stranger, site):
    stranger.client.cookies.clear()
    for path in ("/sites", site, "/sheets/energy.csv"):
        assert stranger.fetch(path).status_code == 303
