"""Third parties' statements as they were known and count on a day, and who may see them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.declarations.queries import visible
from hub.declarations.tables import DeclarationRow, VerificationRevocationRow, VerificationRow
from hub.kit.clock import now
from hub.kit.wall import reading
from hub.parties.changes import rely_on
from hub.parties.groups import groups
from hub.parties.tables import CompanyIdentifier
from hub.trust.fsck import Logged
from hub.trust.log import instant
from hub.trust.queries import unsafe_since
from hub.trust.tables import Key
from tierlight_schemas.envelope import EnvelopeError, open_jws, strict_json
from tierlight_schemas.verification import (
    Assurance,
    PartVerificationStatement,
    VerificationLevel,
    VerificationSubject,
)
from tierlight_schemas.verification_standing import (
    Circumstances,
    Conflict,
    Doubt,
    Party,
    Stated,
    doubts,
    tie,
)

_CHUNK = 5_000
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Assessed:
    """A statement as it was known, and what keeps it from making its declaration verified."""

    row: VerificationRow
    revocation: VerificationRevocationRow | None
    conflict: Conflict | None
    doubts: tuple[Doubt, ...]
    """Gravest first; none: it counts."""
    declared_boundary: str

    @cached_property
    def subject(self) -> VerificationSubject:
        """What was signed."""
        signed = PartVerificationStatement.model_validate(strict_json(self.row.payload))
        return signed.credential_subject


def strongest(found: Sequence[Assessed]) -> Assessed | None:
    """The statement that makes a declaration verified: of several that count, the one of reasonable
    assurance, then the one completed last."""
    counting = [one for one in found if not one.doubts]
    return max(
        counting,
        key=lambda one: (
            one.row.assurance == "reasonable",
            one.row.completed_at,
            one.row.log_index,
        ),
        default=None,
    )


def statements_on(
    session: Session, digests: Collection[str], as_of: date, known_at: datetime
) -> dict[str, list[Assessed]]:
    """The statements on declarations, by declaration, in the order they came."""
    held, found = sorted(digests), dict[str, list[Assessed]]()
    for start in range(0, len(held), _CHUNK):
        chunk = VerificationRow.declaration.in_(held[start : start + _CHUNK])
        found |= _assessed(session, chunk, as_of, known_at)
    return found


def statements_on_company(
    session: Session, company_id: str, as_of: date, known_at: datetime
) -> dict[str, list[Assessed]]:
    """The statements on all declarations of a company; results rest on their verifiers too."""
    found = _assessed(session, DeclarationRow.company_id == company_id, as_of, known_at)
    for statements in found.values():
        for one in statements:
            rely_on(session, one.row.company_id)
    return found


def own_or_visible(session: Session, caller: Caller, digest: str) -> VerificationRow:
    """A statement of the caller's, or on a declaration that it may see (which is recorded).

    Raises `NotFound`, the same for a hidden one as for none.
    """
    row = session.get(VerificationRow, digest)
    if row is None or row.company_id != caller.company_id:
        visible(session, caller, row.declaration if row else "")
    assert row is not None  # there is no declaration without a digest
    return row


def assessed_now(session: Session, rows: Sequence[VerificationRow]) -> list[Assessed]:
    """Statements as they count today, in their order.

    A verifier is told of its own whether or not it may still see the declaration.
    """
    at = now()
    those = VerificationRow.digest.in_([row.digest for row in rows])
    with reading(session, {row.declarant_id for row in rows}):
        held = _assessed(session, those, at.date(), at).values()
    found = {one.row.digest: one for statements in held for one in statements}
    return [found[row.digest] for row in rows]


def logged_verifications(session: Session) -> Iterator[Logged]:
    """The bytes that the log commits to: statements as received, and their revocations."""
    owner = DeclarationRow.company_id
    query = select(VerificationRow, owner).join(
        DeclarationRow, DeclarationRow.digest == VerificationRow.declaration
    )
    for row, owner_id in session.execute(query):
        at, signed = instant(row.received_at), (row.digest, row.key_thumbprint)
        agrees = _agrees(row) and row.declarant_id == owner_id
        yield Logged(row.log_index, "verification", row.jws, agrees, at, signed)
    for revoked in session.scalars(select(VerificationRevocationRow)):
        at, agrees = instant(revoked.at), _revocation_agrees(revoked)
        yield Logged(revoked.log_index, "verification-revoke", revoked.jws, agrees, at)


def _assessed(
    session: Session, those: ColumnElement[bool], as_of: date, known_at: datetime
) -> dict[str, list[Assessed]]:
    found: dict[str, list[Assessed]] = defaultdict(list)
    rows = _held(session, those, known_at)
    if not rows:
        return found
    keys = {key for held in rows for key in (held.statement.key_thumbprint, held.key)}
    unsafe = unsafe_since(session, keys, known_at)
    companies = {company for held in rows for company in (held.statement.company_id, held.owner_id)}
    parties = _parties(session, companies, known_at)
    for row, revoked, owner_id, boundary, key, received_at in rows:
        case = Circumstances(
            boundary,
            is_revoked=revoked is not None,
            conflict=tie(parties[row.company_id], parties[owner_id]),
            key_in_doubt=unsafe.get(row.key_thumbprint, _NEVER) <= row.received_at,
            declaration_in_doubt=unsafe.get(key, _NEVER) <= received_at,
        )
        why = doubts(_stated(row), case, as_of)
        found[row.declaration].append(Assessed(row, revoked, case.conflict, why, boundary))
    return found


class _Held(NamedTuple):
    """A statement with what was known of it and of its declaration."""

    statement: VerificationRow
    revocation: VerificationRevocationRow | None
    owner_id: str
    boundary: str
    key: str
    received_at: datetime


def _held(session: Session, those: ColumnElement[bool], known_at: datetime) -> list[_Held]:
    ended, declared = VerificationRevocationRow, DeclarationRow
    known = and_(ended.verification == VerificationRow.digest, ended.at <= known_at)
    of_declaration = (
        declared.company_id,
        declared.boundary,
        declared.key_thumbprint,
        declared.received_at,
    )
    query = (
        select(VerificationRow, ended, *of_declaration)
        .join(declared, declared.digest == VerificationRow.declaration)
        .outerjoin(ended, known)
        .where(those, VerificationRow.received_at <= known_at)
        .order_by(VerificationRow.log_index)
    )
    return [_Held(*row) for row in session.execute(query)]


def _stated(row: VerificationRow) -> Stated:
    return Stated(
        cast(VerificationLevel, row.level),
        cast(Assurance, row.assurance),
        row.boundary,
        Decimal(row.share),
        row.completed_at,
        row.valid_until,
        row.accredited_until,
    )


def _parties(
    session: Session, company_ids: Collection[str], known_at: datetime
) -> dict[str, Party]:
    """Companies with all that may tie one to another."""
    identifiers: dict[str, list[str]] = defaultdict(list)
    named = select(CompanyIdentifier.company_id, CompanyIdentifier.value)
    for company_id, value in session.execute(
        named.where(CompanyIdentifier.company_id.in_(company_ids))
    ):
        identifiers[company_id].append(value)
    keys: dict[str, list[str]] = defaultdict(list)
    held = select(Key.company_id, Key.thumbprint).where(Key.company_id.in_(company_ids))
    for company_id, thumbprint in session.execute(held):
        keys[company_id].append(thumbprint)
    together = groups(session, known_at)
    return {
        company_id: Party(
            company_id,
            tuple(identifiers[company_id]),
            tuple(keys[company_id]),
            together.get(company_id, frozenset()) - {company_id},
        )
        for company_id in company_ids
    }


def _agrees(row: VerificationRow) -> bool:
    """Whether what stands beside the signed bytes is what they say."""
    try:
        opened = open_jws(row.jws)
        subject = PartVerificationStatement.model_validate(opened.document).credential_subject
        stated = _stated(row)
    except (EnvelopeError, ValueError, ArithmeticError):  # a flipped bit may leave no number
        return False
    read: tuple[Any, ...] = (opened.payload, opened.digest, opened.kid, subject.declaration)
    beside = (row.payload, row.digest, row.key_thumbprint, row.declaration)
    share = str(subject.coverage.share_percent)
    return read == beside and (stated, row.share) == (Stated.of(subject), share)


def _revocation_agrees(row: VerificationRevocationRow) -> bool:
    try:
        opened = open_jws(row.jws)
    except EnvelopeError:
        return False
    said = {"verification": row.verification, "reason": row.reason}
    names = (opened.digest, opened.kid)
    return names == (row.digest, row.key_thumbprint) and said.items() <= opened.document.items()
