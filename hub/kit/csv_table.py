"""Reading tables: any spreadsheet's export, streamed, with every problem named by its cell.

* UTF-8 with or without a byte order mark, UTF-16 with one, else GB18030 (which is noted);
* comma, semicolon or tab, whichever the header uses; quotes as in RFC 4180;
* a workbook (.xlsx), recognised by its content, read by a process of its own (`kit.workbook`);
* header names in any case and order; unknown columns are noted, a missing mandatory one is a
  problem;
* rows are numbered as a spreadsheet numbers them: the header is row 1, empty rows count.

Nothing here knows what a table is about: the rooms describe their columns.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from hub.kit.errors import BadInput
from hub.kit.workbook import ARCHIVE, OLD_OR_ENCRYPTED, Record, WorkbookRefused, opened_sheet

MAX_ROWS = 1_000_000
MAX_PROBLEMS = 100_000
"""Problems kept; beyond that they are counted, so that a hostile file cannot fill the memory."""
MAX_NOTES = 100
"""Notes kept: who has read so many of them looks at the whole header."""
MAX_CELL = 10_000
"""Characters of one cell, before any tighter limit of its column."""
_CHUNK = 1 << 20
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class CellError(ValueError):
    """A cell that cannot be used; `code` and `params` find the words."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Column:
    """A column: how a cell that is not empty is read, and what an empty one means."""

    name: str
    read: Callable[[str], Any]
    """Takes the trimmed text, gives the value or raises `CellError`."""
    required: bool = False
    default: Any = None
    names: tuple[str, ...] = ()
    """Other headers under which it is found: its name in other languages."""


@dataclass(frozen=True)
class Row:
    """One row of values by column name; `number` as a spreadsheet counts."""

    number: int
    values: dict[str, Any]


class BadTable(BadInput):
    """A table of which nothing was imported; `details` has every problem.

    A detail has `file, row, column, code, found` and the placeholders of its message; one of a
    workbook also `sheet` and `cell`.
    """


@dataclass
class Problems:
    """What is wrong with a table, cell by cell, and what is only worth a note."""

    file: str
    found: list[dict[str, str]] = field(default_factory=list)
    notes: list[dict[str, str]] = field(default_factory=list)
    unlisted: int = 0
    sheet: str = ""
    """Title of the sheet, of a workbook."""
    letters: dict[str, str] = field(default_factory=dict)
    """Of a workbook's columns, by the name that they have here."""

    def add(self, row: int, column: str, code: str, found: str = "", **params: str) -> None:
        """Record a problem; the cell's text is shortened to what a message can carry."""
        if len(self.found) >= MAX_PROBLEMS:
            self.unlisted += 1
            return
        self.found.append(
            {"file": self.file, "row": str(row), "column": column, "code": code}
            | {"found": found if len(found) <= 80 else found[:79] + "…"}
            | self._cell(row, column)
            | params
        )

    def _cell(self, row: int, column: str) -> dict[str, str]:
        """Where a workbook's user looks: `Parts`, `B7`."""
        if not self.sheet:
            return {}
        return {"sheet": self.sheet, "cell": f"{self.letters.get(column, 'A')}{row}"}

    def note(self, code: str, **params: str) -> None:
        """Record something that does not refuse the table."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append({"file": self.file, "code": code} | params)

    def refuse(self) -> None:
        """Raise `BadTable` when anything was found, sorted by row."""
        if not self.found:
            return
        error = BadTable("csv/refused", file=self.file, count=str(len(self.found) + self.unlisted))
        error.details = sorted(self.found, key=lambda detail: int(detail["row"]))
        if self.unlisted:
            last = {"file": self.file, "row": "", "column": "", "found": ""}
            error.details.append(last | {"code": "csv/more-problems", "count": str(self.unlisted)})
        raise error


def read_rows(
    file: BinaryIO, columns: Sequence[Column], problems: Problems, sheet: str = ""
) -> Iterator[Row]:
    """The good rows of a seekable file, one at a time; the others go to `problems`.

    Of a workbook the sheet called `sheet` is read, else its first.
    """
    start = file.read(4)
    file.seek(0)
    if start == ARCHIVE:
        yield from _rows_of_workbook(file, columns, problems, sheet)
    elif start == OLD_OR_ENCRYPTED:
        problems.add(1, "", "xlsx/encrypted")
    else:
        yield from _rows_of_text(file, columns, problems)


def _rows_of_workbook(
    file: BinaryIO, columns: Sequence[Column], problems: Problems, name: str
) -> Iterator[Row]:
    try:
        with opened_sheet(file, name) as sheet:
            problems.sheet = sheet.title
            yield from _rows(sheet.records, columns, problems)
    except WorkbookRefused as refusal:
        problems.add(refusal.row, "", refusal.code, **refusal.params)


def _rows_of_text(file: BinaryIO, columns: Sequence[Column], problems: Problems) -> Iterator[Row]:
    encoding = _encoding(file, problems)
    if encoding is None:
        return
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        delimiter = _delimiter(text.readline(_CHUNK))
        text.seek(0)
        yield from _rows(_records(text, delimiter, problems), columns, problems)
    finally:
        text.detach()


def _rows(
    records: Iterator[Record], columns: Sequence[Column], problems: Problems
) -> Iterator[Row]:
    header = next(records, None)
    if header is None:
        if not problems.found:
            problems.add(1, "", "csv/empty")
        return
    places = _places(header.cells, columns, problems)
    if problems.found:
        return
    for record in records:
        if record.number > MAX_ROWS:
            problems.add(record.number, "", "csv/too-many-rows", limit=f"{MAX_ROWS}")
            return
        row = _row(record, places, len(header.cells), problems)
        if row:
            yield row


def _records(text: io.TextIOWrapper, delimiter: str, problems: Problems) -> Iterator[Record]:
    """Numbered records that are not empty; stops at text that is not CSV."""
    number = 0
    try:
        for cells in csv.reader(text, delimiter=delimiter, strict=True):
            number += 1
            if any(map(str.strip, cells)):
                yield Record(number, cells, {})
    except csv.Error:
        problems.add(number + 1, "", "csv/broken-quotes")


def _places(
    header: list[str], columns: Sequence[Column], problems: Problems
) -> list[tuple[int | None, Column]]:
    """Where each column stands in the file; problems and notes of the header."""
    known = {_plain(name): c.name for c in columns for name in (c.name, *c.names)}
    at: dict[str, int] = {}
    for index, title in enumerate(header):
        name = known.get(_plain(title), _plain(title))
        if name in at and name in known.values():
            problems.add(1, name, "csv/column-twice", found=title)
        elif name and name not in known.values():
            problems.note("csv/unknown-column", column=title.strip()[:80])
        at.setdefault(name, index)
        problems.letters.setdefault(name, letters(index))
    for column in columns:
        if column.required and column.name not in at:
            problems.add(1, column.name, "csv/missing-column", found=", ".join(at))
    return [(at.get(column.name), column) for column in columns]


def _plain(title: str) -> str:
    return title.strip().lower().replace(" ", "_")


def read_cells(
    number: int, cells: Mapping[str, str], columns: Sequence[Column], problems: Problems
) -> Row | None:
    """One row that came by the names of its columns, as a form or a document brings it; None, with
    problems, when a cell cannot be used."""
    texts = [cells.get(column.name, "").strip() for column in columns]
    places: list[tuple[int | None, Column]] = list(enumerate(columns))
    return _row(Record(number, texts, {}), places, len(texts), problems)


def letters(index: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 26 is AA."""
    ahead, last = divmod(index, 26)
    return (letters(ahead - 1) if ahead else "") + chr(ord("A") + last)


def _row(
    record: Record,
    places: list[tuple[int | None, Column]],
    width: int,
    problems: Problems,
) -> Row | None:
    number, cells = record.number, record.cells
    good = not any(map(str.strip, cells[width:]))
    if not good:
        problems.add(number, "", "csv/too-many-cells", found=str(len(cells)), limit=str(width))
    values: dict[str, Any] = {}
    for index, column in places:
        text = cells[index].strip() if index is not None and index < len(cells) else ""
        try:
            if index is not None and index in record.faults:
                raise CellError(record.faults[index])
            values[column.name] = _value(text, column)
        except CellError as error:
            problems.add(number, column.name, error.code, found=text, **error.params)
            good = False
    return Row(number, values) if good else None


def _value(text: str, column: Column) -> Any:
    if not text:
        if column.required:
            raise CellError("csv/empty-cell")
        return column.default
    if len(text) > MAX_CELL:
        raise CellError("csv/cell-too-long", limit=str(MAX_CELL))
    return column.read(text)


def _delimiter(first_line: str) -> str:
    """The separator that the header uses most; a comma when it has one column."""
    return max(",;\t", key=first_line.count)


def _encoding(file: BinaryIO, problems: Problems) -> str | None:
    """How the file's text is encoded; None, with a problem, when it is no text at all."""
    start = file.read(4)
    marked = [name for mark, name in _MARKS.items() if start.startswith(mark)]
    candidates = marked or ["utf-8", "gb18030"]
    bad_lines = []
    for encoding in candidates:
        bad_line = _undecodable_line(file, encoding)
        if bad_line is None:
            if encoding == "gb18030":
                problems.note("csv/read-as-gb18030")
            return encoding
        bad_lines.append(bad_line)
    problems.add(max(bad_lines), "", "csv/not-text")
    return None


def _undecodable_line(file: BinaryIO, encoding: str) -> int | None:
    """The line, from 1, that is no text in this encoding; None when all of the file is."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    line = 1
    try:
        while chunk := file.read(_CHUNK):
            line += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return line + codecs.decode(error.object[: error.start], error.encoding).count("\n")
    return None
