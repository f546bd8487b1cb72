"""What stands in the workbook of a part: its rows, by the names of the sheet. Pure.

A row is named like the member of the sheet that it fills, entries of lists numbered from 1:
`netMass`, `materials.1.transport.km`. An entry whose rows are all empty is not there.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from tierlight_schemas.calculator.sheet import (
    MOST,
    Carrier,
    Fate,
    Mode,
    ShareMethod,
    Supply,
)

Form = Literal[
    "text", "code", "number", "signed", "percent", "quantity", "stated", "day", "choice", "list"
]
"""How a value is written. `code`: in capitals; `signed`: a number that may be below 0; `stated`:
kgCO2e per the unit beside it; `list`: texts separated by commas."""

LANGUAGE = "language"
"""Name of the row that says in which language the numbers are written."""
HEAD = "entry"
"""Name of the row of headers."""
CATEGORIES = (
    "material/steel",
    "material/steel/crude",
    "material/aluminium",
    "material/aluminium/primary",
    "material/aluminium/recycled",
    "material/aluminium/tube",
    "material/plastic/average",
    "material/plastic/hdpe",
    "material/plastic/pet",
    "material/plastic/pp",
    "material/rubber/tyre",
    "material/glass",
    "material/graphite/natural",
    "material/graphite/synthetic",
    "material/graphite/silicon-coated",
    "material/nickel-sulfate",
    "material/cobalt-sulfate",
    "material/lithium-carbonate/average",
    "material/lithium-hydroxide/brine",
    "material/lithium-hydroxide/spodumene",
)
"""Offered for materials; others of the registry may be written."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "category": CATEGORIES,
    "mode": get_args(Mode),
    "fate": get_args(Fate),
    "method": get_args(ShareMethod),
    "supply": get_args(Supply),
    "carrier": get_args(Carrier),
    "source": ("declaration", "paper", "contract"),
}
OPEN = frozenset({"category"})
"""Lists that do not hold all there is."""


@dataclass(frozen=True)
class Field:
    """One row."""

    name: str
    """Member of the sheet, or of an entry of a list."""
    form: Form = "text"
    choice: str = ""
    unit: str = ""
    """Stands in the template; another one may be written over it."""
    is_offered: bool = True
    """Whether the template has it; what it has not may be added as a row."""

    @property
    def word(self) -> str:
        """Under which label and hint stand: the same member has the same words everywhere."""
        return self.name.rpartition(".")[2] if self.name.startswith("value.") else self.name


@dataclass(frozen=True)
class Group:
    """A list of the sheet."""

    name: str
    fields: tuple[Field, ...]
    offered: int
    """Entries in the template; more may be added, up to `MOST`."""


_VALUE = (
    Field("value.kgCO2e", "stated", unit="kg"),
    Field("value.source", "choice", "source"),
    Field("value.reference"),
    Field("value.year", "number"),
    Field("value.place", "code", is_offered=False),
    Field("value.primaryDataShare", "percent", is_offered=False),
    Field("value.technological", "number", is_offered=False),
    Field("value.geographical", "number", is_offered=False),
    Field("value.temporal", "number", is_offered=False),
    Field("value.ofWhich.landUseChange", "signed", is_offered=False),
    Field("value.ofWhich.landManagementFossil", "signed", is_offered=False),
    Field("value.ofWhich.biogenicNonCO2", "signed", is_offered=False),
    Field("value.ofWhich.biogenicUptake", "signed", is_offered=False),
)
_RARE_VALUE = tuple(replace(field, is_offered=False) for field in _VALUE)
_TRANSPORT = (Field("transport.mode", "choice", "mode"), Field("transport.km", "number"))

PART = (
    Field("partNumber"),
    Field("name"),
    Field("processFamily"),
    Field("netMass", "quantity", unit="kg"),
    Field("site.id"),
    Field("site.country", "code"),
    Field("site.subdivision", "code"),
    Field("periodStart", "day"),
    Field("periodEnd", "day"),
    Field("pieces", "number"),
    Field("share.method", "choice", "method"),
    Field("share.quantity", "number"),
    Field("share.total", "number"),
    Field("leftOutPercent", "percent"),
    Field("price", "number"),
)
GROUPS = (
    Group(
        "materials",
        (
            Field("name"),
            Field("category", "choice", "category"),
            Field("mass", "quantity", unit="kg"),
            Field("recycledPercent", "percent"),
            Field("biogenicCarbonPercent", "percent"),
            *_VALUE,
            *_TRANSPORT,
        ),
        3,
    ),
    Group(
        "scrap",
        (
            Field("material"),
            Field("mass", "quantity", unit="kg"),
            Field("fate", "choice", "fate"),
            *_RARE_VALUE,
        ),
        3,
    ),
    Group(
        "energy",
        (
            Field("carrier", "choice", "carrier"),
            Field("amount", "quantity"),
            Field("supply", "choice", "supply"),
            Field("serials", "list"),
            *(replace(field, unit="") for field in _VALUE),
        ),
        4,
    ),
    Group(
        "boughtParts",
        (
            Field("name"),
            Field("quantity", "quantity", unit="piece"),
            Field("category", "choice", "category"),
            Field("mass", "quantity", unit="kg"),
            *(replace(field, unit="piece") if field.unit else field for field in _VALUE),
            *_TRANSPORT,
        ),
        2,
    ),
    Group(
        "packaging",
        (
            Field("name"),
            Field("category", "choice", "category"),
            Field("mass", "quantity", unit="kg"),
            Field("uses", "number"),
            *_RARE_VALUE,
        ),
        2,
    ),
    Group(
        "coProducts",
        (Field("name"), Field("mass", "quantity", unit="kg"), Field("price", "number")),
        1,
    ),
    Group(
        "evidence",
        (Field("about"), Field("digest"), Field("mediaType"), Field("size", "number")),
        1,
    ),
)
_IN_LIST = re.compile(r"([a-z]+)\.([1-9][0-9]{0,2})\.(.+)")
_ALONE = {field.name.casefold(): field for field in PART}
_LISTED = {
    group.name.casefold(): (group, {field.name.casefold(): field for field in group.fields})
    for group in GROUPS
}


@dataclass(frozen=True)
class Place:
    """Which member of the sheet a row fills."""

    field: Field
    group: str = ""
    number: int = 0
    """Of the entry in its list, from 1."""

    @property
    def name(self) -> str:
        """The name of the row."""
        return f"{self.group}.{self.number}.{self.field.name}" if self.group else self.field.name


def place_of(name: str) -> Place | None:
    """The place that a row of that name fills, in any case; None for no name of a row."""
    folded = name.strip().casefold()
    if folded in _ALONE:
        return Place(_ALONE[folded])
    match = _IN_LIST.fullmatch(folded)
    if match is None or match[1] not in _LISTED or int(match[2]) > MOST:
        return None
    group, fields = _LISTED[match[1]]
    found = fields.get(match[3])
    return None if found is None else Place(found, group.name, int(match[2]))


def offered() -> Iterator[tuple[str, int, list[Place]]]:
    """The rows of a template, under the group and number of their heading."""
    yield "part", 0, [Place(field) for field in PART]
    for group in GROUPS:
        fields = [field for field in group.fields if field.is_offered]
        for number in range(1, group.offered + 1):
            yield group.name, number, [Place(field, group.name, number) for field in fields]
