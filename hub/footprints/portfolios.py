"""A company's whole portfolio for a reader: the compiled bills of materials, added up."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.declarations.tables import (
    DeclarationRow,
    VerificationRevocationRow,
    VerificationRow,
    Withdrawal,
)
from hub.footprints.book import Moment
from hub.footprints.engine.reading import Portfolio, read_again, read_portfolio
from hub.footprints.engine.store import snapshot_of
from hub.footprints.releases import pending
from hub.footprints.usecases import RollUp
from hub.kit.clock import now
from hub.kit.database import Database
from hub.kit.wall import reading
from hub.parties.changes import Count, all_numbers, relied_on, rely_on
from hub.trust.tables import LogEntry
from tierlight_schemas.rollup.model import Known, Policy, Resolution


def portfolio_of(
    session: Session, company_id: str, moment: Moment, database: Database | None = None
) -> Portfolio:
    """All own parts of a company as it may know them, on the basis `declared`.

    A bill of materials that has not been compiled is, and is kept with `database`.
    """
    snapshot = snapshot_of(session, company_id, moment.known_at, database)
    return read_portfolio(session, company_id, moment, snapshot, Policy())


@dataclass(frozen=True)
class _Kept:
    portfolio: Portfolio
    counts: Mapping[str, Count]
    """Of every company whose records it rests on."""
    log_index: int
    """Entries of the log that it knows."""


class Portfolios:
    """The portfolios that one process has at hand, as they are known now.

    One that nothing has changed is handed out again. Where only declarations came or were
    withdrawn, what they can move is read and added up anew; anything else is read from the start.
    Nothing rests on them: another process reads its own.
    """

    def __init__(self, database: Database, most: int = 8) -> None:
        self._database, self._most = database, most
        self._kept: OrderedDict[tuple[str, date, date], _Kept] = OrderedDict()
        self._lock = Lock()

    def latest(self, session: Session, company_id: str, day: date) -> Portfolio:
        """The company's portfolio for a day, with everything that is known now."""
        moment = Moment(day, now())
        key = (company_id, day, moment.known_at.date())  # a consent may begin or end with a day
        with self._lock:
            kept = self._kept.get(key)
        counts, entries = all_numbers(session), _entries(session)
        found = None if kept is None else _still(session, kept, counts, moment)
        if found is None:
            found = portfolio_of(session, company_id, moment, self._database)
        # What rests on a release that is not stored yet is computed once more.
        if (kept is None or found is not kept.portfolio) and not pending(session):
            # Whoever verified a declaration has no book, but may revoke its statement or its key.
            relied = {name: counts[name] for name in {*found.books, *relied_on(session)}}
            self._keep(key, _Kept(found, relied, entries))
        return found

    def _keep(self, key: tuple[str, date, date], kept: _Kept) -> None:
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def _still(
    session: Session, kept: _Kept, counts: Mapping[str, Count], moment: Moment
) -> Portfolio | None:
    """The portfolio as it is, or with new declarations; None if it must be read from the start."""
    differ = {company for company, count in kept.counts.items() if counts[company] != count}
    if any(counts[company].records != kept.counts[company].records for company in differ):
        return None
    for company in kept.counts:
        rely_on(session, company)
    parts = _declared_since(session, kept) if differ else set()
    return read_again(session, kept.portfolio, moment, parts) if parts else kept.portfolio


def _entries(session: Session) -> int:
    """Entries of the log as this session sees it; declarations come in its order."""
    found = session.scalar(select(func.max(LogEntry.index)))
    return -1 if found is None else found


def _declared_since(session: Session, kept: _Kept) -> set[str]:
    """Parts of the companies concerned whose declarations came or went since, or were verified."""
    row = DeclarationRow
    mine = select(row.part_id).where(row.company_id.in_(kept.counts))
    came = mine.where(row.log_index > kept.log_index)
    went = mine.join(Withdrawal, Withdrawal.declaration == row.digest).where(
        Withdrawal.log_index > kept.log_index
    )
    verified = mine.join(VerificationRow, VerificationRow.declaration == row.digest)
    newly = verified.where(VerificationRow.log_index > kept.log_index)
    no_more = verified.join(
        VerificationRevocationRow, VerificationRevocationRow.verification == VerificationRow.digest
    ).where(VerificationRevocationRow.log_index > kept.log_index)
    with reading(session, kept.counts):
        return {part for query in (came, went, newly, no_more) for part in session.scalars(query)}


def links_of(portfolio: Portfolio, rows: Collection[int]) -> RollUp:
    """What crosses from suppliers into some own parts, as a roll-up: whoever is told of these parts
    reads that of others, and it goes into their logs."""
    found: dict[str, Resolution] = {}
    for row, special in portfolio.specials.items():
        if row in rows and special.edges:
            built = Resolution(special.node, Known.BUILT_UP, edges=special.edges)
            found[special.node.id] = built
    waiting = [edge.child for built in found.values() for edge in built.edges]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = portfolio.suppliers.resolutions[name]
            waiting.extend(edge.child for edge in found[name].edges)
    solution = replace(portfolio.suppliers, resolutions=found)
    return RollUp(portfolio.company_id, portfolio.moment, "declared", solution, portfolio.book)
