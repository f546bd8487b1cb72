"""The second pair of eyes: what waits is released, or rejected with a reason.

A release asks the door again, because a key may have been revoked and a predecessor replaced
meanwhile; what it lets in is received as if it came now.
"""

import json
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from hub.access.caller import Caller
from hub.access.four_eyes import four_eyes
from hub.declarations.arrival import open_submission
from hub.declarations.door import Known, admit
from hub.declarations.holding import held, state_of
from hub.declarations.proving import known, proven
from hub.declarations.storage import keep_annexes, store, store_withdrawal
from hub.declarations.tables import DeclarationRow, HeldSubmission, Withdrawal
from hub.declarations.usecases import MAX_REASON
from hub.declarations.verdict import Verdict
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, Conflict, Forbidden, HubError
from hub.settings import Settings
from hub.trust.checkpoints import refuse_unsignable
from hub.trust.log import take_turn
from hub.trust.usecases import key_for
from tierlight_schemas.envelope import EnvelopeError, open_jws, unpack_submission


def release_and_prove(
    factory: sessionmaker[Session], caller: Caller, named: str, *, settings: Settings
) -> Verdict:
    """`release` in a transaction of its own; the proof is signed over what that has committed.

    Raises the error of a refusal once it is on record.
    """
    with transaction(factory) as session:
        verdict = release(session, caller, named, settings=settings)
    if verdict.error:
        raise verdict.error
    return proven(factory, [verdict], settings)[0]


def release(session: Session, caller: Caller, named: str, *, settings: Settings) -> Verdict:
    """Let in what waits, by its id or digest; what the door refuses now is refused for good.

    Raises `NotFound`, `Conflict` (`held/decided`) for what waits no more, `Forbidden` for whoever
    may not be the second pair of eyes.
    """
    # Of two who decide at once the second reads what the first has done.
    take_turn(session)
    row = _waiting(session, caller, named)
    refuse_unfit(session, caller, row)
    refuse_unsignable(session, settings)
    try:
        verdict = _let_in(session, row, settings)
    except HubError as error:
        _decide(row, caller, "refused")
        row.refusal = json.dumps({"code": error.code, "params": error.params})
        verdict = Verdict("refused", row.declaration, error=error)
    else:
        _decide(row, caller, "released")
        row.submission = None  # kept with the declaration now
    session.flush()
    return verdict


def reject(session: Session, caller: Caller, named: str, reason: str) -> HeldSubmission:
    """Say no, and why; whoever submitted it may take it back so, too.

    Raises `NotFound`, `Conflict` for what waits no more, `BadInput` for an unusable reason.
    """
    if not (0 < len(reason.strip()) <= MAX_REASON):
        raise BadInput("hub/text", member="reason", limit=str(MAX_REASON))
    take_turn(session)
    row = _waiting(session, caller, named)
    _decide(row, caller, "rejected")
    row.rejection = reason.strip()
    session.flush()
    return row


def refuse_unfit(session: Session, caller: Caller, row: HeldSubmission) -> None:
    """Raise `Forbidden` for whoever is not a second person beside the one who submitted it.

    Neither is a machine, nor who brought the key that it is signed with: both signatures would be
    one person's. Where the company no longer asks for four eyes, any releaser will do.
    """
    if not four_eyes(session, row.company_id).is_on:
        return
    if not caller.is_person:
        raise Forbidden("access/person-needed")
    if row.submitted_by == caller.actor:
        raise Forbidden("held/own-submission")
    if _key_brought_by(session, row) == caller.actor:
        raise Forbidden("held/own-key")


def _key_brought_by(session: Session, row: HeldSubmission) -> str | None:
    if row.submission is None:
        return None
    with suppress(EnvelopeError):
        jws, _ = unpack_submission(row.submission)
        key = key_for(session, open_jws(jws).kid)
        return key.added_by if key else None
    return None


def _waiting(session: Session, caller: Caller, named: str) -> HeldSubmission:
    row = held(session, caller, named)
    session.refresh(row)  # a page may have read it in this session before its turn came
    if state_of(row) != "waiting":
        raise Conflict("held/decided", state=state_of(row))
    return row


def _decide(row: HeldSubmission, caller: Caller, state: str) -> None:
    row.state, row.decided_by, row.decided_at = state, caller.actor, now()


def _let_in(session: Session, row: HeldSubmission, settings: Settings) -> Verdict:
    if row.kind == "withdrawal":
        return _let_withdraw(session, row)
    arrival = open_submission(row.submission or b"", now())
    admitted = admit(session, arrival, row.company_id, settings)
    if isinstance(admitted, Known):
        keep_annexes(session, arrival)
        return known(session, admitted.row)
    return store(session, admitted, settings)


def _let_withdraw(session: Session, row: HeldSubmission) -> Verdict:
    if session.scalar(select(Withdrawal.id).filter_by(declaration=row.declaration)):
        raise Conflict("hub/withdrawn-already")
    declaration = session.get_one(DeclarationRow, row.declaration)
    store_withdrawal(session, declaration, row.withdrawal_reason or "–")
    return Verdict("stored", row.declaration, part_id=declaration.part_id)
