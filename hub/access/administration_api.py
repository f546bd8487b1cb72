"""People, machines, roles and the second pair of eyes over HTTP, for a company's admins."""

from typing import Annotated

from fastapi import Path

from hub.access import administration, events, four_eyes
from hub.access.api import CallerDep
from hub.access.payloads import (
    EventView,
    FourEyesIn,
    FourEyesView,
    MachineSecret,
    MachineView,
    NewMachine,
    NewPerson,
    PersonView,
    RolesIn,
    event_view,
    machine_view,
    person_view,
)
from hub.access.tables import CompanyEvent
from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import ReadingSessionDep, SessionDep, also, new_router

router = new_router("/v1", "administration")

PersonId = Annotated[str, Path(description="Id of a person of the company.")]
MachineId = Annotated[str, Path(description="Id of a machine of the company.")]
LAST = also(conflict="Nobody would be left to give roles.")


@router.get("/people", summary="Who signs in for the company")
@needs(Action.ADMINISTER)
def list_people(caller: CallerDep, session: ReadingSessionDep) -> list[PersonView]:
    """By name, with their roles."""
    return [person_view(found) for found in administration.people_of(session, caller.company_id)]


@router.post(
    "/people",
    status_code=201,
    summary="Add a person",
    responses=also(conflict="Somebody signs in with this email."),
)
@needs(Action.ADMINISTER)
def add_person(new: NewPerson, caller: CallerDep, session: SessionDep) -> PersonView:
    """The role `operator` is not an admin's to give."""
    return person_view(administration.enrol_person(session, caller, **new.model_dump()))


@router.put("/people/{person_id}/roles", summary="Change a person's roles", responses=LAST)
@needs(Action.ADMINISTER)
def change_person(
    person_id: PersonId, wanted: RolesIn, caller: CallerDep, session: SessionDep
) -> PersonView:
    """They hold from that person's next request on."""
    return person_view(administration.change_roles(session, caller, person_id, wanted.roles))


@router.delete("/people/{person_id}", status_code=204, summary="Remove a person", responses=LAST)
@needs(Action.ADMINISTER)
def remove_person(person_id: PersonId, caller: CallerDep, session: SessionDep) -> None:
    """Their sessions end at once; what they did stays on record."""
    administration.dismiss_person(session, caller, person_id)


@router.get("/machines", summary="The company's programs")
@needs(Action.ADMINISTER)
def list_machines(caller: CallerDep, session: ReadingSessionDep) -> list[MachineView]:
    """By name, with their roles; ended ones are gone."""
    return [machine_view(found) for found in administration.machines_of(session, caller.company_id)]


@router.post("/machines", status_code=201, summary="Add a machine")
@needs(Action.ADMINISTER)
def add_machine(new: NewMachine, caller: CallerDep, session: SessionDep) -> MachineSecret:
    """Its secret is told this once."""
    machine, secret = administration.enrol_machine(session, caller, new.name, new.roles)
    return MachineSecret(**machine_view(machine).model_dump(), client_secret=secret)


@router.put("/machines/{machine_id}/roles", summary="Change a machine's roles")
@needs(Action.ADMINISTER)
def change_machine(
    machine_id: MachineId, wanted: RolesIn, caller: CallerDep, session: SessionDep
) -> MachineView:
    """They hold from its next request on."""
    return machine_view(administration.change_machine(session, caller, machine_id, wanted.roles))


@router.delete("/machines/{machine_id}", status_code=204, summary="End a machine")
@needs(Action.ADMINISTER)
def end_machine(machine_id: MachineId, caller: CallerDep, session: SessionDep) -> None:
    """Its secret and its tokens are worth nothing from then on."""
    administration.dismiss_machine(session, caller, machine_id)


@router.get("/four-eyes", summary="Whether what is submitted waits for a second person")
@needs(Action.READ)
def read_four_eyes(caller: CallerDep, session: ReadingSessionDep) -> FourEyesView:
    """With who set it and when."""
    return FourEyesView.model_validate(four_eyes.four_eyes(session, caller.company_id))


@router.put("/four-eyes", summary="Ask for a second pair of eyes, or no longer")
@needs(Action.ADMINISTER)
def set_four_eyes(wanted: FourEyesIn, caller: CallerDep, session: SessionDep) -> FourEyesView:
    """One admin turns it on; off takes two people, each saying so within a week."""
    change = four_eyes.ask_for_four_eyes if wanted.on else four_eyes.end_four_eyes
    return FourEyesView.model_validate(change(session, caller))


@router.get("/administration", summary="What was changed in the administration, and by whom")
@needs(Action.ADMINISTER)
def list_events(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[EventView]:
    """People, machines, roles, and the second pair of eyes; oldest first."""
    query = events.events_of(caller.company_id)
    rows, following = read_page(session, query, [CompanyEvent.id], page)
    return Page(items=[event_view(row) for row in rows], next=following)
