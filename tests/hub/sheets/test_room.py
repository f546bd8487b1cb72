"""The room as a whole: its words, its process, its worker, its API, what requests ask."""

import ast
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

import hub.workbooks.process as process
from hub.bom.tables import Part
from hub.workbooks.asked import wanted_requests
from hub.workbooks.form import BY_NAME, CHOICES, FORMS, TITLES, UNIT_LISTS
from hub.workbooks.jobs import next_batches
from hub.workbooks.making import make
from hub.workbooks.parts import choices_of
from hub.workbooks.wording import catalogue, folded, word
from supplier_portal.wording import catalogue as of_portal
from tests.cast import AURORA, BEIFENG
from tests.hub.requests.conftest import Asking
from tests.hub.sheets.filled import STATED, fill, opened, saved
from tierlight_schemas.messages import LANGUAGES

CSV = {"headers": {"Content-Type": "text/csv"}}
HEAD = "number,period_start,period_last,declared_unit,net_mass,net_mass_unit,kgco2e\n"
GOOD = "PACK-1,2024-01-01,2024-12-31,piece,300,kg,900.5\n"


class TestWords:
    def test_every_language_has_the_same(self):
        assert len({frozenset(catalogue(language)) for language in LANGUAGES}) == 1

    def test_every_title_column_and_choice_has_words(self):
        keys = {f"sheet.{title}" for title in TITLES}
        keys |= {f"column.{column.name}" for form in FORMS for column in form.columns}
        keys |= {f"list.{name}.{code}" for name, codes in CHOICES.items() for code in codes}
        keys |= {f"unit.{unit}" for units in UNIT_LISTS.values() for unit in units}
        assert keys <= catalogue("en").keys()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_two_columns_of_a_sheet_and_no_two_words_of_a_list_are_alike(self, language):
        for form in FORMS:
            heads = [folded(word(f"column.{c.name}", language)) for c in form.columns]
            assert len(set(heads)) == len(heads)
        for name, codes in CHOICES.items():
            words = [folded(word(f"list.{name}.{code}", language)) for code in codes]
            assert len(set(words)) == len(words)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_pages_say_the_same(self, language):
        pages = of_portal(language)
        groups = {"families": "calc_word", "fates": "calc_word", "modes": "calc_word"}
        groups |= {"methods": "calc_word", "carriers": "calc_field", "boundaries": "word"}
        for name, group in groups.items():
            for code in CHOICES[name]:
                assert word(f"list.{name}.{code}", language) == pages[f"{group}.{code}"]


def test_the_process_loads_nothing_of_the_hub_but_itself_and_the_limits():
    for path in Path(process.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hub"):
                allowed = ("hub.workbooks.process.", "hub.kit.workbook_process")
                assert str(node.module).startswith(allowed), (path, node.module)
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("hub") for alias in node.names)


def test_the_worker_goes_on_with_every_company_s_workbooks(desk, filled):
    run = desk.send(saved(filled))
    for _ in range(4):
        next_batches(desk.session, desk.settings)
    desk.session.refresh(run)
    assert (run.state, desk.states(run)[:2]) == ("done", ["taken", "taken"])
    assert next_batches(desk.session, desk.settings) == 0


def test_one_that_fails_does_not_keep_others(desk, filled, monkeypatch):
    broken = desk.send(saved(filled))
    filled["填报"]["Z1"] = "x"
    good = desk.send(saved(filled))
    broken.layout, broken.problems = "{", "{"
    desk.session.flush()
    for _ in range(4):
        next_batches(desk.session, desk.settings)
    desk.session.refresh(good)
    assert good.state == "done"


class TestApi:
    def send(self, world, table, query=""):
        sent = world.post(BEIFENG, f"/v1/workbooks{query}", content=table.encode(), **CSV)
        assert sent.status_code == 201, sent.text
        run = sent.json()
        while run["state"] in ("judging", "taking"):
            run = world.post(BEIFENG, f"/v1/workbooks/{run['id']}/work").json()
        return run

    def test_a_workbook_is_given_out_in_the_language_asked_for(self, world):
        world.part(BEIFENG, "PACK-1")
        answer = world.client.get(
            "/v1/workbooks/form?part=PACK-1",
            headers=world.members[BEIFENG].headers | {"Accept-Language": "de"},
        )
        sheet = load_workbook(io.BytesIO(answer.content))["Angaben"]
        row = [cell.value for cell in sheet[3]]
        assert row[[c.name for c in BY_NAME["data"].columns].index("number")] == "PACK-1"

    def test_without_parts_it_says_so(self, world):
        answer = world.get(BEIFENG, "/v1/workbooks/form")
        assert (answer.status_code, answer.json()["code"]) == (400, "workbook/no-parts")

    def test_there_and_back(self, world):
        world.part(BEIFENG, "PACK-1")
        run = self.send(world, HEAD + GOOD)
        assert run["state"] == "done"
        found = world.get(BEIFENG, f"/v1/workbooks/{run['id']}/findings").json()
        assert [(row["number"], row["value"]) for row in found["rows"]] == [("PACK-1", "900.5")]
        assert world.get(BEIFENG, "/v1/workbooks").json()["items"][0]["id"] == run["id"]

    def test_a_table_of_text_comes_back_as_a_workbook_with_marks(self, world):
        world.part(BEIFENG, "PACK-1")
        run = self.send(world, HEAD + GOOD.replace("900.5", "about"))
        answer = world.get(BEIFENG, f"/v1/workbooks/{run['id']}/annotated")
        book = load_workbook(io.BytesIO(answer.content))
        assert book["CSV"]["G2"].comment.text.startswith("✗ ")
        assert book["Errors"]["B2"].value == "G2"

    def test_another_company_s_workbook_is_as_one_that_is_not_there(self, world):
        world.part(BEIFENG, "PACK-1")
        run = self.send(world, HEAD + GOOD.replace("900.5", "about"))
        for ask, path in (
            (world.get, ""),
            (world.get, "/findings"),
            (world.get, "/annotated"),
            (world.post, "/work"),
        ):
            theirs = ask(AURORA, f"/v1/workbooks/{run['id']}{path}")
            none = ask(AURORA, f"/v1/workbooks/none{path}")
            assert (theirs.status_code, theirs.json()) == (404, none.json())
        assert world.get(AURORA, "/v1/workbooks").json()["items"] == []


class TestAsked:
    """What customers wait for makes the rows."""

    @pytest.fixture
    def asking(self, desk):
        return Asking(desk.books.world)

    def test_a_row_has_what_the_customer_says_and_what_is_known(self, desk, asking):
        asking.sent(AURORA)
        (row,) = wanted_requests(desk.session, desk.caller)
        told = (row.customer, row.customer_number, row.number, row.level)
        assert told == ("Aurora Motors", "AM-PACK", "PACK-1", "L1")
        assert row.key == desk.books.part(BEIFENG, "PACK-1")
        assert row.known["site"] == "WUHU-1"

    def test_what_is_asked_is_filled_and_taken(self, desk, asking):
        asking.sent(AURORA)
        wanted = wanted_requests(desk.session, desk.caller)
        choices = choices_of(desk.session, desk.caller.company_id)
        book = opened(make(wanted, choices, "zh-CN"))
        assert book["填报"]["C3"].value == "AM-PACK"
        fill(book, "data", 3, STATED)
        run = desk.work(desk.send(saved(book)))
        assert (run.state, desk.states(run)) == ("done", ["taken"])
        assert desk.session.get(Part, desk.rows(run)[0].part_id).number == "PACK-1"
