"""The workbook that a clerk fills in: label, name, value, unit, hint; one row an entry."""

import io
from typing import Any

from tierlight.part_workbook.layout import CHOICES, HEAD, LANGUAGE, Place, offered
from tierlight.part_workbook.library import openpyxl
from tierlight.part_workbook.wording import word

_WIDTHS = (34, 30, 26, 12, 60)
_TEXT = "@"
"""Number format of text: what is typed stays as it was typed."""


def template(lang: str) -> bytes:
    """An empty workbook in a language. Raises `ConfigurationError` (`sdk/xlsx-missing`)."""
    book = openpyxl().Workbook()
    sheet, lists = book.active, book.create_sheet(word("title.lists", lang))
    sheet.title = word("title.sheet", lang)
    ranges = _lists(lists, lang)
    _heads(sheet, lang)
    for group, number, places in offered():
        _row(sheet, [word(f"group.{group}", lang, number=str(number))], bold=True)
        for place in places:
            _entry(sheet, place, lang, ranges)
    _shape(sheet)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _heads(sheet: Any, lang: str) -> None:
    _row(sheet, [word("title.lead", lang)])
    _row(sheet, [word("label.language", lang), LANGUAGE, lang, None, word("hint.language", lang)])
    heads = [word(f"head.{column}", lang) for column in ("value", "unit", "hint")]
    _row(sheet, [word("head.label", lang), HEAD, *heads], bold=True)
    sheet.freeze_panes = f"C{sheet.max_row + 1}"


def _entry(sheet: Any, place: Place, lang: str, ranges: dict[str, str]) -> None:
    asked = place.field
    label, hint = word(f"label.{asked.word}", lang), word(f"hint.{asked.word}", lang)
    _row(sheet, [label, place.name, None, asked.unit or None, hint])
    value, unit = sheet.cell(sheet.max_row, 3), sheet.cell(sheet.max_row, 4)
    styles = openpyxl("openpyxl.styles")
    for cell in (value, unit) if asked.form in ("quantity", "stated") else (value,):
        cell.number_format = _TEXT
        cell.fill = styles.PatternFill("solid", fgColor="FFFFF8E1")
    if asked.choice:
        _choose_from(sheet, value, ranges[asked.choice])


def _choose_from(sheet: Any, cell: Any, cells: str) -> None:
    """A drop-down. What it lacks is warned of by the spreadsheet and judged by the command."""
    validation = openpyxl("openpyxl.worksheet.datavalidation")
    check = validation.DataValidation("list", formula1=cells, allow_blank=True)
    check.errorStyle = "warning"
    sheet.add_data_validation(check)
    check.add(cell.coordinate)


def _lists(sheet: Any, lang: str) -> dict[str, str]:
    """One column a list, words with their codes beside them; the ranges of the words."""
    letter = openpyxl("openpyxl.utils").get_column_letter
    ranges = {}
    for column, (name, codes) in enumerate(CHOICES.items()):
        words, beside = 2 * column + 1, 2 * column + 2
        for row, code in enumerate(codes, 1):
            sheet.cell(row, words).value = word(f"choice.{name}.{code}", lang)
            sheet.cell(row, beside).value = code
        sheet.column_dimensions[letter(words)].width = 34
        sheet.column_dimensions[letter(beside)].width = 30
        title = sheet.title.replace("'", "''")
        ranges[name] = f"'{title}'!${letter(words)}$1:${letter(words)}${len(codes)}"
    return ranges


def _row(sheet: Any, texts: list[str | None], *, bold: bool = False) -> None:
    sheet.append(texts)
    if bold:
        styles = openpyxl("openpyxl.styles")
        for column in range(1, len(_WIDTHS) + 1):
            cell = sheet.cell(sheet.max_row, column)
            cell.font = styles.Font(bold=True)
            cell.fill = styles.PatternFill("solid", fgColor="FFE8ECEF")


def _shape(sheet: Any) -> None:
    """Widths, and how it prints: across the page, all columns, the head on each."""
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = openpyxl(
        "openpyxl.worksheet.properties"
    ).PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:3"
    styles = openpyxl("openpyxl.styles")
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in sheet["E"]:
        cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
    for cell in sheet["B"][2:]:
        cell.font = styles.Font(italic=True, color="FF666666")
