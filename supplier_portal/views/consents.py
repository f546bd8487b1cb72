"""Who sees what of the company's parts, and giving and ending a consent.

What is given here stands in the company's name without a signature; `tierlight grant` signs.
"""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, NotFound
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep, SessionDep
from hub.sharing.page import Wanted, consents_page, give
from hub.sharing.usecases import revoke
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router

UNUSABLE_FORM = 422
NOTHING = Wanted(reader="")

router = new_router()


@router.get("/consents")
@needs(Action.READ)
def consents(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """The matrix of readers and parts, and the form."""
    found = consents_page(session, account.caller)
    return page(request, "consents.html", consents=found, wanted=NOTHING, problem=None)


@router.post("/consents", dependencies=OwnFormDep)
@needs(Action.CONSENT)
def give_consent(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    to: Annotated[str, Form(max_length=100)] = "",
    part: Annotated[str, Form(max_length=200)] = "",
    level: Annotated[int, Form(ge=0, le=5)] = 1,
    aggregate: Annotated[bool, Form()] = False,
    purpose: Annotated[str, Form(max_length=1000)] = "",
    until: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Give it and show the matrix; else the form again, with what was wrong."""
    wanted = Wanted(to, part, level, aggregate, purpose, until)
    try:
        give(session, account.caller, wanted)
    except (BadInput, NotFound) as error:
        found, problem = consents_page(session, account.caller), problem_of(error, reader.language)
        content = {"consents": found, "wanted": wanted, "problem": problem}
        return page(request, "consents.html", UNUSABLE_FORM, **content)
    return RedirectResponse("/consents", 303)


@router.post("/consents/{grant_id}/end", dependencies=OwnFormDep)
@needs(Action.CONSENT)
def end_consent(account: AccountDep, session: SessionDep, grant_id: str) -> Response:
    """End it at once; the next read finds nothing."""
    revoke(session, account.caller, grant_id)
    return RedirectResponse("/consents", 303)
