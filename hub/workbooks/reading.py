"""From the cells of one part to values: every cell is read, and everything wrong is found. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from hub.calculator.questions import QUESTIONS
from hub.workbooks.book import Cell
from hub.workbooks.entries import Entry, Problem
from hub.workbooks.form import BY_NAME, CHOICES, DATA, UNIT_LISTS, Column, Form, numeric
from hub.workbooks.grid import Line, Table
from hub.workbooks.wanted import Choices
from hub.workbooks.wording import folded, units_by_word, words_of_list
from tierlight_schemas.amounts import Amount
from tierlight_schemas.messages import LANGUAGES
from tierlight_schemas.typed import (
    Mark,
    Unreadable,
    mark_of,
    plain,
    read_day,
    read_number,
    read_percent,
    read_quantity,
)
from tierlight_schemas.units import UnitError, canonical

MAX_TEXT = 200
_FAULTS = {"f": "workbook/formula", "x": "workbook/error-value", "z": "workbook/digits-lost"}
_BEHIND = {
    "kgco2e": frozenset({"kg", "kgco2", "kgco2e", "kgco2eq", "千克", "公斤"}),
    "km": frozenset({"km", "公里", "千米"}),
}
"""What may stand behind a number besides names of units."""
Values = dict[str, str]


@dataclass(frozen=True)
class How:
    """How the cells of one file are to be read."""

    mark: Mark
    from_1904: bool
    choices: Choices


@dataclass
class Reading:
    """What was read of one part: plain decimals, days, codes and names of units by column."""

    data: Values = field(default_factory=dict)
    others: dict[str, list[Values]] = field(default_factory=dict)
    """In the order of the entry's lines."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Of what is said, however it was written: 1.50 and １.5 are the same."""
        own = {name: _same(text) for name, text in self.data.items() if name != "row_key"}
        others = {
            form: sorted(
                [[name, _same(text)] for name, text in sorted(line.items())] for line in lines
            )
            for form, lines in self.others.items()
        }
        text = json.dumps([own, others], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def mark_of_tables(declared: Mark, tables: Iterable[Table]) -> Mark:
    """The decimal mark to read a file by, after a look at all numbers that are typed as texts."""
    return mark_of(
        declared,
        (
            line.cells[column.name].text
            for table in tables
            for column in numeric(table.form)
            for line in table.lines
            if column.name in line.cells and not line.cells[column.name].kind
        ),
    )


def read_entry(entry: Entry, how: How) -> Reading:
    """Every value, and everything that is wrong; a wrong cell has the text that it holds."""
    reading = Reading()
    reading.data = _values(DATA, entry.data, how, reading.problems)
    for name, lines in entry.others.items():
        read = [_values(BY_NAME[name], line, how, reading.problems) for line in lines]
        reading.others[name] = [{k: v for k, v in line.items() if k != "number"} for line in read]
    return reading


def _values(form: Form, line: Line, how: How, problems: list[Problem]) -> Values:
    values: Values = {}
    for column in form.columns:
        cell = line.cells.get(column.name)
        if cell is None or column.kind == "told":
            continue
        try:
            if column.name in line.faults:
                raise Unreadable(line.faults[column.name])
            values |= _value(column, cell, line, how)
        except Unreadable as error:
            values[column.name] = plain(cell.text)
            problems.append(
                Problem(form.name, line.row, column.name, error.code, cell.text[:80], error.params)
            )
    return values


def _value(column: Column, cell: Cell, line: Line, how: How) -> Values:
    """What a cell says, under the name of its column; a quantity also says its unit."""
    if cell.kind in _FAULTS:
        raise Unreadable(_FAULTS[cell.kind])
    if column.kind == "quantity":
        return _quantity(column, cell, line, how)
    if column.kind == "number":
        return {column.name: _number(column, cell, line, how)}
    if column.kind == "percent":
        # A number needs no mark: a spreadsheet keeps it as a number.
        return {column.name: read_percent(cell.text, _mark(cell, how))}
    if column.kind == "day":
        return {column.name: read_day(cell.text, from_1904=how.from_1904).isoformat()}
    if column.kind == "unit":
        return {column.name: _unit(column, cell.text)}
    if column.kind == "choice":
        return {column.name: _choice(column, cell.text, how.choices)}
    return {column.name: _text(cell.text)}


def _mark(cell: Cell, how: How) -> Mark:
    return "." if cell.kind in ("n", "%") else how.mark


def _number(column: Column, cell: Cell, line: Line, how: How) -> Amount:
    mark = _mark(cell, how)
    try:
        return _positive(read_number(cell.text, mark))
    except Unreadable as error:
        number, behind = _cut(cell.text)
        if error.code != "workbook/number" or not behind:
            raise
        _refuse_behind(column, behind, line)
        return _positive(read_number(number, mark))


def _cut(text: str) -> tuple[str, str]:
    """The number, and the letters behind it."""
    typed = plain(text)
    end = len(
        typed.rstrip("".join({sign for sign in typed if not sign.isdecimal()} - {"万", "亿"}))
    )
    return typed[:end], typed[end:].strip()


def _refuse_behind(column: Column, behind: str, line: Line) -> None:
    """What stands behind a number must be what it is a number of."""
    if folded(behind) in _BEHIND.get(column.unit, ()):
        return
    try:
        name = canonical(_unit_text(behind))
    except UnitError:
        raise Unreadable("workbook/number") from None
    beside = line.cells.get(column.unit)
    wanted = _unit(DATA[column.unit], beside.text) if beside else column.unit
    if beside and name != wanted:
        raise Unreadable("workbook/two-units", one=name, other=wanted)
    if not beside and name != wanted:
        raise Unreadable("workbook/unit", unit=behind[:40], allowed=wanted or "–")


def _quantity(column: Column, cell: Cell, line: Line, how: How) -> Values:
    beside = line.cells.get(column.unit)
    unit = _unit_text(beside.text) if beside else ""
    allowed = _allowed(column, line)
    amount, name = read_quantity(cell.text, unit, allowed, _mark(cell, how))
    return {column.name: _positive(Amount(amount)), column.unit: name}


def _positive(amount: Amount) -> Amount:
    if amount.decimal < 0:
        raise Unreadable("workbook/negative")
    return amount


def _allowed(column: Column, line: Line) -> tuple[str, ...]:
    """Units that measure it; of energy those of its carrier."""
    carrier = line.cells.get("carrier")
    if column.name != "amount" or carrier is None:
        return UNIT_LISTS["energy_units" if column.name == "amount" else "masses"]
    code = words_of_list("carriers", CHOICES["carriers"]).get(folded(carrier.text), "grid")
    return QUESTIONS[code].units


def _unit_text(text: str) -> str:
    return units_by_word().get(folded(text), text)


def _unit(column: Column, text: str) -> str:
    try:
        return canonical(_unit_text(text))
    except UnitError:
        allowed = ", ".join(UNIT_LISTS[column.choices])
        raise Unreadable("workbook/unit", unit=plain(text)[:40], allowed=allowed) from None


def _choice(column: Column, text: str, choices: Choices) -> str:
    known = _known(column.choices, choices)
    code = known.get(folded(text))
    if code is None:
        allowed = ", ".join(list(dict.fromkeys(known.values()))[:20])
        raise Unreadable("workbook/choice", allowed=allowed)
    return code


def _known(name: str, choices: Choices) -> Mapping[str, str]:
    if name == "sites":
        named = {folded(title): code for code, title in choices.sites.items()}
        return named | {folded(code): code for code in choices.sites}
    if name == "materials":
        words = {
            folded(names.get(language, code)): code
            for language in LANGUAGES
            for code, names in choices.materials.items()
        }
        return words | {folded(code): code for code in choices.materials}
    return words_of_list(name, CHOICES[name])


def _text(text: str) -> str:
    typed = plain(text)
    if len(typed) > MAX_TEXT:
        raise Unreadable("workbook/too-long", limit=str(MAX_TEXT))
    if not typed.isprintable():
        raise Unreadable("workbook/control-character")
    return typed


def _same(text: str) -> str:
    try:
        return str(Amount.of(Decimal(Amount(text))))
    except ValueError:
        return text
