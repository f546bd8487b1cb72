"""What ends soon or has ended, each with one step to the next period."""

from fastapi import Request, Response

from hub.disclosure.expiring import expiring
from hub.disclosure.reissues import reissues
from hub.kit.actions import Action, needs
from hub.kit.web import ReadingSessionDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep
from supplier_portal.views import new_router

router = new_router()


@router.get("/expiring")
@needs(Action.READ)
def ending(request: Request, account: AccountDep, session: ReadingSessionDep) -> Response:
    """What ends first, first; and what a newer calculation has left behind."""
    found, moved = expiring(session, account.caller), reissues(session, account.caller)
    return page(request, "expiring.html", found=found, moved=moved)
