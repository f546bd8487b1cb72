"""docs/tables.md names every column as it is read, and its examples can be imported."""

import csv
import io
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from hub.bom import columns
from hub.factors import usecases as factors
from hub.kit.csv_table import MAX_CELL, MAX_ROWS, Column
from tests.hub.csv_files import file
from tierlight_schemas.amounts import Amount
from tierlight_schemas.bom import BomLine, DeliveryTerm, PartRecord, SourcingRecord, Stage
from tierlight_schemas.columns import REQUIRED, column_name
from tierlight_schemas.rollup.model import Kind
from tierlight_schemas.rows import read_row

DOC = (Path(__file__).resolve().parents[3] / "docs/tables.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (●?) ?\| ([^|]*)\| ?([^|]*)\|$", re.MULTILINE)
TABLES = {
    "parts.csv": columns.PARTS,
    "bom.csv": columns.BOM,
    "sourcing.csv": columns.SOURCING,
    "factors.csv": factors.COLUMNS,
}
RECORDS: dict[str, type[BaseModel]] = {
    "parts.csv": PartRecord,
    "bom.csv": BomLine,
    "sourcing.csv": SourcingRecord,
}


def section(name: str) -> str:
    return DOC.split(f"\n## {name}\n")[1].split("\n## ")[0]


def example(name: str) -> str:
    [text] = re.findall(r"```csv\n(.*?)```", section(name), re.DOTALL)
    return text


def documented(name: str) -> list[tuple[str, bool, str]]:
    rows = ROW.findall(section(name))
    return [(column, bool(mark), empty.strip()) for column, mark, empty, _ in rows]


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_documented_with_what_an_empty_cell_means(name):
    assert documented(name) == [
        (column.name, column.required, _empty(column, documented(name))) for column in TABLES[name]
    ]


def _empty(column: Column, rows: list[tuple[str, bool, str]]) -> str:
    """The default in code marks; where there is none, the page finds its own words."""
    if column.default is not None:
        return f"`{column.default}`"
    [words] = [empty for name, _, empty in rows if name == column.name]
    assert "`" not in words
    assert bool(words) is not column.required
    return words


@pytest.mark.parametrize("name", RECORDS)
def test_table_and_published_document_have_the_same_fields_and_defaults(name):
    fields = {
        field.alias if field.alias in ("yield", "from", "to") else key: field
        for key, field in RECORDS[name].model_fields.items()
    }
    table = {column.name: column for column in TABLES[name]}
    assert set(fields) == set(table)
    for key, field in fields.items():
        assert field.is_required() is table[key].required
        if not field.is_required():
            assert field.default == table[key].default


@pytest.mark.parametrize(
    ("name", "words"), [("parts.csv", Kind), ("bom.csv", Stage), ("sourcing.csv", DeliveryTerm)]
)
def test_closed_lists_are_complete(name, words):
    for word in words:
        assert f"`{word}`" in section(name)


def test_limits_are_stated():
    for limit in (MAX_ROWS, MAX_CELL):
        assert f"{limit:,}" in DOC
    assert f"at most {columns.MAX_NUMBER}" in DOC


def test_the_examples_are_imported(scene, session):
    assert scene.parts(example("parts.csv")).added == 5
    assert scene.bom(example("bom.csv")).rows == 4
    assert scene.sourcing(example("sourcing.csv")).rows == 2
    report = factors.import_factors(session, scene.buyer.id, file(example("factors.csv")))
    assert (report.added, report.notes) == (3, ())


def test_the_example_of_footprints_can_be_declared():
    for cells in csv.DictReader(io.StringIO(example("footprints.csv"))):
        row = read_row({column_name(name) or name: text for name, text in cells.items()})
        assert row is not None
        assert row.kgco2e == Amount(cells["kgco2e"])


def test_the_columns_of_footprints_are_known():
    rows = documented("footprints.csv")
    assert [column_name(column) for column, _, _ in rows] == [column for column, _, _ in rows]
    assert [column for column, required, _ in rows if required] == list(REQUIRED)
