"""Consents and the access log of a company that leaves."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part, SourcingLink
from hub.kit.leaving import ExportFile, csv_file, ndjson_file, rows_of
from hub.kit.wall import beyond
from hub.parties.changes import touch
from hub.parties.tables import Company
from hub.sharing.glass import openings_of
from hub.sharing.tables import AccessRecord, BreakGlass, ConsentEvent, Grant
from hub.trust.checkpoints import proof_of
from hub.trust.log import instant
from tierlight_schemas.envelope import b64url_encode, digest
from tierlight_schemas.log.erasure import Gone

_READ = (
    *("at", "reader_id", "object_kind", "object_id", "level"),
    *("purpose", "grant_id", "by_operator", "channel"),
)
_OPENING = (
    *("opened_at", "expires_at", "closed_at", "operator_id", "actor"),
    *("reason", "ticket"),
)
_TERMS = ("level", "aggregate", "purpose", "valid_from", "valid_to")


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Consents given, with the bytes that the log commits to; those received; who read what, and
    when the operator opened it."""
    given = _given(session, company_id)
    yield ndjson_file("consents-given.ndjson", "exit/file-consents-given", given)
    received = _received(session, company_id)
    yield ndjson_file("consents-received.ndjson", "exit/file-consents-received", received)
    reads = select(*(getattr(AccessRecord, name) for name in _READ))
    reads = reads.where(AccessRecord.owner_id == company_id)
    reads = reads.order_by(AccessRecord.at, AccessRecord.id)
    yield csv_file("access-log.csv", "exit/file-access-log", _READ, rows_of(session, reads))
    told = (getattr(BreakGlass, name) for name in _OPENING)
    openings = openings_of(company_id).with_only_columns(*told).order_by(BreakGlass.opened_at)
    rows = rows_of(session, openings)
    yield csv_file("break-glass.csv", "exit/file-break-glass", _OPENING, rows)


def going(session: Session, company_id: str) -> Iterator[Gone]:
    """The statements of consents that the company gave: they hold purposes and readers."""
    for event in session.scalars(_events(company_id)):
        yield Gone(f"consent-{event.kind}", digest(event.statement), event.log_index)


def erase(session: Session, company_id: str) -> None:
    """Delete consents that the company gave, and who read its data.

    What it read of others stands in their logs and stays there.
    """
    own = select(Grant.id).where(Grant.owner_id == company_id)
    readers = session.scalars(select(Grant.reader_id).where(Grant.owner_id == company_id))
    touch(session, company_id, *readers)
    session.execute(delete(ConsentEvent).where(ConsentEvent.grant_id.in_(own)))
    session.execute(delete(Grant).where(Grant.owner_id == company_id))
    with beyond(session):  # no company can delete a line of its access log
        session.execute(delete(AccessRecord).where(AccessRecord.owner_id == company_id))
        session.execute(delete(BreakGlass).where(BreakGlass.owner_id == company_id))


def _events(company_id: str) -> Any:
    query = select(ConsentEvent).join(Grant, Grant.id == ConsentEvent.grant_id)
    return query.where(Grant.owner_id == company_id).order_by(ConsentEvent.log_index)


def _given(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    for event in session.scalars(_events(company_id)):
        grant = session.get_one(Grant, event.grant_id)
        part = session.get(Part, grant.part_id) if grant.part_id else None
        yield {
            "grant": grant.id,
            "event": event.kind,
            "at": instant(event.at),
            "reader": grant.reader_id,
            "part": part.number if part else None,
            **{name: getattr(grant, name) for name in _TERMS},
            "log_index": event.log_index,
            "statement": b64url_encode(event.statement),
            "receipt": event.receipt.decode() if event.receipt else None,
            "proof": proof_of(session, event.log_index),
        }


def _received(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    """Standing consents of suppliers that the company itself names; of parts that it buys."""
    links = select(SourcingLink).join(Part, Part.id == SourcingLink.part_id)
    links = links.where(Part.company_id == company_id, SourcingLink.replaced_at.is_(None))
    confirmed = links.where(SourcingLink.confirmed_at.is_not(None))
    bought: dict[str, dict[str, str]] = {}
    for link in session.scalars(confirmed):
        parts = bought.setdefault(link.supplier_id or "", {})
        parts[link.supplier_part_id or ""] = link.supplier_part_text
    query = select(Grant).where(Grant.reader_id == company_id, Grant.revoked_at.is_(None))
    for grant in session.scalars(query.order_by(Grant.granted_at, Grant.id)):
        parts = bought.get(grant.owner_id, {})
        if grant.owner_id in bought and (grant.part_id is None or grant.part_id in parts):
            yield {
                "supplier": session.get_one(Company, grant.owner_id).name,
                "part": parts.get(grant.part_id) if grant.part_id else None,
                **{name: getattr(grant, name) for name in _TERMS},
            }
