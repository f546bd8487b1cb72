"""The communication as cells of a sheet, laid out as `Summary_Communication` of template 2.1.

A program that reads the template's cells finds the same fields in the same places. The workbook is
our own: the Commission's file is not copied, and every sheet says so.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from tierlight_schemas.amounts import Amount
from tierlight_schemas.cbam.communication import Communication, routes_of
from tierlight_schemas.cbam.figures import Made, Value, printed, specific
from tierlight_schemas.cbam.goods import CATEGORIES, Good
from tierlight_schemas.cbam.notices import head
from tierlight_schemas.messages import render

TITLE = "Summary_Communication"
HEADS, FIRST_ROW = 25, 26
"""Rows of the product table."""
_FIRST_COLUMN = 3
MAX_TEXT = 32_000
"""Signs that a cell holds."""


class Cell(NamedTuple):
    """One cell; the first row and column are 1."""

    row: int
    column: int
    value: str | Amount
    is_head: bool = False


def summary(found: Communication) -> Iterator[Cell]:
    """The sheet `Summary_Communication`; in English, as Art. 10 of the regulation wants it."""
    for row, notice in enumerate(head(found, "en"), 2):
        yield Cell(row, _FIRST_COLUMN, notice)
    yield from _head(10, _FIRST_COLUMN, TITLE)
    for row, (name, value) in enumerate(found.installation.items(), 12):
        yield from _head(row, 4, name)
        yield from _cell(row, 7, value)
    yield from _goods(found)
    yield from _processes(found)
    yield from _emissions(found)
    yield from _verification(found)
    yield from _products(found)


def explained(found: Communication, lang: str) -> Iterator[Cell]:
    """The second sheet, in the reader's language: what it is, what is open, how it was summed."""
    row = 0
    for row, notice in enumerate(head(found, lang), 1):
        yield Cell(row, 1, notice)
    for gap in found.gaps:
        row += 1
        yield Cell(row, 1, gap.words(lang).text)
        yield from _cell(row, 2, gap.words(lang).remedy)
    for made in found.processes:
        row += 2
        yield from _head(row, 1, made.process.name or "")
        for name, value in _sum(made):
            row += 1
            yield Cell(row, 1, render("cbam/term", {"case": name}, lang).text)
            yield from _cell(row, 2, value)
        for name, values in _precursors(found, made):
            row += 1
            told = {"case": "precursor", "name": name}
            yield Cell(row, 1, render("cbam/term", told, lang).text)
            for column, value in enumerate(values, 2):
                yield from _cell(row, column, value)


def _sum(made: Made) -> Iterator[tuple[str, Value]]:
    yield "tonnes", made.process.tonnes
    yield from made.terms.items()
    see = specific(made.embedded)
    yield from {
        "seeDirect": see.direct,
        "seeIndirect": see.indirect,
        "seeTotal": see.total,
        "seeElectricity": printed(made.embedded.electricity),
    }.items()


def _precursors(
    found: Communication, made: Made
) -> Iterator[tuple[str, tuple[Value, Value, Value]]]:
    """What went in, with what a tonne of it has embedded."""
    own = {each.process.id: each for each in found.processes}
    bought = {each.id: each for each in found.report.bought}
    for each in made.process.precursors or []:
        if each.of in own:
            of = own[each.of]
            see = specific(of.embedded)
            yield of.process.name or "", (each.tonnes, see.direct, see.indirect)
        elif each.of in bought:
            row = bought[each.of]
            yield row.name or "", (each.tonnes, row.direct, row.indirect)


def lay_out(book: Any, found: Communication, lang: str) -> None:
    """Write both sheets into an empty openpyxl workbook, which the caller brings.

    A text is written as a text, so that none becomes a formula.
    """
    first = book.active
    first.title = TITLE
    second = book.create_sheet(render("cbam/term", {"case": "sheet"}, lang).text)
    for sheet, cells in ((first, summary(found)), (second, explained(found, lang))):
        for cell in cells:
            _write(sheet.cell(cell.row, cell.column), cell)
    for letter in ("D", "G", "Q", "Z", "AC"):
        first.column_dimensions[letter].width = 26
    second.column_dimensions["A"].width = second.column_dimensions["B"].width = 60


def _write(target: Any, cell: Cell) -> None:
    if isinstance(cell.value, Amount):
        target.value = cell.value.decimal
    else:
        target.value = cell.value[:MAX_TEXT]
        target.data_type = "s"
    if cell.is_head:
        target.style = "Headline 4"


def _head(row: int, column: int, text: str) -> Iterator[Cell]:
    yield Cell(row, column, text, is_head=True)


def _cell(row: int, column: int, value: Value) -> Iterator[Cell]:
    if value is not None and value != "":
        yield Cell(row, column, value)


def _goods(found: Communication) -> Iterator[Cell]:
    """Which goods the installation makes, by which routes."""
    for column, name in enumerate(("Aggregated good produced", *_numbered("Route")), 9):
        yield from _head(11, column, name)
    routes: dict[Good, list[str]] = {}
    for made in found.processes:
        if made.process.good:
            held = routes.setdefault(made.process.good, [])
            held += [each for each in routes_of(made.process) if each not in held]
    for row, (good, names) in enumerate(_fitting(list(routes.items())), 12):
        yield Cell(row, 8, f"G{row - 11}")
        for column, text in enumerate([CATEGORIES[good].name, *names[:6]], 9):
            yield Cell(row, column, text)


def _processes(found: Communication) -> Iterator[Cell]:
    """The production processes, and the other goods made within them."""
    for column, name in enumerate(("Production process", "Aggregated goods category"), 17):
        yield from _head(11, column, name)
    for row, made in enumerate(_fitting(found.processes), 12):
        yield Cell(row, 16, f"P{row - 11}")
        yield from _cell(row, 17, made.process.name)
        if made.process.good:
            yield Cell(row, 18, CATEGORIES[made.process.good].name)


def _fitting(rows: Any) -> Any:
    """What stands above the product table; its rows name every process again."""
    return rows[: HEADS - 13]


def _numbered(name: str) -> list[str]:
    return [f"{name} {number}" for number in range(1, 7)]


def _emissions(found: Communication) -> Iterator[Cell]:
    methods, totals = list(found.emissions.items())[:4], list(found.emissions.items())[4:]
    for place, (name, value) in enumerate(methods):
        column = 26 + 2 * place
        yield from _head(11, column, name)
        yield Cell(12, column, "tCO2e")
        yield from _cell(13, column, value)
    for row, (name, value) in enumerate(totals, 15):
        yield from _head(row, 26, name)
        yield Cell(row, 33, "tCO2e")
        yield from _cell(row, 34, value)
    for row, (name, value) in enumerate(found.quality.items(), 19):
        yield from _head(row, 26, name)
        yield from _cell(row, 29, value)


def _verification(found: Communication) -> Iterator[Cell]:
    """To the right of the template's own blocks."""
    for row, (name, value) in enumerate(found.verification.items(), 12):
        yield from _head(row, 37, name)
        yield from _cell(row, 41, value)


def _products(found: Communication) -> Iterator[Cell]:
    for column, name in enumerate(found.products[0], _FIRST_COLUMN):
        yield from _head(HEADS, column, name)
    for row, product in enumerate(found.products, FIRST_ROW):
        for column, value in enumerate(product.values(), _FIRST_COLUMN):
            yield from _cell(row, column, value)
