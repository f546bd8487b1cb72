"""A file that was sent, opened: workbook or text, and what stands in it by part.

Nothing here asks the database: a workbook takes seconds, and no transaction waits for it.
"""

import codecs
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

from hub.kit.errors import BadInput
from hub.kit.workbook import ARCHIVE, OLD_OR_ENCRYPTED, WorkbookRefused
from hub.workbooks.book import Book, book_of_text
from hub.workbooks.entries import Entry, Problem, entries_of
from hub.workbooks.form import DATA, MOST_LINES, MOST_ROWS, TEMPLATE, VERSION
from hub.workbooks.grid import ColumnTwice, Table, meta_of, tables_of
from hub.workbooks.processes import make_book, read_book
from hub.workbooks.reading import mark_of_tables
from tierlight_schemas.typed import MARKS, Mark

TABLE = "CSV"
"""Title of the only sheet of a table of text."""
MAX_CELL = 10_000
_TEXTS = ("utf-8-sig", "gb18030")
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Opened:
    """What a file says, not yet read."""

    name: str
    digest: str
    content: bytes
    """The bytes that came."""
    mark: Mark
    from_1904: bool
    layout: str
    entries: list[Entry]
    problems: list[Problem]
    given: dict[str, str]
    """Digests of the rows as they were given out, by key."""

    @property
    def of_no_row(self) -> list[Problem]:
        """What is wrong with lines that belong to no part."""
        return [problem for problem in self.problems if problem.form != DATA.name]

    def of_row(self, row: int) -> list[Problem]:
        """What is wrong with a row before its cells are read."""
        return [each for each in self.problems if (each.form, each.row) == (DATA.name, row)]


def opened(data: bytes, name: str, locale: str) -> Opened:
    """The file; `locale` says how its numbers are written, else the workbook says it itself.

    Raises `BadInput` naming what is wrong with the file as a whole, and the limit that it passes.
    """
    try:
        book = _book(data, name)
        tables = tables_of(book)
    except WorkbookRefused as refusal:
        row = {"row": str(refusal.row)}
        raise BadInput(refusal.code, **{**row, **refusal.params, "file": name}) from None
    except ColumnTwice as twice:
        told = {"sheet": twice.title, "column": twice.column}
        raise BadInput("workbook/column-twice", file=name, **told) from None
    meta = meta_of(book)
    if meta.template and (meta.template, meta.version) != (TEMPLATE, VERSION):
        found = f"{meta.template} {meta.version}"[:80]
        raise BadInput("workbook/version", file=name, found=found, expected=f"{TEMPLATE} {VERSION}")
    _refuse_size(tables, name)
    declared = MARKS.get(locale or meta.locale, "")
    entries, problems = entries_of(tables)
    return Opened(
        name,
        hashlib.sha256(data).hexdigest(),
        data,
        mark_of_tables(declared, tables.values()),
        book.from_1904,
        _layout(tables),
        entries,
        problems,
        meta.hashes,
    )


def as_workbook(data: bytes, name: str) -> bytes:
    """The file as a workbook, in which it is given back: of a table of text one is made."""
    if data.startswith(ARCHIVE):
        return data
    return make_book({"sheets": [_sheet(list(_rows(_text(data, name), name)))]})


def _book(data: bytes, name: str) -> Book:
    if data.startswith((ARCHIVE, OLD_OR_ENCRYPTED)):
        return read_book(data)
    return book_of_text(_rows(_text(data, name), name), TABLE)


def _text(data: bytes, name: str) -> str:
    encodings = ("utf-16",) if data.startswith(_WIDE_MARKS) else _TEXTS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput("workbook/not-text", file=name)


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with their number; the separator is what the first line has most."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_LINES:
                raise _too_many(TABLE, MOST_LINES, name)
            if any(cell.strip() for cell in cells):
                yield number, [cell[:MAX_CELL] for cell in cells]
    except csv.Error:
        raise BadInput("workbook/not-text", file=name) from None


def _sheet(rows: list[tuple[int, list[str]]]) -> dict[str, object]:
    """The table as a sheet in which it is given back with its marks."""
    of = dict(rows)
    told = [[cell or None for cell in of.get(number, [])] for number in range(1, rows[-1][0] + 1)]
    widths = [16] * max(map(len, of.values()))
    about = {"title": TABLE, "state": "visible", "widths": widths, "rows": told}
    return {**about, "head": 0, "fixed": 0, "lists": []}


def _refuse_size(tables: dict[str, Table], name: str) -> None:
    if DATA.name not in tables:
        raise BadInput("workbook/no-data-sheet", file=name, columns=", ".join(DATA.needed))
    for form, table in tables.items():
        limit = MOST_ROWS if form == DATA.name else MOST_LINES
        if len(table.lines) > limit:
            raise _too_many(table.title, limit, name)


def _too_many(sheet: str, limit: int, name: str) -> BadInput:
    return BadInput("workbook/too-many-rows", file=name, sheet=sheet, limit=str(limit))


def _layout(tables: dict[str, Table]) -> str:
    told = {
        name: {
            "title": table.title,
            "columns": table.columns,
            "check": table.check,
            "head": table.head,
        }
        for name, table in tables.items()
    }
    return json.dumps(told, ensure_ascii=False)
