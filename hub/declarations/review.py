"""What a person reads before she signs a prepared document, and what must be said of it first.

A warning stops nothing at the door, because a machine may know better. A person at a page is asked
for each one why the value is right all the same: the reason becomes part of what is signed.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from hub.bom.tables import Part
from hub.declarations.own_bands import own_findings
from hub.declarations.preparing import row_of
from hub.declarations.tables import PreparedDeclaration
from hub.declarations.verdict import StoredFinding
from hub.kit.errors import BadInput, Conflict
from hub.kit.language import Language
from tierlight_schemas.build import sentence
from tierlight_schemas.checks import check
from tierlight_schemas.envelope import MAX_PAYLOAD_BYTES, strict_json
from tierlight_schemas.findings import Finding, Severity


def findings_of(session: Session, prepared: PreparedDeclaration) -> list[Finding]:
    """What the door will find in it: warnings and notes, those of the operator's bands last."""
    document, at = strict_json(prepared.payload, max_bytes=MAX_PAYLOAD_BYTES), prepared.created_at
    split = strict_json(prepared.split) if prepared.split else None
    return [*check(document, at, split=split), *own_findings(session, document, at)]


def reviewed(session: Session, prepared: PreparedDeclaration) -> list[StoredFinding]:
    """The findings, each with the reason that the document already gives for it."""
    reasons = _reasons_in(json.loads(prepared.payload))
    return [
        StoredFinding(found, reasons.get((found.code, found.path)))
        for found in findings_of(session, prepared)
    ]


def unexplained(findings: Sequence[StoredFinding]) -> list[StoredFinding]:
    """The warnings that nobody has given a reason for."""
    warnings = (one for one in findings if one.finding.severity is Severity.WARNING)
    return [one for one in warnings if not one.acknowledged]


def refuse_unread(session: Session, prepared: PreparedDeclaration, is_confirmed: bool) -> None:
    """Let nobody sign what was not looked through and said yes to.

    Raises `Conflict` (`prepared/unexplained`) while a warning has no reason, `BadInput`
    (`prepared/not-confirmed`) without the yes.
    """
    if missing := unexplained(reviewed(session, prepared)):
        raise Conflict("prepared/unexplained", count=str(len(missing)))
    if not is_confirmed:
        raise BadInput("prepared/not-confirmed")


def sentence_in(session: Session, prepared: PreparedDeclaration, language: Language) -> str:
    """The sentence that is signed, in a language that its reader knows: to understand it by.

    Binding is the one in the document, because that is what the signature is over.
    """
    part = session.get_one(Part, prepared.part_id)
    return sentence(row_of(session, part, json.loads(prepared.cells)), language)


def _reasons_in(document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    said = document["credentialSubject"].get("acknowledged", [])
    return {(entry["code"], entry["path"]): entry["reason"] for entry in said}
