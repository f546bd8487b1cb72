"""`tierlight cbam`: what an operator of an installation sees, and the files that it writes."""

import csv
import io
import json

import openpyxl
import pytest

from tests.schemas.cbam.reports import STEEL, changed, screws
from tierlight import BadRequest, Client, NotFound
from tierlight_schemas.cbam.model import CbamReport


@pytest.fixture
def report(desk):
    def write(members):
        path = desk.folder / "report.json"
        path.write_text(json.dumps(members, ensure_ascii=False), encoding="utf-8")
        return path

    return write


def test_says_the_figures(desk, report):
    ran = desk.run("cbam", report(STEEL))
    assert ran.status == 0
    assert "1.53897606455787 direct + 0.2035539825 indirect = 1.74253004705787 tCO2e/t" in ran.out
    assert ran.err == ""


def test_writes_all_three_formats(desk, report):
    names = [desk.folder / f"screws.{kind}" for kind in ("xlsx", "csv", "JSON")]
    ran = desk.run("cbam", report(screws()), "--out", *names)
    assert ran.status == 0
    assert ran.err.count("0 fields left empty") == 3
    sheet = openpyxl.load_workbook(names[0])["Summary_Communication"]
    assert (sheet["I26"].value, sheet["J26"].value) == (2.4, 0.63)
    with names[1].open(encoding="utf-8-sig") as file:
        assert next(csv.DictReader(file))["SEE (total)"] == "3.03"
    assert json.loads(names[2].read_text("utf-8"))["products"][0]["SEE (total)"] == "3.03"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("de", "Standardwerte verwendet"),
        ("zh-CN", "使用了默认值"),
        ("en", "default values are used"),
    ],
)
def test_tells_what_is_missing_and_writes_nothing(desk, report, lang, words):
    out = desk.folder / "out.json"
    without = changed(screws(), "quality.defaults", None)
    ran = desk.run("--lang", lang, "cbam", report(without), "--out", out)
    assert ran.status == 1
    assert "quality.defaults" in ran.err
    assert words in ran.err
    assert not out.exists()


def test_tells_what_it_leaves_empty(desk, report):
    out = desk.folder / "out.json"
    ran = desk.run("cbam", report(changed(screws(), "installation.unlocode", None)), "--out", out)
    assert ran.status == 0
    assert "installation.unlocode: the UN/LOCODE is not stated and stays empty" in ran.err
    assert "1 field left empty" in ran.err
    assert "UNLOCODE" not in json.loads(out.read_text("utf-8"))["installation"]


def test_a_template_is_an_input_that_says_what_it_lacks(desk):
    path = desk.folder / "input.json"
    assert desk.run("cbam", "--template", path).status == 0
    ran = desk.run("cbam", path)
    assert ran.status == 1
    assert "29 fields stand open" in ran.err
    assert "processes[0].wasteGasExported" in ran.err


def test_a_template_never_overwrites(desk):
    path = desk.folder / "input.json"
    path.write_text("mine")
    ran = desk.run("cbam", "--template", path)
    assert (ran.status, path.read_text()) == (1, "mine")
    assert "is there already" in ran.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"\xff", "UTF-8"),
        (b'{"type": 1.5}', "1.5"),
        (b'{"type": "x", "type": "y"}', "type"),
        (b"[]", "$"),
        (b'{"pcf": "3.1"}', "pcf"),
        (b'{"processes": [{"tonnes": "many"}]}', "processes[0].tonnes"),
        (b'{"processes": "' + b"x" * 1_000_001 + b'"}', "1000000"),
    ],
)
def test_what_is_no_report_is_refused_with_its_place(desk, content, told):
    path = desk.folder / "report.json"
    path.write_bytes(content)
    ran = desk.run("cbam", path)
    assert ran.status == 1
    assert told in ran.err


@pytest.mark.parametrize("name", ["out.pdf", "out", "out.xls"])
def test_an_unknown_format_is_told_before_anything_is_written(desk, report, name):
    good = desk.folder / "good.json"
    ran = desk.run("cbam", report(STEEL), "--out", good, desk.folder / name)
    assert ran.status == 1
    assert ".xlsx, .csv or .json" in ran.err
    assert not good.exists()


def test_a_folder_that_is_not_there_is_told(desk, report):
    ran = desk.run("cbam", report(STEEL), "--out", desk.folder / "no" / "out.json")
    assert ran.status == 1
    assert "No such file" in ran.err


@pytest.mark.parametrize("arguments", [(), ("a.json", "--template", "b.json")])
def test_wants_a_report_or_a_template(desk, arguments):
    assert desk.run("cbam", *arguments).status == 2


class TestClient:
    """The same over real HTTP."""

    def test_from_a_draft_to_a_workbook(self, supplier: Client):
        site = str(supplier.add_site("W1", "Screw Works", "IN")["id"])
        draft = supplier.cbam_report(site, year=2023)
        assert draft["installation"]["name"] == "Screw Works"
        with pytest.raises(BadRequest) as refused:
            supplier.cbam_communication(site, draft)
        assert "processes[0].tonnes" in {row["field"] for row in refused.value.details}
        report = CbamReport.model_validate(screws())
        told = supplier.cbam_communication(site, report)
        assert told["products"][0]["SEE (total)"] == "3.03"
        book = openpyxl.load_workbook(io.BytesIO(supplier.cbam_file(site, screws())))
        assert book["Summary_Communication"]["K26"].value == 3.03
        assert b"3.03" in supplier.cbam_file(site, report, format="csv")

    def test_of_a_site_that_is_not_its_own_it_knows_nothing(self, supplier: Client):
        with pytest.raises(NotFound):
            supplier.cbam_report("none")
        with pytest.raises(NotFound):
            supplier.cbam_communication("none", screws())
