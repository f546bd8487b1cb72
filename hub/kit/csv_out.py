"""Writing CSV tables that a spreadsheet opens as what they are: text and numbers, no formulas."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

MEDIA_TYPE = "text/csv"
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""A cell that begins with one of these is run by some spreadsheet."""
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> bytes:
    """The table in UTF-8 with a byte order mark, by which spreadsheets know the encoding.

    What is unknown is an empty cell. Text of strangers that would be read as a formula gets an
    apostrophe in front; negative numbers stay numbers.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _cell(value: str | int | None) -> str:
    text = "" if value is None else str(value)
    is_formula = text.lstrip(" ")[:1] in _FORMULA and not _NUMBER.fullmatch(text)
    return f"'{text}" if text and is_formula else text
