"""CBAM over HTTP: who sees which site, what is filled in, what is refused."""

import csv
import io

import openpyxl
import pytest

from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG
from tests.schemas.cbam.reports import changed, screws


@pytest.fixture
def site(world):
    """The path of a site of Aurora's."""
    made = add_site(world.session, world.members[AURORA].company_id, "W1", "Screw Works", "IN")
    world.session.flush()
    return f"/v1/sites/{made.id}"


def send(world, site, report, path="/cbam-communication", actor=AURORA, **headers):
    return world.post(actor, f"{site}{path}", json=report, headers=headers)


class TestDraft:
    def test_begins_with_the_site(self, world, site):
        told = world.get(AURORA, f"{site}/cbam-report?year=2024").json()
        assert told["installation"]["name"] == "Screw Works"
        assert told["period"] == {"start": "2024-01-01", "end": "2024-12-31"}
        assert told["processes"][0]["directEmissions"] == ""

    def test_comes_back_as_it_is_and_is_refused_with_what_it_leaves_open(self, world, site):
        draft = world.get(AURORA, f"{site}/cbam-report?year=2024").json()
        answer = send(world, site, draft)
        assert answer.status_code == 400
        body = answer.json()
        assert body["code"] == "cbam/refused"
        fields = {row["field"]: row for row in body["details"]}
        assert "installation.name" not in fields
        assert fields["processes[0].tonnes"]["remedy"]

    @pytest.mark.parametrize("path", ["/cbam-report", "/cbam-report?year=2024"])
    def test_of_another_companys_site_there_is_none(self, world, site, path):
        foreign = world.get(BEIFENG, f"{site}{path}")
        nowhere = world.get(BEIFENG, f"/v1/sites/none{path}")
        assert (foreign.status_code, foreign.content) == (404, nowhere.content)


class TestCommunication:
    def test_tells_everything(self, world, site):
        told = send(world, site, screws()).json()
        assert told["products"][0]["SEE (total)"] == "3.03"
        assert told["status"] == "draft"
        codes = {row["field"]: row["message"] for row in told["differences"]}
        assert "no part with the number CS-8" in codes["products[0].number"]
        assert "2023" in codes["processes"]

    def test_fills_in_the_site(self, world, site):
        report = changed(screws(), "installation.name", None)
        told = send(world, site, report).json()
        assert told["report"]["installation"]["name"] == "Screw Works"

    @pytest.mark.parametrize(
        ("language", "words"), [("de", "Entwurf"), ("zh-CN", "草稿"), ("en", "Draft")]
    )
    def test_in_the_readers_language(self, world, site, language, words):
        answer = send(world, site, screws(), **{"Accept-Language": language})
        assert answer.json()["notices"][0].startswith(words)

    def test_as_a_workbook_and_a_table(self, world, site):
        path = "/cbam-communication/file"
        book = openpyxl.load_workbook(io.BytesIO(send(world, site, screws(), path).content))
        assert book["Summary_Communication"]["K26"].value == 3.03
        table = send(world, site, screws(), f"{path}?format=csv")
        assert table.headers["content-type"].startswith("text/csv")
        (row,) = csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")))
        assert row["SEE (total)"] == "3.03"
        assert 'filename="cbam-communication.csv"' in table.headers["content-disposition"]

    @pytest.mark.parametrize(
        ("path", "value", "told"),
        [
            ("processes.0.tonnes", "-1", "tonnes"),
            ("processes.0.tonnes", 100, "tonnes"),
            ("processes.0.good", "bolts", "good"),
            ("bought.0.pcf", "2", "pcf"),
            ("bought.0.direct", "", "bought[0].direct"),
            ("products.0.cn", "87089997", "products[0].cn"),
        ],
    )
    @pytest.mark.parametrize("file", ["", "/file"])
    def test_refuses_naming_the_field(self, world, site, path, value, told, file):
        report = changed(screws(), path, value)
        answer = send(world, site, report, f"/cbam-communication{file}")
        assert answer.status_code == 400
        assert told in answer.text

    def test_of_another_companys_site_there_is_none(self, world, site):
        foreign = send(world, site, screws(), actor=BEIFENG)
        nowhere = send(world, "/v1/sites/none", screws(), actor=BEIFENG)
        assert (foreign.status_code, foreign.content) == (404, nowhere.content)
        assert "Screw Works" not in foreign.text

    def test_there_is_no_other_format(self, world, site):
        answer = send(world, site, screws(), "/cbam-communication/file?format=pdf")
        assert answer.status_code == 400
