"""Which valid declarations answer a request, as the asked company and as the asker may know it.

The asked company is told all of its own. The asker is told of a declaration only what its owner
lets it know already: that it may read it, or, with the level L0, that one exists. Nobody learns
from a request that was not sent whether there would have been an answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from hub.bom.queries import links_towards, part_ids
from hub.bom.tables import SourcingLink
from hub.declarations.queries import state_at
from hub.declarations.tables import AnnexRow, DeclarationRow
from hub.kit.clock import now
from hub.requests.queries import chunks
from hub.requests.tables import FootprintRequest, RequestHandling
from hub.sharing.policy import TOTAL
from tierlight_schemas.annexes import ANNEX_LEVELS

PERIOD, AGGREGATE, TOTAL_VALUE = "period", "aggregate", "total"
"""What an answer may lack, beside annexes by their names."""


@dataclass(frozen=True)
class Period:
    """The reference period that a request wishes for."""

    start: date
    end: date
    """First day after it."""


@dataclass(frozen=True)
class Declared:
    """A declaration of a footprint that is valid now, and no other has replaced."""

    digest: str
    part_id: str
    site: str | None
    period_start: datetime
    period_end: datetime
    valid_to: datetime
    annexes: frozenset[str]

    def missing(self, level: int, period: Period | None = None) -> tuple[str, ...]:
        """What it lacks of a level that is asked for, and whether it is of another period."""
        wanted = {str(name) for name, needed in ANNEX_LEVELS.items() if needed <= level}
        lacking = [str(name) for name in ANNEX_LEVELS if str(name) in wanted - self.annexes]
        return (*lacking, *([PERIOD] if period and not self._meets(period) else []))

    def seen_at(self, level: int) -> "Declared":
        """What a reader up to a level finds of it."""
        opened = {str(name) for name, needed in ANNEX_LEVELS.items() if needed <= level}
        return replace(self, annexes=self.annexes & opened)

    def covers(self, level: int) -> int:
        """The highest level, up to the one that is asked for, that it has something for."""
        there = [needed for name, needed in ANNEX_LEVELS.items() if str(name) in self.annexes]
        return max([min(level, TOTAL), *(needed for needed in there if needed <= level)])

    def _meets(self, period: Period) -> bool:
        start, end = (datetime.combine(d, time.min, UTC) for d in (period.start, period.end))
        return self.period_start < end and self.period_end > start


def period_of(row: FootprintRequest) -> Period | None:
    """The period that a request wishes for, if it wishes for one."""
    if row.period_start is None or row.period_end is None:
        return None
    return Period(row.period_start, row.period_end)


def valid_declarations(
    session: Session, part_ids: Collection[str]
) -> Mapping[str, Sequence[Declared]]:
    """The valid footprints of each part, of the latest period first; what the session may see."""
    found: dict[str, list[Declared]] = defaultdict(list)
    for chunk in chunks(part_ids):
        rows = _heads(session, chunk)
        annexes = _annexes(session, [row.digest for row in rows])
        for row in rows:
            found[row.part_id].append(_declared(row, annexes[row.digest]))
    return found


def own_answers(
    session: Session, company_id: str, rows: Sequence[FootprintRequest]
) -> Mapping[str, Sequence[Declared]]:
    """Of requests to a company: its declarations that answer each, the best first.

    Those that lack the least come first, then those of the latest period.
    """
    parts = own_parts_of(session, company_id, rows)
    declared = valid_declarations(session, {p for found in parts.values() for p in found})
    return {
        row.id: sorted(
            (one for part_id in parts[row.id] for one in declared.get(part_id, ())),
            key=lambda one, row=row: len(one.missing(row.level, period_of(row))),  # type: ignore[misc]
        )
        for row in rows
    }


def own_parts_of(
    session: Session, company_id: str, rows: Sequence[FootprintRequest]
) -> Mapping[str, Sequence[str]]:
    """The company's own parts that requests to it are about, as far as that is known.

    What it has said itself, else what the customer's link leads to, else the part of the number
    that the customer wrote.
    """
    said = _said(session, company_id, [row.id for row in rows])
    linked = _linked(session, company_id, {row.part_id for row in rows})
    numbers = {row.supplier_part for row in rows if row.supplier_part}
    numbered = part_ids(session, company_id, numbers)
    return {row.id: _first(said, linked, numbered, row) for row in rows}


def _first(
    said: Mapping[str, str],
    linked: Mapping[tuple[str, str], Sequence[str]],
    numbered: Mapping[str, str],
    row: FootprintRequest,
) -> Sequence[str]:
    if row.id in said:
        return [said[row.id]]
    if found := linked.get((row.asker_id, row.part_id)):
        return found
    named = numbered.get(row.supplier_part or "")
    return [named] if named else []


def _said(session: Session, company_id: str, ids: Collection[str]) -> dict[str, str]:
    row = RequestHandling
    query = select(row.request_id, row.part_id).where(row.company_id == company_id)
    return {
        request_id: part_id
        for chunk in chunks(ids)
        for request_id, part_id in session.execute(query.where(row.request_id.in_(chunk)))
        if part_id is not None
    }


def _linked(
    session: Session, company_id: str, parts: Collection[str]
) -> Mapping[tuple[str, str], Sequence[str]]:
    """Own parts that standing links of customers lead to, by the customer and its part."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for chunk in chunks(parts):
        query = links_towards(company_id).where(SourcingLink.part_id.in_(chunk))
        for link in session.scalars(query.order_by(SourcingLink.id)):
            if link.supplier_part_id is not None:
                found[link.buyer_id, link.part_id].append(link.supplier_part_id)
    return {key: list(dict.fromkeys(ids)) for key, ids in found.items()}


def _heads(session: Session, parts: list[str]) -> list[DeclarationRow]:
    row = DeclarationRow
    # The bytes that were signed are long, and nobody reads them here.
    told = load_only(row.part_id, row.site, row.period_start, row.period_end, row.valid_to)
    query = select(row).options(told).where(row.part_id.in_(parts), row.kind == "footprint")
    valid = query.where(state_at(now()) == "head", row.valid_from <= now())
    return list(session.scalars(valid.order_by(row.period_end.desc(), row.received_at.desc())))


def _annexes(session: Session, digests: Collection[str]) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    query = select(AnnexRow.declaration, AnnexRow.name)
    for chunk in chunks(digests):
        for digest, name in session.execute(query.where(AnnexRow.declaration.in_(chunk))):
            found[digest].add(name)
    return found


def _declared(row: DeclarationRow, annexes: Iterable[str]) -> Declared:
    return Declared(
        digest=row.digest,
        part_id=row.part_id,
        site=row.site,
        period_start=row.period_start,
        period_end=row.period_end,
        valid_to=row.valid_to,
        annexes=frozenset(annexes),
    )
