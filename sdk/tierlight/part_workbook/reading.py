"""The rows of a workbook as the members of a sheet; what cannot be read is said by its cell. Pure.

Numbers are read as people type them (`tierlight_schemas.typed`); what could mean two things is
refused with both readings. Nothing that somebody typed is passed over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tierlight.part_workbook.layout import HEAD, LANGUAGE, OPEN, Form, Place, place_of
from tierlight.part_workbook.opening import Cell, Line
from tierlight.part_workbook.wording import code_of
from tierlight_schemas.amounts import Amount
from tierlight_schemas.messages import language
from tierlight_schemas.typed import (
    MARKS,
    Mark,
    Unreadable,
    mark_of,
    number_and_rest,
    plain,
    read_day,
    read_number,
    read_percent,
)
from tierlight_schemas.units import UnitError, canonical

NAME, VALUE, UNIT = 2, 3, 4
"""Columns; the first holds a label and the last a hint, which nobody reads back."""
_NUMBERS: frozenset[Form] = frozenset({"number", "signed", "percent", "quantity", "stated"})
_FAULTS = {
    "formula": "workbook/formula",
    "error": "workbook/error-value",
    "cut": "workbook/digits-lost",
}
_EXAMPLES = "kg, g, t, kWh, m3, GJ"
_NEEDED_LIST = "materials"
_SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """What is wrong at a cell; the words come by `code`."""

    cell: str
    code: str
    params: Mapping[str, str]


@dataclass
class Filled:
    """What a workbook says."""

    title: str
    """Of the sheet that holds it."""
    members: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    cells: dict[str, Place] = field(default_factory=dict)
    """What each cell of a value or a unit is about, empty ones too."""
    _paths: dict[str, str] = field(default_factory=dict)
    """Cells by the path of the sheet's member: `materials.0.mass.amount`."""

    def cell_of(self, path: str) -> str | None:
        """The cell that fills a member, or the nearest thing around it that has one."""
        while path and path not in self._paths:
            path = path.rpartition(".")[0]
        return self._paths.get(path)


@dataclass(frozen=True)
class _Row:
    place: Place
    value: Cell
    unit: Cell


def filled(sheets: Sequence[tuple[str, list[Line]]]) -> Filled | None:
    """What the first sheet with named rows says; None where no sheet has any."""
    for title, lines in sheets:
        if any(place_of(_text(line, NAME)) for line in lines):
            return _filled(title, lines)
    return None


def _filled(title: str, lines: list[Line]) -> Filled:
    # What every sheet has is there, so that what lacks in it is told by its cell.
    found = Filled(title, {"site": {}, "share": {}, _NEEDED_LIST: [{}]})
    rows = list(_rows(lines, found))
    numbers = [row.value.text for row in rows if row.place.field.form in _NUMBERS]
    mark = mark_of(MARKS.get(_language(lines), ""), numbers)
    index = _indices(rows)
    for row in rows:
        at = _path(row.place, index)
        _note(found, at, row)
        if not row.value.text.strip():
            continue
        try:
            for path, value in list(_members(at, row, mark)):
                _put(found.members, path.split("."), value)
        except Unreadable as wrong:
            told = {"found": row.value.text[:_SHOWN], "column": row.place.name, **wrong.params}
            found.problems.append(Problem(row.value.where, wrong.code, told))
    return found


def _language(lines: list[Line]) -> str:
    said = (_text(line, VALUE) for line in lines if _text(line, NAME).casefold() == LANGUAGE)
    text = next(said, "")
    return language(text) if text else ""


def _rows(lines: list[Line], found: Filled) -> Iterator[_Row]:
    """Rows of a name that we know, each once."""
    first: dict[str, Cell] = {}
    for line in lines:
        name, value = _text(line, NAME), line.cells.get(VALUE, Cell(f"C{line.number}"))
        if name.casefold() in (HEAD, LANGUAGE):
            continue
        place = place_of(name)
        if place is None:
            if name or value.text.strip():
                told = {"name": name[:_SHOWN]}
                found.problems.append(Problem(f"B{line.number}", "sdk/row-unknown", told))
        elif place.name not in first:
            first[place.name] = value
            yield _Row(place, value, line.cells.get(UNIT, Cell(f"D{line.number}")))
        elif value.text.strip():
            told = {"name": name, "first": first[place.name].where}
            found.problems.append(Problem(value.where, "sdk/row-twice", told))


def _text(line: Line, column: int) -> str:
    return line.cells[column].text.strip() if column in line.cells else ""


def _indices(rows: list[_Row]) -> dict[tuple[str, int], int]:
    """Where each entry that says anything stands in its list: numbers may be left out."""
    said = {(row.place.group, row.place.number) for row in rows if row.value.text.strip()}
    if all(group != _NEEDED_LIST for group, _ in said):
        said.add((_NEEDED_LIST, 1))
    found: dict[tuple[str, int], int] = {}
    for group, number in sorted(said):
        found[group, number] = sum(other == group for other, _ in found)
    return found


def _path(place: Place, index: Mapping[tuple[str, int], int]) -> str:
    if not place.group:
        return place.field.name
    entry = index.get((place.group, place.number))
    return "" if entry is None else f"{place.group}.{entry}.{place.field.name}"


def _note(found: Filled, path: str, row: _Row) -> None:
    """Remember which cells a member is read from, also where they are empty."""
    found.cells |= {row.value.where: row.place, row.unit.where: row.place}
    if path:
        found._paths |= {path: row.value.where, _amount_path(path, row): row.value.where}
        if row.place.field.form in ("quantity", "stated"):
            found._paths[_unit_path(path, row)] = row.unit.where


def _amount_path(path: str, row: _Row) -> str:
    return f"{path}.amount" if row.place.field.form == "quantity" else path


def _unit_path(path: str, row: _Row) -> str:
    """A quantity has its unit inside, a stated value beside it."""
    about = path if row.place.field.form == "quantity" else path.rpartition(".")[0]
    return f"{about}.unit"


def _members(path: str, row: _Row, mark: Mark) -> Iterator[tuple[str, Any]]:
    """Members by their paths. Raises `Unreadable`."""
    form = row.place.field.form
    for cell in (row.value, row.unit):
        if cell.kind in _FAULTS:
            raise Unreadable(_FAULTS[cell.kind], found=cell.text[:_SHOWN])
    # What the program wrote as a number has a point, whatever the clerk's language.
    mark = mark if row.value.kind == "text" else "."
    if form == "quantity":
        amount, unit = _quantity(row, mark)
        yield _amount_path(path, row), _not_negative(amount)
        yield _unit_path(path, row), unit
    elif form in _NUMBERS:
        yield path, _amount(row, mark)
        if form == "stated" and (unit := plain(row.unit.text)):
            yield _unit_path(path, row), unit
    else:
        yield path, _word(row)


def _amount(row: _Row, mark: Mark) -> Amount:
    form, text = row.place.field.form, row.value.text
    if form == "percent":
        return _not_negative(read_percent(text, mark))
    if row.value.kind == "percent":
        raise Unreadable("workbook/number")
    amount = read_number(text, mark)
    return amount if form in ("signed", "stated") else _not_negative(amount)


def _not_negative(amount: Amount) -> Amount:
    if amount.decimal < 0:
        raise Unreadable("workbook/negative")
    return amount


def _quantity(row: _Row, mark: Mark) -> tuple[Amount, str]:
    """An amount with its unit as it is written: behind the number, else in the cell for it."""
    amount, behind = number_and_rest(row.value.text, mark)
    units = [text for text in (behind, plain(row.unit.text)) if text]
    if not units:
        raise Unreadable("workbook/unit-missing", allowed=_EXAMPLES)
    names = [_canonical(text) for text in units]
    if names[0] != names[-1] and behind:
        raise Unreadable("workbook/two-units", one=units[0], other=units[-1])
    return amount, units[0]


def _canonical(unit: str) -> str:
    try:
        return canonical(unit)
    except UnitError:
        raise Unreadable("workbook/unit", unit=unit[:40], allowed=_EXAMPLES) from None


def _word(row: _Row) -> Any:
    asked, text = row.place.field, row.value.text.strip()
    if asked.form == "day":
        return read_day(text).isoformat()
    if asked.form == "code":
        return plain(text).upper()
    if asked.form == "list":
        return [each.strip() for each in re.split(r"[,;、，；\n]", text) if each.strip()]
    if asked.form != "choice":
        return text
    code = code_of(asked.choice, text)
    if code is None and asked.choice not in OPEN:
        raise Unreadable("workbook/choice")
    return code or plain(text).casefold()


def _put(members: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value where its path leads; a number leads into a list."""
    at: Any = members
    for name, following in pairwise(path):
        if name.isdecimal():
            while len(at) <= int(name):
                at.append({})
            at = at[int(name)]
        else:
            at = at.setdefault(name, [] if following.isdecimal() else {})
    at[path[-1]] = value
