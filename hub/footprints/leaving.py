"""Statements of a company that leaves, and what statements of others have lost with it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part
from hub.footprints.releases import without
from hub.footprints.statements import bundle, own_statements
from hub.footprints.tables import BomSnapshot, StatementInput, StatementRow, ValueRelease
from hub.kit.clock import now
from hub.kit.leaving import BATCH, ExportFile, csv_file
from hub.kit.wall import beyond
from hub.settings import Settings
from hub.trust.erasures import declarations_erased
from hub.trust.hub_key import hub_signer, refuse_ended
from hub.trust.log import instant
from hub.trust.tables import LogErased
from tierlight_schemas.envelope import canonical, digest
from tierlight_schemas.log.erasure import LOST_TYPE, Gone

_STATEMENT = ("digest", "as_of", "known_at", "basis", "made_at", "log_index")


@dataclass(frozen=True)
class Lost:
    """A declaration that a statement was computed from, and of which bytes were erased."""

    declaration: str | None
    """Its digest; None for one that only the hub knew of, deeper in the chain."""
    erased_at: datetime
    log_index: int
    """Of the erasure."""


def export(session: Session, company_id: str) -> Iterator[ExportFile]:
    """Each statement as its bundle, and a list of them."""
    query = own_statements(company_id).order_by(StatementRow.log_index)
    told = query.with_only_columns(*(getattr(StatementRow, name) for name in _STATEMENT))
    rows = session.execute(told).all()
    yield csv_file("statements.csv", "exit/file-statements", _STATEMENT, rows)
    for name, *_ in rows:
        row = session.get_one(StatementRow, name)
        body = bundle(session, row)
        session.expire(row)
        yield ExportFile(f"statements/{name}.json", "exit/file-bundles", [body])


def going(session: Session, company_id: str) -> Iterator[Gone]:
    """The company's own statements."""
    query = own_statements(company_id).order_by(StatementRow.log_index)
    rows = query.with_only_columns(StatementRow.log_index, StatementRow.jws)
    for index, jws in session.execute(rows.execution_options(yield_per=BATCH)):
        yield Gone("statement", digest(jws), index)


def erase(session: Session, company_id: str) -> None:
    """Delete statements, compiled bills of materials and releases; what the company added to
    others' releases goes out of them. Statements of others are not touched."""
    session.execute(delete(StatementRow).where(StatementRow.company_id == company_id))
    session.execute(delete(BomSnapshot).where(BomSnapshot.company_id == company_id))
    with beyond(session):
        session.execute(delete(ValueRelease).where(ValueRelease.company_id == company_id))
        for row in session.scalars(select(ValueRelease).execution_options(yield_per=BATCH)):
            row.body = without(company_id, row.body)
        session.flush()
    session.expire_all()


def resting_on(session: Session, company_id: str, declarations: Collection[str]) -> tuple[int, int]:
    """How many statements of how many other companies were computed from these declarations."""
    wanted, found = sorted(declarations), set[tuple[str, str]]()
    query = select(StatementRow.digest, StatementRow.company_id).join(
        StatementInput, StatementInput.statement == StatementRow.digest
    )
    for start in range(0, len(wanted), BATCH):
        chunk = StatementInput.declaration.in_(wanted[start : start + BATCH])
        others = query.where(chunk, StatementRow.company_id != company_id)
        with beyond(session):
            found |= {(name, owner) for name, owner in session.execute(others)}
    return len(found), len({owner for _, owner in found})


def lost_inputs(session: Session, statements: Collection[str]) -> dict[str, list[Lost]]:
    """What each of these statements can no longer be computed from; those that can are absent.

    A statement follows from its own annex for ever. What is lost is the way from the annex to what
    was signed.
    """
    query = select(StatementInput).where(StatementInput.statement.in_(list(statements)))
    inputs = session.scalars(query.order_by(StatementInput.declaration)).all()
    erased = declarations_erased(session, (row.declaration for row in inputs))
    found: dict[str, list[Lost]] = defaultdict(list)
    for row in inputs:
        if row.declaration in erased:
            index, at = erased[row.declaration]
            name = row.declaration if row.is_told else None
            found[row.statement].append(Lost(name, at, index))
    return dict(found)


@dataclass(frozen=True)
class Marked:
    """A statement that has lost something of what it was computed from."""

    digest: str
    number: str
    """Of the part that it is about."""
    made_at: datetime
    log_index: int
    lost: list[Lost]


def marked_statements(session: Session, company_id: str, limit: int = 100) -> list[Marked]:
    """The newest statements of the company that have lost inputs."""
    query = (
        select(StatementRow.digest, Part.number, StatementRow.made_at, StatementRow.log_index)
        .join(Part, Part.id == StatementRow.part_id)
        .where(StatementRow.company_id == company_id, StatementRow.digest.in_(_losers()))
        .order_by(StatementRow.log_index.desc())
        .limit(limit)
    )
    rows = session.execute(query).all()
    lost = lost_inputs(session, [row.digest for row in rows])
    return [Marked(name, number, at, index, lost[name]) for name, number, at, index in rows]


def _losers() -> Select[str]:
    erased = LogErased.declaration == StatementInput.declaration
    return select(StatementInput.statement).join(LogErased, erased)


def lost_word(session: Session, row: StatementRow, settings: Settings) -> bytes:
    """The hub's signed word, as a compact JWS, on what a statement has lost so far.

    Raises `Conflict` as `hub_signer` and `refuse_ended` do.
    """
    signer = hub_signer(settings)
    refuse_ended(session, signer.kid)
    lost = lost_inputs(session, [row.digest]).get(row.digest, [])
    told = [
        {
            "erasedAt": instant(item.erased_at),
            "index": str(item.log_index),
            **({"declaration": item.declaration} if item.declaration else {}),
        }
        for item in lost
    ]
    said = {"type": LOST_TYPE, "origin": settings.log_origin, "statement": row.digest}
    return signer.sign(canonical({**said, "at": instant(now()), "lost": told}))
