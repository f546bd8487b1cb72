"""The company's own parts and declarations, and what one declaration says."""

import json

import pytest

from hub.disclosure import company_declarations
from supplier_portal.views import parts as parts_view
from tests.cast import AURORA, BEIFENG, CELLWERK, YEAR
from tests.portal.browser import Browser
from tests.portal.markup import Element


@pytest.fixture
def beifeng(seat) -> Browser:
    browser = seat(BEIFENG)
    browser.send("/language", language="en")
    return browser


def fields(page: Element) -> dict[str, str]:
    return {row.one("dt").text: row.one("dd").text for row in page.all(class_="field-row")}


def table_rows(page: Element) -> list[Element]:
    return page.one("main").one("tbody").all("tr")


class TestParts:
    def test_are_the_company_s_own_with_what_is_declared(self, beifeng, known_cars):
        page = beifeng.open("/parts")
        shown = [row.all("a")[0].text for row in table_rows(page)]
        assert shown == ["Case", "Cell", "Power", "Pack"]
        case, cell, power, pack = table_rows(page)
        assert case.one("td", data_label="Mass of one unit").text == "1 kg"
        assert power.one("td", data_label="Mass of one unit").text == "–"
        assert cell.one("td", data_label="Declaration").text == "none"
        assert pack.one("td", data_label="Declaration").text == "in force"
        assert pack.one("td", data_label="Kind").text == "assembly"

    def test_can_be_searched_by_number_and_name(self, beifeng, known_cars):
        for query, expected in (("PACK", ["Pack"]), ("case", ["Case"]), ("%", []), ("_", [])):
            page = beifeng.open(f"/parts?q={query.replace('%', '%25')}")
            shown = [row.all("a")[0].text for row in table_rows(page)] if expected else []
            assert shown == expected
            assert page.one("input", id="q")["value"] == query

    def test_come_in_pages(self, beifeng, known_cars, monkeypatch):
        monkeypatch.setattr(parts_view, "PAGE", 3)
        first = beifeng.open("/parts")
        assert len(table_rows(first)) == 3
        second = beifeng.open(first.link("Next page")["href"])
        assert [row.all("a")[0].text for row in table_rows(second)] == ["Pack"]
        assert not [a for a in second.all("a") if "Next" in a.text]
        beifeng.open("/parts?after=nonsense", status=400)


class TestPart:
    def test_shows_lines_links_and_declarations(self, beifeng, known_cars):
        page = beifeng.open(f"/parts/{known_cars.part(BEIFENG, 'PACK-1')}")
        assert page.one("h1").text == "Pack"
        lines = page.one("section", aria_labelledby="lines")
        assert "40 piece" in lines.text
        assert "per 1 piece" in lines.text
        sold = page.one("section", aria_labelledby="sold")
        assert "Aurora Motors" in sold.text
        assert "confirmed" in sold.text
        assert "AM-PACK" not in page.text
        declared = page.one("section", aria_labelledby="declarations")
        assert "900.50 kg CO₂e" in declared.text
        assert page.one(class_="statement").text.startswith("900.5 kg CO₂e, everything")

    def test_shows_where_it_is_bought(self, beifeng, known_cars):
        page = beifeng.open(f"/parts/{known_cars.part(BEIFENG, 'BP-CELL')}")
        bought = page.one("section", aria_labelledby="bought")
        assert "CELL-1" in bought.text
        assert "100%" in bought.text
        assert "DAP" in bought.text
        assert page.one(class_="statement").text.startswith("Nothing is known yet")
        assert "No declaration yet" in page.text


class TestDeclarations:
    def test_stand_newest_first_with_state_and_files(self, beifeng, known_cars):
        page = beifeng.open("/declarations")
        (row,) = table_rows(page)
        assert row.one("td", data_label="State").text == f"in force until 30 Dec {YEAR + 3}"
        assert row.one("td", data_label="Period of the data").text == (
            f"1 Jan {YEAR} – 30 Dec {YEAR}"
        )
        for word, kind in (("Receipt", "application/json"), ("Signed", "application/jose")):
            answer = beifeng.fetch(row.link(word)["href"])
            assert answer.headers["content-type"] == kind
            assert answer.headers["content-disposition"].startswith("attachment; filename=")

    def test_a_withdrawn_one_says_so_and_can_be_found_by_it(self, beifeng, known_cars):
        digest = table_rows(beifeng.open("/declarations"))[0].all("a")[0]["href"].split("/")[-1]
        path = f"/v1/declarations/{digest}/withdrawal"
        reason = {"reason": "a <wrong> bill"}
        assert known_cars.world.post(BEIFENG, path, json=reason).status_code == 201
        assert "None in this state" in beifeng.open("/declarations?state=head").text
        (row,) = table_rows(beifeng.open("/declarations?state=withdrawn"))
        assert "withdrawn" in row.text
        page = beifeng.open(f"/declarations/{digest}")
        assert page.one(class_="alert-quiet").text.startswith("This declaration has been withdrawn")
        assert "a <wrong> bill" in page.text

    def test_come_in_pages(self, beifeng, known_cars, monkeypatch):
        monkeypatch.setattr(company_declarations, "PAGE", 1)
        known_cars.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1")
        first = beifeng.open("/declarations")
        assert [row.all("a")[0].text for row in table_rows(first)] == ["Case"]
        second = beifeng.open(first.link("Older")["href"])
        assert [row.all("a")[0].text for row in table_rows(second)] == ["Pack"]
        assert not [a for a in second.all("a") if "Older" in a.text]


class TestDeclaration:
    def test_says_every_field_in_words_with_the_digits_that_were_signed(self, beifeng, known_cars):
        digest = known_cars.declare(
            BEIFENG,
            "PACK-1",
            "1900.500",
            mass_kg="300.0",
            fossil_ghg_emissions="1900.500",
            site="CN-1",
        )
        page = beifeng.open(f"/declarations/{digest}")
        assert page.one(class_="statement").one("data")["value"] == "1900.500"
        said = fields(page)
        assert said["Total excluding biogenic uptake"] == "1,900.500 kg CO₂e"
        assert said["Mass of the declared amount"] == "300.0 kg"
        assert said["Boundary"] == "cradle to gate"
        assert said["Making site"] == "CN-1"
        assert said["Left out"] == "not stated"
        assert said["Data until"] == f"30 Dec {YEAR}"

    def test_quotes_what_was_signed_in_its_own_language(self, beifeng, known_cars):
        digest = known_cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        stored = known_cars.world.get(BEIFENG, f"/v1/declarations/{digest}/jws").content
        page = beifeng.open(f"/declarations/{digest}")
        quote = page.one("blockquote")
        assert quote["lang"] == "en"
        assert quote.text.startswith("We declare for part PACK-1")
        assert digest in page.text
        assert beifeng.fetch(f"/declarations/{digest}/jws").content == stored

    def test_findings_of_the_door_stand_with_it(self, beifeng, known_cars):
        digest = known_cars.declare(
            BEIFENG, "PACK-1", "900", mass_kg="300", fossil_ghg_emissions="100"
        )
        page = beifeng.open(f"/declarations/{digest}")
        findings = page.one("section", aria_labelledby="findings")
        assert "document/total-differs-from-parts" in findings.text
        assert "What to do:" in findings.text

    def test_an_own_process_is_no_footprint(self, seat, cars):
        digest = cars.process(AURORA, "CAR-1", "410", electricity_kwh="100.0")
        page = seat(AURORA).open(f"/declarations/{digest}")
        assert "Declaration of an own process" in page.text
        assert fields(page)["Own making, total"] == "410 kg CO₂e"
        assert fields(page)["Electricity used"] == "100.0 kWh"

    def test_a_customer_sees_what_he_was_granted(self, seat, known_cars):
        browser = seat(AURORA)
        digest = known_cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        page = browser.open(f"/declarations/{digest}")
        assert page.one("h1").text == "Pack"
        assert not page.all("nav", class_="crumbs")
        log = known_cars.world.get(BEIFENG, "/v1/access-log", params={"limit": 1000}).json()
        assert digest in {entry["object_id"] for entry in log["items"]}
        beifeng = seat(BEIFENG)
        beifeng.send("/language", language="en")
        assert "by 1 company in the last 30 days" in beifeng.open("/").text

    def test_annexes_open_by_level(self, seat, known_cars):
        component = {"name": "Cell", "quantity": "1", "unit": "piece", "valueUsed": "20"}
        digest = known_cars.compose(BEIFENG, "PACK-1", "900", [component], mass_kg="300")
        own, customer = seat(BEIFENG), seat(AURORA)
        path = f"/declarations/{digest}/annexes/composition"
        assert own.open(f"/declarations/{digest}").all("a", href=path)
        assert json.loads(own.fetch(path).content)["annex"] == "composition"
        assert not customer.open(f"/declarations/{digest}").all("a", href=path)
        customer.open(path, status=404)
        customer.open(f"/declarations/{digest}/annexes/nonsense", status=404)


class TestHome:
    def test_counts_what_is_there_and_what_waits(self, seat, cars):
        cars.tables(
            BEIFENG,
            sourcing="""
                part supplier supplier_part share delivery_term
                BP-CASE lei:CELLWERK000000000003 CASE-1 1 DAP""",
        )
        browser = seat(CELLWERK)
        page = browser.open("/")
        numbers = [tile.text for tile in page.all(class_="tile-number")]
        assert numbers == ["0", "1", "0"]
        assert "1 customer names you as supplier of a part" in page.one(class_="todo").text
