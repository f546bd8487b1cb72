"""How one sourcing link takes the place of another: what was recorded stays as it was."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.bom.tables import SourcingLink
from hub.kit.errors import Conflict, NotFound
from hub.kit.import_report import later_than
from hub.kit.wall import beyond
from hub.parties.changes import touch
from hub.parties.usecases import lock_company

STATED = (
    *("buyer_id", "part_id", "supplier_text", "supplier_part_text", "share", "site"),
    *("valid_from", "valid_to", "delivery_term"),
)
"""What the buyer says in a link."""
_KEPT = (*STATED, "supplier_id", "supplier_part_id", "confirmed_at")


def standing(session: Session, supplier_id: str, link_id: str) -> SourcingLink:
    """The link towards a supplier, or the one that says the same in its place.

    Raises `NotFound` for a link towards somebody else, `Conflict` (`hub/link-replaced`) when the
    buyer has stated another in its place.
    """
    mine = select(SourcingLink).where(SourcingLink.supplier_id == supplier_id)
    link = session.scalar(mine.where(SourcingLink.id == link_id))
    if link is None:
        raise NotFound
    if link.replaced_at is None:
        return link
    stated = ((getattr(SourcingLink, name), getattr(link, name)) for name in STATED)
    same = [column.is_not_distinct_from(value) for column, value in stated]
    query = mine.where(SourcingLink.replaced_at.is_(None), *same).order_by(SourcingLink.id)
    if (following := session.scalar(query.limit(1))) is None:
        raise Conflict("hub/link-replaced")
    return following


def hold(session: Session, buyer_id: str) -> None:
    """Let the buyer's imports wait until the transaction ends, and wait for theirs."""
    with beyond(session):  # no company may touch another's row, not even to hold it
        lock_company(session, buyer_id)


def succeed(session: Session, link: SourcingLink, **changes: Any) -> SourcingLink:
    """Replace a standing link by one that differs in `changes`; a dispute does not go over.

    For the supplier's word: the row stays the buyer's.
    """
    kept = {name: getattr(link, name) for name in _KEPT} | changes
    link.replaced_at = at = later_than([link.recorded_at])
    session.flush()
    following = SourcingLink(**kept, recorded_at=at)
    with beyond(session):  # the row is the buyer's; the supplier only gives its word on it
        session.add(following)
        session.flush()
    touch(session, link.buyer_id, *filter(None, (link.supplier_id,)))
    return following
