"""The reader's own account: the password, and where else she is signed in."""

from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from hub.access import account as own
from hub.access.errors import PasswordsClosed, PasswordWrong
from hub.access.usecases import MIN_PASSWORD
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, HubError, TooMany
from hub.kit.problems import problem_of
from hub.kit.rates import client_address, limited
from hub.kit.web import HubSessionDep, SettingsDep, hub_database_of, settings_of
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, reader_of
from supplier_portal.views import new_router
from supplier_portal.views.keys import CookieDep, PresenceDep
from supplier_portal.views.sign_in import MAX_PASSWORD, UNUSABLE_FORM

router = new_router()

Password = Annotated[str, Form(max_length=MAX_PASSWORD)]


@router.get("/account")
@needs(Action.READ)
def show(
    request: Request,
    account: AccountDep,
    cookie: CookieDep,
    known: PresenceDep,
    changed: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """Who one is here, and every browser that is signed in."""
    return _page(request, cookie, known.has_password, changed=bool(changed))


@router.post("/account/password", dependencies=[limited("sign_ins"), *OwnFormDep])
@needs(Action.READ)
def change_password(
    request: Request,
    account: AccountDep,
    session: HubSessionDep,
    settings: SettingsDep,
    cookie: CookieDep,
    known: PresenceDep,
    old: Password = "",
    new: Password = "",
) -> Response:
    """The old password, then the new one; all other browsers are signed out."""
    if not settings.password_sign_in:
        raise PasswordsClosed
    try:
        own.change_password(session, cookie, old, new, address=client_address(request))
    except (PasswordWrong, TooMany, BadInput) as error:
        # Answered, not raised: the counted failure is committed with this request.
        return _page(request, cookie, known.has_password, error=error)
    return RedirectResponse("/account?changed=yes", 303)


@router.post("/account/sessions/end", dependencies=OwnFormDep)
@needs(Action.READ)
def end_others(account: AccountDep, session: HubSessionDep, cookie: CookieDep) -> Response:
    """Signed out everywhere but here."""
    own.end_other_sessions(session, cookie)
    return RedirectResponse("/account", 303)


def _page(
    request: Request,
    cookie: str | None,
    has_password: bool,
    *,
    changed: bool = False,
    error: HubError | None = None,
) -> Response:
    with hub_database_of(request).read() as session:
        this, others = own.sessions_of(session, cookie)
    status = 200 if error is None else error.status if isinstance(error, TooMany) else UNUSABLE_FORM
    answer = page(
        request,
        "account.html",
        status,
        this=this,
        others=others,
        changed=changed,
        has_password=has_password and settings_of(request).password_sign_in,
        least=MIN_PASSWORD,
        most=MAX_PASSWORD,
        problem=problem_of(error, reader_of(request).language) if error else None,
    )
    if isinstance(error, TooMany):
        answer.headers.update(error.headers())
    return answer
