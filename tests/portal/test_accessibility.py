"""What a browser finds wrong with the pages: every page, in every language, in both colour schemes,
wide and narrow, on paper, when it refuses, and when it has nothing to show."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from hub.kit.language import LANGUAGES
from tests.cast import BEIFENG
from tests.portal import axe
from tests.portal.chromium import Chromium
from tests.portal.desk import NARROW, NARROWEST, NEEDED, WIDE, Desk, desk_at
from tests.portal.test_every_page import PAGES, aurora, paths, waiting

__all__ = ["aurora", "paths", "waiting"]

pytestmark = NEEDED

MEASURES = (Path(__file__).parent / "measures.js").read_text("utf-8")
OPEN_TO_ALL = ("/sign-in", "/verify", "/-/patterns", "/no-such-page")
LISTS = (
    "/",
    "/vehicles",
    "/findings",
    "/scenarios",
    "/sites",
    "/calculations",
    "/parts",
    "/declarations",
    "/consents",
    "/keys",
    "/waiting",
    "/access-log",
)
"""Pages that a company sees without anything on them when it is new."""

PAPER = 718
"""Pixels between the margins of a sheet of A4."""


@pytest.fixture
def desk(app: FastAPI, tmp_path: Path) -> Iterator[Desk]:
    axe.source()
    with desk_at(app, tmp_path / "profile") as desk:
        yield desk


def measured(chromium: Chromium, *names: str) -> list[str]:
    """Complaints of functions of measures.js."""
    calls = ", ".join(f"...measures.{name}()" for name in names)
    found: list[str] = chromium.run(f"{MEASURES};[{calls}]")
    return found


def judged(chromium: Chromium) -> Iterator[str]:
    """Everything that is wrong with the page that is open."""
    chromium.look(WIDE)
    yield from axe.complaints(chromium)
    yield from measured(chromium, "reflow", "cut", "languages", "marks")
    chromium.look(WIDE, dark=True)
    yield from (f"dark: {found}" for found in axe.complaints(chromium, axe.COLOURS))
    chromium.look(NARROW)
    yield from (f"narrow: {found}" for found in axe.complaints(chromium))
    chromium.look(NARROWEST)
    yield from measured(chromium, "reflow", "cut", "spaced")
    chromium.look(PAPER, media="print")
    yield from (f"on paper: {found}" for found in axe.complaints(chromium, axe.COLOURS))
    yield from (f"on paper: {found}" for found in measured(chromium, "reflow", "cut"))


def assert_nothing_wrong(desk: Desk, paths: Iterable[str]) -> None:
    found = []
    for path in paths:
        desk.open(path)
        found += [f"{path}: {complaint}" for complaint in judged(desk.chromium)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryPage:
    def test_breaks_no_rule(self, desk, aurora, waiting, language):
        desk.sit(aurora)
        desk.speak(language)
        assert_nothing_wrong(desk, (path.format(**waiting) for path in PAGES))

    def test_breaks_none_before_anyone_signs_in(self, desk, world, language):
        desk.speak(language)
        assert_nothing_wrong(desk, OPEN_TO_ALL)

    def test_breaks_none_with_nothing_on_it(self, desk, seat, world, language):
        desk.sit(seat(BEIFENG))
        desk.speak(language)
        assert_nothing_wrong(desk, LISTS)


def walked(chromium: Chromium) -> list[str]:
    """What the Tab key meets on its way through the page."""
    chromium.run(f"{MEASURES};measures.follow()")
    for _ in range(chromium.run("measures.stops()")):
        chromium.key("Tab", 9)
    found: list[str] = chromium.run("measures.followed()")
    return found


class TestKeyboard:
    def test_reaches_all_that_can_be_used_in_the_order_of_the_page(self, desk, aurora, waiting):
        """Each place is seen to have the focus, and nothing lies over it."""
        desk.sit(aurora)
        found = []
        for path in PAGES:
            desk.open(path.format(**waiting))
            desk.chromium.look(WIDE)
            found += [f"{path}: {complaint}" for complaint in walked(desk.chromium)]
        assert found == [], "\n".join(found)

    def test_skips_to_the_content(self, desk, aurora):
        desk.sit(aurora)
        desk.open("/vehicles")
        desk.chromium.look(WIDE)
        assert "nav" in desk.chromium.run("document.querySelector('header').innerHTML")
        desk.chromium.key("Tab", 9)
        top = "document.activeElement.getBoundingClientRect().top"
        assert desk.chromium.run("document.activeElement.className") == "skip"
        assert desk.chromium.run(top) >= 0
        desk.chromium.key("Enter", 13)
        assert desk.chromium.run("document.activeElement.id") == "main"


REFUSED: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "/parts/{steel}/declare": (
        "form.declare",
        {"kgco2e": "many", "declared_amount": "-1"},
        {"kgco2e", "declared_amount", "period_start", "period_last"},
    ),
    "/calculations/{draft}/part": ("form.declare", {"net_mass": "heavy"}, {"net_mass"}),
    "/calculations/{draft}/energy": ("form.declare", {"natural-gas": "viel"}, {"natural-gas"}),
    "/sites/{site}/energy?year=2022": (
        "form[action$='/energy/energy']",
        {"amount": "-"},
        {"amount", "month", "unit"},
    ),
    "/sites": ("form[action='/sites']", {"code": "N", "country": "Nowhere"}, set()),
    "/consents": ("form[action='/consents']", {"part": "no such part"}, set()),
    "/account": ("form[action='/account/password']", {"old": "wrong", "new": "short"}, set()),
    "/keys": ("form[action='/keys/step-up']", {"password": "wrong"}, set()),
}
"""Forms with something in them that is refused, and the fields that the summary must lead to."""


@pytest.mark.parametrize("language", LANGUAGES)
class TestRefused:
    def test_is_said_at_the_top_and_nothing_is_lost(self, desk, aurora, waiting, language):
        desk.sit(aurora)
        desk.speak(language)
        found = []
        for path, (form, typed, fields) in REFUSED.items():
            desk.open(path.format(**waiting))
            desk.chromium.look(WIDE)
            send(desk.chromium, form, typed)
            told = desk.chromium.run(f"{MEASURES};measures.refusal({json.dumps(form)})")
            assert told["alerts"] == 1, (path, desk.chromium.text())
            assert told["isAbove"], path
            assert set(told["fields"]) == fields, path
            kept = {k: v for k, v in typed.items() if told["types"][k] != "password"}
            assert {name: told["typed"][name] for name in kept} == kept, path
            found += [f"{path}: {complaint}" for complaint in judged(desk.chromium)]
        assert found == [], "\n".join(found)

    def test_sign_in_says_so_and_keeps_the_address(self, desk, clerk, language):
        desk.speak(language)
        desk.open("/sign-in")
        typed = {"email": "nobody@aurora.example", "password": "wrong"}
        send(desk.chromium, "form[action='/sign-in']", typed)
        assert desk.chromium.run("document.querySelector('[role=alert]').innerText").strip()
        assert desk.chromium.run("document.getElementById('email').value") == typed["email"]
        assert [*judged(desk.chromium)] == []


def send(chromium: Chromium, form: str, typed: dict[str, str]) -> None:
    """Fill in a form and send it, whatever the browser itself would object to."""
    place = json.dumps(form)
    for name, value in typed.items():
        field = f"document.querySelector({place}).elements.namedItem({json.dumps(name)})"
        chromium.run(f"{field}.type === 'month' ? 0 : {field}.value = {json.dumps(value)}")
    chromium.run(f"document.querySelector({place}).noValidate = true")
    chromium.press(f"{form} button.main-button, {form} button[type=submit]")


PLANTED = {
    "color-contrast": "<p style='color: #aaa; background: #fff'>pale</p>",
    "label": "<input type='text'>",
    "target-size": "<div><a href='/a' style='display: block; height: 9px'>a</a>"
    "<a href='/b' style='display: block; height: 9px'>b</a></div>",
    "heading-order": "<h4>too deep</h4>",
    "region": "</main><p>outside</p><main>",
    "wider than": "<p style='width: 2000px'>wide</p>",
    "cut off": "<p style='width: 20px; overflow: hidden; white-space: nowrap'>cut off here</p>",
    "in no en": "<p>电池包的碳足迹由供应商声明并签名。</p>",
    "only a colour": "<p class='mark' style='width: 9px; height: 9px; background: red'></p>",
    "with wide spacing": "<p style='width: 295px; white-space: nowrap; font: 17px monospace'>"
    "what just fits in one line</p>",
}
"""Faults of a page, by what the judges call them."""


class TestJudges:
    @pytest.mark.parametrize("fault", PLANTED)
    def test_find_what_is_wrong(self, desk, fault):
        desk.open("/sign-in")
        assert [*judged(desk.chromium)] == []
        show(desk.chromium, PLANTED[fault])
        assert [complaint for complaint in judged(desk.chromium) if fault in complaint]

    @pytest.mark.parametrize(
        ("fault", "body"),
        [
            ("not seen", "<a href='/a' style='outline: none'>a</a>"),
            ("covered", "<div style='position: fixed; inset: 0; z-index: 9'></div>"),
            ("out of order", "<a href='/b' tabindex='1'>b</a>"),
            ("not reached", "<button tabindex='-1'>a</button>"),
        ],
    )
    def test_find_what_the_keyboard_meets(self, desk, fault, body):
        desk.open("/sign-in")
        desk.chromium.look(WIDE)
        show(desk.chromium, body)
        assert [complaint for complaint in walked(desk.chromium) if fault in complaint]


def show(chromium: Chromium, body: str) -> None:
    """Put something into the page that is open."""
    place = "document.querySelector('main').outerHTML"
    text = json.dumps(f"<main id='main'><h1>Sign in</h1>{body}</main>")
    chromium.run(f"{place} = {text}")
