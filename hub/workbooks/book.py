"""What a workbook says: sheets of cells, and the whole of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """What stands in a cell, and of what kind it is (`hub.workbooks.process.reading`)."""

    text: str
    kind: str = ""


Row = dict[int, Cell]
"""Cells that hold anything, by column; the first is 1."""


@dataclass
class Sheet:
    """One sheet."""

    title: str
    rows: dict[int, Row] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First column, first row, last column, last row."""
    hidden: frozenset[int] = frozenset()


@dataclass
class Book:
    """A workbook, or a table of text as a workbook of one sheet."""

    sheets: list[Sheet] = field(default_factory=list)
    from_1904: bool = False
    """Whether days are counted as old Macs did."""


def told_book(lines: Iterable[Mapping[str, Any] | list[Any]]) -> Book:
    """The workbook that the reading process tells of."""
    book = Book()
    for line in lines:
        if isinstance(line, list):
            number, cells = line
            row = {int(column): Cell(text, kind) for column, (text, kind) in cells.items()}
            book.sheets[-1].rows[number] = row
        elif "sheet" in line:
            merged = [(area[0], area[1], area[2], area[3]) for area in line["merged"]]
            book.sheets.append(
                Sheet(line["sheet"], merged=merged, hidden=frozenset(line["hidden"]))
            )
        elif "epoch_1904" in line:
            book.from_1904 = line["epoch_1904"]
    return book


def book_of_text(rows: Iterable[tuple[int, list[str]]], title: str) -> Book:
    """The same of a table of text."""
    sheet = Sheet(title)
    for number, cells in rows:
        sheet.rows[number] = {
            column: Cell(text) for column, text in enumerate(cells, 1) if text.strip()
        }
    return Book([sheet])
