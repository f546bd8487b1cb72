"""The first page: what the reader's company has here, and what needs attention."""

from fastapi import Request, Response

from hub.disclosure.footprint import Question
from hub.disclosure.overview import overview
from hub.kit.actions import Action, needs
from hub.kit.web import ReadingSessionDep
from hub.requests.page import todo
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep
from supplier_portal.views import new_router

router = new_router()


@router.get("/")
@needs(Action.READ)
def home(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """Counts of the company's own data, and what to do."""
    found = overview(session, account.caller, Question.now())
    asked = todo(session, account.caller)
    return page(request, "home.html", overview=found, requests=asked)
