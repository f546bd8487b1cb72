"""`hub export cbam` on a database of its own."""

import json

import openpyxl
import pytest

from tests.schemas.cbam.reports import changed, screws

OF = ("export", "cbam", "Aurora Motors", "--site", "W1", "--reason", "test")
PARTS = """number,name,kind,base_unit,net_mass_kg,category
CS-8,Coach screw M8,assembly,piece,0.021,
CS-9,Coach screw M9,assembly,piece,0.03,
ROD,Wire rod,material,kg,,
"""


@pytest.fixture
def works(hub, aurora, write):
    """A site in India that made screws, with every month of its electricity on record."""
    site = ("--code", "W1", "--name", "Screw Works", "--country", "IN")
    assert hub("site", "add", "Aurora Motors", *site).status == 0
    months = [f"2023-{month:02}" for month in range(1, 13)]
    rows = [f"W1,{month},electricity,bought,4,MWh,meter" for month in months]
    rows += [f"W1,{month},electricity,self-used,0.25,MWh,meter" for month in months]
    rows += [f"W1,{month},steam,bought,10,GJ,meter" for month in months]
    energy = "site,month,carrier,flow,amount,unit,source\n" + "\n".join(rows)
    made = "site,part,month,amount,unit,source\nW1,CS-8,2023-03,1000,piece,meter\n"
    made += "W1,CS-9,2023-03,0,piece,meter\n"
    done = hub("import", "parts", "--company", "Aurora Motors", write("parts.csv", PARTS))
    assert done.status == 0, done.err
    for sheet, table in (("energy", energy), ("production", made)):
        arguments = (sheet, "--company", "Aurora Motors", write(f"{sheet}.csv", table))
        done = hub("activity", "import", *arguments)
        assert done.status == 0, done.err
    return hub


@pytest.fixture
def report(write):
    return lambda members: write("report.json", json.dumps(members))


class TestDrafting:
    def test_begins_with_what_is_on_record(self, works, tmp_path):
        done = works(*OF, "--year", "2023", "--out", tmp_path / "out")
        assert done.status == 0, done.err
        draft = json.loads((tmp_path / "out" / "cbam-report.json").read_text("utf-8"))
        place = {name: value for name, value in draft["installation"].items() if value}
        assert place == {"name": "Screw Works", "operator": "Aurora Motors", "country": "IN"}
        process = draft["processes"][0]
        assert [each["megawatthours"] for each in process["electricity"]] == ["48", "3"]
        assert {each["factor"] for each in process["electricity"]} == {""}
        assert process["heatImported"] == {"terajoules": "0.12", "factor": ""}
        assert process["directEmissions"] == process["tonnes"] == ""
        (product,) = draft["products"]
        assert (product["number"], product["massKg"], product["cn"]) == ("CS-8", "0.021", "")

    @pytest.mark.parametrize("year", ["2022", "2024"])
    def test_a_month_that_is_not_read_is_left_open(self, works, tmp_path, year):
        assert works(*OF, "--year", year, "--out", tmp_path).status == 0
        draft = json.loads((tmp_path / "cbam-report.json").read_text("utf-8"))
        assert draft["processes"][0]["electricity"][0]["megawatthours"] == ""
        assert draft["processes"][0]["heatImported"]["terajoules"] == ""

    def test_an_estimate_is_no_reading(self, works, write, tmp_path):
        table = "site,month,carrier,flow,amount,unit,source\nW1,2024-01,electricity,bought,4,MWh,"
        rows = [f"W1,2024-{n:02},electricity,bought,4,MWh,estimate" for n in range(2, 13)]
        file = write("energy.csv", table + "meter\n" + "\n".join(rows))
        done = works("activity", "import", "energy", "--company", "Aurora Motors", file)
        assert done.status == 0, done.err
        assert works(*OF, "--year", "2024", "--out", tmp_path).status == 0
        draft = json.loads((tmp_path / "cbam-report.json").read_text("utf-8"))
        assert draft["processes"][0]["electricity"][0]["megawatthours"] == ""

    def test_never_overwrites(self, works, tmp_path):
        (tmp_path / "cbam-report.json").write_text("mine")
        done = works(*OF, "--year", "2023", "--out", tmp_path)
        assert done.status == 1
        assert "is there already" in done.err
        assert (tmp_path / "cbam-report.json").read_text() == "mine"

    @pytest.mark.parametrize("year", ["1999", "2101", "x", "-1"])
    def test_wants_a_year(self, works, tmp_path, year):
        assert works(*OF, "--year", year, "--out", tmp_path).status == 2


class TestCommunicating:
    def test_writes_every_format(self, works, report, tmp_path):
        done = works(*OF, "--report", report(screws()), "--format", "all", "--out", tmp_path)
        assert done.status == 0, done.err
        book = openpyxl.load_workbook(tmp_path / "cbam-communication.xlsx")
        assert book["Summary_Communication"]["I26"].value == 2.4
        document = json.loads((tmp_path / "cbam-communication.json").read_text("utf-8"))
        assert document["products"][0]["SEE (total)"] == "3.03"
        assert (tmp_path / "cbam-communication.csv").read_bytes().startswith(b"\xef\xbb\xbf")

    def test_fills_in_what_the_hub_knows(self, works, report, tmp_path):
        left_open = changed(screws(), "installation.name", "")
        for path in ("installation.country", "products.0.name", "products.0.massKg"):
            left_open = changed(left_open, path, None)
        done = works(
            *OF, "--report", report(left_open), "--format", "json", "--out", tmp_path, language="de"
        )
        assert done.status == 0, done.err
        document = json.loads((tmp_path / "cbam-communication.json").read_text("utf-8"))
        assert document["report"]["installation"]["name"] == "Screw Works"
        assert document["report"]["products"][0]["massKg"] == "0.021"
        assert document["notices"][0].startswith("Entwurf")

    @pytest.mark.parametrize(
        ("path", "value", "told"),
        [
            ("installation.country", "CN", "the report says CN, and the hub knows IN"),
            ("products.0.number", "CS-80", "no part with the number CS-80"),
            ("processes.0.electricity.0.megawatthours", "51.1", "have 51 MWh in 2023"),
            ("period.start", "2022-01-01", ""),
        ],
    )
    def test_says_what_differs_from_the_record(self, works, report, tmp_path, path, value, told):
        file = report(changed(screws(), path, value))
        done = works(*OF, "--report", file, "--out", tmp_path)
        assert done.status == 0, done.err
        assert told in done.err

    def test_says_that_meters_are_not_read(self, works, report, tmp_path):
        other = changed(screws(), "period", {"start": "2022-01-01", "end": "2022-12-31"})
        done = works(*OF, "--report", report(other), "--out", tmp_path)
        assert "months of 2022 are not metered at site W1" in done.err

    @pytest.mark.parametrize(
        ("path", "value", "told"),
        [
            ("bought.0.direct", None, "bought[0].direct"),
            ("processes.0.wasteGasExported", None, "processes[0].wasteGasExported"),
            ("products.0.cn", "87089997", "CBAM does not cover goods of the CN code 87089997"),
            ("products.0.cn", "screw", "products[0].cn cannot be used"),
            ("processes.0.tonnes", "-1", "processes[0].tonnes cannot be used"),
        ],
    )
    def test_refuses_with_every_field(self, works, report, tmp_path, path, value, told):
        done = works(*OF, "--report", report(changed(screws(), path, value)), "--out", tmp_path)
        assert done.status == 1
        assert told in done.err
        assert "Traceback" not in done.err
        assert not (tmp_path / "cbam-communication.xlsx").exists()

    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"[]", b"\xff", b'"x"', b"1.5", b'{"a": "' + b"x" * 1_000_000 + b'"}'],
    )
    def test_refuses_what_is_no_report(self, works, write, tmp_path, content):
        done = works(*OF, "--report", write("r.json", content), "--out", tmp_path)
        assert done.status == 1
        assert done.err.strip()
        assert "Traceback" not in done.err

    def test_of_a_site_that_is_not_the_companys_it_knows_nothing(self, works, report, tmp_path):
        assert works("company", "add", "Beifeng", "--country", "CN", "--invented").status == 0
        other = ("export", "cbam", "Beifeng", "--site", "W1", "--reason", "test")
        done = works(*other, "--report", report(screws()), "--out", tmp_path)
        assert done.status == 1
        assert "no site W1" in done.err

    def test_a_file_that_is_not_there_is_told(self, works, tmp_path):
        done = works(*OF, "--report", tmp_path / "none.json", "--out", tmp_path)
        assert done.status == 1
        assert "none.json" in done.err
