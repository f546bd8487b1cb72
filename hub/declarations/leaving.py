"""Declarations of a company that leaves, or of which it wants the bytes gone.

An erased declaration takes those along that it replaced: without it they would stand again.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import buyers_ever
from hub.declarations import leaving_verifications
from hub.declarations.evidence import evidence
from hub.declarations.holding import held_of
from hub.declarations.storage import BY_THE_SPLIT, IN_ANNEXES
from hub.declarations.tables import (
    AnnexRow,
    DeclarationFinding,
    DeclarationRow,
    HeldSubmission,
    PreparedDeclaration,
    Withdrawal,
)
from hub.kit.errors import Conflict, NotFound
from hub.kit.leaving import BATCH, ExportFile, ndjson_file
from hub.parties.changes import touch
from hub.settings import Settings
from hub.trust.checkpoints import newest, proof_of
from hub.trust.log import instant, receipt_of
from hub.trust.proofs import proof_of_declaration
from tierlight_schemas.envelope import b64url_encode, digest, pack_submission
from tierlight_schemas.log.erasure import ANNEX, Gone

FILE = "declarations.ndjson"
_HELD = (
    *("kind", "declaration", "submitted_by", "submitted_at", "expires_at", "state"),
    *("decided_by", "decided_at", "withdrawal_reason", "rejection"),
)
_PREPARED = ("digest", "part_id", "actor", "created_at", "expires_at", "consumed_at")
_FINDING = ("declaration", "code", "severity", "path", "acknowledged")
Digests = Select[str]
"""Which declarations: a query of digests."""


def export(session: Session, caller: Caller, settings: Settings) -> Iterator[ExportFile]:
    """Signed bytes with annexes, receipts with proofs, evidence, findings, withdrawals, third
    parties' statements, and what waited for a signature or for a second person."""
    company_id = caller.company_id
    signed = ExportFile(FILE, "exit/file-declarations", _submissions(session, company_id))
    yield signed
    for name in session.scalars(_own(company_id)).all():
        yield from _receipt(session, name)
        yield from _evidence(session, caller, name, settings)
    findings = _findings(session, company_id)
    yield ndjson_file("findings.ndjson", "exit/file-findings", findings)
    withdrawals = _withdrawals(session, company_id)
    yield ndjson_file("withdrawals.ndjson", "exit/file-withdrawals", withdrawals)
    told = leaving_verifications.told(session, company_id)
    yield ndjson_file("verifications.ndjson", "exit/file-verifications", told)
    prepared = _prepared(session, company_id)
    yield ndjson_file("prepared.ndjson", "exit/file-prepared", prepared)
    yield ndjson_file("held.ndjson", "exit/file-held", _held(session, company_id))


def own_digests(company_id: str) -> Digests:
    """All declarations of a company."""
    return select(DeclarationRow.digest).where(DeclarationRow.company_id == company_id)


def erasable(session: Session, company_id: str, name: str) -> list[str]:
    """A withdrawn declaration of the company with all that it replaced, newest first.

    Raises `NotFound` when it is not the company's, `Conflict` (`exit/withdraw-first`) while it
    stands.
    """
    row = session.get(DeclarationRow, name)
    if row is None or row.company_id != company_id:
        raise NotFound
    if session.scalar(select(Withdrawal.id).filter_by(declaration=name)) is None:
        raise Conflict("exit/withdraw-first", digest=name)
    chain = [name]
    while row is not None and row.supersedes is not None:
        row = session.get(DeclarationRow, row.supersedes)
        chain += [row.digest] if row is not None else []
    return chain


def going(session: Session, which: Digests) -> Iterator[Gone]:
    """Everything whose bytes go with these declarations."""
    rows = select(DeclarationRow.log_index, DeclarationRow.digest, DeclarationRow.jws)
    rows = rows.where(DeclarationRow.digest.in_(which)).order_by(DeclarationRow.log_index)
    for index, name, jws in session.execute(rows.execution_options(yield_per=BATCH)):
        yield Gone("declaration", digest(jws), index, name)
    yield from going_annexes(session, which)
    ended = select(Withdrawal).where(Withdrawal.declaration.in_(which))
    for row in session.scalars(ended.order_by(Withdrawal.log_index)):
        yield Gone("withdrawal", digest(row.statement), row.log_index, row.declaration)
    yield from leaving_verifications.going(session, which)


def going_annexes(session: Session, which: Digests) -> Iterator[Gone]:
    """The annexes of these declarations."""
    rows = select(AnnexRow.declaration, AnnexRow.body).where(AnnexRow.declaration.in_(which))
    rows = rows.order_by(AnnexRow.declaration, AnnexRow.name)
    for name, body in session.execute(rows.execution_options(yield_per=50)):
        yield Gone(ANNEX, digest(body), None, name)


def erase(session: Session, company_id: str, which: Digests) -> None:
    """Delete these declarations of the company, and all that is kept with them."""
    names = session.scalars(which).all()
    erase_annexes(session, company_id, names)
    leaving_verifications.erase(session, names)
    own = HeldSubmission.company_id == company_id
    for start in range(0, len(names), BATCH):
        chunk = names[start : start + BATCH]
        session.execute(delete(DeclarationFinding).where(DeclarationFinding.declaration.in_(chunk)))
        session.execute(delete(Withdrawal).where(Withdrawal.declaration.in_(chunk)))
        session.execute(delete(HeldSubmission).where(own, HeldSubmission.declaration.in_(chunk)))
        session.execute(delete(DeclarationRow).where(DeclarationRow.digest.in_(chunk)))
    session.expire_all()


def erase_undeclared(session: Session, company_id: str) -> None:
    """Delete what waited, or waited in vain, and was never declared."""
    for waiting in (PreparedDeclaration, HeldSubmission):
        session.execute(delete(waiting).where(waiting.company_id == company_id))


def erase_annexes(session: Session, company_id: str, names: Sequence[str]) -> None:
    """Delete the annexes of these declarations of the company, and what was found in them.

    With them goes what was typed into a form: their values stand in it too.

    Results that rested on them are those of the company and of whoever buys its parts.
    """
    parts = select(DeclarationRow.part_id).where(DeclarationRow.company_id == company_id).distinct()
    buyers = {buyer for part in session.scalars(parts) for buyer in buyers_ever(session, part)}
    touch(session, company_id, *buyers)
    for start in range(0, len(names), BATCH):
        chunk = names[start : start + BATCH]
        session.execute(delete(AnnexRow).where(AnnexRow.declaration.in_(chunk)))
        typed = PreparedDeclaration.company_id == company_id
        session.execute(
            delete(PreparedDeclaration).where(typed, PreparedDeclaration.digest.in_(chunk))
        )
        found = DeclarationFinding.declaration.in_(chunk)
        inside = DeclarationFinding.path.startswith(IN_ANNEXES, autoescape=True)
        of_annexes = or_(inside, DeclarationFinding.code.in_(BY_THE_SPLIT))
        session.execute(delete(DeclarationFinding).where(found, of_annexes))
    session.expire_all()


def _own(company_id: str) -> Digests:
    return own_digests(company_id).order_by(DeclarationRow.log_index)


def _submissions(session: Session, company_id: str) -> Iterator[bytes]:
    """One submission a line, in the order in which they came: what replaces comes later."""
    rows = select(DeclarationRow.digest, DeclarationRow.jws)
    rows = rows.where(DeclarationRow.company_id == company_id).order_by(DeclarationRow.log_index)
    for name, jws in session.execute(rows.execution_options(yield_per=50)):
        kept = select(AnnexRow.name, AnnexRow.body).where(AnnexRow.declaration == name)
        annexes = {annex: body for annex, body in session.execute(kept)}
        yield pack_submission(jws, annexes) + b"\n"


def _receipt(session: Session, name: str) -> Iterator[ExportFile]:
    folder, about = f"{FILE}.receipts", "exit/file-receipts"
    yield ExportFile(f"{folder}/{name}.json", about, [receipt_of(session, name)])
    proof = proof_of_declaration(session, name)
    if proof is not None:
        yield ExportFile(f"{folder}/{name}.tlog-proof", about, [proof.encode()])


def _evidence(
    session: Session, caller: Caller, name: str, settings: Settings
) -> Iterator[ExportFile]:
    """A hub without a key, or whose last checkpoint is older, has no evidence to give."""
    checkpoint, row = newest(session), session.get_one(DeclarationRow, name)
    is_covered = checkpoint is not None and checkpoint.size > row.log_index
    if settings.signing_key_file is not None and is_covered:
        body = evidence(session, caller, name, None, settings)
        yield ExportFile(f"evidence/{name}.json", "exit/file-evidence", [body])
    session.expire(row)  # its bytes are not held beyond the file


def _findings(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    query = select(DeclarationFinding).where(
        DeclarationFinding.declaration.in_(own_digests(company_id))
    )
    order = (DeclarationFinding.declaration, DeclarationFinding.position)
    for row in session.scalars(query.order_by(*order).execution_options(yield_per=BATCH)):
        told = {name: getattr(row, name) for name in _FINDING}
        yield told | {"evidence": json.loads(row.evidence)}


def _withdrawals(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    query = select(Withdrawal).where(Withdrawal.declaration.in_(own_digests(company_id)))
    for row in session.scalars(query.order_by(Withdrawal.log_index)):
        yield {
            "declaration": row.declaration,
            "reason": row.reason,
            "at": instant(row.at),
            "log_index": row.log_index,
            "statement": b64url_encode(row.statement),
            "proof": proof_of(session, row.log_index),
        }


def _prepared(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    """What was typed, and the bytes that were made of it."""
    query = select(PreparedDeclaration).filter_by(company_id=company_id)
    query = query.order_by(PreparedDeclaration.created_at, PreparedDeclaration.id)
    for row in session.scalars(query.execution_options(yield_per=50)):
        yield {name: getattr(row, name) for name in _PREPARED} | {
            "cells": json.loads(row.cells),
            "payload": b64url_encode(row.payload),
            "annexes": {name: b64url_encode(body) for name, body in row.annexes.items()},
        }


def _held(session: Session, company_id: str) -> Iterator[dict[str, Any]]:
    query = held_of(company_id).order_by(HeldSubmission.submitted_at, HeldSubmission.id)
    for row in session.scalars(query.execution_options(yield_per=50)):
        yield {name: getattr(row, name) for name in _HELD} | {
            "refusal": json.loads(row.refusal) if row.refusal else None,
            "submission": json.loads(row.submission) if row.submission else None,
        }
