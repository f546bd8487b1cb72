"""parts.csv: registering parts and what is known of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO, NamedTuple

from sqlalchemy.orm import Session

from hub.bom import columns, queries
from hub.bom.resolution import resolve_links
from hub.bom.tables import Part, PartVersion
from hub.kit.bulk import write_rows
from hub.kit.csv_table import Problems, Row, read_rows
from hub.kit.import_report import ImportReport, later_than
from hub.kit.tables import new_id
from hub.parties.changes import touch
from hub.parties.usecases import lock_company


class Attributes(NamedTuple):
    """What a version says of a part."""

    name: str
    revision: str | None
    category: str | None
    kind: str
    base_unit: str
    net_mass_kg: str | None
    mass_rule: str


def import_parts(
    session: Session, company_id: str, file: BinaryIO, file_name: str = "parts.csv"
) -> ImportReport:
    """Register the parts of a table, all or none; other parts of the company stay.

    New attributes make a new version, the same ones change nothing. Raises `BadTable` naming
    every cell that cannot be used.
    """
    problems = Problems(file_name)
    wanted = _read(file, problems)
    problems.refuse()
    company = lock_company(session, company_id)
    known = queries.part_ids(session, company_id, wanted)
    current = queries.versions(session, known.values())
    old = {number: current.get(part_id) for number, part_id in known.items()}
    changed = {
        number: attributes
        for number, attributes in wanted.items()
        if number in known and attributes != _attributes(old[number])
    }
    new = {number: new_id() for number in wanted if number not in known}
    at = later_than([version.recorded_at for version in current.values()])
    _write_parts(session, company_id, new, at)
    _write_versions(session, company_id, known | new, {n: wanted[n] for n in [*new, *changed]}, at)
    if new or changed:
        touch(session, company_id)
    resolve_links(session, company)
    return ImportReport(
        rows=len(wanted),
        added=len(new),
        changed=len(changed),
        unchanged=len(wanted) - len(new) - len(changed),
        notes=tuple(problems.notes),
    )


def _read(file: BinaryIO, problems: Problems) -> dict[str, Attributes]:
    wanted: dict[str, Attributes] = {}
    first_row: dict[str, int] = {}
    for row in read_rows(file, columns.PARTS, problems, "parts"):
        number = row.values["number"]
        first = first_row.setdefault(number, row.number)
        if first != row.number:
            problems.add(row.number, "number", "csv/part-twice", number, first=str(first))
        wanted[number] = _wanted(row)
    return wanted


def _wanted(row: Row) -> Attributes:
    values = row.values
    return Attributes(
        name=values["name"] or values["number"],
        revision=values["revision"],
        category=values["category"],
        kind=values["kind"],
        base_unit=values["base_unit"],
        net_mass_kg=values["net_mass_kg"],
        mass_rule=values["mass_rule"],
    )


def _attributes(version: PartVersion | None) -> Attributes | None:
    if version is None:
        return None
    return Attributes(*(getattr(version, name) for name in Attributes._fields))


def _write_parts(session: Session, company_id: str, new: Mapping[str, str], at: datetime) -> None:
    write_rows(
        session,
        Part,
        (
            {"id": part_id, "company_id": company_id, "number": number, "created_at": at}
            for number, part_id in new.items()
        ),
    )


def _write_versions(
    session: Session,
    company_id: str,
    ids: Mapping[str, str],
    versions: Mapping[str, Attributes],
    at: datetime,
) -> None:
    write_rows(
        session,
        PartVersion,
        (
            {
                "id": new_id(),
                "part_id": ids[number],
                "company_id": company_id,
                "recorded_at": at,
                **attributes._asdict(),
            }
            for number, attributes in versions.items()
        ),
    )
