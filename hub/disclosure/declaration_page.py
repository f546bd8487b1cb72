"""One declaration as a page: the signed document, what was found in it, its place in the log."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of, versions
from hub.declarations.evidence import evidence
from hub.declarations.payloads import DeclarationView, finding_view, view
from hub.declarations.queries import (
    annex,
    annex_names,
    states,
    successor_of,
    visible,
    withdrawal_of,
)
from hub.declarations.storage import stored_findings
from hub.declarations.tables import DeclarationRow
from hub.declarations.verification_payloads import VerificationView, verification_view
from hub.declarations.verification_queries import statements_on
from hub.kit.clock import now
from hub.kit.language import Language
from hub.kit.wall import on_behalf
from hub.settings import Settings
from hub.trust.log import receipt_of
from hub.trust.proofs import PROOF_TYPE, found_proof


@dataclass(frozen=True)
class DeclarationPage:
    """A declaration as its reader may see it."""

    declaration: DeclarationView
    document: Mapping[str, Any]
    """The signed payload, parsed: a view of the bytes, amounts as their text."""
    number: str
    """The part's number at its owner."""
    name: str
    """The part's present name at its owner."""
    is_own: bool
    level: int
    """L0 to L5: what the owner lets the reader see; 5 for one's own."""
    verifications: Sequence[VerificationView] = ()
    """Third parties' statements on it, as they count today."""


@dataclass(frozen=True)
class Download:
    """Bytes as they were received or first sent."""

    body: bytes
    media_type: str
    file_name: str


def declaration_page(
    session: Session, caller: Caller, digest: str, language: Language
) -> DeclarationPage:
    """A declaration that the caller may see. Raises `NotFound`, the same for hidden and absent."""
    row, level = visible(session, caller, digest)
    with on_behalf(session, row.company_id):  # who may see the declaration may know what it is of
        number = numbers_of(session, [row.part_id])[row.part_id]
        name = versions(session, [row.part_id])[row.part_id].name
    return DeclarationPage(
        declaration=_view(session, row, level, language),
        document=json.loads(row.payload),
        number=number,
        name=name,
        is_own=row.company_id == caller.company_id,
        level=level,
        verifications=_verifications(session, row.digest),
    )


def jws(session: Session, caller: Caller, digest: str) -> Download:
    """The signed bytes as received. Raises `NotFound`."""
    row, _ = visible(session, caller, digest)
    return Download(row.jws, "application/jose", f"{digest}.jws")


def receipt(session: Session, caller: Caller, digest: str) -> Download:
    """The receipt as it was first sent. Raises `NotFound`."""
    row, _ = visible(session, caller, digest)
    body = receipt_of(session, row.digest)
    return Download(body, "application/json", f"{digest}.receipt.json")


def proof(session: Session, caller: Caller, digest: str) -> Download:
    """The proof of the receipt, as it stands now. Raises `NotFound`."""
    row, _ = visible(session, caller, digest)
    return Download(found_proof(session, row.digest).encode(), PROOF_TYPE, f"{digest}.tlog-proof")


def evidence_file(session: Session, caller: Caller, digest: str, settings: Settings) -> Download:
    """Everything an auditor needs to judge it offline.

    Raises `NotFound`, and `Conflict` for a hub without a key of its own.
    """
    body = evidence(session, caller, digest, None, settings)
    return Download(body, "application/json", f"{digest}.evidence.json")


def annex_file(session: Session, caller: Caller, digest: str, name: str) -> Download:
    """An annex that the owner opens to the caller. Raises `NotFound`."""
    body = annex(session, caller, digest, name)
    return Download(body, "application/json", f"{digest}.{name}.json")


def _verifications(session: Session, digest: str) -> list[VerificationView]:
    at = now()
    found = statements_on(session, [digest], at.date(), at)
    return [verification_view(one) for one in found.get(digest, ())]


def _view(session: Session, row: DeclarationRow, level: int, language: Language) -> DeclarationView:
    return view(
        row,
        states(session, [row.digest])[row.digest],
        superseded_by=successor_of(session, row.digest),
        withdrawal=withdrawal_of(session, row.digest),
        findings=[
            finding_view(found, language) for found in stored_findings(session, row.digest, level)
        ],
        annexes=annex_names(session, row.digest, level),
    )
