"""Tokens for machines, and who is calling."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from hub.access.caller import Caller
from hub.access.oauth import TokenRequest, TokenServer, discovery
from hub.access.usecases import caller_of_token
from hub.kit.errors import NotSignedIn, TooLarge, Unsupported
from hub.kit.web import SessionDep, SettingsDep, database_of, new_router

TOKEN_PATH = "/auth/token"
MAX_TOKEN_REQUEST = 10_000
FORM = "application/x-www-form-urlencoded"

router = new_router("", "access")


def caller(request: Request) -> Caller:
    """Who sent the bearer token; raises `NotSignedIn` without a usable one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("hub/token-missing")
    # A session of its own: the request's own transaction, and its lock, start only after this.
    with database_of(request).read() as session:
        return caller_of_token(session, token.strip())


CallerDep = Annotated[Caller, Depends(caller)]


async def token_form(request: Request) -> list[tuple[str, str]]:
    """The parameters of a token request, repeated ones included.

    Raises `Unsupported` or `TooLarge` for anything but a short form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Unsupported("hub/media-type", expected=FORM)
    body = await request.body()
    if len(body) > MAX_TOKEN_REQUEST:
        raise TooLarge("hub/too-large", limit=str(MAX_TOKEN_REQUEST))
    return parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True)


@router.post(TOKEN_PATH, summary="A bearer token for a machine (RFC 6749 4.4)")
def token(
    request: Request,
    form: Annotated[list[tuple[str, str]], Depends(token_form)],
    session: SessionDep,
    settings: SettingsDep,
) -> Response:
    """Client id and secret by HTTP Basic, `grant_type=client_credentials` as a form."""
    asked = TokenRequest(settings.public_url.rstrip("/") + TOKEN_PATH, request.headers, form)
    answer = TokenServer(session, settings.token_seconds).answer(asked)
    return JSONResponse(answer.body, answer.status, headers=answer.headers)


@router.get("/.well-known/openid-configuration", summary="Where the token endpoint is")
@router.get("/.well-known/oauth-authorization-server", include_in_schema=False)
def configuration(settings: SettingsDep) -> dict[str, Any]:
    """The discovery document (RFC 8414)."""
    return discovery(settings.public_url, TOKEN_PATH)
