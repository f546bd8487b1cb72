"""Whether a declared part's bill of materials and energies are still what they were."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from hub.bom.queries import lines, versions
from hub.factors.tables import Factor
from hub.findings import document_queries as stored
from hub.findings.document_queries import Recorded
from hub.findings.flags import shown
from hub.findings.inputs import day
from hub.findings.rules.documents import Change, Changed
from hub.footprints.book import Moment
from hub.kit.wall import on_behalf
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.model import Kind

_NUMBERS = ("quantity", "reference_amount", "scrap", "take_rate", "process_yield", "allocation")
_TEXTS = ("unit", "stage", "group")
Line = Row[Any]


def changed_books(
    session: Session, moment: Moment, rows: Iterable[Recorded]
) -> dict[str, tuple[Change, ...]]:
    """By digest of a footprint: what its owner has changed since in what it is made of."""
    mine: dict[str, list[Recorded]] = defaultdict(list)
    for row in rows:
        if row.kind == "footprint":
            mine[row.company_id].append(row)
    found: dict[str, tuple[Change, ...]] = {}
    for company_id, declared in mine.items():
        with on_behalf(session, company_id):
            found |= _changed(session, moment, company_id, declared)
    return {digest: changes for digest, changes in found.items() if changes}


def _changed(
    session: Session, moment: Moment, company_id: str, declared: Sequence[Recorded]
) -> dict[str, tuple[Change, ...]]:
    parts = {row.part_id for row in declared}
    held = stored.bom_revisions(session, parts, moment.known_at)
    if not held:
        return {}
    pairs = {row.digest: _then_and_now(held.get(row.part_id, ()), row) for row in declared}
    wanted = {revision for pair in pairs.values() for revision, _ in pair}
    recorded = {
        revision: [line for line in found if _holds(line, moment.as_of)]
        for revision, found in lines(session, wanted).items()
    }
    energies = _energies(session, moment, company_id, recorded.values())
    return {
        row.digest: (
            *_of_lines(pairs[row.digest], recorded),
            *_of_energy(row, pairs[row.digest], recorded, energies),
        )
        for row in declared
    }


def _then_and_now(
    revisions: Sequence[tuple[str, datetime]], row: Recorded
) -> list[tuple[str, datetime]]:
    """The revision that stood when the declaration came in, and the newest; none before: none."""
    then = [revision for revision in revisions if revision[1] <= row.received_at]
    return [then[-1], revisions[-1]] if then else []


def _of_lines(
    pair: Sequence[tuple[str, datetime]], recorded: Mapping[str, Sequence[Line]]
) -> Iterator[Change]:
    if not pair or pair[0][0] == pair[1][0]:
        return
    before, now = ({_said(line) for line in recorded.get(name, ())} for name, _ in pair)
    if gone_or_new := before ^ now:
        count = len({said[0] for said in gone_or_new})
        yield Change(Changed.BOM, "", day(pair[1][1]), str(len(before)), str(count))


def _said(line: Line) -> tuple[Any, ...]:
    """What a line says; how a number is written makes no difference."""
    numbers = (_number(getattr(line, name)) for name in _NUMBERS)
    return (line.child_id, *numbers, *(getattr(line, name) for name in _TEXTS))


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _holds(line: Line, on: date) -> bool:
    begun = line.effective_from is None or line.effective_from <= on
    return begun and (line.effective_to is None or on < line.effective_to)


@dataclass(frozen=True)
class _Energy:
    """An energy in a bill of materials, and its factors in the order they were recorded.

    A factor counts where its owner has not declared the energy.
    """

    name: str
    factors: Sequence[Factor] = ()
    declared: Sequence[Recorded] = ()
    """Its owner's declarations of it that stand, in the order they came."""


def _energies(
    session: Session, moment: Moment, company_id: str, held: Collection[Sequence[Line]]
) -> dict[str, _Energy]:
    """By part id: the energies among the children."""
    children = {line.child_id for found in held for line in found}
    known = versions(session, children, moment.known_at)
    energy = {part: version for part, version in known.items() if version.kind == Kind.ENERGY}
    if not energy:
        return {}
    declared: dict[str, list[Recorded]] = defaultdict(list)
    for row in stored.of_parts(session, energy, moment.known_at):
        if row.kind == "footprint" and row.withdrawn_at is None:
            declared[row.part_id].append(row)
    of_category: dict[str, list[Factor]] = defaultdict(list)
    query = select(Factor).where(Factor.company_id == company_id)
    query = query.where(Factor.recorded_at <= moment.known_at).order_by(Factor.recorded_at)
    for factor in session.scalars(query):
        of_category[factor.category].append(factor)
    return {
        part: _Energy(version.name, of_category[version.category or ""], declared[part])
        for part, version in energy.items()
    }


def _of_energy(
    row: Recorded,
    pair: Sequence[tuple[str, datetime]],
    recorded: Mapping[str, Sequence[Line]],
    energies: Mapping[str, _Energy],
) -> Iterator[Change]:
    """Values of energies that were replaced for the same time since the declaration came in.

    Next year's value is none: the declaration is not of next year.
    """
    children = {line.child_id for line in recorded.get(pair[1][0], ())} if pair else set()
    for energy in (energies[child] for child in sorted(children & energies.keys())):
        values = _declared(energy) if energy.declared else _factors(energy)
        for of_one_time in values.values():
            before = [value for at, value in of_one_time if at <= row.received_at]
            at, now = of_one_time[-1]
            if before and before[-1] != now:
                yield Change(Changed.ENERGY, energy.name, day(at), shown(before[-1]), shown(now))


Values = Mapping[Any, list[tuple[datetime, Decimal]]]
"""kgCO2e per unit with the time of their record, by what they hold for; in the order they came."""


def _factors(energy: _Energy) -> Values:
    found: dict[Any, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for factor in energy.factors:
        found[factor.unit, factor.year].append((factor.recorded_at, Decimal(factor.value)))
    return found


def _declared(energy: _Energy) -> Values:
    found: dict[Any, list[tuple[datetime, Decimal]]] = defaultdict(list)
    for row in energy.declared:
        value = EXACT.divide(Decimal(row.excluding_uptake), Decimal(row.declared_amount))
        found[row.site, row.boundary, row.period_end].append((row.received_at, value))
    return found
