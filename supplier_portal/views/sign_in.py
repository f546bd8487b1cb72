"""Signing in and out."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from hub.access import usecases
from hub.access.errors import PasswordsClosed, SignInFailed
from hub.access.oidc.client import OidcClient
from hub.access.secrets import random_secret
from hub.kit.errors import HubError, TooMany
from hub.kit.problems import problem_of
from hub.kit.rates import client_address, limited
from hub.kit.web import HubSessionDep, SettingsDep, settings_of
from supplier_portal.cookies import FORM, SESSION, Cookies
from supplier_portal.forms import OwnFormDep, local_path
from supplier_portal.pages import page
from supplier_portal.reader import ReaderDep, reader_of
from supplier_portal.views import new_router

MAX_EMAIL, MAX_PASSWORD = 320, 1_000
UNUSABLE_FORM = 422

router = new_router()


@router.get("/sign-in", dependencies=[limited("public")])
def form(request: Request, reader: ReaderDep, settings: SettingsDep, next: str = "/") -> Response:
    """The form; who is signed in already goes on."""
    if reader.account is not None:
        return RedirectResponse(local_path(next), 303)
    return entrance(request, Cookies.of(settings), local_path(next))


@router.post("/sign-in", dependencies=[limited("sign_ins"), *OwnFormDep])
def sign_in(
    request: Request,
    session: HubSessionDep,
    settings: SettingsDep,
    email: Annotated[str, Form(max_length=MAX_EMAIL)] = "",
    password: Annotated[str, Form(max_length=MAX_PASSWORD)] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """A fresh session for a right password; else the form again, with what went wrong."""
    cookies = Cookies.of(settings)
    if not settings.password_sign_in:
        return entrance(request, cookies, local_path(next), error=PasswordsClosed())
    try:
        opened, _ = usecases.sign_in(
            session,
            email,
            password,
            address=client_address(request),
            replaces=cookies.read(request, SESSION),
            seconds=settings.session_seconds,
        )
    except (SignInFailed, TooMany) as error:
        # Answered, not raised: the counted failure is committed with this request.
        return entrance(request, cookies, local_path(next), email, error)
    answer = RedirectResponse(local_path(next), 303)
    cookies.write(answer, SESSION, opened, settings.session_seconds)
    cookies.clear(answer, FORM)
    return answer


@router.post("/sign-out", dependencies=[limited("public"), *OwnFormDep])
def sign_out(request: Request, session: HubSessionDep, settings: SettingsDep) -> Response:
    """End the session here and at the hub."""
    cookies = Cookies.of(settings)
    usecases.sign_out(session, cookies.read(request, SESSION))
    answer = RedirectResponse("/sign-in", 303)
    cookies.clear(answer, SESSION)
    return answer


def entrance(
    request: Request,
    cookies: Cookies,
    next: str,
    email: str = "",
    error: HubError | None = None,
) -> Response:
    """The ways in: the providers of this hub, and the password unless it is closed."""
    token = cookies.read(request, FORM) or random_secret()
    language = reader_of(request).language
    answer = page(
        request,
        "sign_in.html",
        _status(error),
        token=token,
        next=next,
        email=email,
        providers=[
            (each.name, each.label(language)) for each in oidc_of(request).providers.values()
        ],
        has_password=settings_of(request).password_sign_in,
        is_wrong=isinstance(error, SignInFailed),
        problem=problem_of(error, language) if error else None,
    )
    if isinstance(error, TooMany):
        answer.headers.update(error.headers())
    cookies.write(answer, FORM, token, None)
    return answer


def oidc_of(request: Request) -> OidcClient:
    """The client of this hub's identity providers."""
    oidc: OidcClient = request.app.state.oidc
    return oidc


def _status(error: HubError | None) -> int:
    if error is None:
        return 200
    # A 401 would ask the browser for its own dialogue.
    return UNUSABLE_FORM if isinstance(error, SignInFailed) else error.status
