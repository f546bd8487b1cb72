"""Third parties' statements: received, kept as they came, revoked; both are entries of the log."""

from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session, sessionmaker

from hub.access.caller import Caller
from hub.declarations.errors import Refused
from hub.declarations.signatures import key_of, refuse_bad_signature, refuse_ended_key
from hub.declarations.tables import VerificationRevocationRow, VerificationRow
from hub.declarations.verification_door import (
    Admitted,
    admit_statement,
    open_revocation,
    open_statement,
)
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import Conflict, NotFound
from hub.parties.changes import touch_declared
from hub.settings import Settings
from hub.trust.checkpoints import refuse_unsignable, sign_newest
from hub.trust.log import append, receipt, receipt_of, take_turn
from hub.trust.proofs import proof_of_declaration
from tierlight_schemas.envelope import digest
from tierlight_schemas.verification_standing import Stated


@dataclass(frozen=True)
class VerificationVerdict:
    """What became of a statement."""

    status: Literal["stored", "known"]
    digest: str
    declaration: str
    receipt: bytes
    proof: str | None = None


def receive_verification(
    session: Session, caller: Caller, jws: str, settings: Settings
) -> VerificationVerdict:
    """Let a verifier's statement in, or raise the `HubError` that says why not.

    The same payload again gives the same receipt and changes nothing.
    """
    brought = open_statement(jws, now())
    take_turn(session)
    refuse_unsignable(session, settings)
    admitted = admit_statement(session, caller, brought, settings)
    if isinstance(admitted, VerificationRow):
        kept = receipt_of(session, admitted.digest)
        return VerificationVerdict("known", admitted.digest, admitted.declaration, kept)
    return _store(session, admitted, settings)


def receive_verification_and_prove(
    factory: sessionmaker[Session], caller: Caller, jws: str, settings: Settings
) -> VerificationVerdict:
    """The same in a transaction of its own; the proof is signed over what that has committed."""
    with transaction(factory) as session:
        verdict = receive_verification(session, caller, jws, settings)
    sign_newest(factory, settings)
    with factory() as session:
        return replace(verdict, proof=proof_of_declaration(session, verdict.digest))


def revoke_verification(
    session: Session, caller: Caller, verification: str, jws: str
) -> VerificationRevocationRow:
    """The verifier's signed word that it no longer stands by its statement, kept and logged.

    The same payload again changes nothing. Raises `NotFound` for a statement that is not the
    caller's, `Refused` for a revocation of another one, `Conflict` when it was revoked before.
    """
    opened, revocation = open_revocation(jws)
    take_turn(session)
    row = session.get(VerificationRow, verification)
    if row is None or row.company_id != caller.company_id:
        raise NotFound
    at, key = now(), key_of(session, opened.kid, caller.company_id)
    raw = jws.encode("ascii")
    refuse_bad_signature(raw, key)
    if (known := session.get(VerificationRevocationRow, verification)) is not None:
        if known.digest == opened.digest:
            return known
        raise Conflict("hub/verification-revoked")
    refuse_ended_key(session, key, at)
    if revocation.verification != verification:
        raise Refused("trust/statement-not-for-this-dataset")
    entry = append(session, "verification-revoke", digest(raw), at)
    kept = VerificationRevocationRow(
        verification=verification,
        digest=opened.digest,
        jws=raw,
        key_thumbprint=key.thumbprint,
        reason=revocation.reason,
        at=at,
        log_index=entry.index,
    )
    session.add(kept)
    session.flush()
    touch_declared(session, row.declarant_id)
    return kept


def _store(session: Session, admitted: Admitted, settings: Settings) -> VerificationVerdict:
    brought, declaration = admitted.brought, admitted.declaration
    entry = append(session, "verification", digest(brought.jws), admitted.at)
    session.add(_row(admitted, entry.index))
    session.flush()
    touch_declared(session, declaration.company_id)
    body = receipt(
        session,
        entry,
        origin=settings.log_origin,
        declaration=brought.opened.digest,
        key=admitted.key.thumbprint,
    )
    return VerificationVerdict("stored", brought.opened.digest, declaration.digest, body)


def _row(admitted: Admitted, log_index: int) -> VerificationRow:
    brought = admitted.brought
    subject = brought.statement.credential_subject
    stated = Stated.of(subject)
    return VerificationRow(
        digest=brought.opened.digest,
        company_id=admitted.key.company_id,
        declarant_id=admitted.declaration.company_id,
        declaration=admitted.declaration.digest,
        jws=brought.jws,
        payload=brought.opened.payload,
        key_thumbprint=admitted.key.thumbprint,
        received_at=admitted.at,
        log_index=log_index,
        level=stated.level,
        assurance=stated.assurance,
        boundary=stated.boundary,
        share=str(subject.coverage.share_percent),
        completed_at=stated.completed_at,
        valid_until=stated.valid_until,
        accredited_until=stated.accredited_until,
    )
