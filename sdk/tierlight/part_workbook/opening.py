"""A workbook opened: what stands in its cells, and nothing that would run or reach outside."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from tierlight.errors import ConfigurationError
from tierlight.part_workbook.library import openpyxl

ARCHIVE = b"PK\x03\x04"
OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 20_000_000
"""Bytes of all parts together, as the archive declares them; none is read beyond that."""
MOST_PARTS = 200
MOST_ROWS = 5_000
_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number and shows zeros for the others."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OUTSIDE = ("/externallinks/", "/querytables/", "/connections.xml")
_INSIDE = ("/embeddings/", "/activex/", "/oleobjects/")

Kind = Literal["text", "number", "percent", "formula", "error", "cut"]
"""`cut`: a number of more digits than a spreadsheet keeps."""


@dataclass(frozen=True)
class Cell:
    """What stands in a cell."""

    where: str
    """Its address: `C12`."""
    text: str = ""
    kind: Kind = "text"


@dataclass(frozen=True)
class Line:
    """The cells of one row, by column (the first is 1); what is empty is left out."""

    number: int
    cells: dict[int, Cell]


def is_workbook(data: bytes) -> bool:
    """Whether a file begins as workbooks do, also those that are refused."""
    return data.startswith((ARCHIVE, OLD_OR_ENCRYPTED))


def opened(data: bytes, file: str) -> list[tuple[str, list[Line]]]:
    """Sheets by title with their rows.

    Raises `ConfigurationError`: `sdk/xlsx-missing`, `sdk/book-old`, `sdk/book-large`,
    `sdk/book-rows`, `sdk/book-unreadable`, `xlsx/macros`, `xlsx/external-links`, `xlsx/nested`.
    """
    if data.startswith(OLD_OR_ENCRYPTED):
        raise ConfigurationError("sdk/book-old", file=file)
    library = openpyxl()
    try:
        _refuse_dangerous(data, file)
        with warnings.catch_warnings():  # of what the library passes over: nothing that is read
            warnings.simplefilter("ignore")
            book = library.load_workbook(io.BytesIO(data), keep_links=False)
        return [(sheet.title, list(_lines(sheet, file))) for sheet in book.worksheets]
    except ConfigurationError:
        raise
    except Exception:
        # Whatever a library finds wrong with the bytes means the same to who wants them read.
        raise ConfigurationError("sdk/book-unreadable", file=file) from None


def _refuse_dangerous(data: bytes, file: str) -> None:
    """Raise `ConfigurationError` for what is no honest workbook, by its directory and its XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
            raise ConfigurationError("sdk/book-large", file=file, limit=str(MOST_UNPACKED // 10**6))
        for part in parts:
            _refuse_part(part, file)
            if part.filename.casefold().endswith((".xml", ".rels", ".vml")):
                _refuse_text(archive.read(part), file)


def _refuse_part(part: zipfile.ZipInfo, file: str) -> None:
    name = f"/{part.filename.casefold()}"
    if "vbaproject" in name or "/macrosheets/" in name:
        raise ConfigurationError("xlsx/macros", file=file)
    if any(each in name for each in _OUTSIDE):
        raise ConfigurationError("xlsx/external-links", file=file)
    if any(each in name for each in _INSIDE):
        raise ConfigurationError("xlsx/nested", file=file, name=ascii(part.filename[:80]))
    if part.compress_type not in _METHODS or part.flag_bits & 1:
        raise ConfigurationError("sdk/book-unreadable", file=file)


def _refuse_text(xml: bytes, file: str) -> None:
    """No spreadsheet program declares entities or writes UTF-16, in which they could hide."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml:
        raise ConfigurationError("sdk/book-unreadable", file=file)
    if b"macroEnabled" in xml:
        raise ConfigurationError("xlsx/macros", file=file)


def _lines(sheet: Any, file: str) -> Iterator[Line]:
    # Not through `iter_rows`, which would make all the cells before a far one.
    rows: dict[int, dict[int, Cell]] = {}
    for (row, column), cell in sorted(sheet._cells.items()):
        if cell.value is None:
            continue
        if row > MOST_ROWS:
            raise ConfigurationError("sdk/book-rows", file=file, limit=str(MOST_ROWS))
        rows.setdefault(row, {})[column] = Cell(cell.coordinate, *_read(cell))
    return (Line(number, cells) for number, cells in rows.items())


def _read(cell: Any) -> tuple[str, Kind]:
    value = cell.value
    if cell.data_type == "f":
        return str(getattr(value, "text", value)), "formula"
    if cell.data_type == "e":
        return str(value), "error"
    if isinstance(value, datetime | date):
        return value.isoformat(), "text"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, cell.number_format or "")
    return str(value), "text"


def _number(value: float, shown: str) -> tuple[str, Kind]:
    """The shortest decimal that is this double; 0.2 in a cell shown as percent is 20."""
    if abs(value) >= _EXACT:
        return str(value), "cut"
    number = Decimal(repr(value))
    number = number.scaleb(2) if "%" in shown else number
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain, "percent" if "%" in shown else "number"
