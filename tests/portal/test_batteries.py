"""The officer's desk in a browser without JavaScript: from nothing to a file, and refusals."""

import json
from typing import get_args

import pytest

from hub.exports.battery.checklist import CLAUSES, FIELDS, Way, step_of
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.writing import Audience
from hub.kit.language import LANGUAGES
from supplier_portal.battery_form import GROUPS, LISTS, MAX_ROWS, read, typed_of, written
from supplier_portal.battery_words import ToldClause
from supplier_portal.wording import catalogue
from tests.cast import AURORA, BEIFENG
from tests.hub.exports.battery.conftest import Works, works
from tests.portal.browser import Browser
from tests.portal.markup import Element, parse
from tests.schemas.battery.packs import MODEL
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.gaps import Gap, Who
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.reading import Step
from tierlight_schemas.battery.rulesets import RULESETS, ElectricityMode, Stage
from tierlight_schemas.battery.specific import Data
from tierlight_schemas.rollup.model import Known

__all__ = ["works"]

ENGLISH = catalogue("en")
DRAFT = "eu-cfb-ev/draft-2024-04"


@pytest.fixture
def officer(seat, works) -> Browser:
    browser = seat(AURORA)
    browser.send("/language", language="en")
    return browser


def home(works: Works) -> str:
    return f"/batteries/{works.part_id}/{works.site_id}"


def the_form(page: Element, works: Works) -> dict[str, str]:
    form = page.one("form", action=f"{home(works)}/model")
    found = {e["name"]: e.get("value") or "" for e in form.all("input")}
    for select in form.all("select"):
        chosen = [o["value"] for o in select.all("option") if "selected" in o.attributes]
        found[select["name"]] = chosen[0] if chosen else ""
    return found


def clause(page: Element, name: str) -> Element:
    """The row of a clause."""
    rows = page.one("section", aria_labelledby="clauses").one("tbody").all("tr")
    return next(row for row in rows if row.all("th")[0].text.startswith(name))


class TestFromNothing:
    def test_a_part_and_a_plant_are_chosen_and_all_is_missing(self, officer, works):
        desk = officer.open("/batteries")
        assert "No battery is begun yet" in desk.one("main").text
        asked = f"/batteries/begin?part=BATTERY&site={works.site_id}"
        answer = officer.fetch(asked)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{home(works)}/model")
        page = officer.open(home(works))
        assert "There is no declaration yet" in page.one("main").text
        assert "gap" in clause(page, "Art. 7(1)(f)").text
        assert "complete" in clause(page, "Art. 7(1)(c)").text
        link = clause(page, "Art. 7(1)(f)").one("a")["href"]
        assert link == f"{home(works)}/model#declarationOfConformity"

    @pytest.mark.parametrize("part", ["", "NONE", "battery", "x" * 150])
    def test_a_part_that_there_is_not(self, officer, works, part):
        answer = officer.fetch(f"/batteries/begin?part={part}&site={works.site_id}")
        assert answer.status_code == 400
        assert "There is no part of yours with the number" in answer.text

    @pytest.mark.parametrize("site", ["", "none", "{foreign}"])
    def test_a_plant_that_there_is_not(self, officer, works, site):
        site = site.format(foreign=works.chain.id(BEIFENG))
        assert officer.fetch(f"/batteries/begin?part=BATTERY&site={site}").status_code == 404

    def test_the_form_makes_it_complete_and_the_file_leaves(self, officer, works):
        works.cell()
        fields = the_form(officer.open(f"{home(works)}/model"), works)
        fields |= written(BatteryModel.model_validate(MODEL))
        answer = officer.send(f"{home(works)}/model", **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, home(works))
        page = officer.open(home(works))
        assert "Every item that Article 7(1) asks for is there." in page.one("main").text
        value = works.ask()["per_kwh"]["value"]
        assert value in page.one("section", aria_labelledby="result").text
        stages = page.one("section", aria_labelledby="result").one("tbody").all("code")
        assert [e.text for e in stages] == [row["per_kwh"] for row in works.ask()["stages"]]
        (link,) = [a["href"] for a in page.all("a") if "/files/art7?" in a["href"]]
        file = officer.fetch(link)
        assert json.loads(file.content)["carbonFootprint"]["value"] == value
        history = officer.open(home(works)).one("section", aria_labelledby="history")
        assert "holds" in history.text
        assert "complete" in officer.open("/batteries").one("tbody").text

    def test_stale_is_seen_on_both_pages(self, officer, works):
        works.enter()
        works.cell()
        assert officer.fetch(f"{home(works)}/files/art7").status_code == 200
        bill = "parent child quantity\nBATTERY AM-CELL 3\nBATTERY AM-BMS 1"
        works.chain.tables(AURORA, bom=bill)
        assert "1 file is stale" in officer.open("/batteries").one("tbody").text
        history = officer.open(home(works)).one("section", aria_labelledby="history")
        assert "stale" in history.one("tbody").text

    def test_the_draft_says_so_on_every_page(self, officer, works):
        works.enter()
        for path in ("/batteries", home(works), f"{home(works)}?ruleset={DRAFT}"):
            assert "A draft, not a legal declaration" in officer.open(path).one("main").text

    def test_both_rulesets_and_what_the_second_restates(self, officer, works):
        works.enter()
        works.cell(country="CN")
        page = officer.open(f"{home(works)}?ruleset={DRAFT}")
        assert "by the national consumption mix" in page.one("main").text
        current = [a.text for a in page.all("a", aria_current="true")]
        assert DRAFT in current
        assert officer.fetch(f"{home(works)}?ruleset=annex-ii/2024").status_code == 400

    def test_offsets_stand_apart(self, officer, works):
        works.cell()
        works.enter()
        before = works.ask()["per_kwh"]["value"]
        works.enter(offsets=[{"description": "Trees of 2025", "emissions": "99"}])
        text = officer.open(home(works)).one("section", aria_labelledby="result").text
        assert "Trees of 2025" in text
        assert before in text


class TestSteps:
    def test_a_supplier_is_asked_in_one_step(self, officer, works):
        works.enter()  # Beifeng's cell is known as a sum alone
        page = officer.open(home(works))
        links = [a["href"] for a in clause(page, "Art. 7(1)(e)").all("a")]
        assert "/requests/new?part=AM-CELL&battery=BATTERY" in links
        asking = officer.open("/requests/new?part=AM-CELL&battery=BATTERY")
        ticked = [
            e["value"] for e in asking.all("input", type="checkbox") if "checked" in e.attributes
        ]
        assert ticked == ["part=AM-CELL&supplier=uscc%3A91BEIFENG000000002&supplier_part=CELL"]
        form = asking.one("form", action="/requests/new/preview")
        fields = {
            e["name"]: e.get("value") or ""
            for e in form.all("input", type="text") + form.all("input")
        }
        assert "BATTERY" in fields["title"]
        assert "Article 7" in fields["purpose"]
        sent = {n: v for n, v in fields.items() if n not in ("line", "table")}
        more = {"level": "2", "anyway": "yes", "line": ticked, "aggregate": "yes"}
        answer = officer.send("/requests/new/send", **sent, **more)
        assert answer.status_code == 200, answer.text
        waiting = works.world.get(BEIFENG, "/v1/requests", params={"box": "in"}).json()["items"]
        assert [row["level"] for row in waiting] == [2]
        again = officer.open("/requests/new?part=AM-CELL&battery=BATTERY").one("main")
        assert [a for a in again.all("a") if a["href"].startswith("/requests/sent/")]

    @pytest.mark.parametrize("part", ["NONE", "AM-POWER", "", "x" * 300])
    def test_what_is_not_bought_is_not_asked_for(self, officer, works, part):
        page = officer.open(f"/requests/new?part={part}")
        assert not [e for e in page.all("input", type="checkbox") if "checked" in e.attributes]

    def test_who_may_not_ask_or_enter_is_told_who_can(self, enter, works):
        works.enter(studyLink=None)
        reader = enter(AURORA, "Rita", "releaser")
        page = reader.open(home(works))
        assert "Somebody who may enter data can close it." in clause(page, "Art. 7(1)(g)").text
        assert not clause(page, "Art. 7(1)(e)").all("a")
        assert reader.fetch(f"{home(works)}/model").status_code == 403
        assert reader.fetch("/batteries/classes").status_code == 403

    def test_a_factor_is_asked_of_the_operator_in_words(self, officer, works):
        works.enter(distribution={"legs": [{"mode": "barge", "km": "100"}]})
        found = [row for row in works.ask()["gaps"] if row["who"] == "operator"]
        text = officer.open(home(works)).one("main").text
        assert ("Send the operator of this hub these words:" in text) is bool(found)

    @pytest.mark.parametrize(
        ("gap", "way", "told"),
        [
            (Gap("battery/incomplete", "study", "c"), Way.FORM, "studyLink"),
            (Gap("battery/incomplete", "footprint", "c"), Way.FOLLOWS, ""),
            (Gap("battery/incomplete", "freight-factor", "c", Who.OPERATOR), Way.OPERATOR, ""),
            (Gap("battery/electricity-not-restatable", "mix", "c", Who.SUPPLIER, "CELL", "b"),
             Way.OPERATOR, ""),
            (Gap("battery/incomplete", "component", "c", part="X"), Way.CLASSES, "X"),
            (Gap("battery/recycling-method-mixed", "shares", "c"), Way.FORM, "materials"),
            (Gap("battery/incomplete", "own-process", "c", part="X"), Way.PART, "X"),
            (Gap("battery/stage-unsplit", "none", "c", Who.SUPPLIER, "CELL", "b"),
             Way.REQUEST, "AM-CELL"),
        ],
    )  # fmt: skip
    def test_each_gap_has_one_step(self, gap, way, told):
        cell = Entry("CELL", "Cell", "b", None, "AM-CELL", Step.WHOLE, Known.DECLARED, None)
        step = step_of(gap, [cell])
        assert (step.way, step.field or step.part) == (way, told)

    def test_every_step_into_the_form_leads_to_a_field(self, officer, works):
        ids = {e["id"] for e in officer.open(f"{home(works)}/model").walk() if "id" in e.attributes}
        assert {field.replace(".", "-") for field in FIELDS.values()} <= ids


class TestForm:
    @pytest.mark.parametrize(
        ("name", "typed", "words"),
        [
            ("serviceLife-usableKwh", "0", "This is no number"),
            ("serviceLife-usableKwh", "72,5", "This is no number"),
            ("massKg", "1" + "0" * 40, "This is no number"),
            ("studyLink", "http://x.example", "begins with https"),
            ("studyLink", "javascript:alert(1)", "begins with https"),
            ("gtin", "123", "14 digits"),
            ("category", "car", "Choose one of the list"),
            ("model", "x" * 700, "too long"),
            ("materials-3-name", "steel", "This has to be said"),
            ("materials-0-r1", "1.5", "cannot be used"),
            ("offsets-0-emissions", "-1", "This is no number"),
            ("distribution-legs-1-km", "5", "This has to be said"),
        ],
    )
    def test_nothing_typed_is_lost(self, officer, works, name, typed, words):
        fields = the_form(officer.open(f"{home(works)}/model"), works)
        told = {"model": "TL-72", "manufacturer-name": "Aurora", "materials-0-name": "steel"}
        told |= {"materials-0-family": "metal", "materials-0-massKg": "3"}
        answer = officer.send(f"{home(works)}/model", **(fields | told | {name: typed}))
        assert answer.status_code == 400
        page = parse(answer.text)
        held = the_form(page, works)
        for field, value in (told | {name: typed}).items():
            assert held[field] == value
        wrong = {e["id"] for e in page.walk() if e.attributes.get("aria-invalid") == "true"}
        assert wrong
        links = {a["href"][1:] for a in page.one("div", role="alert").all("a")}
        assert links == wrong
        assert words in page.one("main").text
        assert works.world.get(AURORA, f"{works.path}/model").json().get("model") is None

    def test_more_rows_keep_what_was_typed(self, officer, works):
        fields = the_form(officer.open(f"{home(works)}/model"), works)
        fields |= {"materials-0-name": "steel", "materials-0-massKg": "nonsense"}
        page = parse(officer.send(f"{home(works)}/model", **fields, more="materials").text)
        held = the_form(page, works)
        assert (held["materials-0-name"], held["materials-0-massKg"]) == ("steel", "nonsense")
        assert {"materials-1-name", "materials-3-name"} <= held.keys()

    def test_an_empty_row_between_is_left_out(self):
        model, wrong = read({"certificates-0-name": "A", "certificates-0-number": "1",
                             "certificates-4-name": "B", "certificates-4-number": "2"})  # fmt: skip
        assert wrong == {}
        assert model is not None
        assert [each.name for each in model.certificates] == ["A", "B"]

    def test_the_problem_of_a_row_is_told_at_that_row(self):
        _, wrong = read({"certificates-0-name": "A", "certificates-0-number": "1",
                         "certificates-4-name": "B"})  # fmt: skip
        assert wrong == {"certificates-4-number": "missing"}

    @pytest.mark.parametrize(
        "name",
        ["", "-", "csrf_token", "more", "materials", "materials-x-name", "materials-1000-name",
         f"materials-{MAX_ROWS}-name", "materials-0-nothing", "nothing-0-name", "model-x",
         "serviceLife", "materials-0", "materials-²-name"],
    )  # fmt: skip
    def test_what_is_no_field_is_not_read(self, name):
        assert typed_of({name: "x"}) == {}

    def test_what_is_written_reads_back(self):
        rows = {
            "offsets": [{"description": "trees", "emissions": "4"}],
            "certificates": [{"name": "a", "number": "1", "link": "https://a.example"}],
            "distribution": {"legs": [{"mode": "sea", "km": "900"}, {"mode": "road", "km": "1"}]},
        }
        model = BatteryModel.model_validate(MODEL | rows)
        assert read(typed_of(written(model)))[0] == model
        assert read({}) == (BatteryModel(), {})

    def test_every_member_of_the_document_is_a_field(self):
        named = {field.word for group in GROUPS for field in group.fields}
        assert len(named) == sum(len(group.fields) for group in GROUPS)
        assert {"serviceLife_kmPerYear", "materials_avoidedEnergy", "offsets_emissions"} <= named
        assert set(LISTS) == {"certificates", "distribution-legs", "materials", "offsets"}

    def test_the_form_of_another_company_is_not_there(self, seat, works):
        works.enter()
        stranger = seat(BEIFENG)
        for path in ("", "/model", "/files/art7"):
            mine = stranger.fetch(home(works) + path)
            none = stranger.fetch("/batteries/x/y" + path)
            assert (mine.status_code, none.status_code) == (404, 404)


class TestClasses:
    def test_rows_that_are_typed(self, officer, works):
        page = officer.open("/batteries/classes?part=AM-WAY")
        form = page.one("form", action="/batteries/classes")
        assert form.one("input", id="part-0")["value"] == "AM-WAY"
        typed = {"part-0": "BATTERY", "component-0": "battery", "part-3": "AM-BMS"}
        answer = officer.submit(form, **typed, **{"component-3": "electronics"})
        assert "1 new, 0 changed, 1 unchanged" in answer.text
        row = officer.open("/batteries").one("tbody")
        assert "not begun" in row.text
        begin = officer.open(row.one("a")["href"].partition("#")[0])
        assert begin.one("input", id="part")["value"] == "BATTERY"

    @pytest.mark.parametrize(
        "typed",
        [
            {"part-0": "NONE", "component-0": "cell"},
            {"part-0": "AM-BMS", "component-0": ""},
            {"part-0": "", "component-0": "cell"},
            {"part-0": "AM-BMS", "component-0": "engine"},
            {"part-0": "AM-BMS", "component-0": "cell", "part-1": "AM-BMS", "component-1": "cell"},
        ],
    )
    def test_rows_that_cannot_be(self, officer, works, typed):
        form = officer.open("/batteries/classes").one("form", action="/batteries/classes")
        answer = officer.submit(form, **typed)
        assert answer.status_code == 400
        page = parse(answer.text)
        assert page.one("div", role="alert").all("li")
        held = page.one("form", action="/batteries/classes").one("input", id="part-0")
        assert (held.get("value") or "") == typed["part-0"]

    def test_a_table(self, officer, works):
        form = officer.open("/batteries/classes").one("form", action="/batteries/classes/table")
        good = officer.upload(form, "c.csv", b"part,component\nBATTERY,battery\n")
        assert "1 new" in good.text
        bad = officer.upload(form, "c.csv", b"part,component\nBATTERY,engine\n")
        assert bad.status_code == 400
        assert officer.upload(form, "c.csv", b"").status_code == 400


class TestWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_word_that_a_page_chooses_is_there(self, language):
        words = catalogue(language)
        wanted = {f"battery_field.{field.word}" for group in GROUPS for field in group.fields}
        wanted |= {f"battery_group.{group.word}" for group in GROUPS}
        wanted |= {
            f"battery_choice.{field.name}.{choice}"
            for group in GROUPS
            for field in group.fields
            for choice in field.choices
            if field.name != "vehicleCategory"
        }
        wanted |= {f"battery_clause.{ToldClause(name, ()).word}" for name in CLAUSES}
        wanted |= {f"battery_stage.{each}" for each in Stage}
        wanted |= {f"battery_data.{each}" for each in Data}
        wanted |= {f"battery_audience.{each}" for each in Audience}
        wanted |= {f"battery_format.{each}" for each in FORMATS}
        wanted |= {f"battery_who.{each}" for each in Who}
        wanted |= {f"battery_electricity.{each}" for each in get_args(ElectricityMode)}
        assert wanted <= words.keys()

    def test_every_status_of_a_ruleset_has_words(self):
        for rules in RULESETS.values():
            assert rules.status.startswith(("draft", "in force"))
