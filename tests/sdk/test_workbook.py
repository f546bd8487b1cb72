"""A workbook there and back with the SDK and its command, against a running hub."""

import io

import pytest
from openpyxl import load_workbook

from hub.workbooks.form import BY_NAME
from tierlight import BadRequest

STATED = {
    "period_start": "2024-01-01",
    "period_last": "2024-12-31",
    "net_mass": "2.5",
    "net_mass_unit": "kg",
    "kgco2e": "12.50",
    "declared_unit": "piece",
}


@pytest.fixture
def filled(supplier):
    """The workbook of two cells, the first with a footprint."""
    supplier.upload_parts(b"number,name\nCELL-1,Cell\nCELL-2,Cell\n")
    book = load_workbook(io.BytesIO(supplier.workbook(["CELL-1", "CELL-2"])))
    return write(book, 3, **STATED)


def write(book, row, **cells):
    names = [column.name for column in BY_NAME["data"].columns]
    for name, value in cells.items():
        book["Data"].cell(row, names.index(name) + 1).value = value
    return book


def saved(book):
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_there_and_back(supplier, filled):
    run = supplier.send_workbook(saved(filled), "parts.xlsx")
    assert (run["state"], run["counts"]) == ("done", {"taken": 1, "untouched": 1})
    found = supplier.workbook_findings(run["id"])
    assert [row["number"] for row in found["rows"]] == ["CELL-1"]
    assert supplier.send_workbook(saved(write(filled, 3, comment="again")))["state"] == "done"


def test_wrong_cells_wait_for_a_word(supplier, filled):
    data = saved(write(filled, 4, **(STATED | {"kgco2e": "about 12"})))
    run = supplier.send_workbook(data)
    assert (run["state"], run["counts"]) == ("judged", {"ready": 1, "wrong": 1})
    problem = supplier.workbook_findings(run["id"])["problems"][0]
    assert (problem["cell"], problem["rule_id"]) == ("M4", "workbook/number")
    marked = load_workbook(io.BytesIO(supplier.annotated_workbook(run["id"])))
    assert marked["Data"]["M4"].comment.text.startswith("✗ “about 12”")
    assert supplier.take_workbook(run["id"], valid=True)["state"] == "taking"
    assert supplier.send_workbook(data)["counts"] == {"taken": 1, "wrong": 1}


def test_what_may_not_be_opened_is_refused(supplier):
    with pytest.raises(BadRequest, match="xlsx/not-a-workbook"):
        supplier.send_workbook(b"PK\x03\x04 and nothing else")
