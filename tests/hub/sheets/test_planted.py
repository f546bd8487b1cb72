"""Twenty-five mistakes in a filled Chinese workbook come back as exactly those cells."""

import pytest
from openpyxl.utils import get_column_letter

from hub.workbooks.marking import HEADERS
from hub.workbooks.queries import annotated
from hub.workbooks.wording import word
from tests.hub.sheets.filled import BRACKET, COIL, GAS, POWER, STATED, column, fill, opened, saved
from tests.hub.sheets.planted import PLANTED

TITLES = {form: word(f"sheet.{form}", "zh-CN") for form in ("data", "materials", "energy")}


@pytest.fixture
def checked(desk):
    """The workbook with all mistakes in it, as it comes back."""
    desk.books.tables(desk.actor, parts="number name\nP-3 三\nP-4 四")
    book = desk.workbook()
    first, second, third, fourth = desk.numbers[:4]
    fill(book, "data", desk.row(first), BRACKET)
    for number in (second, third, fourth):
        fill(book, "data", desk.row(number), STATED)
    fill(book, "materials", 3, {"number": first, **COIL, "mass_unit": "g"})
    fill(book, "energy", 3, {"number": first, **POWER})
    fill(book, "energy", 4, {"number": first, **GAS})
    fill(book, "energy", 5, {"number": first, "carrier": "diesel", "amount": "3 t"})
    for planted in PLANTED:
        fill(book, planted.form, planted.part + 2, {planted.column: planted.value})
    run = desk.work(desk.send(saved(book)))
    return opened(annotated(desk.session, desk.caller, run.id))


def place(planted) -> tuple[str, str]:
    letter = get_column_letter(column(planted.form, planted.column))
    return TITLES[planted.form], f"{letter}{planted.part + 2}"


def lines(book) -> list[dict[str, str]]:
    head, *rows = book["错误"].iter_rows(values_only=True)
    assert head == HEADERS
    return [dict(zip(HEADERS, row, strict=True)) for row in rows]


def test_there_are_twenty_five_different_cells():
    assert len({place(planted) for planted in PLANTED}) == len(PLANTED) == 25


def test_exactly_those_cells_are_named(checked):
    found = {(line["sheet"], line["cell"]): line["rule_id"] for line in lines(checked)}
    assert found == {place(planted): planted.code for planted in PLANTED}
    assert len(lines(checked)) == 25


def test_each_is_told_in_chinese_with_what_to_do(checked):
    told = {(line["sheet"], line["cell"]): line for line in lines(checked)}
    for planted in PLANTED:
        line = told[place(planted)]
        assert planted.says in line["message_zh"], line
        assert line["message_en"] != line["message_de"] != line["message_zh"]
        assert line["how_to_fix"]
        assert (line["field"], line["severity"]) == (planted.column, "error")


def test_exactly_those_cells_are_marked_and_not_by_colour_alone(checked):
    commented, bordered = set(), set()
    for title in TITLES.values():
        for row in checked[title].iter_rows():
            for cell in row:
                if cell.comment:
                    assert cell.comment.text.startswith("✗ ")
                    commented.add((title, cell.coordinate))
                if cell.border.left.style == cell.border.top.style == "thick":
                    bordered.add((title, cell.coordinate))
    assert commented == bordered == {place(planted) for planted in PLANTED}


def test_each_row_says_at_its_end_which_cells(checked):
    sheet = checked["填报"]
    check = [cell.value for cell in sheet[2]].index("_check") + 1
    assert sheet.cell(1, check).value == "检查结果"
    assert sheet.cell(4, check).value == "✗ M4, O4"


def test_marks_of_last_time_are_gone_when_it_is_right(desk, checked):
    before = len(checked.sheetnames)
    fill(checked, "data", 5, {"number": desk.numbers[2]})
    run = desk.work(desk.send(saved(checked)))
    again = opened(annotated(desk.session, desk.caller, run.id))
    assert len(again.sheetnames) == before
    assert len(lines(again)) == 24
    cell = again["填报"].cell(5, column("data", "number"))
    assert cell.comment is None
    assert cell.border.left is None or cell.border.left.style is None
