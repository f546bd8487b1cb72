"""Declarations as one caller may see them; what it may not see is not found."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    bindparam,
    case,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.declarations.tables import AnnexRow, DeclarationRow, Withdrawal
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.kit.paging import Rows
from hub.sharing.policy import EVIDENCE, TOTAL
from hub.sharing.queries import buys, consents
from hub.sharing.usecases import record_read
from hub.trust.fsck import BATCH, Logged
from hub.trust.log import instant
from hub.trust.queries import unsafe_since
from tierlight_schemas.annexes import ANNEX_LEVELS
from tierlight_schemas.envelope import EnvelopeError, open_jws, strict_json
from tierlight_schemas.envelope import digest as digest_of

State = Literal["head", "superseded", "withdrawn", "expired"]


def own(
    caller: Caller, part: str | None = None, state: State | None = None
) -> Select[DeclarationRow]:
    """The caller's declarations, of one part (id or number) and in one state if asked for."""
    query = select(DeclarationRow).where(DeclarationRow.company_id == caller.company_id)
    if part is not None:
        named = select(Part.id).where(
            Part.company_id == caller.company_id, or_(Part.id == part, Part.number == part)
        )
        query = query.where(DeclarationRow.part_id.in_(named))
    return query if state is None else query.where(state_at(now()) == state)


@cache
def listed(of_part: bool, in_state: bool) -> Rows:
    """Rows of what the list tells of a company's declarations, each with its present state.

    Parameters `company_id`, `at`, and if asked for `part` (id or number) and `state`.
    """
    row = DeclarationRow
    part, mine = bindparam("part", type_=String), bindparam("company_id", type_=String)
    told = (row.digest, row.kind, row.part_id, row.footprint_id, row.received_at, row.log_index)
    of_the_document = (row.supersedes, row.site, row.boundary, row.level)
    value = (row.declared_unit, row.declared_amount, row.excluding_uptake)
    dates = (row.period_start, row.period_end, row.valid_from, row.valid_to)
    present = state_at(bindparam("at", type_=row.valid_to.type))
    query: Rows = select(*told, *of_the_document, *value, *dates, present.label("state"))
    query = query.where(row.company_id == mine)
    if of_part:
        named = select(Part.id).where(
            Part.company_id == mine, or_(Part.id == part, Part.number == part)
        )
        query = query.where(row.part_id.in_(named))
    return query.where(present == bindparam("state")) if in_state else query


def state_at(at: datetime | BindParameter[datetime]) -> ColumnElement[str]:
    """The state of a declaration at a time: withdrawn, superseded, expired, else head."""
    successor = aliased(DeclarationRow)
    return case(
        (exists().where(Withdrawal.declaration == DeclarationRow.digest), "withdrawn"),
        (exists().where(successor.supersedes == DeclarationRow.digest), "superseded"),
        (DeclarationRow.valid_to <= at, "expired"),
        else_="head",
    )


def states(session: Session, digests: list[str]) -> dict[str, str]:
    """The present state of each declaration."""
    query = select(DeclarationRow.digest, state_at(now())).where(DeclarationRow.digest.in_(digests))
    return {digest: state for digest, state in session.execute(query)}


def visible(
    session: Session, caller: Caller, digest: str, level: int = TOTAL
) -> tuple[DeclarationRow, int]:
    """A declaration, and the level up to which the caller may see it.

    Another company's footprint is visible with a standing grant of `level` and a confirmed link
    from a part of the caller's to it; the read is recorded for the owner. What a company's own
    processes emit is for its own sums alone. Raises `NotFound`, the same for a hidden declaration
    as for none.
    """
    row = session.get(DeclarationRow, digest)
    if row is not None and row.company_id == caller.company_id:
        return row, EVIDENCE
    # Both questions are asked for a digest that nobody has, too: time must not tell the two apart.
    owner_id, part_id = (row.company_id, row.part_id) if row else ("", "")
    consent = consents(session, caller.company_id).of(owner_id, part_id)
    bought = buys(session, caller.company_id, part_id)
    if row is None or row.kind != "footprint" or not bought or consent.level < level:
        raise NotFound
    record_read(
        session,
        caller,
        owner_id,
        "declaration",
        digest,
        level,
        consent.purpose,
        consent.grant_id,
    )
    return row, consent.level


def annex(session: Session, caller: Caller, digest: str, name: str) -> bytes:
    """An annex's bytes, for whom the owner lets see its level.

    Raises `NotFound` when there is none, or none for the caller.
    """
    level = next((level for known, level in ANNEX_LEVELS.items() if known == name), None)
    if level is None:
        raise NotFound
    visible(session, caller, digest, level)
    row = session.get(AnnexRow, (digest, name))
    if row is None:
        raise NotFound
    return row.body


def annex_names(session: Session, digest: str, level: int) -> list[str]:
    """The annexes that are kept with a declaration, as far as a level opens them."""
    names = session.scalars(select(AnnexRow.name).filter_by(declaration=digest))
    opened = {str(name) for name, needed in ANNEX_LEVELS.items() if needed <= level}
    return sorted(opened & set(names))


def successor_of(session: Session, digest: str) -> str | None:
    """The digest of the declaration that replaced this one."""
    return session.scalar(select(DeclarationRow.digest).filter_by(supersedes=digest))


def predecessors(session: Session, digests: Collection[str]) -> dict[str, str]:
    """The declaration that each of these replaced, for those that replaced one."""
    held, found, row = sorted(digests), dict[str, str](), DeclarationRow
    for start in range(0, len(held), BATCH):
        chunk = row.digest.in_(held[start : start + BATCH])
        query = select(row.digest, row.supersedes).where(chunk, row.supersedes.is_not(None))
        found |= {digest: before for digest, before in session.execute(query) if before}
    return found


@dataclass(frozen=True)
class Doubtful:
    """A declaration that came in when its key may have been in other hands."""

    received_at: datetime
    since: datetime
    """From when on the key is in doubt."""


def in_doubt(session: Session, digests: Collection[str], known_at: datetime) -> dict[str, Doubtful]:
    """Those of the declarations that are in doubt, as was known then."""
    held, found, row = sorted(digests), dict[str, Doubtful](), DeclarationRow
    for start in range(0, len(held), BATCH):
        chunk = row.digest.in_(held[start : start + BATCH])
        query = select(row.digest, row.key_thumbprint, row.received_at).where(chunk)
        rows = session.execute(query).all()
        unsafe = unsafe_since(session, {key for _, key, _ in rows}, known_at)
        found |= {
            digest: Doubtful(received_at, unsafe[key])
            for digest, key, received_at in rows
            if key in unsafe and unsafe[key] <= received_at
        }
    return found


def withdrawal_of(session: Session, digest: str) -> Withdrawal | None:
    """The withdrawal of a declaration, if there is one."""
    return session.scalar(select(Withdrawal).filter_by(declaration=digest))


def logged(session: Session) -> Iterator[Logged]:
    """The bytes that the log commits to: declarations as received, and withdrawals."""
    query = select(DeclarationRow).execution_options(yield_per=BATCH)
    for row in session.scalars(query):
        signed = (row.digest, row.key_thumbprint)
        agrees = _agrees(row) and _annexes_agree(session, row)
        at = instant(row.received_at)
        yield Logged(row.log_index, "declaration", row.jws, agrees, at, signed)
    for withdrawal in session.scalars(select(Withdrawal)):
        at = instant(withdrawal.at)
        said = {"declaration": withdrawal.declaration, "reason": withdrawal.reason, "at": at}
        agrees = _says(withdrawal.statement, said)
        yield Logged(withdrawal.log_index, "withdrawal", withdrawal.statement, agrees, at)


def _agrees(row: DeclarationRow) -> bool:
    """Whether payload, digest, key and predecessor beside the signed bytes are those in them."""
    try:
        opened = open_jws(row.jws)
    except EnvelopeError:
        return False
    subject = opened.document.get("credentialSubject")
    supersedes = subject.get("supersedes") if isinstance(subject, dict) else None
    read = (opened.payload, opened.digest, opened.kid, supersedes)
    return read == (row.payload, row.digest, row.key_thumbprint, row.supersedes)


def _annexes_agree(session: Session, row: DeclarationRow) -> bool:
    """Whether the digest of each annex that is kept stands in the signed document."""
    bodies = session.scalars(select(AnnexRow.body).filter_by(declaration=row.digest))
    return all(digest_of(body).encode() in row.payload for body in bodies)


def _says(statement: bytes, expected: dict[str, str]) -> bool:
    try:
        said = strict_json(statement)
    except EnvelopeError:
        return False
    return isinstance(said, dict) and expected.items() <= said.items()
