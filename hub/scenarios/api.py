"""Scenarios over HTTP: saved, listed, changed, removed, and what they give."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query

from hub.access.api import CallerDep
from hub.disclosure.footprint import read_instant
from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import (
    LanguageDep,
    ReadingSessionDep,
    RecordingSessionDep,
    SessionDep,
    also,
    new_router,
)
from hub.scenarios import usecases
from hub.scenarios.payloads import NewScenario, ScenarioSummary, ScenarioView
from hub.scenarios.queries import own_scenarios, own_version
from hub.scenarios.results import Asked, scenario_difference, scenario_footprint
from hub.scenarios.tables import ScenarioRow

router = new_router("/v1/scenarios", "scenarios")

ScenarioId = Annotated[str, Path(description="Id of a scenario of the caller's.")]
Version = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Which version; the newest.")]
NOT_FITTING = also(conflict="A change no longer fits the books.")


def asked(
    language: LanguageDep,
    part_id: Annotated[str, Query(max_length=200, description="Id of an own part.")],
    as_of: Annotated[
        date | None, Query(description="Day of the result; that of the scenario, else today.")
    ] = None,
    known_at: Annotated[
        datetime | None, Query(description="What is known; as the scenario says, else now.")
    ] = None,
    version: Version = None,
    top: Annotated[int, Query(ge=0, le=1000, description="Most parts to list.")] = 20,
) -> Asked:
    """Which result is asked for. Raises `BadInput` for an instant that cannot be used."""
    instant = read_instant(known_at) if known_at else None
    return Asked(part_id, as_of, instant, version, top, language)


AskedDep = Annotated[Asked, Depends(asked)]


@router.post(
    "",
    status_code=201,
    summary="Save a scenario: changes to one's own books",
    responses=also(conflict="The name is taken, or the company has as many as it may have."),
)
@needs(Action.CALCULATE)
def create(new: NewScenario, caller: CallerDep, session: SessionDep) -> ScenarioView:
    """Every change has to fit the books; the books themselves stay as they are."""
    return ScenarioView.of(usecases.add_scenario(session, caller, new.wanted()))


@router.get("", summary="Own scenarios")
@needs(Action.READ_FOOTPRINTS)
def list_own(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[ScenarioSummary]:
    """By name."""
    query = own_scenarios(caller.company_id)
    rows, following = read_page(session, query, [ScenarioRow.name], page)
    return Page(items=[ScenarioSummary.of(row) for row in rows], next=following)


@router.get("/{scenario_id}", summary="A scenario and its changes")
@needs(Action.READ_FOOTPRINTS)
def read(
    scenario_id: ScenarioId,
    caller: CallerDep,
    session: ReadingSessionDep,
    version: Version = None,
) -> ScenarioView:
    """A version is never edited: its number and digest mean the same for ever."""
    return ScenarioView.of(own_version(session, caller.company_id, scenario_id, version))


@router.put(
    "/{scenario_id}",
    summary="Make a new version of a scenario",
    responses=also(conflict="The name is another scenario's."),
)
@needs(Action.CALCULATE)
def revise(
    scenario_id: ScenarioId, new: NewScenario, caller: CallerDep, session: SessionDep
) -> ScenarioView:
    """The newest version stays readable under its number; the same again makes none."""
    return ScenarioView.of(usecases.revise_scenario(session, caller, scenario_id, new.wanted()))


@router.delete("/{scenario_id}", status_code=204, summary="Remove a scenario, all versions of it")
@needs(Action.CALCULATE)
def remove(scenario_id: ScenarioId, caller: CallerDep, session: SessionDep) -> None:
    """Its results can then be computed again only from changes that somebody kept."""
    usecases.remove_scenario(session, caller, scenario_id)


@router.get(
    "/{scenario_id}/footprint", summary="A part's footprint as it would be", responses=NOT_FITTING
)
@needs(Action.READ_FOOTPRINTS)
def footprint(
    scenario_id: ScenarioId, caller: CallerDep, session: RecordingSessionDep, asked: AskedDep
) -> dict[str, Any]:
    """The result document of an own part, stamped with the scenario; basis `declared`.

    What is assumed counts as `default`, never as known. `scenario.without_effect` lists changes, by
    number, that this part's total makes no use of. It is no result: nothing can be stated of it.
    """
    return scenario_footprint(session, caller, scenario_id, asked)


@router.get(
    "/{scenario_id}/difference",
    summary="What a scenario changes in a part's footprint, and by what",
    responses=NOT_FITTING,
)
@needs(Action.READ_FOOTPRINTS)
def difference(
    scenario_id: ScenarioId,
    caller: CallerDep,
    session: RecordingSessionDep,
    asked: AskedDep,
    against: Annotated[
        str | None, Query(max_length=200, description="Id of another scenario to start from.")
    ] = None,
) -> dict[str, Any]:
    """From what is on record, or from another scenario, to this one; steps add up exactly.

    An assumed value moves in the class `declaration`, an assumed source in `sourcing`.
    """
    return scenario_difference(session, caller, scenario_id, asked, against)
