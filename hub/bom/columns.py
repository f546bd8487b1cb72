"""The columns of parts.csv, bom.csv and sourcing.csv: how a cell is read, what an empty one means.

docs/tables.md describes them to the people who make the files.
"""

from hub.kit.cells import code, day, label, number, unit, word
from hub.kit.csv_table import Column, Problems, Row
from tierlight_schemas.amounts import Amount
from tierlight_schemas.bom import DeliveryTerm, MassRule, Stage
from tierlight_schemas.rollup.model import Kind

MAX_NUMBER = 200

PARTS = (
    Column("number", code(MAX_NUMBER), required=True),
    Column("name", label(500)),
    Column("revision", label(100)),
    Column("category", label(200)),
    Column("kind", word(Kind), default=Kind.ASSEMBLY),
    Column("base_unit", unit, default="piece"),
    Column("net_mass_kg", number(least=0)),
    Column("mass_rule", word(MassRule), default=MassRule.CONSERVED),
)

BOM = (
    Column("parent", code(MAX_NUMBER), required=True),
    Column("child", code(MAX_NUMBER), required=True),
    Column("quantity", number(), required=True),
    Column("unit", unit),
    Column("reference_amount", number(above=0), default=Amount("1")),
    Column("scrap", number(least=0), default=Amount("0")),
    Column("effective_from", day),
    Column("effective_to", day),
    Column("stage", word(Stage)),
    Column("group", label(100)),
    Column("take_rate", number(least=0, most=1, percent=True)),
    Column("yield", number(above=0, most=1, percent=True)),
    Column("allocation", number(above=0, most=1, percent=True)),
)

SOURCING = (
    Column("part", code(MAX_NUMBER), required=True),
    Column("supplier", label(300), required=True),
    Column("supplier_part", code(MAX_NUMBER), required=True),
    Column("share", number(above=0, most=1, percent=True), default=Amount("1")),
    Column("site", label(200)),
    Column("from", day),
    Column("to", day),
    Column("delivery_term", word(DeliveryTerm)),
)


def check_days(row: Row, first: str, end: str, problems: Problems) -> None:
    """The day from which something no longer holds must come after the first on which it does."""
    if row.values[first] and row.values[end] and row.values[end] <= row.values[first]:
        problems.add(row.number, end, "csv/days-order", str(row.values[end]), first_column=first)
