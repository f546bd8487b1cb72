"""Rows of a form that say what parts are of a battery, as the table that the hub imports."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tierlight_schemas.battery.components import Component

LINES: Final = 5
"""Rows that stand ready."""
MAX_LINES: Final = 200
MAX_FIELD: Final = 200
CLASSES: Final = tuple(each.value for each in Component)


class Line(NamedTuple):
    """One row as it was typed."""

    part: str
    component: str


def lines_of(form: Mapping[str, str]) -> list[Line]:
    """The rows with anything in them, in their order; fields are `part-0`, `component-0`, …"""
    found = (
        Line(*(form.get(f"{name}-{row}", "").strip()[:MAX_FIELD] for name in Line._fields))
        for row in range(MAX_LINES)
    )
    return [line for line in found if any(line)]


def table_of(lines: Sequence[Line]) -> bytes:
    """The rows as battery-classes.csv."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(Line._fields)
    table.writerows(lines)
    return text.getvalue().encode()
