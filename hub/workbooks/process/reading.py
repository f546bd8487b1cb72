"""A workbook as JSON texts, one a line: its sheets, what is merged and hidden, every cell.

A cell is `[text, kind]`: kind `""` is text, `n` a number, `%` one shown as percent, `d` a day, `b`
true or false, `f` a formula (with what it last came to), `x` an error, `z` lost digits.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from hub.kit.workbook_process import MAX_COLUMNS, MAX_ROWS, Refused, read_cell
from hub.workbooks.process.danger import refuse_dde, refuse_live

Told = Callable[[Any], None]
_MOST_MERGED = 5_000
_MOST_SHEETS = 50
SHOWN = 60
"""Characters that are told of a formula and of its result."""


def tell_book(file: BinaryIO, told: Told) -> None:
    """Tell everything. Raises `Refused`."""
    refuse_live(file)
    book = openpyxl.load_workbook(file, keep_links=False)
    if not book.worksheets or len(book.sheetnames) > _MOST_SHEETS:
        raise Refused("xlsx/not-a-workbook")
    results = book
    if any(cell.data_type == "f" for sheet in book.worksheets for cell in sheet._cells.values()):
        # What a formula last came to is read by a second pass, which most files do without.
        results = openpyxl.load_workbook(file, data_only=True, keep_links=False)
    told({"epoch_1904": book.epoch == CALENDAR_MAC_1904})
    for sheet in book.worksheets:
        told(_about(sheet))
        for row in _rows(sheet, results[sheet.title]):
            told(row)
    told({"end": True})


def _about(sheet: Any) -> dict[str, Any]:
    merged = [list(area.bounds) for area in sheet.merged_cells.ranges]
    if len(merged) > _MOST_MERGED:
        raise Refused("xlsx/too-much-work")
    hidden = [number for number, row in sheet.row_dimensions.items() if row.hidden]
    return {
        "sheet": sheet.title,
        "merged": merged,
        "hidden": sorted(hidden)[:MAX_ROWS],
    }


def _rows(sheet: Any, results: Any) -> Iterator[list[Any]]:
    """Rows that hold anything. Cells are kept one by one, so a far one costs no more than it is."""
    # Not through `iter_rows`, which would make all the cells between.
    cells = sorted((place, cell) for place, cell in sheet._cells.items() if cell.value is not None)
    row: list[Any] = []
    for (number, column), cell in cells:
        if number > MAX_ROWS:
            raise Refused("xlsx/too-many-rows", row=number, limit=MAX_ROWS)
        if column > MAX_COLUMNS:
            raise Refused("xlsx/too-many-columns", row=number, limit=MAX_COLUMNS)
        if row and row[0] != number:
            yield row
            row = []
        row = row or [number, {}]
        row[1][column] = _cell(cell, results._cells.get((number, column)))
    if row:
        yield row


def _cell(cell: Any, result: Any) -> list[str]:
    if cell.data_type == "f":
        return _formula(cell, result)
    text, fault = read_cell(cell, cell)
    if fault:
        return [text[:SHOWN], "z" if fault == "xlsx/digits-lost" else "x"]
    return [_percent(text), "%"] if _is_percent(cell) else [text, _kind(cell.value)]


def _formula(cell: Any, result: Any) -> list[str]:
    formula = str(getattr(cell.value, "text", cell.value))
    refuse_dde(formula)
    shown = "" if result is None or result.value is None else f" → {result.value}"[:SHOWN]
    return [formula[:SHOWN] + shown, "f"]


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "b"
    if isinstance(value, int | float):
        return "n"
    return "d" if isinstance(value, date | datetime) else ""


def _is_percent(cell: Any) -> bool:
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return is_number and "%" in (cell.number_format or "")


def _percent(text: str) -> str:
    """0.2 in a cell shown as percent is 20."""
    value = Decimal(text).scaleb(2)
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
