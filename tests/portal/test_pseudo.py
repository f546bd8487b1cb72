"""No page says a word that stands in no catalogue, and none breaks when words are longer."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from hub.kit import mail_words
from hub.kit.mail import letter
from hub.kit.outbox import Claimed
from tests.cast import BEIFENG
from tests.hub.kit.test_mail import SERVER
from tests.portal.browser import Browser
from tests.portal.desk import NARROW, NEEDED, desk_at
from tests.portal.markup import Element, parse
from tests.portal.test_accessibility import LISTS, MEASURES, OPEN_TO_ALL
from tests.portal.test_every_page import PAGES, aurora, in_language, paths, waiting
from tests.pseudo import LANGUAGE, pseudo, spoken_by_nobody
from tierlight_schemas.factors.registry import shipped

__all__ = ["aurora", "paths", "spoken_by_nobody", "waiting"]

SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label", "data-kept", "data-lost")
DATA = {"code", "data", "script", "pre", "textarea"}
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
NAMES = (
    # companies, people and parts of the cast, and what it wrote into fields
    r"Aurora Motors|Beifeng Pack|Cellwerk|Gutachten|Invented Accreditation Council",
    r"IAC-VS-0042|Clerk of (?:Aurora Motors|Beifeng Pack)|clerk@aurora\.example",
    r"uscc:91BEIFENG000000002",
    r"Bought-pack|Steel|Car|Spare|DC04 coil|Changchun|press|lorry|test|supplier",
    r"sold with the next model|not ours|it is|an old meter|Battery pack|pack",
    r"AM-PACK|AM-STEEL|CAR-1|PACK-1|SPARE|BP-[A-Z]+|Case|am_steel|<b>no</b>",
    r"a contract|unheard of|vehicle <b>footprint</b>",
    r"Foxglove|a fleet report|contract|an auditor|of the year before|ours|FX-\d",
    r"Frame|Cell|Housing|Wiring|Coolant|Busbar|Maintenance|Supplier",
    # what is signed names units and instants as PACT does, in whatever language it is said
    r"\d{4}-\d\d-\d\dT00:00:00Z|kilogram",
    r"https?://\S+",
    # clauses of the battery regulation, what is said of a battery there, and how judges are called
    r"draft act 2\.4|annex-ii/2023|eu-cfb-ev/draft-2024-04",
    r"Art\. \d+|Annex II|trees|EF \d\.\d|NMC\d+|BPN[LA]|GTIN|QS(?:in|out)/Qp|Erec(?:EoL)?",
    # what companies call the categories of their parts
    r"bev-passenger-car|steel-part|nmc-pack",
    r"[\w.]+@[\w.]+\.example|Wu|person:\w+|invitation:[\w-]{36}",
    # Incoterms
    r"EXW|FCA|FAS|FOB|CFR|CIF|CPT|CIP|DAP|DPU|DDP",
    # the head of a column as it stands in the file that was sent
    r"Zeitraum: letzter Tag",
    # places, symbols of units and substances, files, digests
    r"China|Deutschland|Vereinigtes Königreich|GB|DE|LEI|CN-[A-Z]{2}|CN\.northeast|CN|CC",
    r"CSV(?: [A-Z]+\d+)?|UTC|kWh|MWh|CO(?=₂)|GREET \d{4}|ISO",
    r"[\w-]+\.(?:csv|xlsx|pdf)|[a-z0-9-]+@[0-9-]+|[0-9a-f]{64}|[\w-]{43}|Deutsch|English",
)


def named() -> re.Pattern[str]:
    """What may be read in plain letters."""
    factors = {factor.names[LANGUAGE] for factor in shipped().factors}
    known = sorted({re.escape(name) for name in factors}, key=len, reverse=True)
    return re.compile("|".join([*known, rf"(?<!\w)(?:{'|'.join(NAMES)})(?![A-Za-z0-9-])"]))


def texts(element: Element) -> Iterator[str]:
    """What is read or heard there, without what says of itself that it is data."""
    if element.tag in DATA or element.get("lang", LANGUAGE) != LANGUAGE:
        return
    yield from (element[name] for name in SPOKEN if element.get(name))
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield from texts(child)


def untranslated(page: Element) -> set[str]:
    """Texts with a word that stands in no catalogue."""
    names = named()
    said = {" ".join(text.split()) for text in texts(page)}
    return {text for text in said if WORD.search(names.sub("", text))}


def test_no_page_says_what_is_not_translated(aurora, waiting, spoken_by_nobody):
    found = set()
    for path in PAGES:
        page = parse(in_language(aurora, LANGUAGE, path.format(**waiting)))
        assert "⟦" in page.one("title").text
        found |= {(path, text) for text in untranslated(page)}
    assert found == set()


def test_nor_does_one_that_is_empty_or_open_to_all(seat, world, stranger, spoken_by_nobody):
    browser = seat(BEIFENG)
    found = set()
    for visitor, places in ((browser, LISTS), (stranger, OPEN_TO_ALL)):
        visitor.language = LANGUAGE
        visitor.send("/language", language=LANGUAGE)
        for path in places:
            found |= {(path, text) for text in untranslated(parse(visitor.fetch(path).text))}
    assert found == set()


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("<p>Save</p>", {"Save"}),
        ("<p>⟦Śáṽé⟧ now</p>", {"⟦Śáṽé⟧ now"}),
        ("<p title='Close'>⟦Ćĺóśé⟧</p>", {"Close"}),
        ("<a aria-label='Next page'>⟦ñ⟧</a>", {"Next page"}),
        ("<td data-label='Mass'>1,5</td>", {"Mass"}),
        ("<p lang='de'>Speichern</p>", {"Speichern"}),
        ("<p lang='en'>Save</p>", set()),
        ("<code>tierlight sign</code>", set()),
        ("<p>⟦ƒŕóɱ Cellwerk⟧, 1.234,5 kWh</p>", set()),
        ("<p>CAR-1X</p>", {"CAR-1X"}),
    ],
)
def test_the_search_finds_what_is_not_translated(page, wrong):
    assert untranslated(parse(page)) == wrong


def test_the_language_is_longer_and_keeps_what_is_filled_in():
    said = pseudo("{count} {count:row|rows} of {file}, read on the day before yesterday")
    assert said.startswith("⟦{count} ŕóŵś óƒ {file}, ŕéáđ")
    assert said.endswith("⟧")
    assert len(said) > 1.3 * len("{count} rows of {file}, read on the day before yesterday")


@pytest.mark.parametrize("template", sorted(mail_words.templates()))
def test_a_mail_says_nothing_else(template, spoken_by_nobody):
    """Subject, text and button; only the address of the hub and what was filled in is plain."""
    params = dict.fromkeys(mail_words.wanted(template), "7")
    params |= {name: "https://hub.example/7" for name in params if name == mail_words.LINK}
    claimed = Claimed("1", "a@b.example", LANGUAGE, template, params, 1)
    mail = letter(claimed, SERVER)
    plain, marked = (part.get_content() for part in mail.iter_parts())
    for said in (mail["Subject"], plain, " ".join(texts(parse(marked)))):
        assert "⟦" in said
        assert WORD.findall(re.sub(r"https?://\S+|Tierlight", "", said)) == []


class TestLayout:
    pytestmark = NEEDED

    def test_holds_when_every_word_is_longer(
        self, app: FastAPI, tmp_path: Path, aurora: Browser, waiting, spoken_by_nobody
    ):
        """No page scrolls sideways, and no text is cut off, on a telephone and on a desk."""
        found = []
        with desk_at(app, tmp_path / "profile") as desk:
            desk.sit(aurora)
            desk.speak(LANGUAGE)
            for path in PAGES:
                desk.open(path.format(**waiting))
                assert "⟦" in desk.chromium.run("document.title")
                for width in (NARROW, 768, 1280):
                    desk.chromium.look(width)
                    script = f"{MEASURES};[...measures.reflow(), ...measures.cut()]"
                    told = desk.chromium.run(script)
                    found += [f"{path} at {width}: {complaint}" for complaint in told]
        assert found == [], json.dumps(found, ensure_ascii=False, indent=1)
