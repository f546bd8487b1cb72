"""Tables as they come out of spreadsheets and ERP systems: delimiter, encoding, header, rows."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tierlight.errors import ConfigurationError
from tierlight_schemas import columns

_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a table; the words come by `code`."""

    code: str
    row: int | None = None
    """Line of the file, the header being 1; None for the whole file."""
    column: str = ""
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A table with its columns under our names (see `tierlight_schemas.columns`)."""

    rows: list[tuple[int, dict[str, str]]]
    """Line of the file, and the cells by column."""
    unread: list[str] = field(default_factory=list)
    """Headers of columns that no declaration has a place for."""
    problems: list[Problem] = field(default_factory=list)


def read_table(path: Path | str) -> Table:
    """Read a CSV file: UTF-8 with or without a byte order mark, or GB18030; `,` `;` or tab.

    Raises `ConfigurationError` when the file cannot be read as a text; what is wrong inside is in
    `Table.problems`.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError("sdk/unreadable", file=str(path), reason=reason) from None
    return parse_table(_text(data, str(path)))


def parse_table(text: str) -> Table:
    """The table in a CSV text."""
    header_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header_line.count)
    lines = _lines(text, delimiter)
    try:
        header = next(lines, (1, []))[1]
        names, unread, problems = _columns(header)
        if problems:
            return Table([], unread, problems)
        return _table(lines, names, unread)
    except csv.Error:
        return Table([], problems=[Problem("sdk/not-csv")])


def _text(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigurationError("sdk/not-text", file=name)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _columns(header: list[str]) -> tuple[list[str | None], list[str], list[Problem]]:
    names = [columns.column_name(cell) for cell in header]
    unread, problems = [], []
    for cell, name in zip(header, names, strict=True):
        if name is None and cell.strip():
            meant = columns.likely_meant(cell)
            if meant and meant not in names:
                problems.append(_misspelt(cell, meant))
            else:
                unread.append(cell.strip())
    known = [name for name in names if name]
    twice = sorted({name for name in known if known.count(name) > 1})
    problems += [Problem("sdk/column-twice", 1, name) for name in twice]
    problems += [Problem("sdk/column-missing", 1, name) for name in columns.missing(known)]
    return names, unread, problems


def _misspelt(cell: str, meant: str) -> Problem:
    """Silently leaving out a column called `fosil` would turn what is known into unknown."""
    return Problem("sdk/column-misspelt", 1, cell.strip(), {"meant": meant})


def _table(
    lines: Iterator[tuple[int, list[str]]], names: list[str | None], unread: list[str]
) -> Table:
    table = Table([], unread)
    for line, cells in lines:
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            table.problems.append(Problem("sdk/too-many-cells", line))
        else:
            pairs = zip(names, cells, strict=False)
            table.rows.append((line, {name: cell for name, cell in pairs if name}))
    return table
