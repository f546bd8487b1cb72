"""The four tables of a company as one workbook, over HTTP."""

from typing import Any

import pytest

from hub.kit.workbook import XLSX
from tests.cast import AURORA, BEIFENG
from tests.hub import workbooks

Rows = list[list[Any]]
PARTS: Rows = [
    ["number", "name", "kind", "base_unit", "net_mass_kg"],
    ["CAR-1", "Car", "assembly", "piece", 1350.5],
    [4711, "Steel", "material", "kg", None],
    ["PACK", "Pack", "assembly", None, 450],
]
BOM: Rows = [
    ["parent", "child", "quantity", "unit"],
    ["CAR-1", 4711, 0.1, "t"],
    ["CAR-1", "PACK", 1],
]
SOURCING: Rows = [
    ["part", "supplier", "supplier_part", "share"],
    ["PACK", "uscc:91BEIFENG000000002", "PACK-1", 0.6],
    ["PACK", "uscc:91BEIFENG000000002", "PACK-2", 0.4],
]
FACTORS: Rows = [
    ["category", "unit", "value", "source", "year"],
    ["steel", "kg", 2.3, "invented", 2025],
]
SHEETS = {"Parts": PARTS, "BOM": BOM, "Sourcing": SOURCING, "Factors": FACTORS}
PATHS = {
    "parts": "/v1/parts/import",
    "bom": "/v1/bom/import",
    "sourcing": "/v1/sourcing/import",
    "factors": "/v1/factors/import",
}


@pytest.fixture
def book() -> bytes:
    """One workbook with a sheet for each table, and a first one that is none."""
    return workbooks.workbook(("Read me", [["Ours"]]), *SHEETS.items(), B2="0%")


def send(world, path: str, data: bytes):
    return world.post(AURORA, path, content=data, headers={"Content-Type": XLSX})


def test_each_table_is_found_in_the_same_workbook(world, book):
    for name, path in PATHS.items():
        answer = send(world, path, book)
        assert answer.status_code == 200, (name, answer.text)
        assert answer.json()["rows"] == len(SHEETS.get(name.capitalize(), BOM)) - 1
        assert send(world, path, book).json()["unchanged"] > 0
    parts = {part["number"]: part for part in world.get(AURORA, "/v1/parts").json()["items"]}
    assert set(parts) == {"CAR-1", "4711", "PACK"}
    assert parts["CAR-1"]["net_mass_kg"] == "1350.5"
    lines = world.get(AURORA, f"/v1/parts/{parts['CAR-1']['id']}/bom").json()["lines"]
    assert [(line["child"], line["quantity"]) for line in lines] == [
        ("4711", "0.1"),
        ("PACK", "1"),
    ]
    links = world.get(AURORA, "/v1/sourcing").json()["items"]
    assert {link["share"] for link in links} == {"0.6", "0.4"}


def test_a_workbook_and_the_csv_of_it_say_the_same(world, book):
    assert send(world, PATHS["parts"], book).json()["added"] == 3
    text = "\n".join(",".join("" if c is None else str(c) for c in row) for row in PARTS)
    answer = world.post(
        AURORA, PATHS["parts"], content=text.encode(), headers={"Content-Type": "text/csv"}
    )
    assert answer.json()["unchanged"] == 3


@pytest.mark.parametrize(("lang", "place"), [("en", "sheet Parts, cell E3"), ("de", "Zelle E3")])
def test_a_bad_cell_is_named_by_sheet_and_cell(world, lang, place):
    rows: Rows = [PARTS[0], PARTS[1], ["A", "B", "material", "kg", "450,5"]]
    answer = world.post(
        AURORA,
        PATHS["parts"],
        content=workbooks.parts(*rows),
        headers={"Content-Type": XLSX, "Accept-Language": lang},
    )
    assert answer.status_code == 400
    [detail] = answer.json()["details"]
    assert (detail["sheet"], detail["cell"], detail["code"]) == ("Parts", "E3", "csv/number")
    assert place in detail["message"]
    assert world.get(AURORA, "/v1/parts").json()["items"] == []


def test_what_only_the_database_knows_is_named_by_cell_too(world):
    rows: Rows = [["note", "parent", "child", "quantity"], ["", "NO", "PE", 1]]
    answer = send(world, PATHS["bom"], workbooks.parts(*rows, title="bom"))
    assert {d["cell"] for d in answer.json()["details"]} == {"B2", "C2"}


def test_a_bomb_is_refused_and_the_hub_goes_on(world, book):
    answer = send(world, PATHS["parts"], workbooks.bomb())
    assert answer.status_code == 400
    assert [detail["code"] for detail in answer.json()["details"]] == ["xlsx/too-large"]
    assert send(world, PATHS["parts"], book).status_code == 200


def test_a_workbook_of_another_company_s_numbers_tells_nothing(world):
    world.part(BEIFENG, "PACK-1")
    rows: Rows = [["parent", "child", "quantity"], ["PACK-1", "PACK-1", 1]]
    codes = {d["code"] for d in send(world, PATHS["bom"], workbooks.parts(*rows)).json()["details"]}
    assert codes == {"csv/part-unknown"}
