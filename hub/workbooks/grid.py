"""Where in a workbook the sheets stand that are to be read, whatever they are called now: pure.

A sheet is known by its machine headers, in any order and with others between them; without them
by the headers for people, in any language. Merged cells mean their value in each row, if it is a
word or a day; an amount over several rows could be the sum of them, and is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hub.workbooks.book import Book, Cell, Row, Sheet
from hub.workbooks.form import CHECK, FORMS, META, TEMPLATE, Form
from hub.workbooks.wording import folded, word
from tierlight_schemas.messages import LANGUAGES
from tierlight_schemas.typed import plain

_SEARCHED = 10
"""Rows from the top among which the headers are looked for."""
_FILLED_DOWN = ("text", "choice", "day", "unit", "number-of-part")


@dataclass
class Line:
    """One row of a sheet, by column name."""

    row: int
    cells: dict[str, Cell] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    """Codes of what is wrong with a cell before it is read."""


@dataclass
class Table:
    """One sheet as it is to be read."""

    form: Form
    title: str
    columns: dict[str, int]
    check: int
    """The column for what is wrong with a row."""
    head: int
    lines: list[Line] = field(default_factory=list)
    hidden: int = 0
    """Rows of it that nobody sees; they are read like the others."""


@dataclass
class Meta:
    """What the hidden sheet says; empty for a table that never was a workbook of ours."""

    template: str = ""
    version: str = ""
    locale: str = ""
    hashes: dict[str, str] = field(default_factory=dict)
    """Of the rows as they were given out, by key."""


class ColumnTwice(ValueError):  # noqa: N818 - says what it is
    """Two columns of a sheet have the same machine header."""

    def __init__(self, title: str, column: str) -> None:
        super().__init__(title, column)
        self.title = title
        self.column = column


def tables_of(book: Book) -> dict[str, Table]:
    """The sheets to read by the name of their form; those that are not there are absent.

    Raises `ColumnTwice`.
    """
    found: dict[str, Table] = {}
    free = [sheet for sheet in book.sheets if not _is_meta(sheet)]
    for by_people in (False, True):
        # What asks for more is looked for first: every sheet has the number of a part.
        for form in reversed(FORMS):
            for sheet in free:
                place = _header(sheet, form, by_people) if form.name not in found else None
                if place is not None:
                    found[form.name] = _table(sheet, form, *place)
                    free.remove(sheet)
                    break
    return found


def meta_of(book: Book) -> Meta:
    """What the workbook says of itself."""
    meta = Meta()
    for sheet in filter(_is_meta, book.sheets):
        for row in sheet.rows.values():
            name, first, second = (row.get(column, Cell("")).text for column in (1, 2, 3))
            if name == "row":
                meta.hashes[first] = second
            elif name in ("template", "version", "locale"):
                setattr(meta, name, first)
    return meta


def _is_meta(sheet: Sheet) -> bool:
    first = sheet.rows.get(1, {})
    says = first.get(1, Cell("")).text, first.get(2, Cell("")).text
    return sheet.title == META or says == ("template", TEMPLATE)


def _header(sheet: Sheet, form: Form, by_people: bool) -> tuple[int, dict[str, int]] | None:
    """The row of the headers and the place of each; None where the sheet is another one."""
    known = _names(form, by_people)
    for number in range(1, _SEARCHED + 1):
        names = [
            (known.get(folded(cell.text)), column)
            for column, cell in sorted(sheet.rows.get(number, {}).items())
        ]
        places: dict[str, int] = {}
        for name, column in names:
            if name is not None and name in places and set(form.needed) <= places.keys():
                raise ColumnTwice(sheet.title, name)
            if name is not None:
                places.setdefault(name, column)
        if set(form.needed) <= places.keys():
            return number, places
    return None


def _names(form: Form, by_people: bool) -> Mapping[str, str]:
    names = [column.name for column in form.columns] + [CHECK]
    if not by_people:
        return {folded(name): name for name in names}
    return {folded(word(f"column.{n}", language)): n for language in LANGUAGES for n in names}


def _table(sheet: Sheet, form: Form, head: int, places: dict[str, int]) -> Table:
    rows = {number: row for number, row in sheet.rows.items() if number > head}
    widest = max((max(row) for row in sheet.rows.values() if row), default=0)
    check = places.pop(CHECK, 0) or widest + 1
    table = Table(form, sheet.title, places, check, head)
    faults = _merged(sheet, form, head, places, rows)
    for number in sorted(rows):
        cells = dict(_cells(rows[number], places))
        line = Line(number, cells, faults.get(number, {}))
        if any(form[name].kind not in ("told", "key") for name in cells) or "row_key" in cells:
            table.lines.append(line)
            table.hidden += number in sheet.hidden
    return table


def _cells(row: Row, places: Mapping[str, int]) -> Iterator[tuple[str, Cell]]:
    for name, column in places.items():
        cell = row.get(column)
        if cell is not None and plain(cell.text):
            yield name, cell


def _merged(
    sheet: Sheet, form: Form, head: int, places: Mapping[str, int], rows: dict[int, Row]
) -> dict[int, dict[str, str]]:
    """Write a merged word or day into each of its rows; what else is merged is a fault."""
    faults: dict[int, dict[str, str]] = {}
    by_column = {column: name for name, column in places.items()}
    for left, top, right, bottom in sheet.merged:
        cell, name = rows.get(top, {}).get(left), by_column.get(left)
        if top <= head or cell is None or name is None:
            continue
        covered = [
            by_column[column] for column in range(left + 1, right + 1) if column in by_column
        ]
        if covered:
            faults.setdefault(top, {})[name] = "workbook/merged-columns"
        elif form[name].kind in _FILLED_DOWN:
            for number in range(top + 1, bottom + 1):
                rows.setdefault(number, {})[left] = cell
        elif bottom > top:
            faults.setdefault(top, {})[name] = "workbook/merged-amount"
    return faults
