"""How often what a company's results rest on has changed: proof that a kept answer still holds.

Whoever records something notes the companies whose results could differ (`touch`); each is counted
once, right before the commit. Whoever computes notes whose records it reads (`rely_on`). A result
holds as long as the counts of all companies that it relies on are those of its computation.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, bindparam, case, event, literal, select, update
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.parties.tables import CompanyChanges

_TOUCHED, _RELIED_ON = "companies touched", "companies relied on"
_CHUNK = 5_000


class Count(NamedTuple):
    """Changes of one company so far."""

    changes: int
    records: int
    """Those that are more than a new or a withdrawn declaration."""
    changed_at: datetime
    """When the last one was committed, by the clock of whoever did; no record is later."""


def touch(session: Session, *company_ids: str) -> None:
    """Note that what is recorded in this transaction can change the results of these companies.

    A savepoint that is undone leaves its note: a change too many costs a computation, one too few
    would serve what is no longer so.
    """
    _note(session, dict.fromkeys(company_ids, True))


def touch_declared(session: Session, *company_ids: str) -> None:
    """The same, where a declaration has come, was withdrawn or verified: nothing else differs."""
    _note(session, dict.fromkeys(company_ids, False))


def _note(session: Session, more: Mapping[str, bool]) -> None:
    if _TOUCHED not in session.info:
        session.info[_TOUCHED] = {}
        event.listen(session, "before_commit", _count)
    touched: dict[str, bool] = session.info[_TOUCHED]
    for company_id, is_more in more.items():
        touched[company_id] = is_more or touched.get(company_id, False)


def rely_on(session: Session, company_id: str) -> None:
    """Note that what is computed in this session rests on what the company has recorded."""
    session.info.setdefault(_RELIED_ON, set()).add(company_id)


def relied_on(session: Session) -> frozenset[str]:
    """The companies whose records were read in this session."""
    return frozenset(session.info.get(_RELIED_ON, ()))


@contextmanager
def relying(session: Session) -> Iterator[set[str]]:
    """The companies whose records are read inside the block, in the session's note as well."""
    before: set[str] = session.info.get(_RELIED_ON, set())
    found: set[str] = set()
    session.info[_RELIED_ON] = found
    try:
        yield found
    finally:
        session.info[_RELIED_ON] = before | found


def numbers(session: Session, company_ids: Collection[str]) -> Mapping[str, Count]:
    """The count of each company; unknown companies are absent."""
    ids, row = sorted(company_ids), CompanyChanges
    query = select(row.company_id, row.changes, row.records, row.changed_at)
    found: dict[str, Count] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = row.company_id.in_(ids[start : start + _CHUNK])
        found |= _by_company(session.execute(query.where(chunk)))
    return found


def all_numbers(session: Session) -> Mapping[str, Count]:
    """The count of every company: whoever does not know yet on whom a result will rest takes them
    before anything is read, so that what is committed meanwhile is never taken for known."""
    row = CompanyChanges
    query = select(row.company_id, row.changes, row.records, row.changed_at)
    return _by_company(session.execute(query))


def _by_company(rows: Iterable[Row[str, int, int, datetime]]) -> dict[str, Count]:
    return {company: Count(changes, records, at) for company, changes, records, at in rows}


def _count(session: Session) -> None:
    """Count the noted companies, if this is the commit and not the end of a savepoint.

    It is the last thing that a transaction waits for, always in the same order: no two of them
    can wait for each other, and nobody waits longer than a commit takes.
    """
    touched: dict[str, bool] = session.info[_TOUCHED]
    if session.in_nested_transaction() or not touched:
        return
    session.flush()
    row, at = CompanyChanges, literal(now(), CompanyChanges.changed_at.type)
    counted = (
        update(row)
        .where(row.company_id == bindparam("touched"))
        .values(
            changes=row.changes + 1,
            records=row.records + bindparam("more"),
            changed_at=case((row.changed_at > at, row.changed_at), else_=at),
        )
        .execution_options(synchronize_session=False)
    )
    told = [{"touched": name, "more": int(more)} for name, more in sorted(touched.items())]
    session.connection().execute(counted, told)
    touched.clear()
