"""What a study page must hold and must not, read as a browser reads it."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Final

from hub.exports.battery.writing import NOTICES
from tierlight_schemas.battery.rulesets import Stage
from tierlight_schemas.messages import LANGUAGES
from tierlight_schemas.rollup.vectors import exact_sum

SECTIONS: Final = (
    "declared",
    "method",
    "unit",
    "boundary",
    "stages",
    "data",
    "electricity",
    "recycling",
    "distribution",
    "offsets",
    "check",
)
_FOREIGN: Final = frozenset(
    {"script", "link", "img", "iframe", "object", "embed", "form", "base", "audio", "video"}
)
_LOADING: Final = frozenset({"src", "srcset", "poster", "background", "action", "xlink:href"})
_STYLE_LOADS = re.compile(r"url\(|@import", re.IGNORECASE)


class _Page(HTMLParser):
    """What matters of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.language = ""
        self.ids: list[str] = []
        self.metas: dict[str, str] = {}
        self.data: dict[str, str] = {}
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "meta" and "name" in given:
            self.metas[given["name"]] = given.get("content", "")
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "data" and "id" in given:
            self.data[given["id"]] = given.get("value", "")
        handlers = [name for name in given if name in _LOADING or name.startswith("on")]
        self.foreign += [tag] if tag in _FOREIGN else []
        self.foreign += [f"{tag} {name}" for name in handlers]
        if _STYLE_LOADS.search(given.get("style", "")):
            self.foreign.append(f"{tag} style")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style" and _STYLE_LOADS.search(data):
            self.foreign.append("style")


def complaints(body: bytes) -> Sequence[str]:
    """What is wrong with the page, each with its place; nothing where it passes."""
    page = _Page()
    try:
        page.feed(body.decode())
        page.close()
    except UnicodeDecodeError:
        return ["no UTF-8"]
    return [*_frame(page), *_sum(page)]


def _frame(page: _Page) -> Iterator[str]:
    if page.language not in LANGUAGES:
        yield f"html lang: none of {', '.join(LANGUAGES)}"
    for tag in page.foreign:
        yield f"{tag}: the page must stand alone, without scripts"
    for name in SECTIONS:
        if page.ids.count(name) != 1:
            yield f"section {name}: not there once"
    for name, wanted in (("ruleset", ""), ("ruleset-status", ""), ("notices", "; ".join(NOTICES))):
        told = page.metas.get(f"tierlight-{name}", "")
        if not told or (wanted and told != wanted):
            yield f"meta tierlight-{name}: missing"


def _sum(page: _Page) -> Iterator[str]:
    """The stages add up to the total, to the last digit."""
    values = [_decimal(page.data.get(f"stage-{stage.value}")) for stage in Stage]
    total = _decimal(page.data.get("total"))
    stated = [value for value in values if value is not None]
    if total is None or len(stated) != len(values):
        yield "stages: a stage or the total is missing"
    elif exact_sum(stated) != total:
        yield f"stages: they add up to {exact_sum(stated)}, and the total is {total}"


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text[:80])
    except InvalidOperation:
        return None
