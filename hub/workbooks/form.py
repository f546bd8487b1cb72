"""What a workbook asks: its sheets, their columns, and how each is filled in. Pure.

A column is named by its machine header, the same as in a table of footprints (`tierlight declare`)
or as in the guided calculator, wherever one of them asks the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hub.calculator.questions import ENERGY, FAMILIES, MASSES, QUESTIONS
from tierlight_schemas.footprint import DECLARED_UNITS

TEMPLATE, VERSION = "tierlight.parts", "1"
META = "_meta"
CHECK = "_check"
"""Machine header of the column in which a returned workbook says what is wrong with a row."""
HEAD_ROWS = 2
MOST_ROWS = 10_000
"""Parts of one workbook."""
MOST_LINES = 20_000
"""Lines of one of the other sheets."""

Kind = Literal[
    "key",
    "told",
    "number-of-part",
    "text",
    "number",
    "percent",
    "quantity",
    "unit",
    "day",
    "choice",
]


@dataclass(frozen=True)
class Column:
    """A column: `told` is written by us and not read, `key` says whose row it is."""

    name: str
    kind: Kind = "text"
    choices: str = ""
    """Of a choice or a unit: the list that it is taken from."""
    unit: str = ""
    """Of a quantity: the column of its unit. Of a number: what may be typed behind it."""
    width: int = 14


@dataclass(frozen=True)
class Form:
    """One sheet to fill in."""

    name: str
    columns: tuple[Column, ...]
    fixed: int
    """Columns at the left that stay in sight and are not to be written into."""
    needed: tuple[str, ...]
    """Without these columns a sheet is not recognised."""

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


DATA = Form(
    "data",
    (
        Column("row_key", "key", width=12),
        Column("customer", "told", width=20),
        Column("customer_number", "told", width=18),
        Column("customer_name", "told", width=22),
        Column("level", "told", width=8),
        Column("due", "told", width=12),
        Column("number", "number-of-part", width=18),
        Column("site", "choice", "sites"),
        Column("period_start", "day"),
        Column("period_last", "day"),
        Column("net_mass", "quantity", unit="net_mass_unit"),
        Column("net_mass_unit", "unit", "masses", width=10),
        Column("kgco2e", "number", unit="kgco2e"),
        Column("declared_amount", "number", unit="declared_unit", width=10),
        Column("declared_unit", "unit", "declared_units", width=10),
        Column("boundary", "choice", "boundaries", width=18),
        Column("primary_data_share", "percent", width=10),
        Column("family", "choice", "families"),
        Column("pieces", "number", unit="piece"),
        Column("method", "choice", "methods"),
        Column("share_quantity", "number"),
        Column("share_total", "number"),
        Column("left_out", "percent", width=10),
        Column("comment", width=24),
    ),
    fixed=6,
    needed=("number", "period_start"),
)
MATERIALS = Form(
    "materials",
    (
        Column("number", "number-of-part", "parts", width=18),
        Column("material", width=22),
        Column("category", "choice", "materials", width=22),
        Column("mass", "quantity", unit="mass_unit"),
        Column("mass_unit", "unit", "masses", width=10),
        Column("recycled", "percent", width=10),
        Column("scrap", "quantity", unit="scrap_unit"),
        Column("scrap_unit", "unit", "masses", width=10),
        Column("fate", "choice", "fates"),
        Column("value", "number", unit="kgco2e"),
        Column("reference", width=22),
        Column("mode", "choice", "modes", width=10),
        Column("km", "number", unit="km", width=10),
    ),
    fixed=0,
    needed=("number", "material", "mass"),
)
CARRIERS = tuple(question.name for question in ENERGY.questions if question.form == "quantity")
ENERGIES = Form(
    "energy",
    (
        Column("number", "number-of-part", "parts", width=18),
        Column("site", "choice", "sites"),
        Column("carrier", "choice", "carriers", width=26),
        Column("amount", "quantity", unit="unit"),
        Column("unit", "unit", "energy_units", width=10),
        Column("value", "number", unit="kgco2e"),
        Column("serials", width=30),
    ),
    fixed=0,
    needed=("carrier", "amount"),
)
EVIDENCE = Form(
    "evidence",
    (
        Column("number", "number-of-part", "parts", width=18),
        Column("file", width=30),
        Column("kind", "choice", "evidence", width=16),
        Column("sha256", width=66),
        Column("remark", width=30),
    ),
    fixed=0,
    needed=("number", "file"),
)
FORMS: tuple[Form, ...] = (DATA, MATERIALS, ENERGIES, EVIDENCE)
BY_NAME: Mapping[str, Form] = {form.name: form for form in FORMS}
README, LISTS, ERRORS = "readme", "lists", "errors"
TITLES = (README, *BY_NAME, LISTS, ERRORS)

UNIT_LISTS: Mapping[str, tuple[str, ...]] = {
    "masses": MASSES,
    "declared_units": (*DECLARED_UNITS, "gram", "tonne"),
    "energy_units": tuple(
        dict.fromkeys(unit for name in CARRIERS for unit in QUESTIONS[name].units)
    ),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "boundaries": ("cradle-to-gate", "cradle-to-grave"),
    "families": FAMILIES,
    "methods": QUESTIONS["method"].options,
    "carriers": CARRIERS,
    "fates": QUESTIONS["scrap.0.fate"].options,
    "modes": QUESTIONS["transport.0.mode"].options,
    "evidence": ("bill", "certificate", "drawing", "other"),
}
"""Lists that are the same for everybody; `sites`, `materials` and `parts` are of the company."""


def numeric(form: Form) -> Iterator[Column]:
    """The columns that hold numbers."""
    return (each for each in form.columns if each.kind in ("number", "percent", "quantity"))
