"""How well it is known that a company is who it says: the three levels of the PACT identity draft.

- **self-asserted**: it says so, and nobody else;
- **registry-verified**: the operator has looked into a register, which is named, on a day;
- **credential-verified**: an issuer that the operator trusts has signed it over the company's key
  (`hub.trust.identity`).

Each is somebody's word on one identifier; the company's level is the highest that stands today.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.database import add_hidden
from hub.kit.errors import BadInput, NotFound
from hub.kit.wall import beyond
from hub.parties.tables import CompanyIdentifier, IdentityAssurance
from hub.parties.usecases import Identifier, lock_company

Level = Literal["self-asserted", "registry-verified", "credential-verified"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
MAX_SOURCE = 300


def confirm_by_registry(
    session: Session,
    company_id: str,
    identifier: Identifier,
    *,
    source: str,
    checked_on: date,
    valid_to: date | None = None,
    by: str,
) -> IdentityAssurance:
    """Record that a register names the company under one of its identifiers.

    `source` is the register, as somebody can look it up again. Raises `NotFound`
    (`identity/not-its-own`) for an identifier that the company does not have, `BadInput` for an
    unusable source or day.
    """
    _refuse_days(checked_on, valid_to)
    source = source.strip()
    if not 0 < len(source) <= MAX_SOURCE or not source.isprintable():
        raise BadInput("identity/source", limit=str(MAX_SOURCE))
    row = IdentityAssurance(
        level="registry-verified", source=source, checked_on=checked_on, valid_to=valid_to
    )
    return _recorded(session, company_id, identifier, row, by)


def confirm_by_credential(
    session: Session,
    company_id: str,
    identifier: Identifier,
    *,
    issuer: str,
    valid_to: date | None,
    key: str,
    credential: str,
    by: str,
) -> IdentityAssurance:
    """Record what a credential says that was found to hold. Raises `NotFound` as above."""
    row = IdentityAssurance(
        level="credential-verified",
        source=issuer,
        checked_on=now().date(),
        valid_to=valid_to,
        key=key,
        credential=credential,
    )
    return _recorded(session, company_id, identifier, row, by)


def end_assurances(session: Session, company_id: str, because: str) -> int:
    """End every word on a company's identifiers; it is self-asserted again. Gives how many ended.

    Raises `BadInput` without a reason.
    """
    reason = because.strip()
    if not 0 < len(reason) <= MAX_SOURCE or not reason.isprintable():
        raise BadInput("identity/source", limit=str(MAX_SOURCE))
    return _end(session, reason, IdentityAssurance.company_id == company_id)


def end_of_key(session: Session, key: str) -> None:
    """What rested on a key ends with it."""
    _end(session, "key ended", IdentityAssurance.key == key)


def standing(session: Session, company_id: str) -> list[IdentityAssurance]:
    """Whose word holds today, the highest level first."""
    query = _standing().where(IdentityAssurance.company_id == company_id)
    return _ordered(session.scalars(query))


def all_of(company_id: str, columns: Iterable[str]) -> Select[*tuple[Any, ...]]:
    """Whose word was ever recorded, in the order of time."""
    query = select(*(getattr(IdentityAssurance, name) for name in columns))
    query = query.where(IdentityAssurance.company_id == company_id)
    return query.order_by(IdentityAssurance.recorded_at, IdentityAssurance.id)


def levels(session: Session, company_ids: Collection[str]) -> Mapping[str, Level]:
    """The level of each company today."""
    found: dict[str, list[IdentityAssurance]] = {company_id: [] for company_id in company_ids}
    query = _standing().where(IdentityAssurance.company_id.in_(sorted(found)))
    for row in session.scalars(query):
        found[row.company_id].append(row)
    return {company_id: highest(rows) for company_id, rows in found.items()}


def highest(rows: Iterable[IdentityAssurance]) -> Level:
    """The highest level among what stands; nothing standing is the company's own word."""
    return max(
        (level for row in rows for level in LEVELS if level == row.level),
        key=LEVELS.index,
        default=LEVELS[0],
    )


def _recorded(
    session: Session, company_id: str, identifier: Identifier, row: IdentityAssurance, by: str
) -> IdentityAssurance:
    lock_company(session, company_id)
    scheme, value = identifier
    own = select(CompanyIdentifier.id).filter_by(company_id=company_id, scheme=scheme, value=value)
    if session.scalar(own) is None:
        raise NotFound("identity/not-its-own", identifier=f"{scheme}:{value}"[:100])
    row.company_id, row.scheme, row.value = company_id, scheme, value
    row.recorded_by, row.recorded_at = by, now()
    add_hidden(session, [row])
    return row


def _standing() -> Select[IdentityAssurance]:
    row, today = IdentityAssurance, now().date()
    holds = (row.valid_to.is_(None)) | (row.valid_to > today)
    return select(row).where(row.ended_at.is_(None), holds)


def _ordered(rows: Iterable[IdentityAssurance]) -> list[IdentityAssurance]:
    return sorted(rows, key=lambda row: (-_rank(row), row.scheme, row.recorded_at))


def _rank(row: IdentityAssurance) -> int:
    return next(rank for rank, level in enumerate(LEVELS) if level == row.level)


def _end(session: Session, because: str, which: ColumnElement[bool]) -> int:
    row = IdentityAssurance
    ended = update(row).where(which, row.ended_at.is_(None))
    with beyond(session):  # whose word it was does not matter: it no longer holds
        done = session.scalars(
            ended.values(ended_at=now(), ended_because=because).returning(row.id)
        )
        return len(done.all())


def _refuse_days(checked_on: date, valid_to: date | None) -> None:
    today = now().date()
    if checked_on > today or (valid_to is not None and valid_to <= today):
        raise BadInput("identity/days")
