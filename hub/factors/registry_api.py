"""The registry of factors over HTTP: sets, factors, and questions by meaning."""

from typing import Annotated, Literal

from fastapi import Query

from hub.access.api import CallerDep
from hub.factors import asking
from hub.factors.registry import registry
from hub.factors.registry_payloads import AnswerOut, ImpliedOut, RegistryFactorOut, SetOut
from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep, page_of
from hub.kit.web import LanguageDep, ReadingSessionDep, new_router
from tierlight_schemas.factors.lookup import look_up

router = new_router("/v1/registry", "registry")

Category = Annotated[str, Query(max_length=100, description="`electricity`, `fuel/diesel`, …")]
Place = Annotated[
    str, Query(max_length=20, description="`CN-JL`, `CN.northeast`, `CN`, `*` for the world.")
]
Year = Annotated[int, Query(ge=1990, le=2100, description="Year of the activity.")]
Basis = Annotated[
    Literal["location", "market"] | None, Query(description="Of electricity; absent: either.")
]
Series = Annotated[
    Literal["average", "residual", "fossil"] | None,
    Query(description="Of electricity; `fossil` is answered to who asks for it only."),
]
Scope = Annotated[
    Literal["direct", "life-cycle"] | None,
    Query(description="What the plant emits, or with everything upstream."),
]
Unit = Annotated[str, Query(max_length=40, description="As people write it: kg, t.")]


@router.get("/sets", summary="The sets of factors in use")
@needs(Action.READ)
def sets(caller: CallerDep, session: ReadingSessionDep) -> list[SetOut]:
    """Those that ship, and those that the operator imported; results pin set and version."""
    return [SetOut.of(one) for one in registry(session).sets]


@router.get("/factors", summary="The factors of a category")
@needs(Action.READ)
def factors(
    caller: CallerDep,
    session: ReadingSessionDep,
    language: LanguageDep,
    page: PageRequestDep,
    category: Category = "electricity",
    geography: Annotated[str | None, Query(max_length=20, description="Of this place.")] = None,
) -> Page[RegistryFactorOut]:
    """By id; categories below the asked one are in it."""
    where = asking.place(geography) if geography else None
    found = [
        factor
        for factor in registry(session).of_category(category)
        if where in (None, factor.geography)
    ]
    items, following = page_of(found, lambda factor: (factor.id,), page)
    return Page(items=[RegistryFactorOut.of(one, language) for one in items], next=following)


@router.get("/answer", summary="One factor by its meaning")
@needs(Action.READ)
def answer(
    caller: CallerDep,
    session: ReadingSessionDep,
    language: LanguageDep,
    category: Category,
    geography: Place,
    year: Year,
    basis: Basis = None,
    series: Series = None,
    scope: Scope = None,
) -> AnswerOut:
    """With its reason and the nearest alternatives; direct CO2 and life-cycle CO2e are never
    taken for one another in silence."""
    asked = asking.question(category, geography, year, basis, series, scope)
    return AnswerOut.of(look_up(registry(session), asked), language)


@router.get("/implied", summary="Which factor a pair of emissions and energy implies")
@needs(Action.READ)
def implied(
    caller: CallerDep,
    session: ReadingSessionDep,
    language: LanguageDep,
    emissions: Annotated[str, Query(max_length=80, description="As printed: `389.87`.")],
    energy: Annotated[str, Query(max_length=80, description="As printed: `734.78`.")],
    emissions_unit: Unit = "kg",
    energy_unit: Annotated[str, Query(max_length=40, description="`kWh`, `万kWh`, `GJ` …")] = "kWh",
    category: Category = "electricity",
    geography: Annotated[
        str | None, Query(max_length=20, description="Only factors that hold for this place.")
    ] = None,
) -> ImpliedOut:
    """Known factors that equal emissions ÷ energy to the printed digits, or that none does."""
    known = registry(session)
    found = asking.implied_by(known, category, emissions, emissions_unit, energy, energy_unit)
    equals, near = asking.compared(known, category, energy_unit, found, geography)
    return ImpliedOut.of(found, equals, near, language)
