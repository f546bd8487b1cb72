"""Tables of a site's energy, sent from its page and from the list of sites."""

from datetime import date

import pytest

from hub.activity.sheets import Sheet
from hub.kit import workbook as books
from supplier_portal import sent_tables
from tests.cast import AURORA, BEIFENG
from tests.hub.workbooks import bomb, workbook
from tests.portal.markup import Element, parse
from tests.portal.test_every_page import (
    assert_headings,
    assert_ids,
    assert_names,
    assert_nothing_inline_or_foreign,
    assert_tables,
)

HEADER = "场所,月份,能源种类,数量,单位\n"
YEAR = HEADER + "CC,2022-01,电,1.2,万kWh\nCC,2022-02,电,900,度\n"
CELLS = ["site", "month", "carrier", "amount", "unit"]
MARCH = ["CC", date(2022, 3, 1), "电", 7, "度"]
BOOK = workbook(("Read me", [["Ours"]]), ("energy", [CELLS, MARCH]))


@pytest.fixture
def aurora(seat):
    browser = seat(AURORA)
    form = browser.open("/sites").one("form", action="/sites")
    for code, name in (("CC", "Changchun"), ("JL", "Jilin")):
        browser.submit(form, name=name, code=code, country="CN", subdivision="CN-JL")
    return browser


@pytest.fixture
def site(aurora) -> str:
    table = aurora.open("/sites").one("table")
    return next(a["href"] for a in table.all("a") if a.text == "Changchun")


def send(browser, site, content, sheet="energy", name="table.csv", **fields):
    page = browser.open(f"{site}?year=2026")
    form = page.one("form", action=f"{site}/{sheet}/table")
    return browser.upload(form, name, content.encode() if isinstance(content, str) else content)


def send_any(browser, content, sheet="energy"):
    form = browser.open("/sites").one("form", action="/sites/tables")
    return browser.upload(form, "table.csv", content.encode(), sheet=sheet)


def whole(answer) -> Element:
    """The page of an answer, once it keeps every rule of the pages."""
    page = parse(answer.text)
    for rule in (assert_headings, assert_names, assert_nothing_inline_or_foreign):
        rule(page)
    assert_ids(page)
    assert_tables(page)
    return page


def recorded(browser, site) -> list[str]:
    page = browser.open(f"{site}?year=2022")
    rows = page.all("section", **{"aria-labelledby": "months"})
    return [data["value"] for row in rows for data in row.one("tbody").all("data")]


def test_a_table_is_recorded_and_the_page_shows_its_year(aurora, site):
    answer = send(aurora, site, YEAR)
    assert answer.status_code == 200
    page = whole(answer)
    assert "energy: 2 rows read; 2 new" in page.one(role="status").text
    assert "2022" in page.one("title").text
    assert recorded(aurora, site) == ["12000.0", "900"]
    again = whole(send(aurora, site, YEAR))
    assert "0 new, 0 changed, 2 unchanged" in again.one(role="status").text
    assert "2026" in again.one("title").text


def test_a_workbook_is_a_table_whatever_its_name(aurora, site):
    answer = send(aurora, site, BOOK, name="../../etc/passwd")
    assert "1 new" in whole(answer).one(role="status").text
    assert "passwd" not in answer.text
    assert recorded(aurora, site) == ["7"]


BAD = HEADER + "CC,2022-01,电,viel,度\nCC,2022-02,电,900,度\nCC,2022-13,电,1,度\n"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("energy, row 2, amount", "energy, row 4, month")),
        ("de", ("energy, Zeile 2, amount", "energy, Zeile 4, month")),
        ("zh-CN", ("energy", "viel")),
    ],
)
def test_what_is_wrong_is_told_line_by_line_and_nothing_is_recorded(aurora, site, language, words):
    aurora.send("/language", language=language)
    answer = send(aurora, site, BAD)
    assert answer.status_code == 400
    alert = whole(answer).one(role="alert")
    lines = [line.text for line in alert.all("li")]
    assert len(lines) >= 2
    for word in words:
        assert any(word in line for line in lines)
    assert recorded(aurora, site) == []


def test_one_bad_line_refuses_the_good_ones(aurora, site):
    answer = send(aurora, site, YEAR + "XX,2022-03,电,900,度\n")
    assert answer.status_code == 400
    assert "row 4, site" in whole(answer).one(role="alert").text
    assert recorded(aurora, site) == []


def test_a_bad_cell_of_a_workbook_is_named_by_its_cell(aurora, site):
    rows = [CELLS, ["CC", "2022-01", "电", "x", "度"]]
    answer = send(aurora, site, workbook(("Energy", rows)))
    assert "sheet Energy, cell D2" in whole(answer).one(role="alert").text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x00\xff\xfe\xff", "energy"),
        (b"month\n2022-01\n", "site"),
        (HEADER.encode() + b'CC,"2022', "energy"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "energy"),
        (bomb(), "energy"),
    ],
    ids=["empty", "no-text", "no-columns", "broken", "old-workbook", "bomb"],
)
def test_what_is_no_table_is_refused(aurora, site, content, words):
    answer = send(aurora, site, content)
    assert answer.status_code == 400
    assert words in whole(answer).one(role="alert").text
    assert recorded(aurora, site) == []


def test_a_form_without_a_file_is_an_empty_table(aurora, site):
    form = aurora.open(site).one("form", action=f"{site}/energy/table")
    answer = aurora.submit(form)
    assert answer.status_code == 400
    assert "is empty" in whole(answer).one(role="alert").text


def test_only_so_many_lines_are_told(aurora, site, monkeypatch):
    monkeypatch.setattr(sent_tables, "MAX_LISTED", 3)
    for bad, more in ((3, ""), (4, "1 more line is"), (6, "3 more lines are")):
        answer = send(aurora, site, HEADER + "CC,2022-01,电,x,度\n" * bad)
        alert = whole(answer).one(role="alert")
        assert len(alert.all("li")) == 3
        assert f"it has {bad} problems" in alert.text
        assert ("not told here" in alert.text) == bool(more)
        assert more in alert.text


def test_while_others_workbooks_are_read_the_page_says_so(aurora, site, monkeypatch):
    monkeypatch.setattr(books, "PATIENCE_SECONDS", 0)
    for _ in range(books.AT_ONCE):
        assert books._turns.acquire(blocking=False)
    try:
        answer = send(aurora, site, BOOK)
    finally:
        for _ in range(books.AT_ONCE):
            books._turns.release()
    assert answer.status_code == 429
    assert whole(answer).one(role="alert").all("p")[0].text
    assert recorded(aurora, site) == []


def test_what_did_not_hinder_it_is_told_as_a_note(aurora, site):
    table = "\n".join(line + ",Farbe" for line in YEAR.splitlines())
    status = whole(send(aurora, site, table)).one(role="status")
    assert "Farbe" in status.one("li").text


@pytest.mark.parametrize("sheet", Sheet)
def test_each_sheet_has_its_form_and_an_example_names_no_site(aurora, site, sheet):
    template = aurora.fetch(f"/sheets/{sheet}.csv").content
    answer = send(aurora, site, template, sheet)
    assert answer.status_code == 400
    page = whole(answer)
    opened = [d for d in page.all("details") if "open" in d.attributes]
    assert [d.one("form", action=f"{site}/{sheet}").tag for d in opened] == ["form"]


def test_the_list_of_sites_takes_a_table_for_all_of_them(aurora, site):
    table = YEAR + "JL,2022-01,电,5,度\n"
    answer = send_any(aurora, table)
    assert answer.status_code == 200
    assert "3 rows read; 3 new" in whole(answer).one(role="status").text
    assert recorded(aurora, site) == ["12000.0", "900"]
    refused = send_any(aurora, YEAR.replace("900", "901"))
    assert refused.status_code == 400
    (line,) = whole(refused).one(role="alert").all("li")
    assert "energy, row 3: " in line.text
    assert "reason is empty" in line.text
    assert recorded(aurora, site) == ["12000.0", "900"]


def test_a_sheet_that_nobody_knows_is_none(aurora):
    assert send_any(aurora, YEAR, sheet="secrets").status_code == 404


def test_another_s_site_is_no_site_and_takes_no_table(aurora, seat, site):
    beifeng = seat(BEIFENG)
    token = beifeng.open("/sites").one("form", action="/sites").one("input", name="csrf_token")
    form = parse(
        f'<form action="{site}/energy/table"><input type="hidden" name="csrf_token"'
        f' value="{token["value"]}"><input type="file" name="table"></form>'
    ).one("form")
    answer = beifeng.upload(form, "t.csv", YEAR.encode())
    assert answer.status_code == 404
    assert recorded(aurora, site) == []


def test_a_table_that_names_another_s_site_is_refused_as_one_that_names_none(aurora, seat, site):
    site_id = site.split("/")[2]
    told = []
    beifeng = seat(BEIFENG)
    form = beifeng.open("/sites").one("form", action="/sites")
    beifeng.submit(form, name="Ours", code="B", country="CN", subdivision="CN-JL")
    for name in (site_id, "00000000-0000-4000-8000-000000000000"):
        answer = send_any(beifeng, YEAR.replace("CC", name))
        assert answer.status_code == 400
        told.append(whole(answer).one(role="alert").text.replace(name, "…"))
    assert told[0] == told[1]


def test_who_may_only_read_sees_no_form_and_sends_none(aurora, enter, site):
    reader = enter(AURORA, "Lin", "verifier")
    assert not [f for f in reader.open(site).all("form") if "table" in f["action"]]
    assert not [f for f in reader.open("/sites").all("form") if "table" in f["action"]]
    form = aurora.open(site).one("form", action=f"{site}/energy/table")
    assert reader.upload(form, "t.csv", YEAR.encode()).status_code == 403


def test_a_table_from_a_foreign_page_is_refused(aurora, site):
    form = aurora.open(site).one("form", action=f"{site}/energy/table")
    form.one("input", name="csrf_token").attributes["value"] = "x"
    assert aurora.upload(form, "t.csv", YEAR.encode()).status_code == 403
    assert recorded(aurora, site) == []
