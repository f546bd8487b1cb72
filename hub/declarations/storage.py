"""Keeping a declaration: bytes, columns, annexes, findings, log entry and receipt at once."""

import json
import secrets
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.bom.queries import buyers_ever
from hub.bom.tables import Part
from hub.bom.usecases import register_part
from hub.declarations.arrival import Arrival
from hub.declarations.door import Admitted
from hub.declarations.tables import AnnexRow, DeclarationFinding, DeclarationRow, Withdrawal
from hub.declarations.verdict import StoredFinding, Verdict
from hub.kit.clock import now
from hub.parties.changes import touch, touch_declared
from hub.settings import Settings
from hub.sharing.policy import EVIDENCE, SPLIT
from hub.trust.log import append, instant, receipt
from tierlight_schemas.envelope import b64url_encode, canonical, digest
from tierlight_schemas.findings import Finding, Severity

MAX_PART_NAME = 500
IN_ANNEXES = "$.annexes."
BY_THE_SPLIT = frozenset({"document/stages-differ-from-total"})
"""Codes of findings whose numbers come out of the split annex."""
WITHDRAWAL_TYPE = "tierlight.withdrawal/1"
_SIGNED = frozenset({"total"})
"""Evidence that stands in the signed document as well."""


def store(session: Session, admitted: Admitted, settings: Settings) -> Verdict:
    """Write everything a declaration leaves behind, in the session's one transaction."""
    part = admitted.part or _register(session, admitted)
    entry = append(session, "declaration", admitted.arrival.envelope_digest, admitted.at)
    session.add(_row(admitted, part.id, entry.index))
    session.flush()
    # A buyer's own declaration may have named this one as its input before it was here.
    touch_declared(session, part.company_id, *buyers_ever(session, part.id))
    keep_annexes(session, admitted.arrival)
    findings = _keep_findings(session, admitted)
    digest = admitted.arrival.digest
    body = receipt(
        session,
        entry,
        origin=settings.log_origin,
        declaration=digest,
        key=admitted.key.thumbprint,
    )
    return Verdict(
        "stored",
        digest,
        body,
        part_id=part.id,
        part_registered=admitted.part is None,
        findings=tuple(findings),
    )


def keep_annexes(session: Session, arrival: Arrival) -> None:
    """Keep the annexes that are not kept yet: one may be withheld at first and sent later."""
    kept = set(session.scalars(select(AnnexRow.name).filter_by(declaration=arrival.digest)))
    late = {name: body for name, body in arrival.annexes.items() if name not in kept}
    for name, body in late.items():
        session.add(AnnexRow(declaration=arrival.digest, name=name, body=body))
    session.flush()
    if late:
        declaration = session.get_one(DeclarationRow, arrival.digest)
        touch(session, declaration.company_id)


def store_withdrawal(session: Session, row: DeclarationRow, reason: str) -> Withdrawal:
    """Record that the owner no longer stands by a declaration, in the log too."""
    at = now()
    statement = canonical(
        {
            "type": WITHDRAWAL_TYPE,
            "declaration": row.digest,
            "company": row.company_id,
            "reason": reason,
            "at": instant(at),
            # The log is public one day: without a nonce the reason could be guessed from its hash.
            "nonce": b64url_encode(secrets.token_bytes(16)),
        }
    )
    entry = append(session, "withdrawal", digest(statement), at)
    withdrawal = Withdrawal(
        declaration=row.digest, reason=reason, at=at, statement=statement, log_index=entry.index
    )
    session.add(withdrawal)
    session.flush()
    touch_declared(session, row.company_id)
    return withdrawal


def acknowledged(admitted: Admitted) -> list[StoredFinding]:
    """What was found in an admitted document, each with the reason signed with it."""
    signed = admitted.arrival.declaration.credential_subject.acknowledged or []
    reasons = {(entry.code, entry.path): entry.reason for entry in signed}
    return [
        StoredFinding(finding, reasons.get((finding.code, finding.path)))
        for finding in admitted.findings
    ]


def stored_findings(
    session: Session, digest: str, level: int = EVIDENCE
) -> Iterator[StoredFinding]:
    """The findings kept with a declaration, in their order, as a reader of `level` may see them.

    What was found in the split annex, or by it, tells of the split: numbers come from level 2 on.
    """
    rows = session.scalars(
        select(DeclarationFinding)
        .filter_by(declaration=digest)
        .order_by(DeclarationFinding.position)
    )
    for row in rows:
        if level < SPLIT and row.path.startswith(IN_ANNEXES):
            continue
        evidence = json.loads(row.evidence)
        if level < SPLIT and row.code in BY_THE_SPLIT:
            evidence = {name: evidence[name] for name in _SIGNED & evidence.keys()}
        finding = Finding(row.code, Severity(row.severity), row.path, evidence)
        yield StoredFinding(finding, row.acknowledged)


def _register(session: Session, admitted: Admitted) -> Part:
    """A part that the hub first hears of by its declaration."""
    columns = admitted.columns
    return register_part(
        session,
        admitted.key.company_id,
        admitted.number,
        name=(columns.part_name or admitted.number)[:MAX_PART_NAME],
        revision=columns.revision,
        base_unit=columns.declared_unit,
        net_mass_kg=columns.unit_mass_kg,
    )


def _row(admitted: Admitted, part_id: str, log_index: int) -> DeclarationRow:
    arrival, columns = admitted.arrival, admitted.columns
    return DeclarationRow(
        digest=arrival.digest,
        company_id=admitted.key.company_id,
        part_id=part_id,
        kind=columns.kind,
        footprint_id=columns.footprint_id,
        jws=arrival.jws,
        payload=arrival.opened.payload,
        key_thumbprint=admitted.key.thumbprint,
        received_at=admitted.at,
        log_index=log_index,
        supersedes=arrival.declaration.credential_subject.supersedes,
        site=columns.site,
        boundary=columns.boundary,
        level=columns.level,
        declared_unit=columns.declared_unit,
        declared_amount=columns.declared_amount,
        excluding_uptake=columns.excluding_uptake,
        period_start=columns.period_start,
        period_end=columns.period_end,
        valid_from=columns.valid_from,
        valid_to=columns.valid_to,
    )


def _keep_findings(session: Session, admitted: Admitted) -> list[StoredFinding]:
    findings = acknowledged(admitted)
    for position, stored in enumerate(findings):
        session.add(_finding_row(admitted.arrival.digest, position, stored))
    session.flush()
    return findings


def _finding_row(digest: str, position: int, stored: StoredFinding) -> DeclarationFinding:
    return DeclarationFinding(
        declaration=digest,
        position=position,
        code=stored.finding.code,
        severity=stored.finding.severity.value,
        path=stored.finding.path,
        evidence=json.dumps(stored.finding.evidence, ensure_ascii=False),
        acknowledged=stored.acknowledged,
    )
