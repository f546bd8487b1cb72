"""What waits for a second person of the company: looked at, released, rejected."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from hub.declarations import held_page, releasing
from hub.kit.actions import Action, needs
from hub.kit.web import ReadingSessionDep, SessionDep, SettingsDep, database_of
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router

MAX_REASON = 1000

router = new_router()


@router.get("/waiting")
@needs(Action.READ)
def waiting(
    request: Request, account: AccountDep, reader: ReaderDep, session: ReadingSessionDep
) -> Response:
    """What waits, and what became of the last ones."""
    found = held_page.held_list(session, account.caller, reader.language)
    return page(request, "waiting.html", held=found)


@router.get("/waiting/{held_id}")
@needs(Action.READ)
def one(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    held_id: str,
) -> Response:
    """The document's sentence, its value, what was found, and the two buttons."""
    found = held_page.held_page(session, account.caller, held_id, reader.language)
    may_decide = account.caller.may(Action.RELEASE) and found.line.held.state == "waiting"
    return page(
        request, "waiting_one.html", page=found, held=found.line.held, may_decide=may_decide
    )


@router.get("/waiting/{held_id}/jws")
@needs(Action.READ)
def jws(account: AccountDep, session: ReadingSessionDep, held_id: str) -> Response:
    """The signed bytes as they came."""
    body = held_page.held_jws(session, account.caller, held_id)
    disposition = 'attachment; filename="waiting.jws"'
    return Response(
        body, media_type="application/jose", headers={"Content-Disposition": disposition}
    )


@router.post("/waiting/{held_id}/release", dependencies=OwnFormDep)
@needs(Action.RELEASE)
def release(request: Request, account: AccountDep, settings: SettingsDep, held_id: str) -> Response:
    """Release it; then it is a declaration like any other."""
    factory = database_of(request).write
    releasing.release_and_prove(factory, account.caller, held_id, settings=settings)
    return RedirectResponse(f"/waiting/{held_id}", 303)


@router.post("/waiting/{held_id}/rejection", dependencies=OwnFormDep)
@needs(Action.RELEASE)
def reject(
    account: AccountDep,
    session: SessionDep,
    held_id: str,
    reason: Annotated[str, Form(max_length=MAX_REASON)] = "",
) -> Response:
    """Reject it, or take it back, and say why."""
    releasing.reject(session, account.caller, held_id, reason)
    return RedirectResponse(f"/waiting/{held_id}", 303)
