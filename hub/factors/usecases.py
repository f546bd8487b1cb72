"""Taking over a company's own table of secondary emission factors."""

from typing import BinaryIO, NamedTuple

from sqlalchemy.orm import Session

from hub.factors import queries
from hub.factors.tables import Factor
from hub.kit.bulk import write_rows
from hub.kit.cells import label, number, unit, year
from hub.kit.csv_table import Column, Problems, read_rows
from hub.kit.import_report import ImportReport, later_than
from hub.kit.tables import new_id
from hub.parties.changes import touch
from hub.parties.usecases import lock_company

COLUMNS = (
    Column("category", label(200), required=True),
    Column("unit", unit, required=True),
    Column("value", number(), required=True),
    Column("source", label(500), required=True),
    Column("year", year, required=True),
)


class Key(NamedTuple):
    """What a factor is for: a later row of the same key takes the place of an earlier one."""

    category: str
    unit: str
    year: int


class Content(NamedTuple):
    """kgCO2e per unit, and who says so."""

    value: str
    source: str


def import_factors(
    session: Session, company_id: str, file: BinaryIO, file_name: str = "factors.csv"
) -> ImportReport:
    """Add the factors of a table to the company's own, all or none; the others stay.

    A factor of which value or source changed is recorded anew: what was used before stays
    explainable. Raises `BadTable` naming every cell that cannot be used.
    """
    problems = Problems(file_name)
    wanted = _read(file, problems)
    problems.refuse()
    lock_company(session, company_id)
    current = {
        Key(factor.category, factor.unit, factor.year): factor
        for factor in queries.factors_of(session, company_id)
    }
    replaced = [
        key
        for key, content in wanted.items()
        if key not in current or content != Content(current[key].value, current[key].source)
    ]
    at = later_than([factor.recorded_at for factor in current.values()])
    write_rows(
        session,
        Factor,
        (
            {"id": new_id(), "company_id": company_id, "recorded_at": at}
            | key._asdict()
            | wanted[key]._asdict()
            for key in replaced
        ),
    )
    if replaced:
        touch(session, company_id)
    added = sum(key not in current for key in wanted)
    return ImportReport(
        rows=len(wanted),
        added=added,
        changed=len(replaced) - added,
        unchanged=len(wanted) - len(replaced),
        notes=tuple(problems.notes),
    )


def _read(file: BinaryIO, problems: Problems) -> dict[Key, Content]:
    wanted: dict[Key, Content] = {}
    first_row: dict[Key, int] = {}
    for row in read_rows(file, COLUMNS, problems, "factors"):
        values = row.values
        key = Key(values["category"], values["unit"], values["year"])
        first = first_row.setdefault(key, row.number)
        if first != row.number:
            problems.add(row.number, "category", "csv/factor-twice", key.category, first=str(first))
        wanted[key] = Content(values["value"], values["source"])
    return wanted
