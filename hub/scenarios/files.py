"""Changes of a scenario as a file: the published JSON, or a table with one change a row."""

from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError

from hub.kit.cells import code, label, number, unit
from hub.kit.csv_table import Column, Problems, Row, read_rows
from hub.kit.errors import BadInput, TooLarge, bad_input
from hub.kit.problems import unfit_members
from hub.scenarios.usecases import MAX_BYTES
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.scenario import MAX_CHANGES, Change, Scenario
from tierlight_schemas.strict_json import strict_json

_NUMBER = 200
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)
_MEMBERS = {"supplier_part": "supplierPart", "reference_amount": "referenceAmount"}
"""JSON members by column, where they are spelled otherwise."""
_CODES = {
    "missing": "csv/change-needs",
    "value_error": "csv/change-needs",
    "extra_forbidden": "csv/change-has-no",
}


COLUMNS = (
    Column("change", code(40), required=True),
    Column("part", code(_NUMBER)),
    Column("child", code(_NUMBER)),
    Column("by", code(_NUMBER)),
    Column("position", code(9)),
    Column("supplier", label(200)),
    Column("supplier_part", code(_NUMBER)),
    Column("name", label(200)),
    Column("category", label(200)),
    Column("share", number(least=0, most=1, percent=True)),
    Column("value", number()),
    Column("quantity", number()),
    Column("unit", unit),
    Column("reference_amount", number(above=0)),
    Column("scrap", number(least=0, percent=True)),
    Column("yield", number(above=0, most=1, percent=True)),
)


def read_scenario(file: BinaryIO, name: str) -> Scenario:
    """The scenario in a seekable file: JSON where it begins with a brace, else a table.

    Raises `BadInput` naming every place that cannot be used, `TooLarge` beyond the limits.
    """
    start = file.read(MAX_BYTES).lstrip()
    file.seek(0)
    return _of_json(file, name) if start.startswith((b"{", b"[")) else _of_table(file, name)


def _of_json(file: BinaryIO, name: str) -> Scenario:
    # White space and order of members may make it longer than its canonical form.
    data = file.read(4 * MAX_BYTES + 1)
    if len(data) > 4 * MAX_BYTES:
        raise TooLarge("hub/scenario-size", size=str(len(data)), limit=str(4 * MAX_BYTES))
    try:
        return Scenario.model_validate(strict_json(data, max_bytes=4 * MAX_BYTES))
    except EnvelopeError as error:
        raise bad_input(error) from None
    except ValidationError as error:
        refusal = BadInput("hub/scenario-form", file=name)
        refusal.details = unfit_members(error.errors())
        raise refusal from None


def _of_table(file: BinaryIO, name: str) -> Scenario:
    problems = Problems(name)
    changes: list[Change] = []
    for row in read_rows(file, COLUMNS, problems, "scenario"):
        if len(changes) == MAX_CHANGES:
            problems.add(row.number, "", "csv/too-many-rows", limit=str(MAX_CHANGES))
            break
        change = _change(row, problems)
        if change is not None:
            changes.append(change)
    problems.refuse()
    return Scenario(changes=changes)


def _change(row: Row, problems: Problems) -> Change | None:
    cells = {name: value for name, value in row.values.items() if value is not None}
    members: dict[str, Any] = {_MEMBERS.get(name, name): value for name, value in cells.items()}
    try:
        return _CHANGE.validate_python(members)
    except ValidationError as error:
        for found in error.errors():
            _tell(row, found["loc"], found["type"], problems)
        return None


def _tell(row: Row, location: tuple[int | str, ...], kind: str, problems: Problems) -> None:
    """Which cell of a row is missing, stands where this change has none, or cannot be used."""
    names = {member: name for name, member in _MEMBERS.items()}
    member = str(location[-1]) if len(location) > 1 else "change"
    if kind == "value_error" and len(location) == 1:  # a line that gives no figure
        member = "quantity"
    column = names.get(member, member)
    change = str(row.values["change"])
    found = str(row.values.get(column) or "")
    problems.add(row.number, column, _CODES.get(kind, "csv/change"), found, change=change)
