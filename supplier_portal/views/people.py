"""People, machines, their roles, and the second pair of eyes: an admin's page."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from hub.access import administration, events, invitations
from hub.access.four_eyes import ask_for_four_eyes, end_four_eyes, four_eyes
from hub.access.roles import GIVEN_BY_ADMINS, Role
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.web import ReadingSessionDep, SessionDep
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep
from supplier_portal.views import new_router

PAGE = "/people"
LATEST = 20
"""How many changes of the administration the page lists."""

Roles = Annotated[list[str] | None, Form(max_length=len(Role))]

router = new_router()


@router.get(PAGE)
@needs(Action.ADMINISTER)
def people(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """Who acts for the company, and as what."""
    company_id = account.caller.company_id
    return page(
        request,
        "people.html",
        people=administration.people_of(session, company_id),
        machines=administration.machines_of(session, company_id),
        names=administration.names_of_actors(session, company_id),
        invitations=invitations.latest(session, company_id, LATEST),
        now=now(),
        events=events.latest_events(session, company_id, LATEST),
        four_eyes=four_eyes(session, company_id),
        roles=[role for role in Role if role in GIVEN_BY_ADMINS],
    )


@router.post(PAGE, dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def add_person(
    account: AccountDep,
    session: SessionDep,
    email: Annotated[str, Form(max_length=320)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    language: Annotated[str, Form(max_length=10)] = "en",
    password: Annotated[str, Form(max_length=200)] = "",
    roles: Roles = None,
) -> Response:
    """Somebody who signs in from now on."""
    administration.enrol_person(
        session, account.caller, email, name, roles or [], language, password
    )
    return RedirectResponse(PAGE, 303)


@router.post("/people/invitations", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def invite(
    account: AccountDep,
    session: SessionDep,
    email: Annotated[str, Form(max_length=320)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    language: Annotated[str, Form(max_length=10)] = "en",
    roles: Roles = None,
) -> Response:
    """A link by mail, with which a colleague joins."""
    invitations.invite_colleague(session, account.caller, email, name, language, roles or [])
    return RedirectResponse(PAGE, 303)


@router.post("/people/invitations/{invitation_id}/sending", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def invite_again(account: AccountDep, session: SessionDep, invitation_id: str) -> Response:
    """A new link; the old one is worth nothing."""
    invitations.send_again(session, account.caller, invitation_id)
    return RedirectResponse(PAGE, 303)


@router.post("/people/invitations/{invitation_id}/end", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def take_invitation_back(account: AccountDep, session: SessionDep, invitation_id: str) -> Response:
    """The link is worth nothing."""
    invitations.revoke(session, account.caller, invitation_id)
    return RedirectResponse(PAGE, 303)


@router.post("/people/{person_id}/roles", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def change_person(
    account: AccountDep, session: SessionDep, person_id: str, roles: Roles = None
) -> Response:
    """These roles and no others."""
    administration.change_roles(session, account.caller, person_id, roles or [])
    return RedirectResponse(PAGE, 303)


@router.post("/people/{person_id}/removal", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def remove_person(account: AccountDep, session: SessionDep, person_id: str) -> Response:
    """Their sessions end at once."""
    administration.dismiss_person(session, account.caller, person_id)
    return RedirectResponse(PAGE, 303)


@router.post("/people/machines/add", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def add_machine(
    request: Request,
    account: AccountDep,
    session: SessionDep,
    name: Annotated[str, Form(max_length=200)] = "",
    roles: Roles = None,
) -> Response:
    """The answer shows the secret, this once."""
    machine, secret = administration.enrol_machine(session, account.caller, name, roles or [])
    return page(request, "machine_added.html", machine=machine, secret=secret)


@router.post("/people/machines/{machine_id}/roles", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def change_machine(
    account: AccountDep, session: SessionDep, machine_id: str, roles: Roles = None
) -> Response:
    """These roles and no others."""
    administration.change_machine(session, account.caller, machine_id, roles or [])
    return RedirectResponse(PAGE, 303)


@router.post("/people/machines/{machine_id}/end", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def end_machine(account: AccountDep, session: SessionDep, machine_id: str) -> Response:
    """Its secret and its tokens are worth nothing from then on."""
    administration.dismiss_machine(session, account.caller, machine_id)
    return RedirectResponse(PAGE, 303)


@router.post("/people/four-eyes", dependencies=OwnFormDep)
@needs(Action.ADMINISTER)
def set_four_eyes(
    account: AccountDep, session: SessionDep, wanted: Annotated[str, Form(max_length=3)] = ""
) -> Response:
    """Turn it on, or say that one wants it off."""
    change = ask_for_four_eyes if wanted == "on" else end_four_eyes
    change(session, account.caller)
    return RedirectResponse(PAGE, 303)
