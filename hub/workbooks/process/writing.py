"""A workbook made of a description (`hub.workbooks.description`): texts, numbers, days, lists.

A text is written as a text whatever it begins with; nothing that is written here is a formula.
"""

from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.styles.numbers import FORMAT_TEXT
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

_HEAD = Font(bold=True)
_MACHINE = Font(italic=True, color="FF666666")
_GREY = PatternFill("solid", fgColor="FFE8ECEF")
_OPEN = Protection(locked=False)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_INERT = ("=", "+", "-", "@", "\t", "\r")
_EMPTY_ROWS = 200
"""Rows below what is filled in that may be written into, too."""


def made(description: Any) -> Workbook:
    """The workbook."""
    book = Workbook()
    del book["Sheet"]
    for told in description["sheets"]:
        _sheet(book.create_sheet(told["title"]), told)
    return book


def _sheet(sheet: Any, told: Any) -> None:
    for number, width in enumerate(told["widths"], 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for number, row in enumerate(told["rows"], 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                put(sheet.cell(number, column), value)
    _head(sheet, told)
    for rule in told["lists"]:
        _list(sheet, rule)
    if told["head"]:
        _lock(sheet, told)
    sheet.sheet_state = told["state"]


def put(cell: Any, value: Any) -> None:
    """A text, `{"n": number}` or `{"d": day}` into a cell."""
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"
        cell.number_format = FORMAT_TEXT
        if value.startswith(_INERT):
            cell.quotePrefix = True
    elif "n" in value:
        cell.value = float(value["n"]) if "." in value["n"] else int(value["n"])
    else:
        cell.value = date.fromisoformat(value["d"])
        cell.number_format = "yyyy-mm-dd"


def _head(sheet: Any, told: Any) -> None:
    if not told["head"]:
        for row in sheet.iter_rows():
            for cell in row:
                cell.alignment = _WRAPPED
        return
    for number, font in ((1, _HEAD), (2, _MACHINE))[: told["head"]]:
        for cell in sheet[number]:
            cell.font, cell.fill, cell.alignment = font, _GREY, _WRAPPED
    sheet.freeze_panes = sheet.cell(told["head"] + 1, told["fixed"] + 1)


def _list(sheet: Any, rule: Any) -> None:
    """A drop-down. What it lacks is warned of and may stay: units have many names."""
    check = DataValidation(type="list", formula1=rule["of"], allow_blank=True, errorStyle="warning")
    check.promptTitle, check.prompt, check.showInputMessage = "", rule["hint"], bool(rule["hint"])
    sheet.add_data_validation(check)
    letter = get_column_letter(rule["column"])
    check.add(f"{letter}{rule['first']}:{letter}{rule['last']}")


def _lock(sheet: Any, told: Any) -> None:
    last = len(told["rows"]) + _EMPTY_ROWS
    for number in range(told["head"] + 1, last + 1):
        for column in range(told["fixed"] + 1, len(told["widths"]) + 1):
            sheet.cell(number, column).protection = _OPEN
    guard = sheet.protection
    guard.sheet = True
    guard.formatCells = guard.formatColumns = guard.formatRows = False
    guard.insertRows = guard.deleteRows = guard.sort = guard.autoFilter = False
    guard.insertColumns = False
