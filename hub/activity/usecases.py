"""Recording what a factory uses and makes: a table, rows of a document, or a form.

All rows or none. What is new is added, what differs takes the place of what stood and says why,
what is the same changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from hub.activity.queries import KEYS, of_company
from hub.activity.sheets import FORMS, Form, RowProblem, Sheet
from hub.activity.tables import EnergyReading, ProductionVolume, Recorded
from hub.activity.words import Method
from hub.bom.queries import part_ids, versions
from hub.bom.tables import PartVersion
from hub.kit.bulk import write_rows
from hub.kit.csv_table import Problems, Row, read_cells, read_rows
from hub.kit.import_report import ImportReport, later_than
from hub.kit.tables import new_id
from hub.parties.queries import sites_of
from hub.parties.tables import Site
from hub.parties.usecases import lock_company
from tierlight_schemas.units import UnitError, canonical, to_base

MAX_ROWS = 1000
"""Rows of one document; a table may have more."""
Key = tuple[Any, ...]


@dataclass(frozen=True)
class _Told:
    row: int
    values: dict[str, Any]
    """By column of the database."""


def import_table(
    session: Session, company_id: str, sheet: Sheet, file: BinaryIO, file_name: str, by: str
) -> ImportReport:
    """Record the rows of a table, CSV or a workbook; `by` is who brings it.

    Raises `BadTable` naming every cell that cannot be used.
    """
    problems = Problems(file_name)
    rows = list(read_rows(file, FORMS[sheet].columns, problems, sheet))
    return _record(session, company_id, FORMS[sheet], rows, problems, by)


def record_rows(
    session: Session,
    company_id: str,
    sheet: Sheet,
    items: Sequence[Mapping[str, str]],
    by: str,
    name: str | None = None,
) -> ImportReport:
    """Record rows by the names of their columns; they are counted from 1.

    Raises `BadTable` naming every cell that cannot be used.
    """
    problems = Problems(name or sheet)
    columns = FORMS[sheet].columns
    read = [read_cells(place, cells, columns, problems) for place, cells in enumerate(items, 1)]
    return _record(session, company_id, FORMS[sheet], filter(None, read), problems, by)


def _record(
    session: Session,
    company_id: str,
    form: Form,
    rows: Iterable[Row],
    problems: Problems,
    by: str,
) -> ImportReport:
    told = _told(session, company_id, form, list(rows), problems)
    problems.refuse()
    lock_company(session, company_id)
    standing = _standing(session, company_id, form, told.values())
    changed = {
        key: each
        for key, each in told.items()
        if key not in standing or _differs(each.values, standing[key])
    }
    for key, each in changed.items():
        if key in standing and not each.values["reason"]:
            problems.add(each.row, "reason", "activity/reason-needed")
    problems.refuse()
    at = later_than([standing[key].recorded_at for key in changed if key in standing])
    stamp = {"company_id": company_id, "recorded_at": at, "recorded_by": by}
    write_rows(
        session, form.table, ({"id": new_id()} | stamp | each.values for each in changed.values())
    )
    added = sum(key not in standing for key in changed)
    return ImportReport(
        rows=len(told),
        added=added,
        changed=len(changed) - added,
        unchanged=len(told) - len(changed),
        notes=tuple(problems.notes),
    )


def _told(
    session: Session, company_id: str, form: Form, rows: Sequence[Row], problems: Problems
) -> dict[Key, _Told]:
    sites = _sites(session, company_id)
    numbers = {row.values["part"] for row in rows} if form.with_parts else set()
    parts = _parts(session, company_id, numbers)
    told: dict[Key, _Told] = {}
    for row in rows:
        try:
            values = _kept(form, row, sites, parts)
        except RowProblem as error:
            found = str(row.values.get(error.column) or "")
            problems.add(row.number, error.column, error.code, found, **error.params)
            continue
        key = tuple(values[name] for name in KEYS[form.table])
        if key in told:
            problems.add(row.number, "site", "activity/twice", first=str(told[key].row))
        told.setdefault(key, _Told(row.number, values))
        if values.get("method") is Method.REVENUE:
            problems.note("activity/by-revenue", row=str(row.number), part=row.values["part"])
    return told


def _kept(
    form: Form, row: Row, sites: Mapping[str, str], parts: Mapping[str, PartVersion]
) -> dict[str, Any]:
    values = dict(form.judge(row.values))
    site = values.pop("site")
    if site not in sites:
        raise RowProblem("site", "activity/site-unknown")
    values["site_id"] = sites[site]
    if form.with_parts:
        part = values.pop("part")
        if part not in parts:
            raise RowProblem("part", "csv/part-unknown")
        values["part_id"] = parts[part].part_id
        _refuse_unit_of_part(values, parts[part])
    return values


def _refuse_unit_of_part(values: Mapping[str, Any], part: PartVersion) -> None:
    if "unit" not in values:
        return
    mass = None if part.net_mass_kg is None else Decimal(part.net_mass_kg)
    try:
        to_base(values["unit"], part.base_unit, mass)
    except UnitError:
        raise RowProblem("unit", "activity/unit-of-part", base_unit=part.base_unit) from None


def _parts(session: Session, company_id: str, numbers: Collection[str]) -> dict[str, PartVersion]:
    """What each part is known to be, by number."""
    ids = part_ids(session, company_id, numbers)
    known = versions(session, ids.values())
    return {number: known[part_id] for number, part_id in ids.items()}


def _sites(session: Session, company_id: str) -> dict[str, str]:
    """The ids of a company's sites by code, and by id."""
    pairs = session.execute(sites_of(company_id).with_only_columns(Site.id, Site.code)).all()
    return {site_id: site_id for site_id, _ in pairs} | {code: site_id for site_id, code in pairs}


def _standing(
    session: Session, company_id: str, form: Form, told: Collection[_Told]
) -> dict[Key, Recorded]:
    """What stands of the company near what was told: of its sites, in its months, or all of it."""
    query = of_company(form.table, company_id)
    if "site_id" in KEYS[form.table]:
        query = query.where(form.table.site_id.in_({each.values["site_id"] for each in told}))
    if told and form.table in (EnergyReading, ProductionVolume):
        months = [each.values["month"] for each in told]
        month = form.table.__table__.c["month"]
        query = query.where(month.between(min(months), max(months)))
    rows: Sequence[Recorded] = session.scalars(query).all()
    return {tuple(getattr(row, name) for name in KEYS[form.table]): row for row in rows}


def _differs(values: Mapping[str, Any], row: Recorded) -> bool:
    """Whether the values say something else than what stands; how a unit is spelt says nothing."""
    for name, value in values.items():
        there = getattr(row, name)
        if name == "unit":
            if canonical(value) != canonical(there):
                return True
        elif name != "reason" and value != there:
            return True
    return False
