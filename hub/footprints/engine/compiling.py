"""From the tables to a snapshot: bulk SQL and arrays, no object for a row."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Double, cast, func, or_, select
from sqlalchemy.orm import Session

from hub.bom.tables import BomLine, BomRevision, Part, PartVersion, SourcingLink
from hub.footprints.engine.graph import Flags, Floats, Rows
from hub.footprints.engine.snapshot import (
    ALWAYS,
    BESIDE,
    BEYOND_GATE,
    INPUT,
    MISMATCH,
    OWN_PROCESS,
    TRANSPORT,
    Columns,
    Snapshot,
    packed,
)
from tierlight_schemas.bom import Stage
from tierlight_schemas.rollup.model import BEYOND_GATE_STAGES, MASS_BEARING, Kind
from tierlight_schemas.rollup.model import OWN_PROCESS as OWN_PROCESS_KINDS
from tierlight_schemas.units import UNITS, UnitMismatch, canonical, conversion, is_mass

_BATCH = 50_000
_SCAN_FROM = 10
"""From one revision in so many on, the whole table of lines is read."""
_KINDS = list(Kind)
_STAGES: list[str] = [stage.value for stage in Stage]
NO_STAGE = len(_STAGES)
"""Stage of a line that states none."""
NEVER = np.iinfo(np.int64).max


def compile_portfolio(session: Session, company_id: str, known_at: datetime) -> Snapshot:
    """All parts, lines and sources of a company as known at an instant.

    A line is sound for every day on which it holds; which day is asked for is chosen later.
    """
    parts, category_text = _parts(session, company_id, known_at)
    number = {part.decode(): n for n, part in enumerate(parts["id"].tolist())}
    lines = _lines(session, company_id, known_at, number)
    sources = _sources(session, company_id, known_at, number)
    amounts, what = _converted(lines, parts)
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
            _masses(lines, parts),
            sources["row"],
            sources["share"],
            sources["first_day"],
            sources["end_day"],
            sources["confirmed"],
            sources["part"],
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
        found["recorded"].append(np.fromiter(map(microseconds, recorded), np.int64))
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
    parent_of = _revisions(session, company_id, known_at, number)
    found: dict[str, list[Any]] = {name: [] for name in _LINE_TYPES}
    groups: dict[str | None, int] = {None: 0}
    for batch in _batches(session, _line_query(session, company_id, len(parent_of))):
        revision, child, position, content, factor, unit, first, end, stage, group, rated = batch
        parents = np.fromiter((parent_of.get(text, -1) for text in revision), np.int64)
        found["parent"].append(parents)
        found["child"].append(np.fromiter((number.get(text, -1) for text in child), np.int64))
        found["position"].append(np.array(position, dtype=np.int64))
        found["content"].append(np.array(content, dtype=np.float64))
        found["factor"].append(np.array(factor, dtype=np.float64))
        found["unit"].append(np.fromiter(map(_unit, unit), np.uint8))
        found["first_day"].append(np.fromiter(map(_first_day, first), np.int64))
        found["end_day"].append(np.fromiter(map(_end_day, end), np.int64))
        found["stage"].append(np.fromiter(map(_stage, stage), np.uint8))
        codes = (groups.setdefault(name, len(groups)) for name in group)
        found["group"].append(np.fromiter(codes, np.int64))
        found["without_rate"].append(np.array(rated, dtype=np.bool_))
    held = {name: _joined(found[name], dtype) for name, dtype in _LINE_TYPES.items()}
    stands = held["parent"] >= 0
    return held if stands.all() else {name: column[stands] for name, column in held.items()}


_LINE_TYPES: dict[str, Any] = {
    "parent": np.int64,
    "child": np.int64,
    "position": np.int64,
    "content": np.float64,
    "factor": np.float64,
    "unit": np.uint8,
    "first_day": np.int64,
    "end_day": np.int64,
    "stage": np.uint8,
    "group": np.int64,
    "without_rate": np.bool_,
}


def _groups(lines: dict[str, Any]) -> Rows:
    """The group of options of each line, numbered from 1 for each parent anew; 0 for none."""
    keys = lines["parent"] * (lines["group"].max(initial=0) + 1) + lines["group"]
    grouped = np.flatnonzero(lines["group"])
    found = np.zeros(len(keys), dtype=np.int64)
    found[grouped] = 1 + np.unique(keys[grouped], return_inverse=True)[1]
    return found


def _line_query(session: Session, company_id: str, revisions: int) -> Any:
    """One row a line: net content, what it is multiplied with, unit, days, stage, group, and
    whether it states no take rate.

    Lines of other revisions may be among them. A company with a good part of all lines reads the
    table from end to end, which is much quicker than looking its own up one by one.
    """
    line = BomLine
    factor: ColumnElement[Any] = 1.0 + cast(line.scrap, Double)
    factor *= func.coalesce(cast(line.allocation, Double), 1.0)
    factor *= func.coalesce(cast(line.take_rate, Double), 1.0)
    factor /= func.coalesce(cast(line.process_yield, Double), 1.0)
    days = (line.effective_from, line.effective_to)
    query = select(
        line.revision_id,
        line.child_id,
        line.position,
        cast(line.quantity, Double) / cast(line.reference_amount, Double),
        factor,
        line.unit,
        *days,
        line.stage,
        line.group,
        line.take_rate.is_(None),
    )
    everything = session.scalar(select(func.count()).select_from(BomRevision)) or 0
    if revisions * _SCAN_FROM > everything:
        return query
    mine = select(BomRevision.id).join(Part, Part.id == BomRevision.parent_id)
    return query.where(line.revision_id.in_(mine.where(Part.company_id == company_id)))


def _sources(
    session: Session, company_id: str, known_at: datetime, number: dict[str, int]
) -> dict[str, Any]:
    link = SourcingLink
    query = (
        select(
            link.part_id,
            cast(link.share, Double),
            link.valid_from,
            link.valid_to,
            link.confirmed_at,
            link.supplier_part_id,
        )
        .join(Part, Part.id == link.part_id)
        .where(
            Part.company_id == company_id,
            link.recorded_at <= known_at,
            or_(link.replaced_at.is_(None), link.replaced_at > known_at),
        )
        .order_by(link.supplier_text, link.supplier_part_text, link.id)
    )
    types = {"row": np.int64, "share": np.float64, "first_day": np.int64, "end_day": np.int64}
    found: dict[str, list[Any]] = {name: [] for name in (*types, "confirmed", "part")}
    for parts, shares, first, end, confirmed, supplier_parts in _batches(session, query):
        found["row"].append(np.fromiter(map(number.__getitem__, parts), np.int64))
        found["share"].append(np.array(shares, dtype=np.float64))
        found["first_day"].append(np.fromiter(map(_first_day, first), np.int64))
        found["end_day"].append(np.fromiter(map(_end_day, end), np.int64))
        found["confirmed"].append(np.fromiter(map(microseconds, confirmed), np.int64))
        found["part"].append(np.array([part or "" for part in supplier_parts], dtype="S36"))
    held: dict[str, Any] = {name: _joined(found[name], dtype) for name, dtype in types.items()}
    confirmed_at, part = _joined(found["confirmed"], np.int64), _joined(found["part"], "S36")
    return held | {"confirmed": confirmed_at, "part": part}


def _converted(lines: dict[str, Any], parts: dict[str, Any]) -> tuple[Floats, NDArray[np.uint8]]:
    """Amounts in base units of the child, and what each line is to its parent's total."""
    child_kind = parts["kind"][lines["child"]]
    is_waste = child_kind == _KINDS.index(Kind.WASTE)
    is_by_product = (lines["content"] < 0) & ~is_waste
    amounts = np.where(is_waste, np.abs(lines["content"]), lines["content"]) * lines["factor"]
    child = lines["child"]
    amounts *= _factors(lines["unit"], parts["unit"][child], parts["mass"][child])
    what = _what_of_kind()[child_kind]
    what[np.isnan(amounts)] = MISMATCH
    what[is_by_product] = BESIDE
    beyond = np.isin(lines["stage"], [_STAGES.index(stage) for stage in BEYOND_GATE_STAGES])
    what[beyond | (child_kind == _KINDS.index(Kind.INFRASTRUCTURE))] = BEYOND_GATE
    return amounts, what


def _masses(lines: dict[str, Any], parts: dict[str, Any]) -> Floats:
    """kg of each line in one base unit of its parent; NaN where none is known."""
    child = lines["child"]
    factors = _conversions()[lines["unit"], UNITS.index("kilogram")]
    in_pieces = ~_is_mass()[parts["unit"][child]] & _positive(parts["mass"][child])
    factors = np.where(np.isnan(factors) & in_pieces, parts["mass"][child], factors)
    carries = np.array([kind in MASS_BEARING for kind in _KINDS])[parts["kind"][child]]
    kilograms: Floats = np.where(carries, np.abs(lines["content"]) * factors, np.nan)
    return kilograms


@cache
def _is_mass() -> Flags:
    return np.array([is_mass(unit) for unit in UNITS])


def _what_of_kind() -> NDArray[np.uint8]:
    what = np.full(len(_KINDS), INPUT, dtype=np.uint8)
    what[[n for n, kind in enumerate(_KINDS) if kind in OWN_PROCESS_KINDS]] = OWN_PROCESS
    what[_KINDS.index(Kind.TRANSPORT)] = TRANSPORT
    return what


def _factors(from_units: NDArray[np.uint8], to_units: NDArray[np.uint8], masses: Floats) -> Floats:
    """Base units in one unit of each line; a mass joins kilograms with pieces, never back."""
    factors: Floats = _conversions()[from_units, to_units]
    open_ = np.isnan(factors)
    if open_.any():
        kilograms = _conversions()[from_units, UNITS.index("kilogram")]
        joined = np.divide(
            kilograms, masses, out=np.full(len(masses), np.nan), where=_positive(masses)
        )
        factors = np.where(open_ & ~_is_mass()[to_units], joined, factors)
    return factors


def _positive(masses: Floats) -> Flags:
    known: Flags = np.isfinite(masses)
    known[known] = masses[known] > 0
    return known


@cache
def _conversions() -> Floats:
    """Every unit in every other; NaN where only a mass could join them."""
    table = np.full((len(UNITS), len(UNITS)), np.nan)
    for row, unit in enumerate(UNITS):
        for column, target in enumerate(UNITS):
            try:
                table[row, column] = float(conversion(unit, target))
            except UnitMismatch:
                continue
    return table


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
def microseconds(at: datetime | str | None) -> int:
    """Since 1970; `NEVER` for what has not happened. An instant as text is in UTC."""
    if at is None:
        return int(NEVER)
    read = datetime.fromisoformat(at) if isinstance(at, str) else at
    since = (read if read.tzinfo else read.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _batches(session: Session, query: Any) -> Iterator[list[Sequence[Any]]]:
    """Rows of a query as columns, so many at a time, as the driver hands them out.

    SQLite's driver knows no days and instants: there they are text (`_day`, `microseconds`).
    """
    session.flush()
    result: Any = session.connection().execute(query)
    while rows := result.cursor.fetchmany(_BATCH):
        yield list(zip(*rows, strict=True))
    result.close()


def _joined(arrays: Iterable[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype=dtype), *arrays])
