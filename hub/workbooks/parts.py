"""Which own parts a workbook is about, and what there is to choose from in it."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_parts, versions
from hub.bom.tables import Part
from hub.calculator.tables import CalculationDraft
from hub.calculator.usecases import answers_of
from hub.factors.registry import registry
from hub.kit.errors import BadInput
from hub.parties.queries import sites_of
from hub.parties.tables import Site
from hub.workbooks.form import MOST_ROWS
from hub.workbooks.wanted import Choices, Wanted
from hub.workbooks.ways import rows_of_answers

_CHOOSABLE = "material"
_CHUNK = 5_000


def choices_of(session: Session, company_id: str) -> Choices:
    """The company's sites, and the registry's materials."""
    sites = session.scalars(sites_of(company_id).order_by(Site.code))
    materials = registry(session).of_category(_CHOOSABLE)
    return Choices(
        {site.code: site.name for site in sites},
        {factor.category: factor.names for factor in materials},
    )


def wanted_parts(session: Session, caller: Caller, numbers: Collection[str] = ()) -> list[Wanted]:
    """A row for each own part, or for those of these numbers, with what is known of it.

    Raises `BadInput` (`workbook/no-parts`) where there is none.
    """
    query = own_parts(caller.company_id).order_by(Part.number).limit(MOST_ROWS)
    if numbers:
        query = query.where(Part.number.in_(list(numbers)[:_CHUNK]))
    parts = list(session.scalars(query))
    if not parts:
        raise BadInput("workbook/no-parts")
    return [wanted(part, told) for part, told in with_known(session, caller, parts)]


def with_known(
    session: Session, caller: Caller, parts: list[Part]
) -> list[tuple[Part, dict[str, str]]]:
    """Each part with what is on record: the answers of its newest draft, else its mass and site."""
    known = versions(session, [part.id for part in parts])
    drafts = _newest_drafts(session, caller)
    sites = list(session.scalars(sites_of(caller.company_id).limit(2)))
    only = {"site": sites[0].code} if len(sites) == 1 else {}
    told = []
    for part in parts:
        mass = known[part.id].net_mass_kg
        of_part = {"net_mass": str(mass)} if mass is not None else {}
        told.append((part, drafts.get(part.id, only | of_part)))
    return told


def wanted(part: Part, answers: dict[str, str]) -> Wanted:
    """The row of a part, with what is known of it."""
    data, materials, energy = rows_of_answers(answers)
    return Wanted(part.id, part.number, known=data, materials=materials, energy=energy)


def _newest_drafts(session: Session, caller: Caller) -> dict[str, dict[str, str]]:
    query = (
        select(CalculationDraft)
        .where(CalculationDraft.company_id == caller.company_id)
        .order_by(CalculationDraft.changed_at, CalculationDraft.id)
    )
    return {draft.part_id: answers_of(draft) for draft in session.scalars(query)}
