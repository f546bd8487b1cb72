"""Rows of what a factory uses and makes, as the hub's tables take them."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

Rows = Iterable[Mapping[str, str]]
"""Rows by the names of the columns in docs/energy.md; an absent cell is empty."""


def table_of(rows: Rows | Path | bytes) -> bytes:
    """A CSV table of rows, or the one in a file; columns in the order in which rows name them.

    Row 1 of the table is its header, so that the hub's refusals count the first row as row 2.
    """
    if isinstance(rows, bytes):
        return rows
    if isinstance(rows, Path):
        return rows.read_bytes()
    told = [dict(row) for row in rows]
    names = list(dict.fromkeys(name for row in told for name in row))
    text = io.StringIO()
    table = csv.DictWriter(text, names, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(told)
    return text.getvalue().encode()
