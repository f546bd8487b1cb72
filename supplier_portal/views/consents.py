"""Who sees what of the company's parts, and giving and ending a consent.

What is given here stands in the company's name without a signature; `tierlight grant` signs.
"""

from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.disclosure import preview as previewing
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, NotFound
from hub.kit.problems import Problem, problem_of
from hub.kit.web import ReadingSessionDep, SessionDep
from hub.sharing.page import Wanted, consents_page, end_all, give, leaving, matrix
from hub.sharing.usecases import revoke
from supplier_portal import field_guide
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import Account, AccountDep, ReaderDep
from supplier_portal.views import new_router

UNUSABLE_FORM = 422
NOTHING = Wanted(reader="")

router = new_router()


@router.get("/consents")
@needs(Action.READ)
def consents(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """The matrix of readers and levels, and the form."""
    return _consents(request, account, session)


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
    confirmed: Annotated[bool, Form()] = False,
) -> Response:
    """First what would leave, and where to; after the yes the matrix. What was wrong is said."""
    wanted = Wanted(to, part, level, aggregate, purpose, until)
    try:
        if not confirmed:
            told = leaving(session, account.caller, wanted)
            return page(request, "consent_leaving.html", wanted=wanted, leaving=told)
        give(session, account.caller, wanted)
    except (BadInput, NotFound) as error:
        problem = problem_of(error, reader.language)
        return _consents(request, account, session, UNUSABLE_FORM, wanted, problem)
    return RedirectResponse("/consents", 303)


@router.get("/consents/preview")
@needs(Action.READ)
def preview(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    part: Annotated[str, Query(max_length=200)] = "",
    level: Annotated[int, Query(ge=0, le=5)] = 1,
) -> Response:
    """What a customer sees at a level, by the example of an own part."""
    found = previewing.preview(session, account.caller, part, level)
    return page(
        request,
        "consent_preview.html",
        preview=found,
        groups=field_guide.readings(found.document) if found.document else [],
        foreign=field_guide.foreign(found.document) if found.document else [],
    )


@router.post("/consents/readers/{reader_id}/end", dependencies=OwnFormDep)
@needs(Action.CONSENT)
def end_consents(account: AccountDep, session: SessionDep, reader_id: str) -> Response:
    """End all of one customer's at once."""
    end_all(session, account.caller, reader_id)
    return RedirectResponse("/consents", 303)


@router.post("/consents/{grant_id}/end", dependencies=OwnFormDep)
@needs(Action.CONSENT)
def end_consent(account: AccountDep, session: SessionDep, grant_id: str) -> Response:
    """End it at once; the next read finds nothing."""
    revoke(session, account.caller, grant_id)
    return RedirectResponse("/consents", 303)


def _consents(
    request: Request,
    account: Account,
    session: Session,
    status: int = 200,
    wanted: Wanted = NOTHING,
    problem: Problem | None = None,
) -> Response:
    found = consents_page(session, account.caller)
    content = {"consents": found, "matrix": matrix(session, found)}
    return page(request, "consents.html", status, wanted=wanted, problem=problem, **content)
