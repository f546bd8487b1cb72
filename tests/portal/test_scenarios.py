"""The pages of scenarios: what a person reads of them, and who does not."""

import pytest

from tests.cast import AURORA, BEIFENG
from tests.hub.scenarios.conftest import STEEL, WhatIf

ONE_OF_EACH = [
    STEEL,
    {"change": "share", "part": "AM-PACK", "supplierPart": "PACK-1", "share": "0.4"},
    {"change": "new-source", "part": "AM-PACK", "name": "Supplier B", "share": "0.6"}
    | {"value": "700", "unit": "piece"},
    {"change": "line", "part": "CAR-1", "child": "AM-STEEL", "quantity": "800", "scrap": "0.05"}
    | {"yield": "0.9"},
    {"change": "new-line", "part": "CAR-1", "child": "AM-PACK", "quantity": "1"},
    {"change": "removed-line", "part": "CAR-1", "child": "AM-PACK", "position": "0"},
    {"change": "replaced-child", "part": "CAR-1", "child": "AM-STEEL", "by": "AM-PACK"},
    {"change": "factor", "category": "steel-part", "value": "2.5", "unit": "kg"},
]


@pytest.fixture
def what_if(known_cars) -> WhatIf:
    """2200 kgCO2e known of Aurora's car, and a pack of Beifeng's at 900.5."""
    return WhatIf(known_cars)


@pytest.fixture
def aurora(seat, what_if):
    return seat(AURORA)


class TestList:
    def test_has_the_newest_version_of_each_by_name(self, aurora, what_if):
        what_if.save(name="Zinc")
        scenario = what_if.save(STEEL, name="Light", description="what the mill offers")
        what_if.save(name="Beifeng's own", actor=BEIFENG)
        body = {"name": "Lighter", "changes": [STEEL | {"value": "1"}]}
        assert what_if.world.put(AURORA, f"/v1/scenarios/{scenario}", json=body).status_code == 200
        page = aurora.open("/scenarios")
        assert [h.text for h in page.one("main").all("h2")] == ["Lighter", "Zinc"]
        assert "Version 2" in page.one("main").all("li")[0].text
        assert page.one("main").all("a")[0]["href"] == f"/scenarios/{scenario}"


class TestOne:
    def test_says_what_each_vehicle_would_be(self, aurora, what_if):
        scenario = what_if.save(STEEL, name="Light", description="what the mill offers")
        main = aurora.open(f"/scenarios/{scenario}").one("main")
        assert main.one("h1").text == "Light"
        assert "what the mill offers" in main.text
        assert main.one(class_="statement").text.startswith(
            "What if “Light”: 1,300.5 kg CO₂e known + 1,350 kg CO₂e by average values"
        )
        facts = {fact.one("dt").text: fact.one("dd").text for fact in main.all(class_="fact")}
        assert facts["On record"].startswith("≥ 3,100.5 kg CO₂e")
        assert facts["Change, average values and assumptions included"] == "-450 kg CO₂e"
        assert "A what-if, not a result" in main.text

    @pytest.mark.parametrize(
        ("value", "told"), [("3", "+ 900 kg CO₂e"), ("2", "0 kg CO₂e"), ("1.5", "-450 kg CO₂e")]
    )
    def test_a_change_is_told_with_its_sign(self, aurora, what_if, value, told):
        scenario = what_if.save(STEEL | {"value": value})
        main = aurora.open(f"/scenarios/{scenario}").one("main")
        facts = {fact.one("dt").text: fact.one("dd").text for fact in main.all(class_="fact")}
        assert facts["Change, average values and assumptions included"] == told

    def test_names_every_change_with_its_figures(self, aurora, what_if):
        scenario = what_if.save(*ONE_OF_EACH)
        rows = aurora.open(f"/scenarios/{scenario}").one("tbody").all("tr")
        assert [[cell.text for cell in row.all("td")] for row in rows] == [
            ["Assumed value of AM-STEEL", "1.5 kg CO₂e per kg"],
            ["Share of PACK-1 in AM-PACK", "40%"],
            ["Assumed source Supplier B of AM-PACK", "60% 700 kg CO₂e per piece"],
            ["AM-STEEL in CAR-1, other figures", "800 with 5% lost with a yield of 90%"],
            ["AM-PACK added to CAR-1", "1"],
            ["AM-PACK removed from CAR-1", ""],
            ["AM-PACK instead of AM-STEEL in CAR-1", ""],
            ["Average value of steel-part", "2.5 kg CO₂e per kg"],
        ]

    def test_is_a_read_of_what_it_shows(self, aurora, what_if):
        def reads() -> int:
            return len(what_if.world.get(BEIFENG, "/v1/access-log").json()["items"])

        scenario, before = what_if.save(STEEL), reads()
        aurora.open(f"/scenarios/{scenario}")
        assert reads() == before + 1

    def test_another_company_s_is_not_there(self, seat, what_if):
        scenario = what_if.save(STEEL)
        browser = seat(BEIFENG)
        answers = [browser.fetch(f"/scenarios/{name}") for name in (scenario, "none")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert "AM-STEEL" not in answers[0].text

    def test_one_that_no_longer_fits_says_so(self, aurora, what_if):
        scenario = what_if.save({"change": "removed-line", "part": "CAR-1", "child": "AM-PACK"})
        what_if.chain.tables(AURORA, bom="""
            parent child quantity unit
            CAR-1 AM-STEEL 900 kg""")  # fmt: skip
        answer = aurora.fetch(f"/scenarios/{scenario}")
        assert answer.status_code == 409
        assert "does not fit what is on record" in answer.text
