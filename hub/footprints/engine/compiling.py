"""From the tables to a snapshot: bulk SQL and arrays, no object for a row."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Double, case, cast, func, or_, select
from sqlalchemy.orm import Session

from hub.bom.tables import BomLine, BomRevision, Part, PartVersion, SourcingLink
from hub.footprints.engine.amounts import converted, masses_of
from hub.footprints.engine.graph import Rows
from hub.footprints.engine.snapshot import (
    ALWAYS,
    Columns,
    Snapshot,
    packed,
)
from hub.kit.database import whole_tables
from hub.kit.wall import beyond
from tierlight_schemas.bom import Stage
from tierlight_schemas.rollup.model import Kind
from tierlight_schemas.units import UNITS, canonical

_BATCH = 2_000
"""Rows at a time: more of them alive at once keep the garbage collector busy with nothing."""
_SCAN_FROM = 10
"""From one revision in so many on, the whole table of lines is read."""
_KINDS = list(Kind)
_STAGES: list[str] = [stage.value for stage in Stage]
NO_STAGE = len(_STAGES)
"""Stage of a line that states none."""


def compile_portfolio(session: Session, company_id: str, known_at: datetime) -> Snapshot:
    """All parts, lines and sources of a company as known at an instant.

    A line is sound for every day on which it holds; which day is asked for is chosen later.
    """
    with whole_tables(session):
        parts, category_text = _parts(session, company_id, known_at)
        number = {part.decode(): n for n, part in enumerate(parts["id"].tolist())}
        lines = _lines(session, company_id, known_at, number)
        sources = _sources(session, company_id, known_at, number)
    amounts, what = converted(lines, parts)
    return packed(
        Columns(
            parts["id"],
            parts["kind"],
            parts["unit"],
            parts["mass"],
            parts["category"],
            category_text,
            lines["parent"],
            lines["child"],
            lines["position"],
            amounts,
            lines["first_day"],
            lines["end_day"],
            what,
            lines["stage"],
            _groups(lines),
            lines["without_rate"],
            masses_of(lines, parts),
            sources["row"],
            sources["share"],
            sources["first_day"],
            sources["end_day"],
        )
    )


def _parts(
    session: Session, company_id: str, known_at: datetime
) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """What each part is known to be, by id; and the text of their categories."""
    version = PartVersion
    columns = (version.part_id, version.recorded_at, version.id, version.kind, version.base_unit)
    more = (cast(version.net_mass_kg, Double), version.category)
    query = _of_company(select(*columns, *more), version, version.part_id).where(
        Part.company_id == company_id, *_known(version, known_at)
    )
    kind = {kind.value: n for n, kind in enumerate(_KINDS)}
    names: dict[str, int] = {"": 0}
    found: dict[str, list[Any]] = {name: [] for name in _PART_TYPES}
    for ids, recorded, versions, kinds, units, masses, categories in _batches(session, query):
        found["id"].append(np.array(ids, dtype="S36"))
        found["recorded"].append(np.fromiter(map(_microseconds, recorded), np.int64))
        found["version"].append(np.array(versions, dtype="S36"))
        found["kind"].append(np.fromiter(map(kind.__getitem__, kinds), np.uint8))
        found["unit"].append(np.fromiter(map(_unit, units), np.uint8))
        found["mass"].append(np.array(masses, dtype=np.float64))
        places = (names.setdefault(name or "", len(names)) for name in categories)
        found["category"].append(np.fromiter(places, np.int64))
    held: dict[str, Any] = {n: _joined(found[n], dtype) for n, dtype in _PART_TYPES.items()}
    order = np.lexsort((held["version"], held["recorded"], held["id"]))
    ids = held["id"][order]
    newest = order[np.flatnonzero(np.append(ids[1:] != ids[:-1], True)[: len(ids)])]
    text = np.frombuffer("\0".join(names).encode(), dtype=np.uint8)
    return {name: column[newest] for name, column in held.items()}, text


_PART_TYPES: dict[str, Any] = {
    "id": "S36",
    "recorded": np.int64,
    "version": "S36",
    "kind": np.uint8,
    "unit": np.uint8,
    "mass": np.float64,
    "category": np.int64,
}


def _of_company(query: Any, recorded: Any, owner: Any) -> Any:
    return query.select_from(recorded).join(Part, Part.id == owner)


def _known(recorded: Any, known_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Part.created_at <= known_at, recorded.recorded_at <= known_at


def _revisions(
    session: Session, company_id: str, known_at: datetime, number: dict[str, int]
) -> dict[str, int]:
    """Number of the parent of each revision that stands; of two at one instant the last id."""
    revision = BomRevision
    columns = select(revision.parent_id, revision.recorded_at, revision.id)
    query = _of_company(columns, revision, revision.parent_id).where(
        Part.company_id == company_id, *_known(revision, known_at)
    )
    newest: dict[str, tuple[datetime, str]] = {}
    for parent, recorded_at, name in session.execute(query):
        if parent not in newest or newest[parent] < (recorded_at, name):
            newest[parent] = recorded_at, name
    return {name: number[parent] for parent, (_, name) in newest.items()}


def _lines(
    session: Session, company_id: str, known_at: datetime, number: dict[str, int]
) -> dict[str, Any]:
    """Lines as columns. Most state a quantity and nothing else: the rest is read for the others."""
    parent_of = _revisions(session, company_id, known_at, number)
    found: dict[str, list[Any]] = {name: [] for name in _LINE_TYPES}
    for batch in _batches(session, _line_query(session, company_id, len(parent_of), _PLAIN)):
        revision, position, child, content, unit = batch
        found["parent"].append(_numbers(parent_of, revision))
        found["position"].append(np.array(position, dtype=np.int64))
        found["child"].append(_numbers(number, child))
        found["content"].append(np.array(content, dtype=np.float64))
        found["unit"].append(np.fromiter(map(_unit, unit), np.uint8))
    held = {name: _joined(found[name], dtype) for name, dtype in _LINE_TYPES.items()}
    stands = held["parent"] >= 0
    held = held if stands.all() else {name: column[stands] for name, column in held.items()}
    return held | _details(session, company_id, parent_of, held)


def _details(
    session: Session, company_id: str, parent_of: dict[str, int], lines: dict[str, Any]
) -> dict[str, Any]:
    """What few lines state: what the quantity is multiplied with, days, stage, group, take rate."""
    size = len(lines["parent"])
    held: dict[str, Any] = {
        "factor": np.ones(size),
        "first_day": np.full(size, ALWAYS[0]),
        "end_day": np.full(size, ALWAYS[1]),
        "stage": np.full(size, NO_STAGE, dtype=np.uint8),
        "group": np.zeros(size, dtype=np.int64),
        "without_rate": np.ones(size, dtype=np.bool_),
    }
    widest = lines["position"].max(initial=0) + 1
    keys = lines["parent"] * widest + lines["position"]
    order = np.argsort(keys)
    groups: dict[str | None, int] = {None: 0}
    query = _line_query(session, company_id, len(parent_of), _DETAILED).where(_is_detailed())
    for batch in _batches(session, query):
        revision, position, factor, first, end, stage, group, rate_open = batch
        parents, positions = _numbers(parent_of, revision), np.array(position, dtype=np.int64)
        known = np.flatnonzero(parents >= 0)
        places = np.searchsorted(keys, (parents * widest + positions)[known], sorter=order)
        codes = [groups.setdefault(name, len(groups)) for name in group]
        told: dict[str, NDArray[Any]] = {
            "factor": np.array(factor, dtype=np.float64),
            "first_day": np.fromiter(map(_first_day, first), np.int64),
            "end_day": np.fromiter(map(_end_day, end), np.int64),
            "stage": np.fromiter(map(_stage, stage), np.uint8),
            "group": np.array(codes, dtype=np.int64),
            "without_rate": np.array(rate_open, dtype=np.bool_),
        }
        for name, column in told.items():
            held[name][order[places]] = column[known]
    return held


def _numbers(number: dict[str, int], texts: Sequence[str]) -> Rows:
    """The number of each id; -1 for one that does not count."""
    return np.fromiter(map(number.get, texts, repeat(-1)), np.int64, len(texts))


_LINE_TYPES: dict[str, Any] = {
    "parent": np.int64,
    "position": np.int64,
    "child": np.int64,
    "content": np.float64,
    "unit": np.uint8,
}


def _groups(lines: dict[str, Any]) -> Rows:
    """The group of options of each line, numbered from 1 for each parent anew; 0 for none."""
    keys = lines["parent"] * (lines["group"].max(initial=0) + 1) + lines["group"]
    grouped = np.flatnonzero(lines["group"])
    found = np.zeros(len(keys), dtype=np.int64)
    found[grouped] = 1 + np.unique(keys[grouped], return_inverse=True)[1]
    return found


def _double(column: Any) -> ColumnElement[Any]:
    """A number that is kept as text; it is 1 where none is stated."""
    return func.coalesce(cast(column, Double), 1.0)


_PLAIN = (
    BomLine.revision_id,
    BomLine.position,
    BomLine.child_id,
    case(
        (BomLine.reference_amount == "1", cast(BomLine.quantity, Double)),
        else_=cast(BomLine.quantity, Double) / cast(BomLine.reference_amount, Double),
    ),
    BomLine.unit,
)
"""Where a line stands, and its net content."""
_DETAILED = (
    BomLine.revision_id,
    BomLine.position,
    (1.0 + cast(BomLine.scrap, Double))
    * _double(BomLine.allocation)
    * _double(BomLine.take_rate)
    / _double(BomLine.process_yield),
    BomLine.effective_from,
    BomLine.effective_to,
    BomLine.stage,
    BomLine.group,
    BomLine.take_rate.is_(None),
)
"""Where a line stands, and what few lines state."""


def _is_detailed() -> ColumnElement[bool]:
    stated = ("process_yield", "allocation", "take_rate", "stage", "group")
    days = (BomLine.effective_from, BomLine.effective_to)
    columns = (*(getattr(BomLine, name) for name in stated), *days)
    return or_(BomLine.scrap != "0", *(column.is_not(None) for column in columns))


def _line_query(session: Session, company_id: str, revisions: int, columns: Sequence[Any]) -> Any:
    """One row a line; lines of other revisions may be among them.

    A company with a good part of all lines reads the table from end to end, which is much quicker
    than looking its own up one by one.
    """
    with beyond(session):  # how large the table is, not what is in it
        everything = session.scalar(select(func.count()).select_from(BomRevision)) or 0
    if revisions * _SCAN_FROM > everything:
        return select(*columns)
    mine = select(BomRevision.id).join(Part, Part.id == BomRevision.parent_id)
    query = select(*columns).where(
        BomLine.revision_id.in_(mine.where(Part.company_id == company_id))
    )
    return query


def _sources(
    session: Session, company_id: str, known_at: datetime, number: dict[str, int]
) -> dict[str, Any]:
    """Shares and days; whose they are and whether they count is read when a day is asked for."""
    link = SourcingLink
    query = (
        select(link.part_id, cast(link.share, Double), link.valid_from, link.valid_to)
        .join(Part, Part.id == link.part_id)
        .where(
            Part.company_id == company_id,
            link.recorded_at <= known_at,
            or_(link.replaced_at.is_(None), link.replaced_at > known_at),
        )
        .order_by(link.supplier_text, link.supplier_part_text, link.id)
    )
    types = {"row": np.int64, "share": np.float64, "first_day": np.int64, "end_day": np.int64}
    found: dict[str, list[Any]] = {name: [] for name in types}
    for parts, shares, first, end in _batches(session, query):
        found["row"].append(np.fromiter(map(number.__getitem__, parts), np.int64))
        found["share"].append(np.array(shares, dtype=np.float64))
        found["first_day"].append(np.fromiter(map(_first_day, first), np.int64))
        found["end_day"].append(np.fromiter(map(_end_day, end), np.int64))
    return {name: _joined(found[name], dtype) for name, dtype in types.items()}


@cache
def _unit(text: str) -> int:
    return UNITS.index(canonical(text))


@cache
def _stage(text: str | None) -> int:
    return NO_STAGE if text is None else _STAGES.index(text)


def _first_day(day: date | str | None) -> int:
    return ALWAYS[0] if day is None else _day(day)


def _end_day(day: date | str | None) -> int:
    return ALWAYS[1] if day is None else _day(day)


def _day(day: date | str) -> int:
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()


@lru_cache(maxsize=100_000)
def _microseconds(at: datetime | str) -> int:
    """Since 1970. An instant as text is in UTC."""
    read = datetime.fromisoformat(at) if isinstance(at, str) else at
    since = (read if read.tzinfo else read.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _batches(session: Session, query: Any) -> Iterator[list[Sequence[Any]]]:
    """Rows of a query as columns, so many at a time, as the driver hands them out.

    SQLite's driver knows no days and instants: there they are text (`_day`, `_microseconds`).
    """
    session.flush()
    result: Any = session.connection().execute(query)
    while rows := result.cursor.fetchmany(_BATCH):
        yield list(zip(*rows, strict=True))
    result.close()


def _joined(arrays: Iterable[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype=dtype), *arrays])
