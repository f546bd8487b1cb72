"""What the pages of a draft show beside its answers; always of the caller's company."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_part, versions
from hub.bom.tables import Part
from hub.calculator.inputs import Supply, supplies
from hub.calculator.tables import CalculationDraft
from hub.calculator.usecases import MAX_DRAFTS, answers_of, own_draft
from hub.factors.registry import registry
from hub.kit.clock import now
from hub.kit.language import Language
from hub.parties.payloads import SiteOut
from hub.parties.queries import sites_of
from hub.parties.tables import Site

MOST_SITES = 500
_CHOOSABLE = "material"


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list."""

    id: str
    number: str
    name: str
    period: str
    """Its first day as it was typed; empty where nobody has."""
    changed_at: datetime


@dataclass(frozen=True)
class DraftPage:
    """A draft, its part, and what there is to choose from."""

    id: str
    part_id: str
    number: str
    name: str
    changed_at: datetime
    answers: Mapping[str, str]
    sites: Sequence[SiteOut]
    categories: Mapping[str, Mapping[str, str]]
    """Names of the registry's materials by category and language."""

    supplies: Sequence[Supply] = ()
    """Suppliers' declarations to choose from."""

    def category_names(self, language: Language) -> list[tuple[str, str]]:
        """Categories with their names in a language, by name."""
        named = [(category, names[language]) for category, names in self.categories.items()]
        return sorted(named, key=lambda each: each[1])


def drafts_of(session: Session, caller: Caller) -> list[DraftRow]:
    """The company's drafts, the last touched first."""
    query = (
        select(CalculationDraft, Part.number)
        .join(Part, Part.id == CalculationDraft.part_id)
        .where(CalculationDraft.company_id == caller.company_id)
        .order_by(CalculationDraft.changed_at.desc(), CalculationDraft.id)
        .limit(MAX_DRAFTS)
    )
    found = session.execute(query).all()
    names = versions(session, {draft.part_id for draft, _ in found}, now())
    return [
        DraftRow(
            draft.id,
            number,
            names[draft.part_id].name,
            answers_of(draft).get("period_start", ""),
            draft.changed_at,
        )
        for draft, number in found
    ]


def draft_page(
    session: Session, caller: Caller, draft_id: str, *, with_supplies: bool = False
) -> DraftPage:
    """A draft of the caller's company. Raises `NotFound`."""
    draft = own_draft(session, caller, draft_id)
    part = own_part(session, caller.company_id, draft.part_id)
    sites = session.scalars(sites_of(caller.company_id).order_by(Site.code).limit(MOST_SITES))
    categories = {
        factor.category: factor.names for factor in registry(session).of_category(_CHOOSABLE)
    }
    return DraftPage(
        draft.id,
        part.id,
        part.number,
        versions(session, [part.id], now())[part.id].name,
        draft.changed_at,
        answers_of(draft),
        [SiteOut.of(site) for site in sites],
        categories,
        supplies(session, caller) if with_supplies else (),
    )
