"""How often what a company's results rest on has changed: proof that a kept answer still holds.

Whoever records something notes the companies whose results could differ (`touch`); each is counted
once, right before the commit. Whoever computes notes whose records it reads (`rely_on`). A result
holds as long as the counts of all companies that it relies on are those of its computation.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, case, event, literal, select, update
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.parties.tables import CompanyChanges

_TOUCHED, _RELIED_ON = "companies touched", "companies relied on"
_CHUNK = 5_000


class Count(NamedTuple):
    """Changes of one company so far."""

    changes: int
    changed_at: datetime
    """When the last was committed, by the clock of whoever did; no record bears a later time."""


def touch(session: Session, *company_ids: str) -> None:
    """Note that what is recorded in this transaction can change the results of these companies.

    A savepoint that is undone leaves its note: a change too many costs a computation, one too few
    would serve what is no longer so.
    """
    if _TOUCHED not in session.info:
        session.info[_TOUCHED] = set()
        event.listen(session, "before_commit", _count)
    session.info[_TOUCHED].update(company_ids)


def rely_on(session: Session, company_id: str) -> None:
    """Note that what is computed in this session rests on what the company has recorded."""
    session.info.setdefault(_RELIED_ON, set()).add(company_id)


def relied_on(session: Session) -> frozenset[str]:
    """The companies whose records were read in this session."""
    return frozenset(session.info.get(_RELIED_ON, ()))


def numbers(session: Session, company_ids: Collection[str]) -> Mapping[str, Count]:
    """The count of each company; unknown companies are absent."""
    ids, row = sorted(company_ids), CompanyChanges
    query = select(row.company_id, row.changes, row.changed_at)
    return {
        company_id: Count(changes, changed_at)
        for start in range(0, len(ids), _CHUNK)
        for company_id, changes, changed_at in session.execute(
            query.where(row.company_id.in_(ids[start : start + _CHUNK]))
        )
    }


def _count(session: Session) -> None:
    """Count the noted companies, if this is the commit and not the end of a savepoint.

    It is the last thing that a transaction waits for, always in the same order: no two of them
    can wait for each other, and nobody waits longer than a commit takes.
    """
    touched: set[str] = session.info[_TOUCHED]
    if session.in_nested_transaction() or not touched:
        return
    session.flush()
    row, at = CompanyChanges, literal(now(), CompanyChanges.changed_at.type)
    counted = (
        update(row)
        .where(row.company_id == bindparam("touched"))
        .values(
            changes=row.changes + 1,
            changed_at=case((row.changed_at > at, row.changed_at), else_=at),
        )
        .execution_options(synchronize_session=False)
    )
    session.connection().execute(counted, [{"touched": name} for name in sorted(touched)])
    touched.clear()
