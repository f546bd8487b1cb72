"""Deletion: bytes go, leaves stay, and a signed entry of the log says which bytes, when and why.

one transaction:  list what will go → sign and log the list → every room deletes its rows
after it:         a checkpoint over the entry, the receipt with its proof, copies on disk

A crash leaves all or nothing; whoever asks again gets the same receipt.
"""

from collections.abc import Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

import hub.access.leaving
import hub.activity.leaving
import hub.bom.leaving
import hub.calculator.leaving
import hub.declarations.leaving
import hub.disclosure.leaving
import hub.exports.battery.leaving
import hub.factors.leaving
import hub.findings.leaving
import hub.footprints.leaving
import hub.parties.leaving
import hub.requests.leaving
import hub.scenarios.leaving
import hub.sharing.leaving
import hub.trust.leaving
import hub.workbooks.leaving
from hub.declarations.tables import DeclarationRow
from hub.exit.tables import ErasureDemand
from hub.footprints.engine.store import forget_files
from hub.kit.database import transaction
from hub.kit.errors import Conflict
from hub.kit.wall import in_the_name_of
from hub.parties.usecases import lock_company
from hub.settings import Settings
from hub.trust.checkpoints import refuse_unsignable, sign_newest
from hub.trust.erasures import (
    Ordered,
    company_erasure,
    erasure_of_annexes,
    erasure_of_declaration,
    receipt_for,
    record_erasure,
)
from hub.trust.hub_key import hub_signer
from hub.trust.log import take_turn
from hub.trust.tables import LogErasure
from tierlight_schemas.log.erasure import Demand, Gone, Reason, Scope


def erase_company(
    factory: sessionmaker[Session],
    company_id: str,
    demanded_by: Demand,
    reason: Reason,
    settings: Settings,
) -> bytes:
    """Erase all that is the company's own; the deletion receipt.

    Whoever demands it, rows are deleted in the company's own scope: the wall keeps all others'.

    Raises `Conflict` when the hub has no usable key of its own, or its log has lost entries.
    """
    signer = hub_signer(settings)
    own = in_the_name_of(factory, company_id)
    with transaction(own) as session:
        take_turn(session)
        if company_erasure(session, company_id) is None:
            refuse_unsignable(session, settings)
            lock_company(session, company_id)
            hub.trust.leaving.erase(session, company_id)
            gone = list(_going(session, company_id))
            ordered = Ordered(company_id, "company", demanded_by, reason)
            record_erasure(session, ordered, gone, signer, settings.log_origin)
            _erase_rooms(session, company_id)
    forget_files()
    sign_newest(factory, settings)
    with own() as session:
        done = company_erasure(session, company_id)
        assert done is not None
        return receipt_for(session, done)


def erase_declaration(
    factory: sessionmaker[Session],
    company_id: str,
    name: str,
    reason: Reason,
    settings: Settings,
    annexes_only: bool = False,
) -> bytes:
    """Erase a withdrawn declaration with those that it replaced, or their annexes; the receipt.

    Raises `NotFound` for what is not the company's, `Conflict` (`exit/withdraw-first`), and what
    `erase_company` raises.
    """
    with transaction(factory) as session:
        take_turn(session)
        row = _done(session, company_id, name, annexes_only)
        if row is None:
            chain = hub.declarations.leaving.erasable(session, company_id, name)
            signer = hub_signer(settings)
            refuse_unsignable(session, settings)
            which = select(DeclarationRow.digest).where(DeclarationRow.digest.in_(chain))
            scope: Scope = "annexes" if annexes_only else "declaration"
            ordered = Ordered(company_id, scope, "company", reason)
            gone = (
                hub.declarations.leaving.going_annexes(session, which)
                if annexes_only
                else hub.declarations.leaving.going(session, which)
            )
            listed = list(gone)
            if not listed:
                raise Conflict("exit/nothing-to-erase", digest=name)
            row = record_erasure(session, ordered, listed, signer, settings.log_origin)
            hub.disclosure.leaving.erase(session, company_id)
            if annexes_only:
                hub.declarations.leaving.erase_annexes(session, company_id, chain)
            else:
                hub.findings.leaving.erase_of(session, company_id, chain)
                hub.declarations.leaving.erase(session, company_id, which)
        place = row.log_index
    sign_newest(factory, settings)
    with factory() as session:
        return receipt_for(session, session.get_one(LogErasure, place))


def _done(session: Session, company_id: str, name: str, annexes_only: bool) -> LogErasure | None:
    """What was erased before stays erased: the receipt is the same."""
    done = erasure_of_declaration(session, company_id, name)
    return erasure_of_annexes(session, company_id, name) if annexes_only and not done else done


def _going(session: Session, company_id: str) -> Iterator[Gone]:
    which = hub.declarations.leaving.own_digests(company_id)
    yield from hub.declarations.leaving.going(session, which)
    yield from hub.sharing.leaving.going(session, company_id)
    yield from hub.footprints.leaving.going(session, company_id)


def _erase_rooms(session: Session, company_id: str) -> None:
    """From the highest room downwards: what points to a row goes before it."""
    session.execute(delete(ErasureDemand).where(ErasureDemand.company_id == company_id))
    hub.exports.battery.leaving.erase(session, company_id)
    hub.workbooks.leaving.erase(session, company_id)
    hub.requests.leaving.erase(session, company_id)
    hub.scenarios.leaving.erase(session, company_id)
    hub.disclosure.leaving.erase(session, company_id)
    hub.findings.leaving.erase(session, company_id)
    hub.footprints.leaving.erase(session, company_id)
    hub.calculator.leaving.erase(session, company_id)
    which = hub.declarations.leaving.own_digests(company_id)
    hub.declarations.leaving.erase(session, company_id, which)
    hub.declarations.leaving.erase_undeclared(session, company_id)
    hub.sharing.leaving.erase(session, company_id)
    hub.activity.leaving.erase(session, company_id)
    hub.bom.leaving.erase(session, company_id)
    hub.factors.leaving.erase(session, company_id)
    hub.access.leaving.erase(session, company_id)
    hub.parties.leaving.erase(session, company_id)
