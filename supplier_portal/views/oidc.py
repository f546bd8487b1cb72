"""Signing in with an identity provider: the way there, and back."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from hub.access.errors import RoundLost
from hub.access.oidc.usecases import arrive, depart, provider_named
from hub.kit.errors import HubError, NotFound
from hub.kit.rates import limited
from hub.kit.web import SettingsDep, hub_database_of
from supplier_portal.cookies import ROUND, SESSION, Cookies
from supplier_portal.forms import local_path
from supplier_portal.views import new_router
from supplier_portal.views.sign_in import entrance, oidc_of

ROUND_SECONDS = 600
MAX_INVITATION = 100

router = new_router()


@router.get("/sign-in/with/{name}", dependencies=[limited("sign_ins")])
def leave(
    request: Request,
    name: str,
    settings: SettingsDep,
    next: str = "/",
    invitation: Annotated[str | None, Query(max_length=MAX_INVITATION)] = None,
    anew: bool = False,
) -> Response:
    """To the provider; an address that begins a sign-in does no harm wherever it stands, because
    whoever follows it signs in as nobody but herself."""
    cookies, oidc = Cookies.of(settings), oidc_of(request)
    try:
        departure = depart(
            hub_database_of(request).write,
            oidc,
            settings,
            provider_named(oidc, name),
            browser=cookies.read(request, ROUND),
            next=local_path(next),
            invitation=invitation,
            anew=anew,
        )
    except HubError as error:
        return _entrance(request, cookies, local_path(next), error)
    answer = RedirectResponse(departure.url, 303)
    cookies.write(answer, ROUND, departure.browser, ROUND_SECONDS)
    return answer


@router.get("/sign-in/with/{name}/callback", dependencies=[limited("sign_ins")])
def come_back(request: Request, name: str, settings: SettingsDep) -> Response:
    """A fresh session for who the provider says it is, if she has been let in."""
    cookies, oidc = Cookies.of(settings), oidc_of(request)
    try:
        arrival = arrive(
            hub_database_of(request).write,
            oidc,
            settings,
            provider_named(oidc, name),
            _single(request),
            browser=cookies.read(request, ROUND),
            replaces=cookies.read(request, SESSION),
        )
    except HubError as error:
        return _entrance(request, cookies, "/", error)
    answer = RedirectResponse(local_path(arrival.next), 303)
    cookies.write(answer, SESSION, arrival.cookie, settings.session_seconds)
    return answer


def _single(request: Request) -> Mapping[str, str]:
    """The parameters of the answer, each of them once. Raises `RoundLost`."""
    pairs = request.query_params.multi_items()
    if len(dict(pairs)) != len(pairs):
        raise RoundLost
    return dict(pairs)


def _entrance(request: Request, cookies: Cookies, next: str, error: HubError) -> Response:
    if isinstance(error, NotFound):
        raise error
    return entrance(request, cookies, next, error=error)
