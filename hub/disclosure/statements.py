"""Statements for one reader: of the part that it owns, with what it may see of all others."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from hub.access.caller import Caller
from hub.bom.queries import own_part
from hub.disclosure.reader import record_reads
from hub.footprints.statements import bundle, record_statement
from hub.footprints.tables import StatementRow
from hub.footprints.usecases import Basis, roll_up
from hub.kit.database import transaction
from hub.settings import Settings
from hub.trust.checkpoints import refuse_unsignable, sign_newest
from hub.trust.hub_key import hub_signer
from tierlight_schemas.jws import open_jws


@dataclass(frozen=True)
class StatementQuestion:
    """What a statement is asked for."""

    as_of: date
    known_at: datetime
    basis: Basis = "declared"


@dataclass(frozen=True)
class Made:
    """A statement that is committed, and the bundle to take along."""

    row: StatementRow
    bundle: bytes


def state(
    factory: sessionmaker[Session],
    caller: Caller,
    part_id: str,
    asked: StatementQuestion,
    settings: Settings,
) -> Made:
    """`make_statement` in a transaction of its own; the bundle proves what that has committed."""
    with transaction(factory) as session:
        row = make_statement(session, caller, part_id, asked, settings)
    sign_newest(factory, settings)
    with factory() as session:
        return Made(row, bundle(session, row))


def make_statement(
    session: Session, caller: Caller, part_id: str, asked: StatementQuestion, settings: Settings
) -> StatementRow:
    """Roll up the caller's own part, sign the result, log it and keep it.

    The reads stand in the owners' access logs as those of a footprint do. Raises `NotFound` for a
    part that is not the caller's, `Conflict` when the hub has no usable key of its own.
    """
    part = own_part(session, caller.company_id, part_id, asked.known_at)
    signer = hub_signer(settings)
    rollup = roll_up(
        session, caller.company_id, [part.id], asked.as_of, asked.known_at, asked.basis
    )
    record_reads(session, caller, rollup)
    refuse_unsignable(session, settings)
    return record_statement(session, rollup, part.id, signer, settings.log_origin)


def signed_document(row: StatementRow) -> dict[str, Any]:
    """What a stored statement says."""
    return open_jws(row.jws).document
