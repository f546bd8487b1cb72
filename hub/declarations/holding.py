"""What was submitted to a company that asks for four eyes: kept as it came, and not yet said.

Nothing of it is in the log, in a list of declarations or in a result; there is no receipt.
"""

from datetime import timedelta
from typing import Literal, cast

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.declarations.arrival import Arrival, open_submission
from hub.declarations.door import Admitted
from hub.declarations.storage import acknowledged
from hub.declarations.tables import HeldSubmission
from hub.declarations.verdict import Verdict
from hub.kit.clock import now
from hub.kit.errors import Conflict, NotFound
from hub.settings import Settings
from tierlight_schemas.envelope import MAX_SUBMISSION_BYTES, pack_submission

HeldState = Literal["waiting", "released", "rejected", "refused", "expired"]


def state_of(row: HeldSubmission) -> HeldState:
    """What has become of it by now."""
    if row.state == "waiting" and row.expires_at <= now():
        return "expired"
    return cast(HeldState, row.state)


def hold(session: Session, admitted: Admitted, by: str, settings: Settings) -> Verdict:
    """Keep an admitted submission until somebody releases it; the same one again is the same.

    Raises `Conflict` (`held/rejected`) for one that was rejected: what was signed stays rejected.
    """
    company_id, arrival = admitted.key.company_id, admitted.arrival
    row = _newest(session, company_id, arrival.digest, "declaration")
    if row is not None and row.state == "rejected":
        raise Conflict("held/rejected", reason=row.rejection or "–")
    if row is None or state_of(row) != "waiting":
        row = _add(session, company_id, "declaration", arrival.digest, by, settings)
        row.submission = pack_submission(arrival.jws, arrival.annexes)
    elif row.submission and arrival.annexes:
        row.submission = _with_late_annexes(row.submission, arrival)
    session.flush()
    findings = tuple(acknowledged(admitted))
    return Verdict("held", arrival.digest, findings=findings, held_until=row.expires_at)


def hold_withdrawal(
    session: Session, caller: Caller, digest: str, reason: str, settings: Settings
) -> HeldSubmission:
    """Keep the wish to withdraw a declaration; the same wish again is the first one."""
    row = _newest(session, caller.company_id, digest, "withdrawal")
    if row is None or state_of(row) != "waiting":
        row = _add(session, caller.company_id, "withdrawal", digest, caller.actor, settings)
        row.withdrawal_reason = reason
        session.flush()
    return row


def held_of(company_id: str) -> Select[HeldSubmission]:
    """What waits or waited in the company."""
    return select(HeldSubmission).where(HeldSubmission.company_id == company_id)


def waiting_of(company_id: str) -> Select[HeldSubmission]:
    """What can still be released or rejected there."""
    return held_of(company_id).where(
        HeldSubmission.state == "waiting", HeldSubmission.expires_at > now()
    )


def held(session: Session, caller: Caller, named: str) -> HeldSubmission:
    """What was held, by its id or, the newest, by the declaration's digest. Raises `NotFound`."""
    query = held_of(caller.company_id).where(
        or_(HeldSubmission.id == named, HeldSubmission.declaration == named)
    )
    row = session.scalar(query.order_by(HeldSubmission.submitted_at.desc()).limit(1))
    if row is None:
        raise NotFound
    return row


def _with_late_annexes(submission: bytes, arrival: Arrival) -> bytes:
    """What waits, with annexes that were withheld at first; the signed bytes stay the first ones.

    What would make it too large to be opened again has to come after the release.
    """
    first = open_submission(submission, now())
    more = pack_submission(first.jws, {**arrival.annexes, **first.annexes})
    return more if len(more) <= MAX_SUBMISSION_BYTES else submission


def _newest(session: Session, company_id: str, digest: str, kind: str) -> HeldSubmission | None:
    query = held_of(company_id).filter_by(declaration=digest, kind=kind)
    return session.scalar(query.order_by(HeldSubmission.submitted_at.desc()).limit(1))


def _add(
    session: Session, company_id: str, kind: str, digest: str, by: str, settings: Settings
) -> HeldSubmission:
    at = now()
    row = HeldSubmission(
        company_id=company_id,
        kind=kind,
        declaration=digest,
        submitted_by=by,
        submitted_at=at,
        expires_at=at + timedelta(days=settings.held_days),
        state="waiting",
    )
    session.add(row)
    return row
