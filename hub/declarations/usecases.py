"""Receiving declarations, many at a time too, and withdrawing them."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from hub.access.caller import Caller
from hub.declarations.arrival import open_submission
from hub.declarations.door import Known, admit
from hub.declarations.storage import keep_annexes, store, stored_findings
from hub.declarations.tables import DeclarationRow, Withdrawal
from hub.declarations.verdict import Verdict
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, Conflict, HubError, NotFound
from hub.parties.changes import touch_declared
from hub.settings import Settings
from hub.trust.checkpoints import refuse_unsignable, sign_newest
from hub.trust.log import append, instant, receipt_of, take_turn
from hub.trust.proofs import proof_of_declaration
from tierlight_schemas.envelope import b64url_encode, canonical, digest

BATCH = 50
"""Lines that share a transaction; their verdicts are given after its commit."""

MAX_LINES = 10_000
MAX_REASON = 1000
WITHDRAWAL_TYPE = "tierlight.withdrawal/1"


def receive(
    session: Session, company_id: str | None, submission: bytes, *, settings: Settings
) -> Verdict:
    """Let one submission through the door, or raise the `HubError` that says why not.

    `company_id` is the sender's; None (an operator's import) lets the key decide. Bytes that came
    before give the same receipt and change nothing, and so does another valid signature of the
    same payload, because the payload is the declaration.
    """
    arrival = open_submission(submission, now())
    # From here on nobody else appends: what is read of keys and versions is true until the commit.
    take_turn(session)
    refuse_unsignable(session, settings)
    admitted = admit(session, arrival, company_id, settings)
    if isinstance(admitted, Known):
        keep_annexes(session, arrival)
        return _known(session, admitted.row)
    return store(session, admitted, settings)


def receive_and_prove(
    factory: sessionmaker[Session], company_id: str | None, submission: bytes, *, settings: Settings
) -> Verdict:
    """`receive` in a transaction of its own; the proof is signed over what that has committed."""
    with transaction(factory) as session:
        verdict = receive(session, company_id, submission, settings=settings)
    return _proven(factory, [verdict], settings)[0]


@dataclass(frozen=True)
class LineVerdict:
    """The verdict on one line, counted from 1."""

    line: int
    verdict: Verdict


def receive_lines(
    factory: sessionmaker[Session],
    company_id: str | None,
    lines: Iterable[bytes],
    *,
    settings: Settings,
) -> Iterator[LineVerdict]:
    """A verdict for every non-empty line of NDJSON; a bad line never blocks others.

    Each line has its own savepoint; a verdict is given once its line is committed for good. After
    `MAX_LINES` lines the rest is refused as one.
    """
    numbered = ((n, line.strip()) for n, line in enumerate(lines, 1))
    waiting = ((n, line) for n, line in numbered if line)
    for batch in _batches(islice(waiting, MAX_LINES)):
        with transaction(factory) as session:
            verdicts = [_line(session, company_id, line, settings) for _, line in batch]
        proven = _proven(factory, verdicts, settings)
        yield from (LineVerdict(n, found) for (n, _), found in zip(batch, proven, strict=True))
    for n, _ in islice(waiting, 1):
        too_many = BadInput("door/too-many-lines", limit=str(MAX_LINES))
        yield LineVerdict(n, Verdict("refused", error=too_many))


def withdraw(session: Session, caller: Caller, declaration: str, reason: str) -> Withdrawal:
    """Record that the caller no longer stands by its declaration; the declaration stays.

    Raises `NotFound` when it is not the caller's, `Conflict` when it was withdrawn already.
    """
    if not (0 < len(reason.strip()) <= MAX_REASON):
        raise BadInput("hub/text", member="reason", limit=str(MAX_REASON))
    take_turn(session)
    row = session.get(DeclarationRow, declaration)
    if row is None or row.company_id != caller.company_id:
        raise NotFound
    if session.scalar(select(Withdrawal.id).filter_by(declaration=declaration)):
        raise Conflict("hub/withdrawn-already")
    return _record_withdrawal(session, caller, row, reason.strip())


def _proven(
    factory: sessionmaker[Session], verdicts: list[Verdict], settings: Settings
) -> list[Verdict]:
    """The verdicts with their proofs, once what they say is committed."""
    if not any(verdict.receipt for verdict in verdicts):
        return verdicts
    sign_newest(factory, settings)
    with factory() as session:
        return [
            replace(verdict, proof=proof_of_declaration(session, verdict.digest))
            if verdict.receipt and verdict.digest
            else verdict
            for verdict in verdicts
        ]


def _line(session: Session, company_id: str | None, line: bytes, settings: Settings) -> Verdict:
    try:
        with session.begin_nested():
            return receive(session, company_id, line, settings=settings)
    except HubError as error:
        return Verdict("refused", error=error)


def _batches(
    lines: Iterator[tuple[int, bytes]],
) -> Iterator[list[tuple[int, bytes]]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _known(session: Session, row: DeclarationRow) -> Verdict:
    return Verdict(
        "known",
        digest=row.digest,
        receipt=receipt_of(session, row.digest),
        part_id=row.part_id,
        findings=tuple(stored_findings(session, row.digest)),
    )


def _record_withdrawal(
    session: Session, caller: Caller, row: DeclarationRow, reason: str
) -> Withdrawal:
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
