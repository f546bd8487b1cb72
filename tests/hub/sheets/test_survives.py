"""Files as people and their programs change them, and files that are not opened."""

import io
import re
import zipfile
from functools import cache

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from hub.kit.errors import BadInput
from hub.workbooks.opening import opened as open_file
from hub.workbooks.processes import mark_book, read_book
from hub.workbooks.reading import How, read_entry
from hub.workbooks.wanted import Choices
from tests.hub import workbooks as made
from tests.hub.sheets.filled import opened, saved

HEAD = ["number", "period_start", "period_last", "pieces", "declared_unit", "kgco2e"]
ROW = ["A-1", "2024-01-01", "2024-12-31", "12,000件", "件", "1.5"]
SAID = {
    "number": "A-1",
    "period_start": "2024-01-01",
    "period_last": "2024-12-31",
    "pieces": "12000",
    "declared_unit": "piece",
    "kgco2e": "1.5",
}


def book_of(*rows, title="填报"):
    book = Workbook()
    del book["Sheet"]
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    return book


def said(data: bytes, locale="zh-CN"):
    """What is read of the rows, and the codes of what is wrong."""
    file = open_file(data, "x.xlsx", locale)
    how = How(file.mark, file.from_1904, Choices())
    readings = [read_entry(entry, how) for entry in file.entries]
    codes = [problem.code for reading in readings for problem in reading.problems]
    return [reading.data for reading in readings], codes


class TestSheets:
    def test_renamed_reordered_and_with_columns_of_ones_own(self):
        order = [5, 0, 3, 1, 4, 2]
        rows = [["我的", *[each[place] for place in order], "备注x"] for each in (HEAD, ROW)]
        book = book_of(["标题"], [], *rows, title="随便改的名字")
        book.create_sheet("别的")["A1"] = "x"
        assert said(saved(book)) == ([SAID], [])

    def test_known_by_the_headers_for_people(self):
        people = ["Own part number", "Period: first day", "统计期末日", "合格品", "对应单位"]
        book = book_of(people, ["A-1", "2024-01-01", "2024-12-31", "x", "件"])
        rows, codes = said(saved(book))
        assert codes == []
        assert rows[0]["declared_unit"] == "piece"

    def test_hidden_rows_are_read(self):
        book = book_of(HEAD, ROW)
        book["填报"].row_dimensions[2].hidden = True
        assert said(saved(book)) == ([SAID], [])

    def test_a_merged_word_stands_for_each_row(self):
        book = book_of(HEAD, ROW, ["A-2", None, None, 1, None, "2"])
        for column in "BCE":
            book["填报"].merge_cells(f"{column}2:{column}3")
        rows, codes = said(saved(book))
        assert codes == []
        assert rows[1]["period_last"] == "2024-12-31"
        assert rows[1]["declared_unit"] == "piece"

    @pytest.mark.parametrize(
        ("cells", "code"),
        [("D2:D3", "workbook/merged-amount"), ("E2:F2", "workbook/merged-columns")],
    )
    def test_what_else_is_merged_is_asked(self, cells, code):
        book = book_of(HEAD, ROW, ["A-2", "2024-01-01", "2024-12-31", None, "件", "2"])
        book["填报"].merge_cells(cells)
        assert said(saved(book))[1] == [code]

    def test_a_column_that_stands_twice_is_refused(self):
        with pytest.raises(BadInput, match="workbook/column-twice"):
            said(saved(book_of([*HEAD, "kgco2e"], [*ROW, "2"])))

    def test_without_the_columns_it_is_no_such_workbook(self):
        with pytest.raises(BadInput, match="workbook/no-data-sheet"):
            said(saved(book_of(["a", "b"], [1, 2])))


class TestDays:
    def test_counted_from_1904(self):
        book = book_of(HEAD, ROW)
        book.epoch = CALENDAR_MAC_1904
        book["填报"]["B2"], book["填报"]["C2"] = 43830, 44195
        assert said(saved(book)) == ([SAID], [])

    def test_serial_numbers(self):
        book = book_of(HEAD, ["A-1", 45292, "45657", *ROW[3:]])
        assert said(saved(book)) == ([SAID], [])


class TestCells:
    @pytest.mark.parametrize(
        ("value", "code"),
        [
            ("=1+2", "workbook/formula"),
            ("=", None),
            ("#N/A", "workbook/error-value"),
            (12345678901234567, "workbook/digits-lost"),
            (True, "workbook/number"),
            (-1, "workbook/negative"),
            ("1,5", "workbook/ambiguous"),  # of "12,000" beside it
        ],
    )
    def test_one_value(self, value, code):
        _, codes = said(saved(book_of(HEAD, [*ROW[:5], value])))
        assert codes == ([code] if code else ["workbook/number"] if value == "=" else [])

    def test_a_percentage_is_what_is_shown(self):
        book = book_of([*HEAD, "left_out"], [*ROW, 0.025])
        book["填报"]["G2"].number_format = "0.0%"
        assert said(saved(book))[0][0]["left_out"] == "2.5"

    def test_one_number_of_the_other_way_makes_the_rest_ask(self):
        rows = ["A-2", "2024-01-01", "2024-12-31", "5", "件", "1234,5"]
        assert said(saved(book_of(HEAD, ROW, rows)))[1] == ["workbook/ambiguous"]


class TestText:
    TABLE = "\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEAD, ROW))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_every_encoding_and_separator(self, encoding, separator):
        text = self.TABLE.replace('","', f'"{separator}"')
        assert said(text.encode(encoding)) == ([SAID], [])

    def test_without_a_locale_a_number_with_two_readings_is_asked(self):
        assert said(self.TABLE.encode(), locale="")[1] == ["workbook/ambiguous"]

    @pytest.mark.parametrize("data", [b"\xff\xff\xff", b"\0\0", b"%PDF-1.7\0"])
    def test_what_is_no_text_is_refused(self, data):
        with pytest.raises(BadInput, match="workbook/no"):
            said(data)


def as_wps_saves(data: bytes) -> bytes:
    """WPS Office: its name in app.xml, texts inside the cells, and absolute addresses of parts."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    put = {}
    for name in ("xl/_rels/workbook.xml.rels", "docProps/app.xml"):
        text = archive.read(name).decode()
        text = re.sub(r'Target="(?!/)', 'Target="/xl/', text)
        maker = "<Application>WPS Office_12.1.0.18276_F1E327BC</Application>"
        put[name] = re.sub(r"<Application>.*?</Application>", maker, text)
    return made.changed(data, put)


def test_a_file_of_wps_office_is_read():
    data = as_wps_saves(saved(book_of(HEAD, ROW)))
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert b'Target="/xl/' in archive.read("xl/_rels/workbook.xml.rels")
    assert b"WPS Office" in archive.read("docProps/app.xml")
    assert b'"inlineStr"' in archive.read(made.SHEET)
    assert "xl/sharedStrings.xml" not in archive.namelist()
    assert said(data) == ([SAID], [])


@cache
def refusals() -> dict[str, tuple[bytes, str]]:
    plain = saved(book_of(HEAD, ROW))
    types = zipfile.ZipFile(io.BytesIO(plain)).read("[Content_Types].xml").decode()
    macro = types.replace("spreadsheetml.sheet.main", "sheet.macroEnabled.main")
    rel = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://x/relationships/oleObject" '
        'Target="http://elsewhere.example/x" TargetMode="External"/></Relationships>'
    )
    put: dict[str, tuple[dict[str, bytes | str], str]] = {
        "vba": ({"xl/vbaProject.bin": b"x"}, "xlsx/macros"),
        "xlsm": ({"[Content_Types].xml": macro}, "xlsx/macros"),
        "links": ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "xlsx/external-links"),
        "queries": ({"xl/connections.xml": b"<x/>"}, "xlsx/external-links"),
        "fetched": ({"xl/worksheets/_rels/sheet1.xml.rels": rel}, "xlsx/external-links"),
        "embedded": ({"xl/embeddings/oleObject1.bin": b"x"}, "xlsx/nested"),
        "control": ({"xl/activeX/activeX1.xml": b"x"}, "xlsx/nested"),
    }
    found = {name: (made.changed(plain, parts), code) for name, (parts, code) in put.items()}
    dde = saved(book_of(HEAD, [*ROW[:5], "=cmd|'/c calc'!A0"]))
    return found | {
        "dde": (dde, "xlsx/dde"),
        "bomb": (made.bomb(), "xlsx/too-large"),
        "entities": (made.entities(), "xlsx/entities"),
        "far": (made.far_cell(), "xlsx/too-many-rows"),
        "password": (made.encrypted(), "xlsx/encrypted"),
        "xls": (b"\xd0\xcf\x11\xe0" + bytes(600), "xlsx/encrypted"),
        "cut": (plain[:-300], "xlsx/not-a-workbook"),
    }


@pytest.mark.parametrize("name", refusals())
def test_is_not_opened_and_says_why(name):
    data, code = refusals()[name]
    with pytest.raises(BadInput) as refused:
        said(data)
    assert refused.value.code == code


def test_a_link_to_click_on_is_no_reason():
    book = book_of(HEAD, ROW)
    book["填报"]["A2"].hyperlink = "https://example.com/"
    assert said(saved(book)) == ([SAID], [])


def test_too_many_parts_are_refused_with_the_limit():
    rows = "\n".join(["number,period_start", *(f"A-{n},2024-01-01" for n in range(10_001))])
    with pytest.raises(BadInput) as refused:
        said(rows.encode())
    assert refused.value.code == "workbook/too-many-rows"
    assert refused.value.params["limit"] == "10000"


def test_marks_leave_everything_else_as_it_was():
    """Formats, widths, validations, notes of one's own; and a comment that was there before."""
    book = book_of(HEAD, ROW)
    sheet = book["填报"]
    sheet["A1"].font = Font(bold=True, color="FF00AA00")
    sheet["F2"].number_format = "0.000"
    sheet["F2"].comment = Comment("我的批注", "李")
    sheet.column_dimensions["A"].width = 33
    sheet.add_chart(BarChart(), "J3")
    book.create_sheet("我的")["B2"] = "=SUM(1,2)"
    mark = {"sheet": "填报", "row": 2, "column": 6, "text": "✗ 错"}
    told = {"cells": [mark], "rows": [], "heads": [], "title": "错误", "titles": ["错误"]}
    data = mark_book(saved(book), {**told, "lines": [["sheet"]], "widths": [9] * 12})
    back = opened(data)
    assert back.sheetnames == ["填报", "我的", "错误"]
    assert back["我的"]["B2"].value == "=SUM(1,2)"
    again = back["填报"]
    assert (again["A1"].font.color.rgb, again.column_dimensions["A"].width) == ("FF00AA00", 33)
    assert again["F2"].number_format == "0.000"
    assert again["F2"].comment.text == "✗ 错\n――――\n我的批注"
    clean = opened(mark_book(data, {**told, "cells": [], "lines": [["sheet"]], "widths": [9] * 12}))
    assert clean["填报"]["F2"].comment.text == "我的批注"
    assert read_book(data).sheets[0].rows[2][6].text == "1.5"
