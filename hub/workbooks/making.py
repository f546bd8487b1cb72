"""A workbook for somebody to fill in, with what is known already in it."""

from collections.abc import Sequence

from hub.kit.language import Language
from hub.workbooks.book import Cell
from hub.workbooks.description import describe, is_exact
from hub.workbooks.entries import Entry
from hub.workbooks.form import BY_NAME, DATA, Form, numeric
from hub.workbooks.grid import Line
from hub.workbooks.processes import make_book
from hub.workbooks.reading import How, read_entry
from hub.workbooks.wanted import Choices, Filled, Wanted
from tierlight_schemas.typed import MARKS


def make(wanted: Sequence[Wanted], choices: Choices, language: Language) -> bytes:
    """The workbook (.xlsx) in a language. Raises `TooMany` when others' workbooks take too long."""
    how = How(MARKS[language], False, choices)
    digests = {each.key: read_entry(entry_of(each), how).digest for each in wanted}
    return make_book(describe(wanted, choices, language, digests))


def entry_of(wanted: Wanted) -> Entry:
    """The row as it comes back from somebody who has changed nothing."""
    data = _line(DATA, {**wanted.told, **wanted.known, "number": wanted.number})
    others = {"materials": wanted.materials, "energy": wanted.energy}
    lines = {
        name: [_line(BY_NAME[name], line) for line in told] for name, told in others.items() if told
    }
    return Entry(wanted.key, data, lines)


def _line(form: Form, filled: Filled) -> Line:
    numbers = {column.name for column in numeric(form)}
    return Line(
        0,
        {
            name: Cell(text, "n" if name in numbers and is_exact(text) else "")
            for name, text in filled.items()
            if text
        },
    )
