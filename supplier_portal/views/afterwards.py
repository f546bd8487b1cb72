"""After the signature: replace, withdraw with a reason, tell who had it; what others changed."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from hub.declarations.usecases import MAX_REASON
from hub.disclosure import afterwards
from hub.disclosure.updates import updates
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep, RecordingSessionDep, SessionDep, SettingsDep
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router

router = new_router()

Told = Annotated[list[str], Form(max_length=500)]


@router.get("/declarations/{digest}/afterwards")
@needs(Action.READ)
def after(
    request: Request, account: AccountDep, session: ReadingSessionDep, digest: str
) -> Response:
    """Who could read it and who did, and the forms."""
    found = afterwards.afterwards_page(session, account.caller, digest)
    return page(request, "afterwards.html", page=found, problem=None, typed="", limit=MAX_REASON)


@router.post("/declarations/{digest}/withdrawal", dependencies=OwnFormDep)
@needs(Action.RELEASE)
def withdraw(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    settings: SettingsDep,
    digest: str,
    told: Told = [],  # noqa: B006 — FastAPI copies it
    reason: Annotated[str, Form(max_length=MAX_REASON + 500)] = "",
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """Withdraw it and tell the chosen ones; with what was wrong the page comes again."""
    caller = account.caller
    try:
        if not confirmed:
            raise BadInput("afterwards/not-confirmed")
        afterwards.withdraw_and_tell(session, caller, digest, reason, told, settings=settings)
    except BadInput as error:
        found = afterwards.afterwards_page(session, caller, digest)
        wrong = {"problem": problem_of(error, reader.language), "typed": reason}
        return page(request, "afterwards.html", error.status, page=found, limit=MAX_REASON, **wrong)
    return RedirectResponse(f"/declarations/{digest}/afterwards", 303)


@router.post("/declarations/{digest}/notices", dependencies=OwnFormDep)
@needs(Action.RELEASE)
def tell(
    account: AccountDep,
    session: SessionDep,
    digest: str,
    told: Told = [],  # noqa: B006 — FastAPI copies it
) -> Response:
    """Tell the chosen ones that it was replaced or withdrawn."""
    afterwards.tell(session, account.caller, digest, told)
    return RedirectResponse(f"/declarations/{digest}/afterwards", 303)


@router.get("/updates")
@needs(Action.READ_FOOTPRINTS)
def changed(request: Request, account: AccountDep, session: RecordingSessionDep) -> Response:
    """What suppliers replaced or withdrew, and which own parts rest on it."""
    return page(request, "updates.html", updates=updates(session, account.caller))
