"""Files of a calculation: bills handed in, had back, taken away; a report; the document itself."""

import hashlib

import pytest

from hub.calculator.usecases import answer, begin
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG
from tests.hub.calculator.answers import BRACKET
from tierlight_schemas.footprint import ProductFootprint

PDF = b"%PDF-1.7\n<script>alert(1)</script>"


@pytest.fixture
def draft(cars):
    session, caller = cars.world.session, cars.world.members[AURORA].caller
    add_site(session, cars.id(AURORA), "WUHU-1", "Wuhu", "CN", "CN-AH")
    begun = begin(session, caller, cars.part(AURORA, "AM-STEEL"))
    answer(session, caller, begun.id, BRACKET)
    session.commit()
    return f"/calculations/{begun.id}"


@pytest.fixture
def clerk(seat):
    browser = seat(AURORA)
    browser.send("/language", language="en")
    return browser


def hand_in(clerk, draft, file_name, body, **fields):
    form = clerk.open(f"{draft}/bills").one("form", action=f"{draft}/bills/added")
    return clerk.upload(form, file_name, body, **{"about": "electricity", **fields})


def kept(clerk, draft):
    """Links to the files that are kept."""
    page = clerk.open(f"{draft}/bills")
    sections = page.all("section", **{"aria-labelledby": "kept"})
    return [link for section in sections for link in section.all("a")]


def test_a_bill_comes_back_as_it_was_and_is_never_shown(clerk, draft):
    assert hand_in(clerk, draft, "电费.pdf", PDF).status_code == 303
    (link,) = kept(clerk, draft)
    assert link.text == "电费.pdf"
    answered = clerk.fetch(link["href"])
    assert answered.content == PDF
    headers = answered.headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-security-policy"].startswith("sandbox")
    assert headers["x-content-type-options"] == "nosniff"
    digest = hashlib.sha256(PDF).hexdigest()
    assert headers["content-disposition"] == f'attachment; filename="{digest[:16]}.pdf"'


def test_a_bill_is_taken_away(clerk, draft):
    hand_in(clerk, draft, "x.pdf", PDF)
    page = clerk.open(f"{draft}/bills")
    link = kept(clerk, draft)[0]["href"]
    assert clerk.submit(page.one("form", action=f"{link}/removed")).status_code == 303
    assert clerk.fetch(link).status_code == 404


@pytest.mark.parametrize(
    ("body", "words"), [(b"", "No file came"), (b"<svg/>", "neither a PDF nor")]
)
def test_what_is_no_bill_is_told_on_the_screen(clerk, draft, body, words):
    refused = hand_in(clerk, draft, "bill.pdf", body)
    assert refused.status_code == 422
    assert words in refused.text


def test_a_digest_alone_is_enough(clerk, draft):
    form = clerk.open(f"{draft}/bills").one("form", action=f"{draft}/bills/added")
    noted = clerk.submit(form, about="electricity", digest="AB" * 32, name="meter")
    assert noted.status_code == 303
    page = clerk.open(f"{draft}/bills")
    assert "meter (stays with you)" in page.text
    assert kept(clerk, draft) == []


@pytest.mark.parametrize("page", ["bills", "report", "files/footprint.json"])
def test_nobody_else_finds_them(clerk, seat, draft, page):
    hand_in(clerk, draft, "x.pdf", PDF)
    link = kept(clerk, draft)[0]["href"]
    stranger = seat(BEIFENG)
    assert stranger.fetch(link).status_code == 404
    assert stranger.fetch(f"{draft}/{page}").status_code == 404


def test_the_document_is_pact_and_says_what_the_preview_says(clerk, draft):
    answered = clerk.fetch(f"{draft}/files/footprint.json")
    footprint = ProductFootprint.model_validate(answered.json())
    assert footprint.pcf.pcf_excluding_biogenic_uptake == "2.61254"
    assert "2.61254" in clerk.open(f"{draft}/report").text
    assert b"DC04" not in answered.content


def test_the_document_says_what_is_lacking(clerk, draft):
    session_form = clerk.open(f"{draft}/part").one("form", action=f"{draft}/part")
    clerk.submit(session_form, net_mass="")
    answered = clerk.fetch(f"{draft}/files/footprint.json")
    assert answered.status_code == 422
    assert "still needed" in answered.text


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh-CN", "零件碳足迹计算报告"), ("de", "die Berechnung"), ("en", "how it was calculated")],
)
def test_the_report_speaks_the_clerks_language(clerk, draft, language, title):
    clerk.send("/language", language=language)
    page = clerk.open(f"{draft}/report")
    assert title in page.one("h1").text


def test_the_lines_of_the_report_add_up_to_its_total(clerk, draft):
    rows = clerk.open(f"{draft}/report").one("section", **{"aria-labelledby": "sum"}).all("tr")
    values = [row.all("td")[1].text for row in rows if row.all("td")]
    *parts, total = (float(value) for value in values)
    assert total == pytest.approx(sum(parts), abs=0.002)
    assert len(parts) == 6
