"""Inviting a supplier on the way to asking it: what was typed for the request is carried along."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Form, Request, Response

from hub.kit.actions import Action, needs
from hub.kit.database import transaction
from hub.kit.errors import Conflict, HubError
from hub.kit.problems import Problem, problem_of
from hub.kit.web import database_of
from hub.requests.inviting import Addressee, invite_supplier, number_in
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.requests_form import Asked, read_line
from supplier_portal.views import new_router
from supplier_portal.views.new_requests import MAX_FIELD, PAGE, AskedDep, show_form

router = new_router()

Line = Annotated[str, Form(max_length=MAX_FIELD)]
Text = Annotated[str, Form(max_length=400)]


@router.post(PAGE + "/invitation", dependencies=OwnFormDep)
@needs(Action.ASK)
def form(request: Request, account: AccountDep, asked: AskedDep, invite: Line = "") -> Response:
    """Whom to write to; nothing is sent yet."""
    supplier = read_line(invite)["supplier"] or ""
    name = "" if number_in(supplier) else supplier
    return _form(request, asked, invite, Addressee(name, "", account.language, ""))


@router.post(PAGE + "/invited", dependencies=OwnFormDep)
@needs(Action.ASK)
def send(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    asked: AskedDep,
    invite: Line = "",
    invited_name: Text = "",
    invited_email: Text = "",
    invited_language: Text = "",
    invited_country: Text = "",
) -> Response:
    """The mail goes out, and the line can be sent: back to the request with it ticked."""
    to = Addressee(invited_name, invited_email, invited_language, invited_country)
    supplier = read_line(invite)["supplier"] or ""
    database = database_of(request).write
    ticked = replace(asked, chosen=[*asked.chosen, invite])
    outcome: dict[str, Any] = {"invited": invited_name.strip()}
    try:
        with transaction(database) as session:
            invite_supplier(session, account.caller, supplier, to)
    except Conflict as error:  # the form was sent twice: the line is there to be ticked
        outcome = {"status": error.status, "problem": problem_of(error, reader.language)}
    except HubError as error:
        problem = problem_of(error, reader.language)
        return _form(request, asked, invite, to, error.status, problem)
    with transaction(database) as session:
        return show_form(request, account, reader, session, ticked, **outcome)


def _form(
    request: Request,
    asked: Asked,
    line: str,
    to: Addressee,
    status: int = 200,
    problem: Problem | None = None,
) -> Response:
    told = {"asked": asked, "line": line, "to": to, "problem": problem}
    return page(request, "requests_invite.html", status, **told, **read_line(line))
