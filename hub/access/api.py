"""Tokens for machines, and who is calling."""

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.responses import JSONResponse
from fastapi.security import OAuth2
from pydantic import BaseModel, Field

from hub.access.caller import Caller
from hub.access.client_assertion import TYPE
from hub.access.oauth import TokenRequest, TokenServer, discovery
from hub.access.roles import refuse_unless
from hub.access.usecases import caller_of_token
from hub.kit.actions import Action, action_of
from hub.kit.errors import NotSignedIn, Unsupported
from hub.kit.rates import client_address, limited, rates_of
from hub.kit.web import (
    HubSessionDep,
    SettingsDep,
    acts_for,
    database_of,
    hub_database_of,
    new_router,
    short_body,
)

TOKEN_PATH = "/auth/token"
MAX_TOKEN_REQUEST = 10_000
FORM = "application/x-www-form-urlencoded"

PUBLIC = [limited("public")]

router = new_router("", "access")

# For the OpenAPI document; the header is read below, so that refusals are ours.
_MACHINES = OAuth2(
    flows=OAuthFlows(clientCredentials=OAuthFlowClientCredentials(tokenUrl=TOKEN_PATH)),
    scheme_name="machines",
    description="A bearer token of a machine, by OAuth 2 client credentials.",
    auto_error=False,
)
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "grant_type": {"const": "client_credentials"},
                        "client_assertion_type": {"const": TYPE},
                        "client_assertion": {
                            "type": "string",
                            "description": "A JWT of at most 300 seconds, signed with a registered "
                            "key (RFC 7523); `aud` is the issuer. Instead of HTTP Basic.",
                        },
                    },
                    "required": ["grant_type"],
                }
            }
        },
    }
}


class TokenOut(BaseModel):
    """An access token (RFC 6749 5.1)."""

    access_token: str = Field(description="Opaque; sent as `Authorization: Bearer …`.")
    token_type: str = Field(description="`Bearer`.")
    expires_in: int = Field(description="Seconds.")


class TokenRefused(BaseModel):
    """Why there is no token, as RFC 6749 5.2 words it."""

    error: str
    error_description: str | None = None


def caller(request: Request, _: Annotated[str | None, Security(_MACHINES)] = None) -> Caller:
    """Who sent the bearer token, after it was found that it may do what the route does.

    Raises `NotSignedIn` without a usable token, `TooMany` too often, `LacksRole` for somebody
    else's task.
    """
    rates = rates_of(request)
    try:
        known = _known(request)
    except NotSignedIn:
        rates.spend_of_address("public", client_address(request))
        raise
    rates.spend_of_caller(known.company_id, known.actor, request.method)
    return admitted(request, known)


def _known(request: Request) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("hub/token-missing")
    # A session of its own: the request's own transaction, and its lock, start only after this.
    with hub_database_of(request).read() as session:
        return caller_of_token(session, token.strip())


def admitted(request: Request, caller: Caller) -> Caller:
    """The caller as the route may know it: the one place where roles are looked at.

    From here on the request's sessions are those of the company that it acts for. Whoever operates
    the hub and has opened the access to a company acts in that company's place; what
    `app.state.look_through` does with it is recorded there. Raises `LacksRole`.
    """
    acts_for(request, caller.company_id)
    action = action_of(request.scope["route"].endpoint)
    if action and action is not Action.OPERATE and caller.may(Action.OPERATE):
        caller = request.app.state.look_through(database_of(request), caller, request, action)
        acts_for(request, caller.company_id)
    refuse_unless(caller.actions, action)
    return caller


CallerDep = Annotated[Caller, Depends(caller)]


async def token_form(request: Request) -> list[tuple[str, str]]:
    """The parameters of a token request, repeated ones included.

    Raises `Unsupported` or `TooLarge` for anything but a short form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Unsupported("hub/media-type", expected=FORM)
    body = await short_body(request, MAX_TOKEN_REQUEST)
    return parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True)


@router.post(
    TOKEN_PATH,
    summary="A bearer token for a machine (RFC 6749 4.4)",
    dependencies=[limited("tokens")],
    openapi_extra=_FORM,
    response_model=TokenOut,
    responses={
        400: {"model": TokenRefused, "description": "Not a client credentials request."},
        401: {"model": TokenRefused, "description": "Unknown client, wrong secret or assertion."},
    },
)
def token(
    request: Request,
    form: Annotated[list[tuple[str, str]], Depends(token_form)],
    session: HubSessionDep,
    settings: SettingsDep,
) -> Response:
    """`grant_type=client_credentials` as a form; id and secret by HTTP Basic, or an assertion."""
    asked = TokenRequest(settings.public_url.rstrip("/") + TOKEN_PATH, request.headers, form)
    answer = TokenServer(session, settings.public_url, settings.token_seconds).answer(asked)
    return JSONResponse(answer.body, answer.status, headers=answer.headers)


@router.get(
    "/.well-known/openid-configuration",
    summary="Where the token endpoint is",
    dependencies=PUBLIC,
)
@router.get("/.well-known/oauth-authorization-server", include_in_schema=False, dependencies=PUBLIC)
def configuration(settings: SettingsDep) -> dict[str, Any]:
    """The discovery document (RFC 8414)."""
    return discovery(settings.public_url, TOKEN_PATH)
