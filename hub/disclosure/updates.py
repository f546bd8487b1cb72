"""What suppliers replaced or withdrew of what a company may see, and what that asks of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hub.access.caller import Caller
from hub.bom.tables import Part, SourcingLink
from hub.declarations.change import asks_for_reissue, change_percent
from hub.declarations.queries import visible
from hub.declarations.tables import DeclarationRow, Withdrawal
from hub.kit.clock import now
from hub.parties.tables import Company
from hub.sharing.policy import TOTAL
from hub.sharing.queries import consents

SHOWN_FOR = timedelta(days=365)
MOST = 100
"""Updates on the page, the newest first."""


@dataclass(frozen=True)
class Used:
    """An own part that is bought as the supplier's."""

    part_id: str
    number: str


@dataclass(frozen=True)
class Update:
    """A declaration that no longer stands."""

    supplier: str
    used: Sequence[Used]
    digest: str
    at: datetime
    successor: str | None
    """What replaced it; None for a withdrawal."""
    reason: str | None
    """Of a withdrawal, as its owner gave it."""
    change: Decimal | None
    """Percent of the value before; None where it is unknown."""
    asks_for_reissue: bool
    """Whether own values that rest on it should be declared anew."""


def updates(session: Session, caller: Caller) -> list[Update]:
    """What happened within a year to what the caller may see; each read is recorded."""
    used = _used(session, caller)
    found = sorted(_happened(session, caller, used), key=lambda one: one.at, reverse=True)
    return found[:MOST]


def _happened(session: Session, caller: Caller, used: dict[str, list[Used]]) -> Iterator[Update]:
    row, later = DeclarationRow, aliased(DeclarationRow)
    query = (
        select(row, later, Withdrawal, Company.name)
        .join(Company, Company.id == row.company_id)
        .outerjoin(later, later.supersedes == row.digest)
        .outerjoin(Withdrawal, Withdrawal.declaration == row.digest)
        .where(row.part_id.in_(used), row.kind == "footprint")
    )
    since, book = now() - SHOWN_FOR, consents(session, caller.company_id)
    for before, after, withdrawal, supplier in session.execute(query):
        times = [withdrawal and withdrawal.at, after and after.received_at]
        happened = [at for at in times if at]
        may_see = book.of(before.company_id, before.part_id).level >= TOTAL
        if may_see and happened and max(happened) >= since:
            yield _update(session, caller, used, (before, after, withdrawal, supplier))


def _update(
    session: Session,
    caller: Caller,
    used: dict[str, list[Used]],
    told: tuple[DeclarationRow, DeclarationRow | None, Withdrawal | None, str],
) -> Update:
    before, after, withdrawal, supplier = told
    visible(session, caller, (after or before).digest)  # what is told of it is a read
    if withdrawal is not None or after is None:
        assert withdrawal is not None  # one of the two has happened
        at, reason = withdrawal.at, withdrawal.reason
        after = None
    else:
        at, reason = after.received_at, None
    return Update(
        supplier=supplier,
        used=used[before.part_id],
        digest=before.digest,
        at=at,
        successor=after.digest if after else None,
        reason=reason,
        change=change_percent(before, after) if after else None,
        asks_for_reissue=asks_for_reissue(before, after) if after else True,
    )


def _used(session: Session, caller: Caller) -> dict[str, list[Used]]:
    """The caller's parts by the supplier's part that they are bought as."""
    link = SourcingLink
    query = (
        select(link.supplier_part_id, Part.id, Part.number)
        .join(Part, Part.id == link.part_id)
        .where(Part.company_id == caller.company_id, link.confirmed_at.is_not(None))
        .where(link.replaced_at.is_(None), link.supplier_part_id.is_not(None))
        .order_by(Part.number)
    )
    found: dict[str, list[Used]] = {}
    for supplied, part_id, number in session.execute(query):
        found.setdefault(str(supplied), []).append(Used(part_id, number))
    return found
