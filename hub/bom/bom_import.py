"""bom.csv: replacing the lines of the parents that a table names."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy.orm import Session

from hub.bom import columns, queries
from hub.bom.tables import BomLine, BomRevision
from hub.kit.bulk import write_rows
from hub.kit.csv_table import Problems, Row, read_rows
from hub.kit.import_report import ImportReport, later_than
from hub.kit.tables import new_id
from hub.parties.changes import touch
from hub.parties.usecases import lock_company


class Line(NamedTuple):
    """A line as it is stored, without its place."""

    child_id: str
    quantity: str
    unit: str
    reference_amount: str
    scrap: str
    effective_from: date | None
    effective_to: date | None
    stage: str | None
    group: str | None
    take_rate: str | None
    process_yield: str | None
    allocation: str | None


def import_bom(
    session: Session, company_id: str, file: BinaryIO, file_name: str = "bom.csv"
) -> ImportReport:
    """Replace the lines of each parent that the table names, all or none; other parents stay.

    The lines of a parent become one immutable revision, unless they are what its last one says
    (their order does not matter). Raises `BadTable` naming every cell that cannot be used.
    """
    problems = Problems(file_name)
    rows = _read(file, problems)
    lock_company(session, company_id)
    ids = queries.part_ids(session, company_id, _numbers(rows))
    _refuse_unknown(rows, ids, problems)
    problems.refuse()
    wanted = _lines_by_parent(session, rows, ids)
    current = queries.revisions(session, wanted)
    old_lines = queries.lines(session, [revision.id for revision in current.values()])
    replaced = {
        parent: lines
        for parent, lines in wanted.items()
        if parent not in current or _differ(lines, old_lines[current[parent].id])
    }
    at = later_than([revision.recorded_at for revision in current.values()])
    if replaced:
        _write(session, company_id, replaced, at)
        touch(session, company_id)
    added = sum(parent not in current for parent in wanted)
    return ImportReport(
        rows=len(rows),
        added=added,
        changed=len(replaced) - added,
        unchanged=len(wanted) - len(replaced),
        notes=tuple(problems.notes),
    )


def _read(file: BinaryIO, problems: Problems) -> list[Row]:
    rows = []
    for row in read_rows(file, columns.BOM, problems, "bom"):
        columns.check_days(row, "effective_from", "effective_to", problems)
        rows.append(row)
    return rows


def _numbers(rows: Sequence[Row]) -> set[str]:
    return {row.values[column] for row in rows for column in ("parent", "child")}


def _refuse_unknown(rows: Sequence[Row], ids: Mapping[str, str], problems: Problems) -> None:
    for row in rows:
        for column in ("parent", "child"):
            number = row.values[column]
            if number not in ids:
                problems.add(row.number, column, "csv/part-unknown", number)


def _lines_by_parent(
    session: Session, rows: Sequence[Row], ids: Mapping[str, str]
) -> dict[str, list[Line]]:
    children = {ids[row.values["child"]] for row in rows if row.values["unit"] is None}
    versions = queries.versions(session, children)
    wanted: dict[str, list[Line]] = defaultdict(list)
    for row in rows:
        child_id = ids[row.values["child"]]
        unit = row.values["unit"] or versions[child_id].base_unit
        wanted[ids[row.values["parent"]]].append(_line(row.values, child_id, unit))
    return wanted


def _line(values: Mapping[str, Any], child_id: str, unit: str) -> Line:
    return Line(
        child_id=child_id,
        quantity=values["quantity"],
        unit=unit,
        reference_amount=values["reference_amount"],
        scrap=values["scrap"],
        effective_from=values["effective_from"],
        effective_to=values["effective_to"],
        stage=values["stage"],
        group=values["group"],
        take_rate=values["take_rate"],
        process_yield=values["yield"],
        allocation=values["allocation"],
    )


def _differ(lines: Sequence[Line], old: Sequence[Any]) -> bool:
    old_lines = (Line(*(getattr(line, name) for name in Line._fields)) for line in old)
    return Counter(lines) != Counter(old_lines)


def _write(
    session: Session, company_id: str, wanted: Mapping[str, Sequence[Line]], at: datetime
) -> None:
    ids = {parent: new_id() for parent in wanted}
    write_rows(
        session,
        BomRevision,
        (
            {"id": revision_id, "parent_id": parent, "company_id": company_id, "recorded_at": at}
            for parent, revision_id in ids.items()
        ),
    )
    write_rows(session, BomLine, _line_rows(company_id, wanted, ids))


def _line_rows(
    company_id: str, wanted: Mapping[str, Sequence[Line]], ids: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for parent, lines in wanted.items():
        for position, line in enumerate(lines):
            row = {"revision_id": ids[parent], "position": position, "company_id": company_id}
            yield {**row, **line._asdict()}
