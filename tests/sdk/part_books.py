"""The bracket's sheet typed into a workbook, as a clerk does it."""

import io

from openpyxl import load_workbook

from tests.schemas.calculator.sheets import BRACKET
from tierlight.part_workbook.making import template


def rows_of(members, before=""):
    """A sheet's members as rows: name, value, unit."""
    for name, value in members.items():
        row = f"{before}{name}"
        if isinstance(value, list):
            for number, each in enumerate(value, 1):
                yield from rows_of(each, f"{row}.{number}.")
        elif not isinstance(value, dict):
            yield row, value, None
        elif set(value) == {"amount", "unit"}:
            yield row, value["amount"], value["unit"]
        else:
            yield from rows_of(value, f"{row}.")


def written(text, lang):
    """An amount as people of that language write it."""
    return text.replace(".", ",") if lang == "de" and text[0].isdecimal() else text


def bracket_book(path, lang="en", **changes):
    """Write the workbook; `changes` are values and units by the names of rows."""
    made = load_workbook(io.BytesIO(template(lang)))
    sheet = made.worksheets[0]
    at = {cell.value: cell.row for cell in sheet["B"] if cell.value}
    rows = {name: (written(value, lang), unit) for name, value, unit in rows_of(BRACKET)}
    rows |= changes
    for name, (value, unit) in rows.items():
        if name not in at:
            sheet.append([None, name])
            at[name] = sheet.max_row
        sheet.cell(at[name], 3).value = value
        sheet.cell(at[name], 4).value = unit
    path.unlink(missing_ok=True)
    made.save(path)
    return path
