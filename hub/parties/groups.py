"""Which companies belong together, as the operator has recorded it."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.parties.changes import touch
from hub.parties.tables import CompanyRelation


def relate(session: Session, company_id: str, other_id: str) -> frozenset[str]:
    """Record that two companies belong to one group; gives the whole group as it is now.

    What was recorded before stays as it was. Raises `BadInput` for a company and itself.
    """
    if company_id == other_id:
        raise BadInput("hub/related-to-itself")
    pair = tuple(sorted((company_id, other_id)))
    if session.get(CompanyRelation, pair) is None:
        session.add(CompanyRelation(company_id=pair[0], other_id=pair[1], recorded_at=now()))
        session.flush()
        touch(session, *groups(session, now())[company_id])
    return groups(session, now())[company_id]


def groups(session: Session, known_at: datetime) -> dict[str, frozenset[str]]:
    """The group of each company that has one, as it was known: all related, at any remove."""
    row = CompanyRelation
    pairs = session.execute(
        select(row.company_id, row.other_id).where(row.recorded_at <= known_at)
    ).all()
    next_to: dict[str, set[str]] = defaultdict(set)
    for company_id, other_id in pairs:
        next_to[company_id].add(other_id)
        next_to[other_id].add(company_id)
    found: dict[str, frozenset[str]] = {}
    for company_id in next_to:
        if company_id not in found:
            group = _reached(company_id, next_to)
            found |= dict.fromkeys(group, group)
    return found


def _reached(start: str, next_to: dict[str, set[str]]) -> frozenset[str]:
    reached, waiting = {start}, [start]
    while waiting:
        for company_id in next_to[waiting.pop()] - reached:
            reached.add(company_id)
            waiting.append(company_id)
    return frozenset(reached)
