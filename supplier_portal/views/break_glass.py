"""The operator opens a company's data for a reason, and closes it again."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from hub.kit.actions import Action, needs
from hub.kit.web import ReadingSessionDep, SessionDep
from hub.parties.usecases import find_company
from hub.sharing import glass
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep
from supplier_portal.views import new_router

PAGE = "/break-glass"

router = new_router()


@router.get(PAGE)
@needs(Action.OPERATE)
def form(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """What is open, or the form to open it."""
    opened = glass.opened_by(session, account.caller.actor)
    company = find_company(session, opened.owner_id).name if opened else None
    hours = range(1, glass.MAX_HOURS + 1)
    return page(request, "break_glass.html", opened=opened, company=company, hours=hours)


@router.post(PAGE, dependencies=OwnFormDep)
@needs(Action.OPERATE)
def open_access(
    account: AccountDep,
    session: SessionDep,
    company: Annotated[str, Form(max_length=300)] = "",
    reason: Annotated[str, Form(max_length=glass.MAX_REASON)] = "",
    ticket: Annotated[str, Form(max_length=glass.MAX_TICKET)] = "",
    hours: Annotated[int, Form(ge=1, le=glass.MAX_HOURS)] = 1,
) -> Response:
    """From here on every page is that company's."""
    owner = find_company(session, company)
    glass.open_glass(session, account.caller, owner.id, reason, ticket, hours)
    return RedirectResponse("/", 303)


@router.post("/break-glass/{glass_id}/closing", dependencies=OwnFormDep)
@needs(Action.OPERATE)
def close_access(account: AccountDep, session: SessionDep, glass_id: str) -> Response:
    """Every page is the operator's own again."""
    glass.close_glass(session, account.caller, glass_id)
    return RedirectResponse(PAGE, 303)
