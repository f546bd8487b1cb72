"""The receipt of one declaration as a page: what was received, when, at which place of the log."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of, versions
from hub.declarations.queries import states, successor_of, visible
from hub.declarations.tables import DeclarationRow
from hub.kit.wall import on_behalf
from hub.parties.usecases import find_company
from hub.settings import Settings
from hub.trust.hub_key import hub_keys


@dataclass(frozen=True)
class ReceiptPage:
    """What a receipt says, in the words of its declaration."""

    digest: str
    """SHA-256 (hex) of the signed bytes: the declaration's identity."""
    company: str
    """Name of the declarant."""
    part_id: str
    number: str
    name: str
    """Of the part."""
    is_own: bool
    sentence: str
    language: str
    """Of the sentence: the one that was signed."""
    role: str
    """In which the person signed."""
    key: str
    """Thumbprint of the company's key."""
    received_at: datetime
    log_index: int
    origin: str
    """The log's name."""
    hub_key: str | None
    """Thumbprint of the key that the hub signs its log with; None for a hub without one."""
    state: str
    superseded_by: str | None
    supersedes: str | None
    address: str
    """Where anybody asks what became of it."""


def receipt_page(session: Session, caller: Caller, digest: str, settings: Settings) -> ReceiptPage:
    """The receipt of a declaration that the caller may see. Raises `NotFound`."""
    row, _ = visible(session, caller, digest)
    with on_behalf(session, row.company_id):  # who may see it may know whose and of what it is
        number = numbers_of(session, [row.part_id])[row.part_id]
        name = versions(session, [row.part_id])[row.part_id].name
        company = find_company(session, row.company_id).name
    subject = json.loads(row.payload)["credentialSubject"]
    keys = hub_keys(session) if settings.signing_key_file else []
    return ReceiptPage(
        digest=digest,
        company=company,
        part_id=row.part_id,
        number=number,
        name=name,
        is_own=row.company_id == caller.company_id,
        sentence=subject["statement"]["text"],
        language=subject["statement"]["lang"],
        role=subject["signedBy"]["role"],
        key=row.key_thumbprint,
        received_at=row.received_at,
        log_index=row.log_index,
        origin=settings.log_origin,
        hub_key=keys[-1].thumbprint if keys else None,
        state=states(session, [digest])[digest],
        superseded_by=successor_of(session, digest),
        supersedes=row.supersedes,
        address=public_address(settings, digest),
    )


def public_address(settings: Settings, digest: str) -> str:
    """The page that says to anybody what may be said of a declaration."""
    return f"{settings.public_url.rstrip('/')}/verify/{digest}"


def address_of(session: Session, caller: Caller, digest: str, settings: Settings) -> str:
    """The same, of a declaration that the caller may see. Raises `NotFound`."""
    row: DeclarationRow = visible(session, caller, digest)[0]
    return public_address(settings, row.digest)
