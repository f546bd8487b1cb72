"""The workbook as a description, which `hub.workbooks.process.writing` makes a file of: pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from hub.kit.csv_table import letters
from hub.kit.language import Language
from hub.workbooks.form import (
    CHOICES,
    DATA,
    FORMS,
    HEAD_ROWS,
    LISTS,
    META,
    MOST_LINES,
    MOST_ROWS,
    README,
    TEMPLATE,
    UNIT_LISTS,
    VERSION,
    Column,
    Form,
)
from hub.workbooks.wanted import Choices, Filled, Wanted
from hub.workbooks.wording import catalogue, hint, word
from tierlight_schemas.amounts import Amount

_ROOM = 500
"""Rows below what is filled in that have the drop-downs, too."""
_DIGITS = 15
Rows = list[list[Any]]


def describe(
    wanted: Sequence[Wanted], choices: Choices, language: Language, hashes: Mapping[str, str]
) -> dict[str, Any]:
    """A workbook with a row for each that is wanted; `hashes` of the rows as given out, by key."""
    lists = _lists(wanted, choices, language)
    of = {DATA.name: [{**each.told, **each.known, "number": each.number} for each in wanted]}
    of["materials"] = [{**line, "number": w.number} for w in wanted for line in w.materials]
    of["energy"] = [{**line, "number": w.number} for w in wanted for line in w.energy]
    sheets = [_readme(language)]
    sheets += [_sheet(form, of.get(form.name, []), lists, choices, language) for form in FORMS]
    sheets += [_plain(word(f"sheet.{LISTS}", language), lists, "visible", 24)]
    sheets += [_plain(META, _meta(wanted, hashes, language), "veryHidden", 40)]
    return {"sheets": sheets}


def shown(column: Column, code: str, choices: Choices, language: Language) -> str:
    """What a code of a list is called in a language."""
    if column.kind == "unit":
        return catalogue(language).get(f"unit.{code}", code)
    if column.choices == "materials":
        return choices.materials.get(code, {}).get(language, code)
    return catalogue(language).get(f"list.{column.choices}.{code}", code)


def _readme(language: Language) -> dict[str, Any]:
    keys = sorted(key for key in catalogue(language) if key.startswith(f"{README}."))
    most = {"rows": f"{MOST_ROWS}", "lines": f"{MOST_LINES}"}
    rows = [[word(key, language, **most)] for key in keys]
    return _plain(word(f"sheet.{README}", language), rows, "visible", 100)


def _plain(title: str, rows: Rows, state: str, width: int) -> dict[str, Any]:
    widths = [width] * max(map(len, rows), default=1)
    about = {"title": title, "state": state, "widths": widths, "rows": rows}
    return {**about, "head": 0, "fixed": 0, "lists": []}


def _sheet(
    form: Form, filled: Sequence[Filled], lists: Rows, choices: Choices, language: Language
) -> dict[str, Any]:
    heads: Rows = [
        [word(f"column.{column.name}", language) for column in form.columns],
        [column.name for column in form.columns],
    ]
    rows = [[_cell(column, row, choices, language) for column in form.columns] for row in filled]
    last = HEAD_ROWS + len(rows) + _ROOM
    rules = (_rule(number, each, lists, last, language) for number, each in enumerate(form.columns))
    return {
        "title": word(f"sheet.{form.name}", language),
        "state": "visible",
        "widths": [column.width for column in form.columns],
        "rows": heads + rows,
        "head": HEAD_ROWS,
        "fixed": form.fixed,
        "lists": [rule for rule in rules if rule],
    }


def _cell(column: Column, row: Filled, choices: Choices, language: Language) -> Any:
    text = row.get(column.name, "")
    if not text:
        return None
    if column.kind in ("number", "percent", "quantity"):
        return {"n": text} if is_exact(text) else text
    if column.kind == "day":
        return {"d": text}
    if column.kind in ("unit", "choice"):
        return shown(column, text, choices, language)
    return text


def is_exact(text: str) -> bool:
    """Whether a spreadsheet keeps a number as it is: plain, and of no more than 15 digits."""
    try:
        amount = Amount(text)
    except ValueError:
        return False
    return len(amount.decimal.as_tuple().digits) <= _DIGITS and abs(amount.decimal.adjusted()) <= 15


def _rule(
    number: int, column: Column, lists: Rows, last: int, language: Language
) -> dict[str, Any] | None:
    if not column.choices:
        return None
    place = lists[0].index(column.choices)
    length = sum(row[place] is not None for row in lists[1:])
    title, letter = word(f"sheet.{LISTS}", language), letters(place)
    area = f"'{title}'!${letter}$2:${letter}${max(length, 1) + 1}"
    rule = {"column": number + 1, "first": HEAD_ROWS + 1, "last": last, "of": area}
    return {**rule, "hint": hint(column.name, language)[:250]}


def _lists(wanted: Sequence[Wanted], choices: Choices, language: Language) -> Rows:
    """The sheet of the lists: a column each, its name first."""
    told: dict[str, list[str]] = {}
    for form in FORMS:
        for column in form.columns:
            if column.choices and column.choices not in told:
                codes = _codes(column.choices, wanted, choices)
                told[column.choices] = [shown(column, code, choices, language) for code in codes]
    longest = max(map(len, told.values()))
    rows: Rows = [list(told)]
    for place in range(longest):
        rows.append([entries[place] if place < len(entries) else None for entries in told.values()])
    return rows


def _codes(name: str, wanted: Sequence[Wanted], choices: Choices) -> Sequence[str]:
    if name == "sites":
        return tuple(choices.sites)
    if name == "materials":
        return tuple(choices.materials)
    if name == "parts":
        return tuple(dict.fromkeys(each.number for each in wanted if each.number))
    return UNIT_LISTS.get(name) or CHOICES[name]


def _meta(wanted: Sequence[Wanted], hashes: Mapping[str, str], language: Language) -> Rows:
    rows: Rows = [["template", TEMPLATE], ["version", VERSION], ["locale", language]]
    return rows + [["row", each.key, hashes.get(each.key, "")] for each in wanted]
