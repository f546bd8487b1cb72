"""Documents that the hub prepares for a person to sign.

The bytes are made once and kept. A page shows them, a key signs them (`review`, `sealing`), and
nothing else is taken for them: whoever signs in a browser or with a command signs what was read.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_part, versions
from hub.bom.tables import Part
from hub.declarations.errors import Refused
from hub.declarations.own_bands import own_findings
from hub.declarations.queries import own, state_at
from hub.declarations.tables import DeclarationRow, PreparedDeclaration
from hub.kit.clock import now
from hub.kit.errors import Conflict, NotFound, TooLarge, bad_input
from hub.kit.language import Language
from hub.parties.usecases import find_company
from hub.settings import Settings
from tierlight_schemas.build import (
    Built,
    Details,
    Fresh,
    Predecessor,
    acknowledge,
    build,
    without_salt,
)
from tierlight_schemas.checks import check
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.declaration import Acknowledgement
from tierlight_schemas.envelope import (
    MAX_PAYLOAD_BYTES,
    EnvelopeError,
    digest,
    issuer_urn,
    strict_json,
)
from tierlight_schemas.errors import RowError
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.rows import Row, RowProblems, read_row

MAX_WAITING = 200
"""Documents of a company that may wait for a signature at the same time."""
KEPT = timedelta(days=30)
"""How long one that nobody signed is remembered as too old, before it is as if it never was."""

_NO_DETAILS: Details = {}
Cells = Mapping[str, str]
"""What was typed, by the columns of `tierlight_schemas.columns`."""


def prepare(
    session: Session,
    caller: Caller,
    part_id: str,
    cells: Cells,
    *,
    language: Language,
    settings: Settings,
    reasons: Sequence[Acknowledgement] = (),
    details: Details = _NO_DETAILS,
) -> PreparedDeclaration:
    """Build, check and keep the declaration of an own part; it replaces what it is newer than.

    `reasons` say of warnings why they are right as they are; `details` are annexes beside the split
    that the cells make. Raises `NotFound` for a part that is
    not the caller's, `RowProblems` with everything wrong in the cells, `Refused` with the errors
    of the document checks, `Conflict` (`prepared/too-many`).
    """
    part, at = own_part(session, caller.company_id, part_id), now()
    _refuse_hoarding(session, caller, at)
    built = _built(session, caller, part, cells, at, language, settings, reasons, details)
    prepared = PreparedDeclaration(
        company_id=caller.company_id,
        part_id=part.id,
        actor=caller.actor,
        cells=json.dumps(dict(cells), ensure_ascii=False),
        payload=built.payload,
        split=built.annexes.get("split"),
        composition=built.annexes.get("composition"),
        activity=built.annexes.get("activity"),
        evidence=built.annexes.get("evidence"),
        digest=digest(built.payload),
        created_at=at,
        expires_at=at + timedelta(seconds=settings.prepared_seconds),
    )
    session.add(prepared)
    session.flush()
    return prepared


def draft_of(
    session: Session,
    caller: Caller,
    part_id: str,
    cells: Cells,
    *,
    language: Language,
    settings: Settings,
    details: Details = _NO_DETAILS,
) -> Built:
    """The document that `prepare` would make; nothing is kept. Raises what `rehearse` does."""
    part, at = own_part(session, caller.company_id, part_id), now()
    return _built(session, caller, part, cells, at, language, settings, (), details)


def rehearse(
    session: Session,
    caller: Caller,
    part_id: str,
    cells: Cells,
    *,
    language: Language,
    settings: Settings,
) -> list[Finding]:
    """What the checks would say of the declaration that `prepare` would make; nothing is kept.

    Raises what `prepare` does, but for the limit on how many may wait.
    """
    part, at = own_part(session, caller.company_id, part_id), now()
    built = _built(session, caller, part, cells, at, language, settings, ())
    split = strict_json(built.annexes["split"]) if "split" in built.annexes else None
    return [*check(built.document, at, split=split), *own_findings(session, built.document, at)]


def give_reasons(
    session: Session,
    caller: Caller,
    prepared_id: str,
    reasons: Sequence[Acknowledgement],
    *,
    language: Language,
    settings: Settings,
) -> PreparedDeclaration:
    """Another document in place of a prepared one, with the reasons inside what is signed.

    Raises what `waiting` and `prepare` do.
    """
    earlier = waiting(session, caller, prepared_id)
    session.delete(earlier)
    return prepare(
        session,
        caller,
        earlier.part_id,
        json.loads(earlier.cells),
        language=language,
        settings=settings,
        reasons=reasons,
        details=_details_of(earlier),
    )


def found(session: Session, caller: Caller, prepared_id: str) -> PreparedDeclaration:
    """A document that the caller's company prepared, whatever became of it.

    Raises `NotFound`, the same for another company's as for none.
    """
    prepared = session.get(PreparedDeclaration, prepared_id)
    if prepared is None or prepared.company_id != caller.company_id:
        raise NotFound
    return prepared


def waiting(session: Session, caller: Caller, prepared_id: str) -> PreparedDeclaration:
    """A document that may still be signed.

    Raises `NotFound`, or `Conflict`: `prepared/signed` for one that was, `prepared/expired`.
    """
    prepared = found(session, caller, prepared_id)
    if prepared.consumed_at is not None:
        raise Conflict("prepared/signed", digest=prepared.digest)
    if prepared.expires_at <= now():
        raise Conflict("prepared/expired")
    return prepared


def _details_of(prepared: PreparedDeclaration) -> Details:
    """What its annexes beside the split say, to be said again under new salts."""
    annexes = prepared.annexes.items()
    return {name: without_salt(body) for name, body in annexes if name != "split"}


def _built(
    session: Session,
    caller: Caller,
    part: Part,
    cells: Cells,
    at: datetime,
    language: Language,
    settings: Settings,
    reasons: Sequence[Acknowledgement],
    details: Details = _NO_DETAILS,
) -> Built:
    """The document of the cells, with no error in it."""
    row = row_of(session, part, cells)
    declarant = Declarant(_profile(session, caller, language, settings), "")
    predecessor = _predecessor(session, caller, part, row, at)
    try:
        made = build(row, declarant, Fresh.draw(at), predecessor, details)
        built = acknowledge(made, reasons)
    except EnvelopeError as error:  # a sign that no document may hold
        raise bad_input(error) from None
    _refuse_wrong(built, at)
    return built


def row_of(session: Session, part: Part, cells: Cells) -> Row:
    """The cells as a row of the part; its number, revision and category are those on record."""
    version = versions(session, [part.id])[part.id]
    stated = {"name": version.name, "revision": version.revision, "category": version.category}
    own_cells = {name: text for name, text in stated.items() if text}
    row = read_row({**own_cells, **cells, "number": part.number})
    if row is None:
        raise RowProblems([RowError("prepared/value-needed", "kgco2e")])
    return row


def _profile(session: Session, caller: Caller, language: Language, settings: Settings) -> Profile:
    company = find_company(session, caller.company_id)
    return Profile(
        issuer=issuer_urn("company", company.id),
        company_id=company.id,
        company_name=company.name,
        audience=settings.log_origin,
        language=language,
    )


def _predecessor(
    session: Session, caller: Caller, part: Part, row: Row, at: datetime
) -> Predecessor | None:
    """The standing declaration of the same part, site, boundary and end of the period."""
    kind = "process" if row.boundary == "gate-to-gate" else "footprint"
    query = own(caller).where(
        DeclarationRow.part_id == part.id,
        DeclarationRow.kind == kind,
        DeclarationRow.boundary == row.boundary,
        DeclarationRow.period_end == datetime.fromisoformat(row.period_end),
        DeclarationRow.site.is_not_distinct_from(row.texts.get("site")),
        state_at(at).in_(("head", "expired")),
    )
    newest = session.scalar(query.order_by(DeclarationRow.log_index.desc()).limit(1))
    return Predecessor(newest.digest, newest.footprint_id) if newest else None


def _refuse_wrong(built: Built, at: datetime) -> None:
    if len(built.payload) > MAX_PAYLOAD_BYTES:
        size, limit = str(len(built.payload)), str(MAX_PAYLOAD_BYTES)
        raise TooLarge("door/too-large", size=size, limit=limit)
    split = strict_json(built.annexes["split"]) if "split" in built.annexes else None
    findings = check(built.document, at, split=split)
    if errors := [finding for finding in findings if finding.severity is Severity.ERROR]:
        raise Refused.for_findings(errors)


def _refuse_hoarding(session: Session, caller: Caller, at: datetime) -> None:
    mine, row = PreparedDeclaration.company_id == caller.company_id, PreparedDeclaration
    unsigned = row.consumed_at.is_(None)
    session.execute(delete(row).where(mine, unsigned, row.expires_at < at - KEPT))
    open_ones = select(func.count()).where(mine, unsigned, row.expires_at > at)
    if (session.scalar(open_ones) or 0) >= MAX_WAITING:
        raise Conflict("prepared/too-many", limit=str(MAX_WAITING))
