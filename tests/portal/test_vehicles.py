"""The list of vehicles, one vehicle with its tree, and its findings."""

from urllib.parse import parse_qs, urlsplit

import pytest

from hub.disclosure import portfolio
from tests.cast import AURORA, BEIFENG
from tests.portal.browser import Browser
from tests.portal.markup import Element


@pytest.fixture
def aurora(seat) -> Browser:
    return seat(AURORA)


@pytest.fixture
def car_path(known_cars) -> str:
    return f"/vehicles/{known_cars.part(AURORA, 'CAR-1')}"


def rows(page: Element) -> list[Element]:
    return page.one("table", class_="tree").one("tbody").all("tr")


def names(page: Element) -> list[str]:
    return [row.all(class_="part-name")[0].text for row in rows(page)]


def cell(row: Element, label: str) -> Element:
    return row.one("td", data_label=label)


class TestList:
    def test_says_the_total_in_words_and_never_bare(self, aurora, cars):
        page = aurora.open("/vehicles")
        card = page.one(class_="vehicle-card")
        assert card.one("a", href=f"/vehicles/{cars.part(AURORA, 'CAR-1')}").text == "Car"
        assert card.one(class_="statement").text == (
            "≥ 2,200 kg CO₂e, 75 % of the mass covered per piece"
        )
        assert "75%" in card.text

    def test_counts_the_findings_by_severity(self, aurora, cars):
        counts = aurora.open("/vehicles").one(class_="counts")
        told = cars.get(AURORA, "CAR-1", "findings")
        errors = [finding for finding in told if finding["severity"] == "error"]
        warnings = [finding for finding in told if finding["severity"] == "warning"]
        assert f"{len(warnings)} warning" in counts.text
        assert ("error" in counts.text) == bool(errors)

    def test_of_many_lines_leaves_the_findings_to_each_page(self, aurora, cars, monkeypatch):
        before = aurora.open("/vehicles").one(class_="statement").text
        monkeypatch.setattr(portfolio, "MANY_LINES", 0)
        page = aurora.open("/vehicles")
        assert page.one(class_="statement").text == before
        path = f"/vehicles/{cars.part(AURORA, 'CAR-1')}/findings"
        assert page.one("a", href=path).text == "see its page"


class TestSummary:
    def test_says_what_is_known_and_how_well(self, aurora, car_path, known_cars):
        page = aurora.open(car_path)
        summary = page.one(class_="summary")
        document = known_cars.get(AURORA, "CAR-1")
        assert summary.one(class_="statement").text.startswith("≥ 3,100.5 kg CO₂e")
        assert document["total"]["excluding_uptake"] == "3100.5"
        facts = {fact.one("dt").text: fact.one("dd").text for fact in summary.all(class_="fact")}
        assert facts["Mass with a value"] == "100%"
        assert facts["Carbon known"] == "not estimable"
        legend = summary.one(class_="stack-words").text
        assert legend == "declared 100%"

    def test_contributions_stand_by_size_with_their_certainty(self, aurora, car_path):
        section = aurora.open(car_path).one("section", aria_labelledby="contributions")
        values = [data["value"] for data in section.all("td", data_label="kg CO₂e")[0].all("data")]
        assert values == ["1800"]
        listed = [row.all(class_="part-name")[0].text for row in section.one("tbody").all("tr")]
        assert listed == ["Steel", "Pack", "Car"]

    def test_gaps_stand_below_with_their_cause(self, aurora, cars):
        path = f"/vehicles/{cars.part(AURORA, 'CAR-1')}"
        gaps = aurora.open(path).one("section", aria_labelledby="gaps")
        assert "300 kg" in gaps.text
        assert "No value from the supplier" in gaps.text
        assert "Transport" not in gaps.text
        assert "unknown" not in gaps.one("tbody").all("tr")[0].all("td")[-1].text


class TestTree:
    def test_shows_the_first_level_with_what_is_known(self, aurora, car_path):
        page = aurora.open(car_path)
        assert names(page) == ["Own making", "Bought-pack", "Steel"]
        own, pack, steel = rows(page)
        assert cell(own, "How known").text == "declared"
        assert cell(pack, "Quantity").text == "1 piece"
        assert cell(pack, "Mass").text == "300 kg"
        assert cell(pack, "kg CO₂e").text == "≥ at least 900.5"
        assert cell(steel, "kg CO₂e").text == "1,800"
        assert cell(steel, "Share of the total").text == "58.1%"

    def test_opens_and_closes_by_links(self, aurora, car_path):
        page = aurora.open(car_path)
        toggle = rows(page)[1].one("a", aria_expanded="false")
        assert toggle.text == "Show what Bought-pack is made of"
        opened = aurora.open(toggle["href"])
        assert names(opened)[:3] == ["Own making", "Bought-pack", "Pack"]
        assert "from Beifeng Pack" in rows(opened)[2].text
        assert rows(opened)[2].one("th").text.startswith("Level 2:")
        close = rows(opened)[1].one("a", aria_expanded="true")
        assert names(aurora.open(close["href"])) == names(page)

    def test_leads_back_to_the_row(self, aurora, car_path):
        row = rows(aurora.open(car_path))[1]
        target = urlsplit(row.one("a", aria_expanded="false")["href"])
        assert target.fragment == row["id"]
        assert parse_qs(target.query) == {"open": ["1"]}

    def test_a_supplier_s_part_is_closed(self, aurora, car_path):
        page = aurora.open(f"{car_path}?open=1,1.0,1.0.0")
        assert not rows(page)[2].all("a", aria_expanded="false")
        assert "Cell" not in page.text

    def test_siblings_stand_by_size_when_asked(self, aurora, car_path):
        page = aurora.open(f"{car_path}?sort=value")
        assert names(page) == ["Steel", "Bought-pack", "Own making"]
        head = page.one("table", class_="tree").one("th", aria_sort="descending")
        assert head.text == "kg CO₂e ↓"
        assert names(aurora.open(f"{car_path}?sort=mass"))[:2] == ["Steel", "Bought-pack"]
        assert names(aurora.open(head.one("a")["href"])) == ["Own making", "Bought-pack", "Steel"]

    def test_opens_a_whole_level_at_once(self, aurora, car_path):
        page = aurora.open(car_path)
        more = aurora.open(page.link("Open one level more")["href"])
        assert len(rows(more)) > len(rows(page))
        assert names(aurora.open(more.link("Close all")["href"])) == names(page)

    def test_what_is_missing_looks_less_certain_and_says_so(self, aurora, cars):
        path = f"/vehicles/{cars.part(AURORA, 'CAR-1')}?open=1"
        page = aurora.open(path)
        missing = [row for row in rows(page) if "row-missing" in row["class"].split()]
        assert missing
        for row in missing:
            assert cell(row, "How known").text == "missing"
            assert cell(row, "kg CO₂e").one(class_="unknown").text == "unknown"
            assert not cell(row, "kg CO₂e").all("data")

    def test_finding_codes_lead_to_their_findings(self, aurora, cars):
        path = f"/vehicles/{cars.part(AURORA, 'CAR-1')}"
        mark = aurora.open(path).all("a", class_="code-mark")[0]
        findings = aurora.open(mark["href"])
        assert [h.text for h in findings.all("h2")][1:] == [mark.text]

    @pytest.mark.parametrize("query", ["open=x", "open=1..2", "sort=name", f"open={'1,' * 11000}"])
    def test_an_address_that_cannot_be_read_is_refused(self, aurora, car_path, query):
        aurora.open(f"{car_path}?{query}", status=400)

    def test_a_row_that_is_not_there_opens_nothing(self, aurora, car_path):
        assert names(aurora.open(f"{car_path}?open=7,7.7")) == names(aurora.open(car_path))


class TestFindings:
    def test_stand_by_code_the_gravest_first_with_words_and_remedy(self, aurora, cars):
        path = f"/vehicles/{cars.part(AURORA, 'CAR-1')}/findings"
        page = aurora.open(path)
        told = cars.get(AURORA, "CAR-1", "findings")
        groups = page.all("section", class_="finding-group")
        assert {group.one("code").text for group in groups} == {f["code"] for f in told}
        ranks = [group.all(class_="severity")[0].text for group in groups]
        assert ranks == sorted(ranks, key=["Error", "Warning", "Note"].index)
        for group in groups:
            assert "What to do:" in group.text
        assert f"All ({len(told)})" in page.text

    def test_can_be_narrowed_to_a_severity_or_a_code(self, aurora, cars):
        path = f"/vehicles/{cars.part(AURORA, 'CAR-1')}/findings"
        only = aurora.open(f"{path}?severity=warning")
        assert {mark.text for mark in only.all(class_="severity")} == {"Warning"}
        assert "No findings" in aurora.open(f"{path}?code=tier/cycle").text
        aurora.open(f"{path}?severity=grave", status=400)

    def test_numbers_stand_the_reader_s_way(self, aurora, cars):
        path = f"/vehicles/{cars.part(AURORA, 'CAR-1')}/findings?code=tier/mass-imbalance"
        cars.tables(
            AURORA,
            parts="""
                number name kind base_unit net_mass_kg
                CAR-1 Car assembly piece 2345.678
                AM-PACK Bought-pack assembly piece 300""",
        )
        aurora.send("/language", language="de")
        text = aurora.open(path).one("ul", class_="findings").text
        assert "1.200 kg" in text
        assert "2.346 kg" in text
        assert "2.345,678" in text

    def test_what_lies_beyond_a_link_is_a_count(self, aurora, cars):
        cars.grant(BEIFENG, AURORA, level=1, aggregate=True)
        page = aurora.open(f"/vehicles/{cars.part(AURORA, 'CAR-1')}/findings?code=tier/missing")
        (group,) = page.all("section", class_="finding-group")
        assert "in data that other companies keep beyond a sourcing link" in group.text
        assert "Tier 1" in group.text
        for secret in ("Secret-cell", "CELL-1", "BP-", "Case", "Power", "Cellwerk"):
            assert secret not in page.text


class TestBreakdown:
    """1800 steel + 400 own making + 900.5 of Beifeng's pack."""

    def rows(self, page: Element) -> dict[str, Element]:
        section = page.one("section", aria_labelledby="breakdown-title")
        return {row.one("th").text: row for row in section.one("tbody").all("tr")}

    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            (None, {"own company": "≥ at least 2,200", "Beifeng Pack": "900.5"}),
            ("supplier", {"own company": "≥ at least 2,200", "Beifeng Pack": "900.5"}),
            ("commodity", {"steel-part": "1,800", "nmc-pack": "≥ at least 900.5",
                           "bev-passenger-car": "400"}),
            ("country", {"not stated": "≥ at least 2,200", "CN (China)": "900.5"}),
            ("stage", {"materials": "2,700", "production": "400", "transport": "unknown"}),
        ],
    )  # fmt: skip
    def test_the_total_is_taken_apart(self, aurora, cars, by, expected):
        cars.declare(BEIFENG, "PACK-1", "900.50", mass_kg="300", country="CN")
        cars.grant(BEIFENG, AURORA)
        path = f"/vehicles/{cars.part(AURORA, 'CAR-1')}"
        found = self.rows(aurora.open(path if by is None else f"{path}?by={by}"))
        assert {name: cell(row, "kg CO₂e").text for name, row in found.items()} == expected

    def test_the_choice_is_a_link_that_keeps_the_opened_rows(self, aurora, car_path):
        page = aurora.open(f"{car_path}?open=1&sort=value")
        nav = page.one("section", aria_labelledby="breakdown-title").one("nav", class_="choices")
        assert [a.text for a in nav.all("a", aria_current="true")] == ["Supplier"]
        target = nav.link("Country")["href"]
        assert parse_qs(urlsplit(target).query) == {
            "open": ["1"],
            "sort": ["value"],
            "by": ["country"],
        }
        chosen = aurora.open(target)
        assert names(chosen) == names(page)
        nav = chosen.one("section", aria_labelledby="breakdown-title").one("nav", class_="choices")
        assert [a.text for a in nav.all("a", aria_current="true")] == ["Country"]
        close = rows(chosen)[1].one("a", aria_expanded="true")
        assert "by=country" in close["href"]

    def test_a_gap_is_counted_with_its_mass_and_has_no_value(self, aurora, cars):
        page = aurora.open(f"/vehicles/{cars.part(AURORA, 'CAR-1')}?by=commodity")
        pack = self.rows(page)["nmc-pack"]
        assert cell(pack, "kg CO₂e").one(class_="unknown").text == "unknown"
        assert (cell(pack, "Gaps").text, cell(pack, "Mass of gaps").text) == ("1", "300 kg")

    def test_average_values_are_told_apart(self, aurora, known_cars):
        known_cars.tables(
            AURORA,
            parts="""
                number name kind base_unit category
                AM-GLASS Glass material kilogram glass""",
            bom="""
                parent child quantity unit
                CAR-1 AM-GLASS 30 kg""",
            factors="""
                category unit value source year
                glass kg 1.1 invented 2025""",
        )
        page = aurora.open(f"/vehicles/{known_cars.part(AURORA, 'CAR-1')}?by=commodity")
        glass = self.rows(page)["glass"]
        assert cell(glass, "kg CO₂e").text == "≈ about, with average values inside 33"
        assert cell(glass, "Of it average values").text == "33"

    @pytest.mark.parametrize("by", ["part", "tier", "colour", ""])
    def test_what_cannot_be_chosen_is_refused(self, aurora, car_path, by):
        aurora.open(f"{car_path}?by={by}", status=400)

    def test_a_closed_part_shows_no_country(self, aurora, cars):
        cars.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1", country="PL")
        cars.grant(BEIFENG, AURORA, aggregate=True)
        page = aurora.open(f"/vehicles/{cars.part(AURORA, 'CAR-1')}?by=country")
        assert "not disclosed by the supplier" in self.rows(page)
        assert "Poland" not in page.text
