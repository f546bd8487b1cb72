"""The forms of a site's page: which cells each asks for, and among what words one chooses.

A form sends one row of a sheet; what is wrong with it the sheet's own columns say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from fastapi import Request

from hub.activity.sheets import FORMS, Sheet
from hub.activity.words import (
    Carrier,
    Flow,
    InstrumentKind,
    Method,
    Scheme,
    Source,
    Technology,
    Use,
)

MAX_TEXT = 500
CHOICES: Mapping[str, type[StrEnum]] = {
    "carrier": Carrier,
    "flow": Flow,
    "source": Source,
    "kind": InstrumentKind,
    "technology": Technology,
    "scheme": Scheme,
    "method": Method,
    "use": Use,
}
HINTED = frozenset(
    {
        "unit",
        "source",
        "reason",
        "sub_meter",
        "meter",
        "code",
        "holds",
        "quantity",
        "rejects",
        "use",
    }
)
"""Cells whose words need a sentence more."""
TYPES: Mapping[str, str] = {"month": "month", "retired_on": "date"}
"""What a browser may help with; it sends the same text as others type."""


@dataclass(frozen=True)
class Field:
    """One cell of a form."""

    name: str
    required: bool
    type: str
    choices: tuple[str, ...]
    """Words to choose from; empty for a text."""
    optional_choice: bool
    """Whether none of the words may be chosen."""

    @property
    def is_hinted(self) -> bool:
        """Whether a sentence explains it."""
        return self.name in HINTED


def fields_of(sheet: Sheet) -> list[Field]:
    """The cells of a sheet but for the site, which is the page's."""
    return [
        Field(
            column.name,
            column.required,
            TYPES.get(column.name, "text"),
            tuple(CHOICES[column.name]) if column.name in CHOICES else (),
            not column.required and column.default is None,
        )
        for column in FORMS[sheet].columns
        if column.name != "site"
    ]


FIELDS: Mapping[Sheet, list[Field]] = {sheet: fields_of(sheet) for sheet in Sheet}


async def typed_cells(request: Request) -> dict[str, str]:
    """The texts of a form, by name; what is longer than any cell is cut where it is refused."""
    form = await request.form()
    return {
        name: value[: MAX_TEXT + 1]
        for name, value in form.items()
        if isinstance(value, str) and len(name) <= 40
    }
