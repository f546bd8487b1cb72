"""What waits for a second person, as the person who has to decide reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hub.access.administration import names_of_actors
from hub.access.caller import Caller
from hub.access.four_eyes import four_eyes
from hub.declarations.arrival import open_submission
from hub.declarations.columns import Columns, columns_of
from hub.declarations.holding import held, held_of, waiting_of
from hub.declarations.own_bands import own_findings
from hub.declarations.payloads import FindingView, HeldView, finding_view, held_view
from hub.declarations.releasing import refuse_unfit
from hub.declarations.tables import DeclarationRow, HeldSubmission
from hub.declarations.verdict import StoredFinding
from hub.kit.clock import now
from hub.kit.errors import Forbidden, NotFound
from hub.kit.language import Language
from hub.kit.problems import Problem, problem_of
from tierlight_schemas.checks import check
from tierlight_schemas.declaration import declaration_model
from tierlight_schemas.envelope import parse_part_urn
from tierlight_schemas.findings import Finding

LATEST = 50
"""How many that do not wait any more a page lists."""


@dataclass(frozen=True)
class HeldLine:
    """One of a list."""

    held: HeldView
    number: str
    """Of the part, as the document says it."""
    submitted_by: str


@dataclass(frozen=True)
class HeldList:
    """What waits in a company, and what became of the last ones."""

    is_asked: bool
    """Whether the company asks for four eyes now."""
    waiting: list[HeldLine]
    decided: list[HeldLine]


@dataclass(frozen=True)
class HeldPage:
    """One, with the document that it is about."""

    line: HeldLine
    decided_by: str | None
    document: Mapping[str, Any]
    """The signed payload, parsed."""
    columns: Columns
    findings: list[FindingView]
    """What the document checks say of it today."""
    unfit: Problem | None
    """Why the reader may not be the second person; None for who may."""


def held_list(session: Session, caller: Caller, language: Language) -> HeldList:
    """The company's, those that wait by the time that they were submitted."""
    names, by_time = names_of_actors(session, caller.company_id), HeldSubmission.submitted_at
    waiting = list(session.scalars(waiting_of(caller.company_id).order_by(by_time)))
    newest = held_of(caller.company_id).order_by(by_time.desc()).limit(LATEST + len(waiting))
    decided = [row for row in session.scalars(newest) if row not in waiting][:LATEST]
    return HeldList(
        four_eyes(session, caller.company_id).is_on,
        [_line(session, row, names, language) for row in waiting],
        [_line(session, row, names, language) for row in decided],
    )


def held_page(session: Session, caller: Caller, named: str, language: Language) -> HeldPage:
    """One that waits, or waited, in the caller's company. Raises `NotFound`."""
    row, names = held(session, caller, named), names_of_actors(session, caller.company_id)
    document = _document(session, row)
    decided_by = names.get(row.decided_by, row.decided_by) if row.decided_by else None
    return HeldPage(
        _line(session, row, names, language),
        decided_by,
        document,
        columns_of(declaration_model(document).model_validate(document)),
        [finding_view(StoredFinding(found), language) for found in _findings(session, document)],
        _unfit(session, caller, row, language),
    )


def _findings(session: Session, document: dict[str, Any]) -> list[Finding]:
    at = now()
    return [*check(document, at), *own_findings(session, document, at)]


def held_jws(session: Session, caller: Caller, named: str) -> bytes:
    """The signed bytes of what waits or was released. Raises `NotFound`."""
    row = held(session, caller, named)
    if row.submission is not None:
        return open_submission(row.submission, now()).jws
    return _declared(session, row).jws


def _line(
    session: Session, row: HeldSubmission, names: Mapping[str, str], language: Language
) -> HeldLine:
    subject = _document(session, row)["credentialSubject"]
    number = parse_part_urn(subject["id"])[2]
    return HeldLine(held_view(row, language), number, names.get(row.submitted_by, row.submitted_by))


def _document(session: Session, row: HeldSubmission) -> dict[str, Any]:
    if row.submission is not None:
        return open_submission(row.submission, now()).opened.document
    document: dict[str, Any] = json.loads(_declared(session, row).payload)
    return document


def _declared(session: Session, row: HeldSubmission) -> DeclarationRow:
    declared = session.get(DeclarationRow, row.declaration)
    if declared is None:
        raise NotFound
    return declared


def _unfit(
    session: Session, caller: Caller, row: HeldSubmission, language: Language
) -> Problem | None:
    try:
        refuse_unfit(session, caller, row)
    except Forbidden as error:
        return problem_of(error, language)
    return None
