"""The first pages are light, kept by the browser, and whole without any other host: in a plant in
China a font from elsewhere is a page that hangs."""

import re

import pytest

from supplier_portal.pages import TEMPLATES
from supplier_portal.static_files import FOLDER
from tests.cast import AURORA
from tests.portal.browser import Browser
from tests.portal.markup import Element

MOST = 100_000
"""Bytes of a page with all that it loads, before they are compressed."""
FOREIGN = re.compile(r"(?:https?:)?//[\w.-]+\.\w|\bimport\s*\(?\s*[\"'][^./]|@import|@font-face")
JINJA = re.compile(r"\{%.*?%\}")
ALLOWED = re.compile(r"http://www\.w3\.org/\d{4}/\w+")
"""Names of XML, which nobody loads."""


def loaded(page: Element) -> set[str]:
    """Addresses of what a browser fetches with the page."""
    styles = {link["href"] for link in page.all("link")}
    return styles | {e["src"] for tag in ("script", "img") for e in page.all(tag)}


def weight(browser: Browser, path: str) -> int:
    answer = browser.fetch(path)
    assert answer.status_code == 200
    files = [browser.fetch(address) for address in loaded(browser.open(path))]
    assert files
    assert all(file.status_code == 200 for file in files)
    return sum(len(each.content) for each in (answer, *files))


def test_sign_in_is_light(stranger):
    assert 10_000 < weight(stranger, "/sign-in") < MOST


def test_home_is_light(seat, cars):
    assert 10_000 < weight(seat(AURORA), "/") < MOST


def test_what_a_page_loads_is_kept_until_it_changes(stranger):
    for address in loaded(stranger.open("/sign-in")):
        kept = stranger.fetch(address).headers["cache-control"]
        assert kept == "public, max-age=31536000, immutable"
        assert stranger.fetch(address.partition("?")[0]).headers["cache-control"] == "no-cache"
        assert stranger.fetch(f"{address}0").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "file",
    sorted(path.name for folder in (FOLDER, TEMPLATES) for path in folder.iterdir()),
)
def test_no_file_names_another_host(file):
    folder = TEMPLATES if file.endswith(".html") else FOLDER
    text = JINJA.sub("", ALLOWED.sub("", (folder / file).read_text("utf-8")))
    assert FOREIGN.findall(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script src='//cdn.example.com/a.js'>",
        "src: url(https://fonts.example.com/a.woff2)",
        "@import 'other.css'",
        '@font-face { font-family: "A" }',
        'import { a } from "x"; import "lodash"',
    ],
)
def test_the_search_finds_another_host(text):
    assert FOREIGN.search(ALLOWED.sub("", text))
