"""The door: who may bring which declaration in, in the order in which the rules are written.

- the key is known, belongs to the company, and is valid now;
- the signature holds, and names the right hub;
- the document checks find no error;
- the part is the company's own (that it is the one inside the document is a document check);
- what it supersedes is its own predecessor and has no other successor;
- the annexes are the ones that were signed.

Nothing is written here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.bom.tables import Part
from hub.declarations.arrival import Arrival, read_annexes
from hub.declarations.columns import Columns, columns_of
from hub.declarations.errors import Refused
from hub.declarations.own_bands import own_findings
from hub.declarations.signatures import (
    key_of,
    refuse_bad_signature,
    refuse_ended_key,
    refuse_other_hub,
    refuse_other_issuer,
)
from hub.declarations.tables import DeclarationRow
from hub.kit.clock import now
from hub.kit.errors import bad_input
from hub.settings import Settings
from hub.trust.erasures import is_erased
from hub.trust.tables import Key
from hub.trust.usecases import key_for
from tierlight_schemas.checks import check
from tierlight_schemas.envelope import (
    EnvelopeError,
    parse_part_urn,
    strict_json,
)
from tierlight_schemas.findings import Finding, Severity


@dataclass(frozen=True)
class Known:
    """A declaration whose payload came before."""

    row: DeclarationRow
    arrival: Arrival


@dataclass(frozen=True)
class Admitted:
    """A new declaration that may come in."""

    arrival: Arrival
    key: Key
    at: datetime
    """When it was received."""
    columns: Columns
    number: str
    """Of the part, as its URN says."""
    part: Part | None
    """None when the part is not registered yet."""
    findings: tuple[Finding, ...]
    """Warnings and notes."""


def admit(
    session: Session, arrival: Arrival, company_id: str | None, settings: Settings
) -> Admitted | Known:
    """Judge an opened submission by what is recorded.

    Raises `Refused` (or another `HubError`) with the code of the first rule that it breaks.
    """
    at, limit = now(), settings.max_annex_bytes
    key = key_of(session, arrival.opened.kid, company_id)
    if row := _known(session, arrival, key):
        # It came in with a valid key, and was checked then: its receipt can always be asked for,
        # with any signature of the company, because the payload is the declaration.
        refuse_bad_signature(arrival.jws, key)
        refuse_other_issuer(arrival.declaration.issuer, key)
        read_annexes(arrival.annexes, columns_of(arrival.declaration).annexes, limit)
        return Known(row, arrival)
    if is_erased(session, arrival.digest):
        raise Refused("door/erased", digest=arrival.digest)
    refuse_ended_key(session, key, at)
    refuse_bad_signature(arrival.jws, key)
    refuse_other_issuer(arrival.declaration.issuer, key)
    refuse_other_hub(arrival.declaration.credential_subject.audience, settings)
    findings = _findings(session, arrival, at)
    columns = columns_of(arrival.declaration)
    number, part = _part(session, arrival, key.company_id)
    _refuse_bad_succession(session, arrival, part, columns)
    read_annexes(arrival.annexes, columns.annexes, limit)
    return Admitted(arrival, key, at, columns, number, part, findings)


def _known(session: Session, arrival: Arrival, key: Key) -> DeclarationRow | None:
    row = session.get(DeclarationRow, arrival.digest)
    return row if row and row.company_id == key.company_id else None


def _findings(session: Session, arrival: Arrival, at: datetime) -> tuple[Finding, ...]:
    findings = check(arrival.opened.document, at, split=_split(arrival))
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise Refused.for_findings(errors)
    return (*findings, *own_findings(session, arrival.opened.document, at))


def _split(arrival: Arrival) -> dict[str, Any] | None:
    """The split annex for the checks; whether it is the signed one is judged after them."""
    try:
        split = strict_json(arrival.annexes.get("split", b"{}"))
    except EnvelopeError:
        return None
    return split if isinstance(split, dict) and split else None


def _part(session: Session, arrival: Arrival, company_id: str) -> tuple[str, Part | None]:
    """Number and row of the declared part, which must be the signer's own."""
    try:
        scheme, owner, number = parse_part_urn(arrival.declaration.credential_subject.id)
    except EnvelopeError as error:
        raise bad_input(error) from None
    if scheme == "key":
        owning = key_for(session, owner)
        owner = owning.company_id if owning else ""
    if owner != company_id:
        raise Refused("door/part-owner", urn=arrival.declaration.credential_subject.id[:200])
    return number, session.scalar(select(Part).filter_by(company_id=company_id, number=number))


def _refuse_bad_succession(
    session: Session, arrival: Arrival, part: Part | None, columns: Columns
) -> None:
    """A version chain is a line: one predecessor of the same part and kind, one successor."""
    predecessor = arrival.declaration.credential_subject.supersedes
    if predecessor is None:
        return
    row = session.get(DeclarationRow, predecessor)
    if row is None or part is None or (row.part_id, row.kind) != (part.id, columns.kind):
        raise Refused("door/supersedes-unknown", digest=predecessor)
    successor = session.scalar(select(DeclarationRow.digest).filter_by(supersedes=predecessor))
    if successor is not None:
        raise Refused("door/supersedes-fork", digest=predecessor, successor=successor)
