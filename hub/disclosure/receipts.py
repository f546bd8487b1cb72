"""All receipts of a company on one page: what it declared, to whom that went, what it granted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.declarations.queries import own
from hub.declarations.tables import DeclarationRow
from hub.disclosure.company_declarations import CompanyDeclaration, with_parts
from hub.disclosure.recipients import Recipient, recipients
from hub.parties.tables import Company
from hub.sharing.tables import ConsentEvent, Grant

PAGE = 50
CONSENTS = 200
"""Consents and their ends that the page shows, the newest first."""


@dataclass(frozen=True)
class Submitted:
    """A declaration that was received, and what is on record of its deliveries."""

    of: CompanyDeclaration
    recipients: Sequence[Recipient]


@dataclass(frozen=True)
class ConsentReceipt:
    """A consent that was given or revoked, as logged."""

    kind: str
    """`grant` or `revoke`."""
    reader: str
    part: str | None
    """Number of the part; None: all parts."""
    level: int
    at: datetime
    log_index: int
    is_signed: bool


@dataclass(frozen=True)
class ReceiptsPage:
    """One page of a company's receipts."""

    submitted: Sequence[Submitted]
    """Newest first."""
    next: int | None
    """Log index that the next page lies before; None on the last."""
    consents: Sequence[ConsentReceipt]
    """On the first page only."""


def receipts_page(session: Session, caller: Caller, before: int | None = None) -> ReceiptsPage:
    """Up to `PAGE` of the caller's declarations received before the one of log index `before`."""
    query = own(caller)
    if before is not None:
        query = query.where(DeclarationRow.log_index < before)
    newest = query.order_by(DeclarationRow.log_index.desc()).limit(PAGE + 1)
    rows = list(session.scalars(newest))
    page = rows[:PAGE]
    told = recipients(session, caller, page)
    submitted = [
        Submitted(one, told.get(one.declaration.digest, [])) for one in with_parts(session, page)
    ]
    following = page[-1].log_index if len(rows) > PAGE else None
    consents = _consents(session, caller) if before is None else []
    return ReceiptsPage(submitted, following, consents)


def _consents(session: Session, caller: Caller) -> list[ConsentReceipt]:
    query = (
        select(ConsentEvent, Grant, Company.name, Part.number)
        .join(Grant, Grant.id == ConsentEvent.grant_id)
        .join(Company, Company.id == Grant.reader_id)
        .outerjoin(Part, Part.id == Grant.part_id)
        .where(Grant.owner_id == caller.company_id)
        .order_by(ConsentEvent.log_index.desc())
        .limit(CONSENTS)
    )
    return [
        ConsentReceipt(
            event.kind,
            reader,
            number,
            given.level,
            event.at,
            event.log_index,
            event.key is not None,
        )
        for event, given, reader, number in session.execute(query)
    ]
