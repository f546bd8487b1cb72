"""What the answers of a draft give: a footprint with everything said of it, and the document."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of, own_part, versions
from hub.calculator.answers import Problem, Unanswered, sheet_of
from hub.calculator.bills import evidence_of
from hub.calculator.inputs import chosen, declared
from hub.calculator.side_by_side import Neighbour, beside
from hub.calculator.tables import CalculationDraft
from hub.calculator.usecases import MAX_DRAFTS, answers_of, own_draft
from hub.declarations import preparing
from hub.declarations.tables import PreparedDeclaration
from hub.factors.registry import registry
from hub.kit.clock import now
from hub.kit.errors import Conflict
from hub.kit.language import Language
from hub.parties.queries import sites_of
from hub.parties.tables import Site
from hub.settings import Settings
from tierlight_schemas.build import Details
from tierlight_schemas.calculator import Calculation, PartSheet, calculate
from tierlight_schemas.calculator.details import details_of
from tierlight_schemas.calculator.improving import Effect, levers
from tierlight_schemas.calculator.plausible import Range, range_of
from tierlight_schemas.calculator.writing import cells_of, row_of


@dataclass(frozen=True)
class Outcome:
    """What the answers give: a calculation, or what is lacking."""

    sheet: PartSheet | None
    calculation: Calculation | None
    problems: tuple[Problem, ...] = ()
    levers: tuple[Effect, ...] = ()
    """What would lower the footprint, by the same factors."""
    usual: Range | None = None
    """The published range of such parts."""


def outcome(session: Session, caller: Caller, draft: CalculationDraft) -> Outcome:
    """What the answers give as they are; reads of suppliers' declarations are recorded."""
    try:
        sheet = _sheet(session, caller, draft)
    except Unanswered as error:
        return Outcome(None, None, tuple(error.problems))
    factors = registry(session)
    found = calculate(sheet, factors, now().date())
    said = (*found.findings, *beside(sheet, _others(session, caller, draft), _mass(session, draft)))
    return Outcome(
        sheet,
        replace(found, findings=said),
        levers=tuple(levers(sheet, factors)),
        usual=range_of(sheet, found),
    )


def declare(
    session: Session, caller: Caller, draft_id: str, language: Language, settings: Settings
) -> PreparedDeclaration:
    """The document that the answers make, waiting for its signature; the draft stays.

    Raises `NotFound`, `Conflict` (`calculator/unanswered`) while something is lacking, `RowError`
    (`calculation/incomplete`), and what `preparing.prepare` does.
    """
    draft = own_draft(session, caller, draft_id)
    cells, details = _made(session, caller, draft)
    return preparing.prepare(
        session,
        caller,
        draft.part_id,
        cells,
        language=language,
        settings=settings,
        details=details,
    )


def unsigned(
    session: Session, caller: Caller, draft_id: str, language: Language, settings: Settings
) -> dict[str, Any]:
    """The PACT document that a customer would receive, as it stands; nothing is kept.

    Raises what `declare` does.
    """
    draft = own_draft(session, caller, draft_id)
    cells, details = _made(session, caller, draft)
    built = preparing.draft_of(
        session,
        caller,
        draft.part_id,
        cells,
        language=language,
        settings=settings,
        details=details,
    )
    footprint: dict[str, Any] = built.document["credentialSubject"]["footprint"]
    return footprint


def _made(
    session: Session, caller: Caller, draft: CalculationDraft
) -> tuple[dict[str, str], Details]:
    found = outcome(session, caller, draft)
    if found.sheet is None or found.calculation is None:
        raise Conflict("calculator/unanswered")
    cells = cells_of(row_of(found.sheet, found.calculation))
    return cells, details_of(found.sheet, found.calculation)


def _sheet(session: Session, caller: Caller, draft: CalculationDraft) -> PartSheet:
    """Raises `Unanswered`."""
    part, answers = own_part(session, caller.company_id, draft.part_id), answers_of(draft)
    name = versions(session, [part.id], now())[part.id].name
    sites: list[Site] = list(session.scalars(sites_of(caller.company_id)))
    values = declared(session, caller, chosen(answers))
    bills = evidence_of(session, draft)
    return sheet_of(part.number, name, answers, sites, values, bills)


def _others(session: Session, caller: Caller, draft: CalculationDraft) -> Sequence[Neighbour]:
    """The newest draft of each other part that can be read as a sheet.

    Suppliers' values are not asked for: only what the company itself said is compared.
    """
    query = select(CalculationDraft).where(
        CalculationDraft.company_id == caller.company_id, CalculationDraft.part_id != draft.part_id
    )
    newest = {
        each.part_id: each
        for each in session.scalars(query.order_by(CalculationDraft.changed_at).limit(MAX_DRAFTS))
    }
    numbers = numbers_of(session, newest)
    sites: list[Site] = list(session.scalars(sites_of(caller.company_id)))
    found = []
    for part_id, each in newest.items():
        told = {n: text for n, text in answers_of(each).items() if not n.endswith(".declared")}
        try:
            found.append(Neighbour(numbers[part_id], sheet_of(numbers[part_id], "", told, sites)))
        except Unanswered:
            continue
    return found


def _mass(session: Session, draft: CalculationDraft) -> Decimal | None:
    """kg of the part as its own record has it."""
    recorded = versions(session, [draft.part_id], now())[draft.part_id].net_mass_kg
    return Decimal(str(recorded)) if recorded is not None else None
