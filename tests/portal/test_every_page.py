"""What holds for every page, in every language."""

import io
import re
from datetime import timedelta
from itertools import pairwise

import pytest

from hub.access.caller import Caller
from hub.access.invitations import invite_colleague, invite_company, revoke
from hub.access.roles import Role
from hub.activity.shared_codes import new_code
from hub.activity.sheets import FORMS, Sheet
from hub.activity.usecases import record_rows
from hub.calculator.bills import keep, note
from hub.calculator.usecases import answer, begin
from hub.exports.battery.tables import BatteryDeclaration
from hub.exports.battery.usecases import import_classes, record_model
from hub.kit.actions import Action
from hub.kit.clock import now
from hub.kit.language import LANGUAGES
from hub.parties.usecases import add_site
from hub.sharing.usecases import record_read
from supplier_portal.navigation import main_row, second_row
from tests.cast import AURORA, BEIFENG, FOXGLOVE, GUTACHTEN
from tests.hub.access.test_invitations import NEW, code_of
from tests.hub.calculator.answers import BRACKET
from tests.hub.scenarios.conftest import WhatIf
from tests.portal.browser import Browser
from tests.portal.markup import Element, parse
from tests.portal.signing import STEEL, declare, hand_in, payload_of
from tests.portal.test_scenarios import ONE_OF_EACH
from tests.schemas.battery.packs import MODEL
from tierlight_schemas.battery.model import BatteryModel

PAGES = (
    "/",
    "/requests",
    "/requests?show=over",
    "/requests/{to_us}",
    "/requests/{unmatched}",
    "/requests/{answered}",
    "/requests/{ours}",
    "/vehicles",
    "/vehicles/{car}",
    "/vehicles/{car}?open=0,1,1.0&sort=value",
    "/vehicles/{car}?by=commodity",
    "/vehicles/{car}?by=country&open=1",
    "/vehicles/{car}?by=stage",
    "/vehicles/{car}/findings",
    "/vehicles/{car}/findings?severity=warning",
    "/vehicles/{car}/findings?code=tier/missing",
    "/findings",
    "/findings?state=acknowledged&severity=warning&code=tier/missing&part=AM-PACK",
    "/findings/{gap}",
    "/findings/{said}",
    "/disputes",
    "/batteries",
    "/batteries?ruleset=eu-cfb-ev/draft-2024-04",
    "/batteries/classes",
    "/batteries/classes?part=AM-PACK",
    "/batteries/{car}/{site}",
    "/batteries/{car}/{site}?ruleset=eu-cfb-ev/draft-2024-04&audience=authorities",
    "/batteries/{car}/{site}/model",
    "/scenarios",
    "/scenarios/{scenario}",
    "/sites",
    "/sites/{site}/energy?year=2022",
    "/sites/{site}/energy?year=1999&code=new",
    "/sites/{site}/reconciliation?year=2022",
    "/sites/{site}/reconciliation?year=1999",
    "/calculations",
    "/calculations/{draft}/part",
    "/calculations/{draft}/period",
    "/calculations/{draft}/materials",
    "/calculations/{draft}/also",
    "/calculations/{draft}/energy",
    "/calculations/{draft}/bought",
    "/calculations/{draft}/bills",
    "/calculations/{draft}/report",
    "/calculations/{begun}/report",
    "/calculations/{draft}/transport",
    "/calculations/{draft}/packaging",
    "/calculations/{draft}/result",
    "/calculations/{begun}/result",
    "/workbooks",
    "/workbooks/{asked}",
    "/workbooks/{taken}",
    "/parts",
    "/parts?q=steel",
    "/parts?q=nothing-of-the-kind",
    "/parts/{car}",
    "/parts/{pack}",
    "/parts/{steel}",
    "/parts/{steel}/declare",
    "/links",
    "/links?state=disputed&q=STEEL",
    "/links/{towards}",
    "/links/exact",
    "/links/bought",
    "/links/bought?state=disputed",
    "/links/bought/{bought}",
    "/requests/new",
    "/requests/sent",
    "/requests/sent?state=declined",
    "/requests/sent/{sent}",
    "/prepared/{prepared}",
    "/prepared/{doubtful}",
    "/prepared/{unsaid}",
    "/account",
    "/keys",
    "/declarations",
    "/declarations?state=withdrawn",
    "/declarations/{declared}",
    "/declarations/{process}",
    "/receipts",
    "/receipts/{declared}",
    "/declarations/{declared}/afterwards",
    "/updates",
    "/expiring",
    "/consents",
    "/consents/preview",
    "/consents/preview?part=AM-STEEL&level=5",
    "/company",
    "/factors",
    "/factors?category=electricity&place=CN-JL&year=2022&basis=location",
    "/factors?category=electricity&place=CN&year=2022"
    "&compare=cn-electricity/CN/2022/average&compare=world-electricity/CN/2023/average",
    "/verify",
    "/verify?text={declared}",
    f"/verify?text={'0' * 64}",
    "/verify/{declared}",
    "/waiting",
    "/waiting/{held}",
    "/waiting/{rejected}",
    "/access-log",
    "/access-log?unusual=true",
    "/access-log?reader={reader}&since=2020-01-01&until=2020-01-02",
    "/people",
    "/join/{invited}",
    "/-/patterns",
    "/no-such-page",
)
DOUBTFUL = STEEL | {"exempted_emissions_percent": "4"}
LOCAL = re.compile(r"/(?!/)[^\s]*|#[\w-]+")


@pytest.fixture
def paths(cars) -> dict[str, str]:
    """Ids that the addresses of the pages need."""
    found = {
        name: cars.part(AURORA, number)
        for name, number in (("car", "CAR-1"), ("pack", "AM-PACK"), ("steel", "AM-STEEL"))
    }
    found |= said_of_findings(cars)
    found |= links_of(cars)
    found["scenario"] = WhatIf(cars).save(*ONE_OF_EACH)
    found["declared"] = cars.declare(AURORA, "AM-STEEL", "2.10", declared_unit="kg", mass_kg="1")
    cars.grant(AURORA, GUTACHTEN)
    jws = cars.world.get(AURORA, f"/v1/declarations/{found['declared']}/jws").text
    for concluded in ({}, {"level": "program"}, {"share_percent": "12.5"}):
        signed = GUTACHTEN.verification(jws, **concluded)
        sent = cars.world.post(GUTACHTEN, "/v1/verifications", json={"verification": signed})
        assert sent.status_code == 201, sent.text
    found["process"] = cars.process(AURORA, "CAR-1", "410")
    found["site"] = site_of(cars)
    made_a_battery(cars, found["car"], found["site"])
    found["begun"], found["draft"] = drafts_of(cars, found["steel"])
    found["asked"], found["taken"] = workbooks_of(cars)
    found["invited"] = invited(cars)
    return found | requested(cars, found["declared"]) | held(cars)


def requested(cars, declared: str) -> dict[str, str]:
    """What Foxglove has asked Aurora, as it is, without a part and answered; what Aurora asked."""
    world = cars.world
    cars.tables(FOXGLOVE, parts="number\nFX-1\nFX-2\nFX-3")
    said = {"purpose": "a fleet report", "legal_basis": "contract", "seen_by": "an auditor"}
    terms = {"title": "A", "due": (now().date() + timedelta(40)).isoformat(), **said, "level": 2}
    found = {}
    for name, part, number in (
        ("to_us", "FX-1", "AM-STEEL"),
        ("unmatched", "FX-2", "unheard of"),
        ("answered", "FX-3", "AM-STEEL"),
    ):
        line = {"part": part, "supplier": AURORA.name, "supplier_part": number}
        body = terms | {"reference": name, "lines": [line], "aggregate": True}
        sent = world.post(FOXGLOVE, "/v1/requests", json=body).json()
        found[name] = sent["lines"][0]["request"]
    path = f"/v1/requests/{found['answered']}"
    words = {"words": "of the year before?"}
    assert world.post(AURORA, f"{path}/ask", json=words).status_code == 200
    assert world.post(FOXGLOVE, f"{path}/reply", json=words).status_code == 200
    answer = world.post(AURORA, f"{path}/answer", json={"declaration": declared})
    assert answer.status_code == 200, answer.text
    body = terms | {"reference": "ours", "lines": [{"part": "AM-PACK"}]}
    found["ours"] = world.post(AURORA, "/v1/requests", json=body).json()["lines"][0]["request"]
    assert world.post(BEIFENG, f"/v1/requests/{found['ours']}/ask", json=words).is_success
    return found


def made_a_battery(cars, part: str, site: str) -> None:
    """Master data with a row of each list, a class, and a file that left and is stale."""
    session, caller = cars.world.session, cars.world.members[AURORA].caller
    table = io.BytesIO(b"part,component\nAM-PACK,cell\nAM-STEEL,housing\n")
    import_classes(session, caller.company_id, table)
    rows = {
        "offsets": [{"description": "trees", "emissions": "4"}],
        "certificates": [{"name": "a test", "number": "T-1"}],
        "distribution": {"legs": [{"mode": "sea", "km": "900"}]},
    }
    record_model(session, caller, part, site, BatteryModel.model_validate(MODEL | rows))
    session.add(
        BatteryDeclaration(
            company_id=caller.company_id,
            part_id=part,
            site_id=site,
            ruleset="annex-ii/2023",
            format="art7",
            audience="public",
            inputs_digest="a" * 64,
            file_digest="b" * 64,
            per_kwh="0.07",
            recorded_at=now(),
            recorded_by=caller.actor,
        )
    )
    session.commit()


def site_of(cars) -> str:
    """A site of Aurora's with something on every sheet, and with findings."""
    session, company_id = cars.world.session, cars.id(AURORA)
    site = add_site(session, company_id, "CC", "Changchun", "CN", "CN-JL")
    code = new_code()
    rows: dict[Sheet, list[str]] = {
        Sheet.ENERGY: [
            "CC 2022-01 electricity bought . . 1000 kWh meter .",
            "CC 2022-01 electricity bought . . 1100 kWh estimate .",
            "CC 2022-02 electricity bought . . 900 kWh estimate .",
            "CC 2022-01 electricity bought . press 400 kWh meter .",
            "CC 2022-01 electricity self-used . . 50 kWh meter .",
            "CC 2022-01 steam bought . . 5 GJ meter .",
            "CC 2022-01 lpg bought . . 5 liter meter .",
        ],
        Sheet.PRODUCTION: ["CC CAR-1 2022-01 7 1 piece meter ."],
        Sheet.INSTRUMENTS: [
            "CC A certificate 2022 9 MWh 8 wind . GO X7 X9 . . . .",
            "CC B direct-contract 2022 100 kWh . other . . . . . . . .",
        ],
        Sheet.ALLOCATIONS: [
            "CC electricity CAR-1 2022 machine-hours . 70 100 .",
            "CC electricity AM-PACK 2022 revenue . 40 100 .",
            "CC steam CAR-1 2022 pieces . . . .",
        ],
        Sheet.SHARES: [f"CC electricity 2022 {code} 0.6 ."],
        Sheet.USES: ["CC 2022 electricity office 7 kWh . ."],
    }
    for sheet, texts in rows.items():
        names = [column.name for column in FORMS[sheet].columns]
        cells = [["" if cell == "." else cell for cell in text.split()] for text in texts]
        told = [dict(zip(names, row, strict=True)) for row in cells]
        record_rows(session, company_id, sheet, told, "test")
    session.commit()
    return site.id


def said_of_findings(cars) -> dict[str, str]:
    """A finding of Aurora's of which nothing was said, one with a history, and a dispute put to
    Aurora."""
    world = cars.world
    gap = world.get(AURORA, "/v1/findings?code=tier/missing").json()["items"][0]["key"]
    cars.tables(AURORA, parts="number name kind\nSPARE Spare material")
    said = world.get(AURORA, "/v1/findings?code=tier/missing&part=SPARE").json()["items"][0]["key"]
    for act, body in (
        ("dispute", {"reason": "not ours"}),
        ("reopen", {"reason": "it is"}),
        ("acknowledge", {"reason": "sold with the next model"}),
    ):
        assert world.post(AURORA, f"/v1/findings/{said}/{act}", json=body).status_code == 200
    cars.tables(BEIFENG, sourcing="part supplier supplier_part\nBP-CASE Aurora_Motors AM-STEEL")
    return {"gap": gap, "said": said}


def links_of(cars) -> dict[str, str]:
    """A link towards Aurora that names its part exactly, with another that it disputes; and one of
    its own that its supplier disputes."""
    world = cars.world
    cars.tables(
        BEIFENG,
        sourcing="part supplier supplier_part share\n"
        "BP-CASE lei:AURORA00000000000001 AM-STEEL 0.5\n"
        "BP-CASE lei:AURORA00000000000001 am_steel 0.5",
    )
    asked = {link["part_as_written"]: link["id"] for link in items(world, AURORA, "/v1/links")}
    bought = items(world, AURORA, "/v1/links/bought")[0]["id"]
    said = {"reason": "ended", "ended_on": "2024-05-01", "words": "<b>no</b>"}
    for actor, link in ((AURORA, asked["am_steel"]), (BEIFENG, bought)):
        answer = world.post(actor, f"/v1/links/{link}/dispute", json=said)
        assert answer.status_code == 200, answer.text
    bought = items(world, AURORA, "/v1/links/bought")[0]["id"]
    return {"towards": asked["am_steel"], "bought": bought, "sent": sent_by(world)}


def sent_by(world) -> str:
    """A request of Aurora's to Beifeng."""
    due = (now().date() + timedelta(days=40)).isoformat()
    terms = {"purpose": "vehicle <b>footprint</b>", "due": due, "legal_basis": "a contract"}
    told = {"reference": "A", "title": "A", "lines": [{"part": "AM-PACK"}], **terms}
    answer = world.post(AURORA, "/v1/requests", json=told)
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["lines"][0]["request"]
    return found


def items(world, actor, path: str) -> list[dict[str, str]]:
    """The items of a list."""
    found: list[dict[str, str]] = world.get(actor, path).json()["items"]
    return found


def drafts_of(cars, part: str) -> tuple[str, str]:
    """A calculation that was only begun, and one with answers to every step."""
    session, caller = cars.world.session, cars.world.members[AURORA].caller
    begun, draft = begin(session, caller, part), begin(session, caller, part)
    answer(session, caller, draft.id, {**BRACKET, "site": "CC", "bought.0.name": "nut"})
    keep(session, caller, draft.id, "electricity", "電費.pdf", b"%PDF-1.7")
    note(session, caller, draft.id, "scrap", "", "a" * 64)
    session.commit()
    return begun.id, draft.id


def workbooks_of(cars) -> tuple[str, str]:
    """A workbook that waits for a word on its good row, and one of which that row was taken."""
    world, ids = cars.world, []
    head = "number,period_start,period_last,declared_unit,net_mass,net_mass_unit,kgco2e\n"
    for wrong, wish in (("AM-STEEL,2022-01-01,x,kg,,,1\n", ""), ("", "?accept_valid=true")):
        table = f"{head}AM-PACK,2022-01-01,2022-12-31,piece,300,kg,900\n{wrong}"
        sent = {"content": table.encode(), "headers": {"Content-Type": "text/csv"}}
        run = world.post(AURORA, f"/v1/workbooks{wish}", **sent).json()["id"]
        for _ in range(3):
            assert world.post(AURORA, f"/v1/workbooks/{run}/work").status_code == 200
        ids.append(run)
    return ids[0], ids[1]


def held(cars) -> dict[str, str]:
    """What waits and what was rejected at Aurora; somebody has read there, and four eyes are asked
    for."""
    world = cars.world
    world.put(AURORA, "/v1/four-eyes", json={"on": True})
    ids = []
    for number in ("AM-STEEL", "AM-PACK"):
        answer = world.submit(AURORA, AURORA.submission(number))
        assert answer.status_code == 202, answer.text
        ids.append(world.get(AURORA, f"/v1/held/{answer.json()['digest']}").json()["id"])
    world.post(AURORA, f"/v1/held/{ids[1]}/rejection", json={"reason": "an old meter"})
    reader = world.members[BEIFENG].caller
    record_read(world.session, reader, cars.id(AURORA), "declaration", "0" * 64, 1, "lorry")
    world.session.commit()
    return {"held": ids[0], "rejected": ids[1], "reader": reader.company_id}


@pytest.fixture
def waiting(aurora, cars, paths) -> dict[str, str]:
    """Documents that Aurora's clerk has prepared and signed, before and after four eyes."""
    names = ("prepared", "signed", "unsaid")
    found = {name: declare(aurora, paths["steel"], **STEEL) for name in names}
    sign(aurora, found["signed"])
    found["doubtful"] = declare(aurora, paths["steel"], **DOUBTFUL)
    found |= held(cars)
    sign(aurora, found["unsaid"])
    return paths | found


def invited(cars) -> str:
    """The code of an invitation from Beifeng; Aurora has sent some of its own."""
    session, code = cars.world.session, ""
    for actor in (AURORA, AURORA, BEIFENG):
        caller = Caller(cars.id(actor), "person:admin", roles=frozenset(Role))
        _, invitation = invite_company(session, caller, **NEW)
        code = code_of(session, invitation)
        if actor is AURORA:
            revoke(session, caller, invitation.id)
            invite_colleague(session, caller, "wu@a.example", "Wu", "de", ["submitter"])
    session.commit()
    return code


def sign(browser: Browser, prepared: str) -> None:
    """With Aurora's key in a file."""
    page = browser.open(f"/prepared/{prepared}")
    assert hand_in(browser, page, AURORA.sign(payload_of(browser, page))).status_code == 303


@pytest.fixture
def aurora(seat, cars) -> Browser:
    return seat(AURORA)


def in_language(browser: Browser, language: str, path: str) -> str:
    browser.send("/language", language=language)
    answer = browser.fetch(path)
    assert answer.status_code == (404 if path == "/no-such-page" else 200), answer.text[:500]
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole(aurora, waiting, language):
    for path in PAGES:
        page = parse(in_language(aurora, language, path.format(**waiting)))
        assert_skeleton(page, language)
        assert_headings(page)
        assert_names(page)
        assert_nothing_inline_or_foreign(page)
        assert_ids(page)
        assert_tables(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_page_is_whole(stranger, language):
    stranger.language = language
    page = stranger.open("/sign-in")
    assert_skeleton(page, language)
    assert_headings(page)
    assert_names(page)
    assert_nothing_inline_or_foreign(page)
    assert_ids(page)
    assert [e["autocomplete"] for e in page.all("input") if e.get("autocomplete")] == [
        "username",
        "current-password",
    ]


def assert_skeleton(page: Element, language: str) -> None:
    """Language, title, landmarks, skip link, and which page of the navigation it is."""
    assert page.one("html")["lang"] == language
    assert page.one("title").text.endswith("· Tierlight")
    for landmark in ("main", "footer"):
        page.one(landmark)
    assert [e.tag for e in page.one("body").children if isinstance(e, Element)][1] == "header"
    assert all(nav.get("aria-label") for nav in page.all("nav"))
    skip = page.all("a")[0]
    assert skip["href"] == "#main"
    assert page.one("main")["id"] == "main"
    switch = page.one("form", action="/language")
    assert [b["lang"] for b in switch.all("button") if b.get("aria-current")] == [language]


def assert_headings(page: Element) -> None:
    """One first heading, and no level left out."""
    levels = [int(e.tag[1]) for e in page.walk() if re.fullmatch("h[1-6]", e.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    for above, below in pairwise(levels):
        assert below <= above + 1


def assert_names(page: Element) -> None:
    """Whatever can be used says what it does; pictures are silent, the words beside them speak."""
    labels = {label["for"] for label in page.all("label")}
    for tag in ("input", "select", "textarea"):
        for field in page.all(tag):
            assert field.get("type") == "hidden" or field["id"] in labels
    for tag in ("a", "button", "summary", "h1", "h2", "h3", "th", "dt"):
        for element in page.all(tag):
            assert element.text, f"<{tag} {element.attributes}> says nothing"
    assert all(svg["aria-hidden"] == "true" for svg in page.all("svg"))
    for section in page.all("section"):
        assert page.one(id=section["aria-labelledby"]).text


def assert_nothing_inline_or_foreign(page: Element) -> None:
    """The content security policy would block it; a closed plant network could not load it."""
    assert not page.all("style")
    assert not page.all("iframe")
    for element in page.walk():
        assert "style" not in element.attributes
        assert not [name for name in element.attributes if name.startswith("on")]
        if element.tag == "script":
            assert element["type"] == "module"
            assert not element.text
        for name in ("href", "src", "action"):
            if name in element.attributes:
                assert LOCAL.fullmatch(element[name]), element[name]


def assert_ids(page: Element) -> None:
    """Ids are unique, and every link inside the page leads somewhere."""
    ids = [e["id"] for e in page.walk() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids
    for name in ("aria-labelledby", "for"):
        assert all(e[name] in ids for e in page.walk() if name in e.attributes)


def assert_tables(page: Element) -> None:
    """Every cell belongs to a column and a row; a stacked cell names its column."""
    for table in page.all("table"):
        columns = [th for th in table.one("thead").all("th") if th["scope"] == "col"]
        for row in table.one("tbody").all("tr"):
            cells = [c for c in row.children if isinstance(c, Element)]
            assert len(cells) == len(columns)
            assert cells[0]["scope"] == "row"
            if "stacked" in table["class"].split():
                named = [cell["data-label"] for cell in cells[1:]]
                assert named == [column.text.removesuffix(" ↓") for column in columns[1:]]


class TestPlaces:
    def test_the_navigation_says_where_one_is(self, aurora, paths):
        for path, current in (("/parts", "page"), (f"/parts/{paths['car']}", "true")):
            nav = aurora.open(path).one("nav", class_="main-nav")
            assert {a["href"] for a in nav.all("a", aria_current=current)} == {"/parts"}

    def test_the_pages_of_the_company_stand_in_a_second_row(self, aurora):
        nav = aurora.open("/keys").one("nav", class_="main-nav")
        first, second = nav.all("ul")
        assert [a["href"] for a in first.all("a", aria_current="true")] == ["/company"]
        assert [a["href"] for a in second.all("a", aria_current="page")] == ["/keys"]
        assert {"/consents", "/people"} <= {a["href"] for a in second.all("a")}
        assert len(aurora.open("/sites").one("nav", class_="main-nav").all("ul")) == 1

    def test_who_may_not_see_the_first_page_of_a_section_finds_the_next(self):
        assert second_row({Action.READ}, "factors") == []
        assert "factors" in main_row({Action.READ})
        assert main_row({Action.READ, Action.READ_FOOTPRINTS})[2] == "vehicles"

    def test_a_page_has_a_strict_policy_and_is_not_kept(self, aurora):
        headers = aurora.fetch("/vehicles").headers
        assert headers["content-security-policy"].startswith("default-src 'self'; ")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert "Cookie" in headers["vary"]

    def test_an_empty_company_is_told_so_on_every_list(self, seat, world):
        browser = seat(BEIFENG)
        browser.send("/language", language="en")
        for path, words in (
            ("/vehicles", "There are no bills of materials yet"),
            ("/parts", "No parts are registered yet"),
            ("/sites", "No sites yet"),
            ("/declarations", "No declarations yet"),
            ("/scenarios", "There are no scenarios yet"),
        ):
            assert words in browser.open(path).one("main").text
