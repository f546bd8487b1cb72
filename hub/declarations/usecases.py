"""Receiving declarations, many at a time too, and withdrawing them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from hub.access.caller import Caller
from hub.access.four_eyes import four_eyes
from hub.declarations.arrival import open_submission
from hub.declarations.door import Known, admit
from hub.declarations.holding import hold, hold_withdrawal
from hub.declarations.proving import known, proven
from hub.declarations.storage import keep_annexes, store, store_withdrawal
from hub.declarations.tables import DeclarationRow, HeldSubmission, Withdrawal
from hub.declarations.verdict import Verdict
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, Conflict, HubError, NotFound
from hub.settings import Settings
from hub.trust.checkpoints import refuse_unsignable
from hub.trust.log import take_turn

BATCH = 50
"""Lines that share a transaction; their verdicts are given after its commit."""

MAX_LINES = 10_000
MAX_REASON = 1000


def receive(
    session: Session, company_id: str | None, submission: bytes, *, by: str, settings: Settings
) -> Verdict:
    """Let one submission through the door, or raise the `HubError` that says why not.

    `company_id` is the sender's; None (an operator's import) lets the key decide. `by` is who
    brought it, as `Caller.actor`: where the company asks for four eyes, it is held until somebody
    else releases it, whoever brought it. Bytes that came
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
        return known(session, admitted.row)
    if four_eyes(session, admitted.key.company_id).is_on:
        return hold(session, admitted, by, settings)
    return store(session, admitted, settings)


def receive_and_prove(
    factory: sessionmaker[Session],
    company_id: str | None,
    submission: bytes,
    *,
    by: str,
    settings: Settings,
) -> Verdict:
    """`receive` in a transaction of its own; the proof is signed over what that has committed."""
    with transaction(factory) as session:
        verdict = receive(session, company_id, submission, by=by, settings=settings)
    return proven(factory, [verdict], settings)[0]


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
    by: str,
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
            verdicts = [_line(session, company_id, line, by, settings) for _, line in batch]
        found = zip(batch, proven(factory, verdicts, settings), strict=True)
        yield from (LineVerdict(n, verdict) for (n, _), verdict in found)
    for n, _ in islice(waiting, 1):
        too_many = BadInput("door/too-many-lines", limit=str(MAX_LINES))
        yield LineVerdict(n, Verdict("refused", error=too_many))


def withdraw(
    session: Session, caller: Caller, declaration: str, reason: str, *, settings: Settings
) -> Withdrawal | HeldSubmission:
    """Record that the caller no longer stands by its declaration; the declaration stays.

    Where the company asks for four eyes it waits like a submission. Raises `NotFound` when it is
    not the caller's, `Conflict` when it was withdrawn already.
    """
    if not (0 < len(reason.strip()) <= MAX_REASON):
        raise BadInput("hub/text", member="reason", limit=str(MAX_REASON))
    take_turn(session)
    row = session.get(DeclarationRow, declaration)
    if row is None or row.company_id != caller.company_id:
        raise NotFound
    if session.scalar(select(Withdrawal.id).filter_by(declaration=declaration)):
        raise Conflict("hub/withdrawn-already")
    if four_eyes(session, caller.company_id).is_on:
        return hold_withdrawal(session, caller, declaration, reason.strip(), settings)
    return store_withdrawal(session, row, reason.strip())


def _line(
    session: Session, company_id: str | None, line: bytes, by: str, settings: Settings
) -> Verdict:
    try:
        with session.begin_nested():
            return receive(session, company_id, line, by=by, settings=settings)
    except HubError as error:
        return Verdict("refused", error=error)


def _batches(
    lines: Iterator[tuple[int, bytes]],
) -> Iterator[list[tuple[int, bytes]]]:
    while batch := list(islice(lines, BATCH)):
        yield batch
