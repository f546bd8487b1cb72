"""Somebody's own workbook with what is wrong in it said where it stands, and once more in a list.

Colour alone says nothing: a wrong cell has a thick border, a comment, and a text at the end of its
row. What an earlier marking left is taken away first.
"""

from typing import Any, BinaryIO

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, Side

from hub.workbooks.process.danger import refuse_live
from hub.workbooks.process.writing import put

AUTHOR = "Tierlight"
_BETWEEN = "\n――――\n"
"""Before what a comment said already."""
_SIDE = Side(style="thick", color="FFB00020")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_BOLD = Font(bold=True)
_WIDTH, _HEIGHT = 360, 140


def marked(file: BinaryIO, told: Any) -> Any:
    """The workbook with the marks. Raises `Refused` for one that may not be opened.

    `told`: `cells` ({sheet, row, column, text}), `rows` ({sheet, row, column, text}), `heads` (the
    headers of the columns for the texts), and the list (`title`, `titles` of all languages,
    `lines`).
    """
    refuse_live(file)
    book = openpyxl.load_workbook(file, keep_links=False)
    for sheet in list(book.worksheets):
        if sheet.title in told["titles"] and sheet.cell(1, 1).value == told["lines"][0][0]:
            book.remove(sheet)
        else:
            _clean(sheet)
    for mark in told["cells"]:
        _mark(book[mark["sheet"]].cell(mark["row"], mark["column"]), mark["text"])
    for head in (*told["heads"], *told["rows"]):
        sheet = book[head["sheet"]]
        put(_top(sheet, sheet.cell(head["row"], head["column"])), head["text"])
    _list(book, told)
    return book


def _clean(sheet: Any) -> None:
    for cell in list(sheet._cells.values()):
        note = cell.comment if hasattr(cell, "comment") else None
        if note is not None and note.author == AUTHOR:
            before = note.text.partition(_BETWEEN)[2]
            cell.comment = Comment(before, "") if before else None
            cell.border = Border()


def _mark(cell: Any, text: str) -> None:
    cell = _top(cell.parent, cell)
    before = cell.comment.text if cell.comment else ""
    said = f"{text}{_BETWEEN}{before}" if before else text
    cell.comment = Comment(said, AUTHOR, height=_HEIGHT, width=_WIDTH)
    cell.border = _BORDER


def _top(sheet: Any, cell: Any) -> Any:
    """The cell itself; of merged ones the one that is shown."""
    if type(cell).__name__ != "MergedCell":
        return cell
    for area in sheet.merged_cells.ranges:
        if cell.coordinate in area:
            return sheet.cell(area.min_row, area.min_col)
    return cell


def _list(book: Any, told: Any) -> None:
    sheet = book.create_sheet(told["title"])
    for number, line in enumerate(told["lines"], 1):
        for column, text in enumerate(line, 1):
            put(sheet.cell(number, column), text)
    for cell in sheet[1]:
        cell.font = _BOLD
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGHIJKL", told["widths"], strict=True):
        sheet.column_dimensions[letter].width = width
