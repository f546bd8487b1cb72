"""The communication as a file of each format."""

import io
from collections.abc import Callable, Mapping

import openpyxl

from tierlight_schemas.cbam.communication import Communication
from tierlight_schemas.cbam.sheet import lay_out
from tierlight_schemas.cbam.writing import as_csv, as_json


def as_workbook(found: Communication, lang: str) -> bytes:
    """Two sheets: the template's fields, and how they came about in the reader's language."""
    book, held = openpyxl.Workbook(), io.BytesIO()
    lay_out(book, found, lang)
    book.save(held)
    return held.getvalue()


MEDIA_TYPES: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
WRITERS: Mapping[str, Callable[[Communication, str], bytes]] = {
    "xlsx": as_workbook,
    "csv": as_csv,
    "json": as_json,
}
"""By the ending of the file."""
