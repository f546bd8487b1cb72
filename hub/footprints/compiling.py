"""From the tables to a snapshot: bulk SQL and arrays, no object for a row."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Double, Subquery, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from hub.bom.tables import BomLine, BomRevision, Part, PartVersion, SourcingLink
from hub.footprints.kernel import Flags, Floats
from hub.footprints.snapshot import (
    ALWAYS,
    BESIDE,
    INPUT,
    MISMATCH,
    OPEN_OPTION,
    OWN_PROCESS,
    TRANSPORT,
    Columns,
    Snapshot,
    packed,
)
from tierlight_schemas.bom import Stage
from tierlight_schemas.rollup.model import BEYOND_GATE_STAGES, Kind
from tierlight_schemas.rollup.model import OWN_PROCESS as OWN_PROCESS_KINDS
from tierlight_schemas.units import UNITS, UnitMismatch, canonical, conversion, is_mass

_BATCH = 50_000
_KINDS = list(Kind)
_STAGES: list[str] = [stage.value for stage in Stage]
NO_STAGE = len(_STAGES)
"""Stage of a line that states none."""
NEVER = np.iinfo(np.int64).max


def compile_portfolio(session: Session, company_id: str, known_at: datetime) -> Snapshot:
    """All parts, lines and sources of a company as known at an instant.

    A line is sound for every day on which it holds; which day is asked for is chosen later.
    """
    ids, kinds, units, masses = _parts(session, company_id, known_at)
    number = {part.decode(): n for n, part in enumerate(ids.tolist())}
    lines = _lines(session, company_id, known_at, number)
    sources = _sources(session, company_id, known_at, number)
    amounts, what = _converted(lines, kinds, units, masses)
    return packed(
        Columns(
            ids,
            kinds,
            units,
            masses,
            lines["parent"],
            lines["child"],
            lines["position"],
            amounts,
            lines["first_day"],
            lines["end_day"],
            what,
            lines["stage"].astype(np.uint8),
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
) -> tuple[NDArray[np.bytes_], NDArray[np.uint8], NDArray[np.uint8], Floats]:
    newest = _by_age(PartVersion, PartVersion.part_id, company_id, known_at)
    query = (
        select(
            PartVersion.part_id,
            PartVersion.kind,
            PartVersion.base_unit,
            cast(PartVersion.net_mass_kg, Double),
        )
        .join(newest, newest.c.id == PartVersion.id)
        .where(newest.c.age == 1)
        .order_by(PartVersion.part_id)
    )
    kind = {kind.value: n for n, kind in enumerate(_KINDS)}
    columns: dict[str, list[Any]] = {"id": [], "kind": [], "unit": [], "mass": []}
    for ids, kinds, units, masses in _batches(session, query):
        columns["id"].append(np.array(ids, dtype="S36"))
        columns["kind"].append(np.fromiter(map(kind.__getitem__, kinds), np.uint8))
        columns["unit"].append(np.fromiter(map(_unit, units), np.uint8))
        columns["mass"].append(np.array(masses, dtype=np.float64))
    return (
        _joined(columns["id"], "S36"),
        _joined(columns["kind"], np.uint8),
        _joined(columns["unit"], np.uint8),
        _joined(columns["mass"], np.float64),
    )


def _lines(
    session: Session, company_id: str, known_at: datetime, number: dict[str, int]
) -> dict[str, Any]:
    found: dict[str, list[Any]] = {name: [] for name in _LINE_TYPES}
    for batch in _batches(session, _line_query(company_id, known_at)):
        parent, child, position, amount, unit, first, end, stage, is_open = batch
        found["parent"].append(np.fromiter(map(number.__getitem__, parent), np.int64))
        found["child"].append(np.fromiter(map(number.__getitem__, child), np.int64))
        found["position"].append(np.array(position, dtype=np.int64))
        found["amount"].append(np.array(amount, dtype=np.float64))
        found["unit"].append(np.fromiter(map(_unit, unit), np.uint8))
        found["first_day"].append(np.fromiter(map(_first_day, first), np.int64))
        found["end_day"].append(np.fromiter(map(_end_day, end), np.int64))
        found["stage"].append(np.fromiter(map(_stage, stage), np.uint8))
        found["is_open"].append(np.array(is_open, dtype=np.bool_))
    return {name: _joined(found[name], dtype) for name, dtype in _LINE_TYPES.items()}


_LINE_TYPES: dict[str, Any] = {
    "parent": np.int64,
    "child": np.int64,
    "position": np.int64,
    "amount": np.float64,
    "unit": np.uint8,
    "first_day": np.int64,
    "end_day": np.int64,
    "stage": np.uint8,
    "is_open": np.bool_,
}


def _line_query(company_id: str, known_at: datetime) -> Any:
    """One row a line: ids, its amount before units convert, days, stage, whether it is open.

    A group of options is open where some line of it in the same revision states no take rate.
    """
    newest = _by_age(BomRevision, BomRevision.parent_id, company_id, known_at)
    opened = (
        select(BomLine.revision_id, BomLine.group)
        .where(BomLine.group.is_not(None), BomLine.take_rate.is_(None))
        .distinct()
        .subquery()
    )
    amount: ColumnElement[Any] = cast(BomLine.quantity, Double) * (
        1.0 + cast(BomLine.scrap, Double)
    )
    amount *= func.coalesce(cast(BomLine.allocation, Double), 1.0)
    amount *= func.coalesce(cast(BomLine.take_rate, Double), 1.0)
    divisor: ColumnElement[Any] = cast(BomLine.reference_amount, Double)
    divisor *= func.coalesce(cast(BomLine.process_yield, Double), 1.0)
    return (
        select(
            BomRevision.parent_id,
            BomLine.child_id,
            BomLine.position,
            amount / divisor,
            BomLine.unit,
            BomLine.effective_from,
            BomLine.effective_to,
            BomLine.stage,
            opened.c.revision_id.is_not(None),
        )
        .join(newest, newest.c.id == BomRevision.id)
        .join(BomLine, BomLine.revision_id == BomRevision.id)
        .outerjoin(
            opened,
            and_(opened.c.revision_id == BomLine.revision_id, opened.c.group == BomLine.group),
        )
        .where(newest.c.age == 1)
    )


def _by_age(
    recorded: type[PartVersion | BomRevision], owner: Any, company_id: str, known_at: datetime
) -> Subquery:
    """What was recorded of each of the company's parts up to an instant; the newest has age 1."""
    latest_first = (recorded.recorded_at.desc(), recorded.id.desc())
    return (
        select(
            recorded.id,
            func.row_number().over(partition_by=owner, order_by=latest_first).label("age"),
        )
        .join(Part, Part.id == owner)
        .where(
            Part.company_id == company_id,
            Part.created_at <= known_at,
            recorded.recorded_at <= known_at,
        )
        .subquery()
    )


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


def _converted(
    lines: dict[str, Any], kinds: NDArray[np.uint8], units: NDArray[np.uint8], masses: Floats
) -> tuple[Floats, NDArray[np.uint8]]:
    """Amounts in base units of the child, and what each line is to its parent's total."""
    child_kind = kinds[lines["child"]]
    is_waste = child_kind == _KINDS.index(Kind.WASTE)
    is_by_product = (lines["amount"] < 0) & ~is_waste
    amounts = np.where(is_waste, np.abs(lines["amount"]), lines["amount"])
    amounts *= _factors(lines["unit"], units[lines["child"]], masses[lines["child"]])
    what = _what_of_kind()[child_kind]
    what[lines["is_open"]] = OPEN_OPTION
    what[np.isnan(amounts)] = MISMATCH
    beyond = np.isin(lines["stage"], [_STAGES.index(stage) for stage in BEYOND_GATE_STAGES])
    what[is_by_product | beyond | (child_kind == _KINDS.index(Kind.INFRASTRUCTURE))] = BESIDE
    return amounts, what


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
        is_piece = np.array([not is_mass(unit) for unit in UNITS])[to_units]
        factors = np.where(open_ & is_piece, joined, factors)
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


def _first_day(day: date | None) -> int:
    return ALWAYS[0] if day is None else day.toordinal()


def _end_day(day: date | None) -> int:
    return ALWAYS[1] if day is None else day.toordinal()


def microseconds(at: datetime | None) -> int:
    """Since 1970; `NEVER` for what has not happened."""
    if at is None:
        return int(NEVER)
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _batches(session: Session, query: Any) -> Iterator[list[Sequence[Any]]]:
    """Rows of a query as columns, so many at a time."""
    result = session.execute(query.execution_options(yield_per=_BATCH))
    for rows in result.partitions():
        yield list(zip(*rows, strict=True))


def _joined(arrays: Iterable[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype=dtype), *arrays])
