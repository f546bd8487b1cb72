"""Answers as CSV: UTF-8 with a mark, so that spreadsheets read every script, and inert cells.

A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
injection); numbers, negative ones included, stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import Response

AS_TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}
"""`responses` of a route that answers as a table too."""
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows under a header of column names; what is unknown is an empty cell."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
    return held.getvalue()


def cell(value: Any) -> str:
    """A value as an inert cell."""
    # The writer quotes only the line ends that it writes itself; a reader takes any for one.
    text = "" if value is None else str(value).replace("\r", " ")
    is_formula = text.lstrip(" ").startswith(_STARTS_A_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """A file `name`.csv to be downloaded."""
    return Response(
        "\ufeff" + csv_text(columns, rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
