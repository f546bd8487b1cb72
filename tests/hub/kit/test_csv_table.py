"""CSV as spreadsheets write it, and every way in which a table can be wrong."""

import io
from datetime import date
from enum import StrEnum

import pytest

from hub.kit import csv_table
from hub.kit.cells import code, day, label, number, unit, word, year
from hub.kit.csv_table import BadTable, CellError, Column, Problems, read_rows


class Colour(StrEnum):
    RED = "red"
    SEA_GREEN = "sea-green"


COLUMNS = (
    Column("number", code(20), required=True),
    Column("name", label(10)),
    Column("quantity", number(), default="1"),
)


def read(data: bytes | str, columns=COLUMNS) -> tuple[list[dict], Problems]:
    problems = Problems("t.csv")
    raw = data.encode() if isinstance(data, str) else data
    return [row.values for row in read_rows(io.BytesIO(raw), columns, problems)], problems


def found(problems: Problems) -> list[tuple[str, str, str]]:
    return [(entry["row"], entry["column"], entry["code"]) for entry in problems.found]


def test_reads_rows_with_defaults():
    rows, problems = read("number,name,quantity\nA,Bolt,4e-10\nB,,\n")
    assert rows == [
        {"number": "A", "name": "Bolt", "quantity": "0.0000000004"},
        {"number": "B", "name": None, "quantity": "1"},
    ]
    assert not problems.found


@pytest.mark.parametrize(
    "data",
    [
        "number,name\nÄ1,缸体\n".encode(),
        "number,name\nÄ1,缸体\n".encode("utf-8-sig"),
        "number,name\nÄ1,缸体\n".encode("utf-16"),
        "number,name\r\nÄ1,缸体\r\n".encode(),
        "number;name\nÄ1;缸体\n".encode(),
        "number\tname\nÄ1\t缸体\n".encode(),
        " Number ,NAME\n Ä1 ,　缸体 \n".encode(),
        'number,name\n"Ä1","缸体"'.encode(),
        "name,number\n缸体,Ä1\n".encode(),
        "number,name,\nÄ1,缸体,,,\n".encode(),
    ],
    ids=[
        "plain",
        "bom",
        "utf-16",
        "crlf",
        "semicolon",
        "tab",
        "spaces",
        "quotes",
        "order",
        "trailing",
    ],
)
def test_spreadsheets_differ_but_say_the_same(data):
    rows, problems = read(data)
    assert rows == [{"number": "Ä1", "name": "缸体", "quantity": "1"}]
    assert not problems.found
    assert not problems.notes


def test_gb18030_is_read_and_noted():
    rows, problems = read("number,name\nA,缸体\n".encode("gb18030"))
    assert rows[0]["name"] == "缸体"
    assert [note["code"] for note in problems.notes] == ["csv/read-as-gb18030"]


def test_utf8_is_recognised_across_the_blocks_it_is_read_in(monkeypatch):
    monkeypatch.setattr(csv_table, "_CHUNK", 16)
    rows, problems = read("number,name\n" + "".join(f"{i},缸体\n" for i in range(50)))
    assert len(rows) == 50
    assert not problems.notes


def test_unknown_columns_are_noted():
    rows, problems = read("number,colour\nA,red\n")
    assert rows == [{"number": "A", "name": None, "quantity": "1"}]
    assert problems.notes == [{"file": "t.csv", "code": "csv/unknown-column", "column": "colour"}]


def test_unknown_columns_without_end_are_noted_by_the_first_hundred():
    header = ",".join(["number", *(f"c{column}" for column in range(5000))])
    _, problems = read(f"{header}\nA\n")
    assert [note["column"] for note in problems.notes] == [f"c{column}" for column in range(100)]


def test_empty_rows_are_skipped_but_counted():
    _, problems = read("number,quantity\n\n , \nA,x\n")
    assert found(problems) == [("4", "quantity", "csv/number")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", ("1", "", "csv/empty")),
        ("\n\n", ("1", "", "csv/empty")),
        ("name\nBolt\n", ("1", "number", "csv/missing-column")),
        ("number,Number\nA,B\n", ("1", "number", "csv/column-twice")),
        ("number,name\nA,Bolt,M8\n", ("2", "", "csv/too-many-cells")),
        ("number,name\n,Bolt\n", ("2", "number", "csv/empty-cell")),
        ("number,name\nA,elevenchars\n", ("2", "name", "csv/cell-too-long")),
        ("number,name\nA,B\nC\x00,D\n", ("3", "number", "csv/control-character")),
        ('number,name\n"A\nB",C\n', ("2", "number", "csv/control-character")),
        ('number,name\nA,B\nC,"D\nE,F\n', ("3", "", "csv/broken-quotes")),
        ('number,name\nA,"B"C\n', ("2", "", "csv/broken-quotes")),
        ("number,quantity\nA,1_000\n", ("2", "quantity", "csv/number")),
        ("number,quantity\nA,１２\n", ("2", "quantity", "csv/number")),
        ("number,quantity\nA,NaN\n", ("2", "quantity", "csv/number")),
        ("number;quantity\nA;0,5\n", ("2", "quantity", "csv/number")),
        ("number,quantity\nA,1e61\n", ("2", "quantity", "csv/number-size")),
        (f"number,quantity\nA,{'1' * 81}\n", ("2", "quantity", "csv/number-size")),
        (b"PK\x03\x04rest of a workbook", ("1", "", "xlsx/not-a-workbook")),
        (b"number,name\nA,\xff\xff\xff\n", ("2", "", "csv/not-text")),
        ("number\n".encode("utf-16") + b"A", ("2", "", "csv/not-text")),
        (b"number\n" + b"A\n" * 600_000 + b"\xff\n", ("600002", "", "csv/not-text")),
        (b"\xef\xbb\xbfnumber\n\xff\n", ("2", "", "csv/not-text")),
    ],
)
def test_every_problem_says_where(data, expected):
    _, problems = read(data)
    assert found(problems) == [expected]


def test_a_line_break_in_a_name_becomes_a_space():
    rows, problems = read('number,name\nA,"M8\n bolt"\n')
    assert rows[0]["name"] == "M8 bolt"
    assert not problems.found


def test_a_header_problem_hides_no_other_but_rows_wait_for_it():
    _, problems = read("name,name,quantity\nBolt,Nut,x\n")
    assert found(problems) == [
        ("1", "name", "csv/column-twice"),
        ("1", "number", "csv/missing-column"),
    ]


def test_all_cells_of_all_rows_are_judged_in_one_reading():
    _, problems = read("number,name,quantity\n,elevenchars,x\nA,B,1\nC,D,y\n")
    assert found(problems) == [
        ("2", "number", "csv/empty-cell"),
        ("2", "name", "csv/cell-too-long"),
        ("2", "quantity", "csv/number"),
        ("4", "quantity", "csv/number"),
    ]


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(csv_table, "MAX_ROWS", 3)
    rows, problems = read("number\nA\nB\nC\nD\n")
    assert len(rows) == 2
    assert [(p["row"], p["code"], p["limit"]) for p in problems.found] == [
        ("4", "csv/too-many-rows", "3")
    ]


def test_problems_beyond_the_limit_are_counted(monkeypatch):
    monkeypatch.setattr(csv_table, "MAX_PROBLEMS", 2)
    _, problems = read("number,quantity\n" + "A,x\n" * 5)
    with pytest.raises(BadTable) as refused:
        problems.refuse()
    assert refused.value.params == {"file": "t.csv", "count": "5"}
    assert [entry["code"] for entry in refused.value.details] == [
        "csv/number",
        "csv/number",
        "csv/more-problems",
    ]
    assert refused.value.details[-1]["count"] == "3"


def test_a_table_without_problems_is_not_refused():
    Problems("t.csv").refuse()


def test_a_long_cell_is_shortened_in_what_is_said_about_it():
    _, problems = read(f"number,quantity\nA,{'x' * 5000}\n")
    assert problems.found[0]["found"] == "x" * 79 + "…"


def test_a_very_long_cell_has_a_limit_whatever_its_column():
    _, problems = read(f"number,quantity\nA,{'1' * 10_001}\n")
    assert found(problems) == [("2", "quantity", "csv/cell-too-long")]


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (number(), "-0.50", "-0.50"),
        (number(), "1.", "1"),
        (number(), ".5", "0.5"),
        (number(), "+1E3", "1000"),
        (number(), "123456789012345678901234567890.12", "123456789012345678901234567890.12"),
        (number(above=0, most=1, percent=True), "60 %", "0.60"),
        (number(above=0, most=1, percent=True), "60％", "0.60"),
        (
            number(most=1, percent=True),
            "33.333333333333333333333333333333333333333333 %",
            "0.33333333333333333333333333333333333333333333",
        ),
        (number(above=0, most=1, percent=True), "1", "1"),
        (unit, "KWH", "kilowatt hour"),
        (day, "2024-02-29", date(2024, 2, 29)),
        (year, "2023", 2023),
        (word(Colour), "Sea Green", Colour.SEA_GREEN),
        (word(Colour), "SEA_GREEN", Colour.SEA_GREEN),
    ],
)
def test_cells_are_read(reader, text, value):
    assert reader(text) == value


@pytest.mark.parametrize(
    ("reader", "text", "code_", "params"),
    [
        (number(above=0), "0", "csv/out-of-range", {"range": "> 0"}),
        (number(least=0), "-1e-30", "csv/out-of-range", {"range": "≥ 0"}),
        (number(above=0, most=1), "1.0000001", "csv/out-of-range", {"range": "> 0, ≤ 1"}),
        (number(above=0, most=1, percent=True), "60", "csv/out-of-range", {"range": "> 0, ≤ 1"}),
        (
            number(above=0, most=1, percent=True),
            "101 %",
            "csv/out-of-range",
            {"range": "> 0, ≤ 1"},
        ),
        (number(), "60 %", "csv/number", {}),
        (number(percent=True), "%", "csv/number", {}),
        (number(), "1 000", "csv/number", {}),
        (number(), "1,5", "csv/number", {}),
        (number(), "Infinity", "csv/number", {}),
        (number(), "٣", "csv/number", {}),
        (unit, "ton", "csv/unit", None),
        (day, "31.01.2026", "csv/date", {}),
        (day, "2026-02-30", "csv/date", {}),
        (day, "20260131", "csv/date", {}),
        (year, "23", "csv/year", {}),
        (year, "2100", "csv/year", {}),
        (word(Colour), "blue", "csv/word", {"known": "red, sea-green"}),
    ],
)
def test_cells_are_refused(reader, text, code_, params):
    with pytest.raises(CellError) as refused:
        reader(text)
    assert refused.value.code == code_
    assert params is None or refused.value.params == params


def test_a_column_is_found_under_its_names_in_other_languages():
    columns = [Column("month", str, required=True, names=("月份", "Monat"))]
    problems = Problems("t.csv")
    for header in ("月份", "MONAT", "month"):
        rows = list(read_rows(io.BytesIO(f"{header}\n2025-01\n".encode()), columns, problems))
        assert [row.values for row in rows] == [{"month": "2025-01"}]
    assert (problems.found, problems.notes) == ([], [])
    list(read_rows(io.BytesIO("月份,month\na,b\n".encode()), columns, problems))
    assert [(p["column"], p["code"]) for p in problems.found] == [("month", "csv/column-twice")]
