"""The guided calculator: a clerk answers screen by screen, and signs what comes out."""

import pytest

from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG
from tests.hub.calculator.answers import BRACKET
from tests.portal.signing import payload_of
from tierlight_schemas.strict_json import strict_json

STEPS = ("part", "period", "materials", "scrap", "also", "energy", "share", "bought", "transport")


@pytest.fixture
def clerk(seat, cars):
    add_site(cars.world.session, cars.id(AURORA), "WUHU-1", "Wuhu", "CN", "CN-AH")
    browser = seat(AURORA)
    browser.send("/language", language="en")
    return browser


@pytest.fixture
def draft(clerk, cars):
    part = cars.part(AURORA, "AM-STEEL")
    page = clerk.open(f"/parts/{part}")
    begun = clerk.submit(page.one("form", action=f"/parts/{part}/calculate"))
    assert begun.status_code == 303
    return begun.headers["location"].removesuffix("/part")


def answers_for(page):
    """Those of the bracket that a screen asks for."""
    names = {e["name"] for tag in ("input", "select") for e in page.all(tag)}
    return {name: text for name, text in BRACKET.items() if name in names}


def walk(clerk, draft, **changes):
    """Answer every screen; each leads on to the next."""
    path = f"{draft}/part"
    seen = []
    while not path.endswith("/result"):
        page = clerk.open(path)
        seen.append(path.rpartition("/")[2])
        form = page.one("form", action=path)
        answer = clerk.submit(form, **answers_for(page) | changes)
        assert answer.status_code == 303, answer.text
        path = answer.headers["location"]
    return seen


def test_a_clerk_walks_from_the_part_to_the_document(clerk, draft):
    assert walk(clerk, draft) == [*STEPS, "packaging", "bills"]
    page = clerk.open(f"{draft}/result")
    assert "2.613 kg CO₂e a piece" in page.text
    assert "What your customer will see" in page.text
    signed = clerk.submit(page.one("form", action=f"{draft}/declared"))
    assert signed.status_code == 303, signed.text
    prepared = clerk.open(signed.headers["location"])
    document = strict_json(payload_of(clerk, prepared))
    pcf = document["credentialSubject"]["footprint"]["pcf"]
    preview = dict(preview_of(page))
    total = preview["Total excluding biogenic uptake"]
    share = preview["Primary data"]
    assert pcf["pcfExcludingBiogenicUptake"] == total == "2.61254"
    assert pcf["primaryDataShare"] == share


def preview_of(page):
    section = page.one("section", **{"aria-labelledby": "preview"})
    return zip(
        (e.text for e in section.all("dt")), (e.text for e in section.all("dd")), strict=True
    )


def test_nothing_typed_is_lost_where_something_is_wrong(clerk, draft):
    page = clerk.open(f"{draft}/part")
    answer = clerk.submit(page.one("form", action=f"{draft}/part"), net_mass="heavy")
    assert answer.status_code == 422
    again = clerk.open(f"{draft}/part")
    field = again.one("input", id="f-net_mass")
    assert (field["value"], field["aria-invalid"]) == ("heavy", "true")


def test_a_single_field_is_saved_while_somebody_types(clerk, draft):
    page = clerk.open(f"{draft}/period")
    token = page.one("form", action=f"{draft}/period").one("input", name="csrf_token")["value"]
    answer = clerk.send(f"{draft}/answers", csrf_token=token, pieces="120 000")
    assert answer.status_code == 204
    assert clerk.open(f"{draft}/period").one("input", id="f-pieces")["value"] == "120 000"


def test_what_is_lacking_leads_to_its_screen(clerk, draft):
    page = clerk.open(f"{draft}/result")
    needed = page.one("section", **{"aria-labelledby": "needed"})
    links = [a["href"] for a in needed.all("a")]
    assert f"{draft}/period#f-pieces" in links
    assert not page.all("form", action=f"{draft}/declared")


def test_a_gap_is_named_and_cannot_be_signed(clerk, draft):
    walk(clerk, draft, contract="5")
    page = clerk.open(f"{draft}/result")
    assert "at least" in page.text
    assert not page.all("form", action=f"{draft}/declared")
    token = page.all("input", name="csrf_token")[0]["value"]
    assert clerk.send(f"{draft}/declared", csrf_token=token).status_code == 422


def test_the_next_period_begins_where_this_one_ended(clerk, draft):
    walk(clerk, draft)
    page = clerk.open(f"{draft}/result")
    copied = clerk.submit(page.one("form", action=f"{draft}/next"))
    period = clerk.open(copied.headers["location"])
    assert period.one("input", id="f-period_start")["value"] == "2025-01-01"


def test_one_is_thrown_away(clerk, draft):
    page = clerk.open(f"{draft}/result")
    assert clerk.submit(page.one("form", action=f"{draft}/dropped")).status_code == 303
    assert clerk.fetch(f"{draft}/result").status_code == 404


@pytest.mark.parametrize("step", ["part", "result", "no-such-step"])
def test_nobody_else_finds_it(seat, draft, step):
    stranger = seat(BEIFENG)
    assert stranger.fetch(f"{draft}/{step}").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "每件 2.613"), ("de", "2,613 kg CO₂e je Stück")]
)
def test_speaks_the_clerks_language(clerk, draft, language, words):
    walk(clerk, draft)
    clerk.send("/language", language=language)
    assert words in clerk.open(f"{draft}/result").text.replace("\u00a0", " ")


@pytest.mark.parametrize("number", ["AM-STEEL", "  AM-STEEL "])
def test_one_begins_with_the_number_of_a_part(clerk, number):
    form = clerk.open("/calculations").one("form", action="/calculations/begun")
    begun = clerk.submit(form, number=number)
    assert begun.status_code == 303
    assert clerk.fetch(begun.headers["location"]).status_code == 200


@pytest.mark.parametrize("number", ["", "PACK-1", "no such part"])
def test_another_s_part_is_not_found_by_its_number(clerk, number):
    form = clerk.open("/calculations").one("form", action="/calculations/begun")
    refused = clerk.submit(form, number=number)
    assert refused.status_code == 422
    assert "None of your parts" in refused.text
