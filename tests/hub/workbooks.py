"""Workbooks for tests: honest ones, and those that somebody made to do harm."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def workbook(*sheets: tuple[str, Iterable[Sequence[Any]]], **formats: str) -> bytes:
    """Sheets of rows as openpyxl saves them; `formats` are number formats by cell (`B2`)."""
    book = Workbook()
    book.remove(book["Sheet"])
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for cell, shown in formats.items():
            sheet[cell].number_format = shown
    return saved(book)


def saved(book: Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def parts(*rows: Sequence[Any], title: str = "Parts", **formats: str) -> bytes:
    """A workbook with one sheet."""
    return workbook((title, rows), **formats)


def changed(data: bytes, put: Mapping[str, bytes | str] = {}, drop: str = "") -> bytes:
    """The same archive with other parts put in, or one taken out."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in (drop, *put):
                new.writestr(name, old.read(name))
        for name, content in put.items():
            new.writestr(name, content)
    return held.getvalue()


def with_cells(cells: str) -> bytes:
    """A workbook whose only sheet has these rows, as XML."""
    sheet = f"{HEAD}<worksheet {NAMESPACE}><sheetData>{cells}</sheetData></worksheet>"
    return changed(parts(["number"]), {SHEET: sheet})


def with_texts(strings: str, cells: str) -> bytes:
    """A workbook whose cells name their texts in a table, as Excel saves it."""
    data = with_cells(cells)
    types = zipfile.ZipFile(io.BytesIO(data)).read("[Content_Types].xml").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    types = types.replace("</Types>", entry)
    return changed(data, {"[Content_Types].xml": types, "xl/sharedStrings.xml": strings})


def bomb() -> bytes:
    """359 kB that unpack to 123 MB of rows."""
    row = b'<row><c t="n"><v>0</v></c></row>'
    start = f"{HEAD}<worksheet {NAMESPACE}><sheetData>".encode()
    sheet = start + row * (123_000_000 // len(row)) + b"</sheetData></worksheet>"
    return changed(parts(["number"]), {SHEET: sheet})


def far_cell() -> bytes:
    """One cell in the last column of the last row."""
    return with_cells(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>number</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def entities() -> bytes:
    """A billion laughs."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{levels}]>'
    sheet = f"<worksheet {NAMESPACE}><sheetData><row><c><v>&l9;</v></c></row></sheetData>"
    return changed(parts(["number"]), {SHEET: f"{HEAD}{document}{sheet}</worksheet>"})


def external_entity() -> bytes:
    """A text that is to come from a file of the reader's machine."""
    strings = f'{HEAD}<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    strings += f"<sst {NAMESPACE}><si><t>&x;</t></si></sst>"
    return with_texts(strings, '<row><c t="s"><v>0</v></c></row>')


def lying_sizes() -> bytes:
    """The bomb, whose directory says that the sheet has 1,000 bytes."""
    data = bytearray(bomb())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    return bytes(data).replace(size, (1000).to_bytes(4, "little"))


def encrypted() -> bytes:
    """An archive whose first part says that it is encrypted."""
    data = bytearray(parts(["number"]))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)
