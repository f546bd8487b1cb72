"""Entering what a company's parts are of a battery, and what its battery models are."""

from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.activity.queries import own_site
from hub.bom.columns import MAX_NUMBER
from hub.bom.queries import own_part, part_ids
from hub.exports.battery.queries import classes_of, model_of, model_row
from hub.exports.battery.tables import BatteryClass, BatteryModelRow
from hub.kit.bulk import write_rows
from hub.kit.cells import code, word
from hub.kit.clock import now
from hub.kit.csv_table import Column, Problems, read_rows
from hub.kit.import_report import ImportReport
from hub.kit.tables import new_id
from hub.parties.usecases import lock_company
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.canonical import canonical

COLUMNS = (
    Column("part", code(MAX_NUMBER), required=True),
    Column("component", word(Component), required=True),
)


def import_classes(
    session: Session, company_id: str, file: BinaryIO, file_name: str = "battery-classes.csv"
) -> ImportReport:
    """Enter the classes of a table, all or none; parts that it does not name keep theirs.

    Raises `BadTable` naming every cell that cannot be used; a part must be registered.
    """
    problems = Problems(file_name)
    wanted = _read(session, company_id, file, problems)
    problems.refuse()
    lock_company(session, company_id)
    at = now()
    held = classes_of(session, company_id, at)
    changed = {part: is_a for part, is_a in wanted.items() if held.get(part) != is_a}
    _write(session, company_id, changed, at)
    added = sum(part not in held for part in changed)
    return ImportReport(
        rows=len(wanted),
        added=added,
        changed=len(changed) - added,
        unchanged=len(wanted) - len(changed),
        notes=tuple(problems.notes),
    )


def _read(
    session: Session, company_id: str, file: BinaryIO, problems: Problems
) -> dict[str, Component]:
    rows = [*read_rows(file, COLUMNS, problems, "battery-classes")]
    known = part_ids(
        session, company_id, {row.values["part"] for row in rows if row.values["part"]}
    )
    wanted: dict[str, Component] = {}
    first_row: dict[str, int] = {}
    for row in rows:
        number = row.values["part"]
        first = first_row.setdefault(number, row.number)
        if first != row.number:
            problems.add(row.number, "part", "csv/part-twice", number, first=str(first))
        elif number in known:
            wanted[known[number]] = row.values["component"]
        elif number:
            problems.add(row.number, "part", "csv/part-unknown", number)
    return wanted


def _write(
    session: Session, company_id: str, changed: Mapping[str, Component], at: datetime
) -> None:
    rows = (
        {"id": new_id(), "company_id": company_id, "part_id": part_id, "recorded_at": at}
        | {"component": component.value}
        for part_id, component in changed.items()
    )
    write_rows(session, BatteryClass, rows)


def record_model(
    session: Session, caller: Caller, part_id: str, site_id: str, model: BatteryModel
) -> BatteryModel:
    """Enter the master data of an own part as made at an own site, in place of what stood.

    What was entered before stays on record. Raises `NotFound` for what is not the caller's.
    """
    lock_company(session, caller.company_id)
    part = own_part(session, caller.company_id, part_id)
    site = own_site(session, caller.company_id, site_id)
    content = canonical(model.document())
    standing = model_row(session, part, site)
    if standing is None or standing.document != content:
        row = BatteryModelRow(
            company_id=caller.company_id,
            part_id=part.id,
            site_id=site.id,
            document=content,
            recorded_at=now(),
            recorded_by=caller.actor,
        )
        session.add(row)
        session.flush()
    return model


def read_model(session: Session, caller: Caller, part_id: str, site_id: str) -> BatteryModel:
    """What stands of an own part at an own site; empty where nothing was entered.

    Raises `NotFound` for what is not the caller's.
    """
    part = own_part(session, caller.company_id, part_id)
    site = own_site(session, caller.company_id, site_id)
    return model_of(model_row(session, part, site))
