"""What every room's `api.py` stands on: routers with strict bodies, sessions, settings."""

from collections.abc import Callable, Coroutine, Iterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from starlette.types import Message

from hub.kit.actions import action_of
from hub.kit.database import Database, as_hub, recording, transaction
from hub.kit.errors import BadInput, TooLarge, bad_input
from hub.kit.language import Language
from hub.kit.problems import Problem, language_of
from hub.kit.rates import limited
from hub.kit.wall import Scope, Stated
from hub.settings import Settings
from tierlight_schemas.envelope import EnvelopeError, strict_json

MAX_JSON_BYTES = 128_000
"""Of a JSON body that is parsed as it comes; declarations and tables have limits of their own."""


def settings_of(request: Request) -> Settings:
    """The settings that `create_app` was given."""
    settings: Settings = request.app.state.settings
    return settings


def database_of(request: Request) -> Database:
    """The database that `create_app` opened, for whoever sends this request: nobody at first."""
    known: Database | None = getattr(request.state, "database", None)
    if known is None:
        opened: Database = request.app.state.database
        request.state.stated = Stated()
        known = request.state.database = opened.under(request.state.stated)
    return known


def hub_database_of(request: Request) -> Database:
    """The database before it is known who sends this request: to find that out, and to answer for
    the hub itself."""
    return as_hub(database_of(request))


def acts_for(request: Request, company_id: str) -> None:
    """From here on the sessions of this request are those of the company that sends it."""
    database_of(request)
    request.state.stated.scope = Scope.of(company_id)


def get_session(request: Request) -> Iterator[Session]:
    """A session that is committed before the answer leaves, or rolled back with an error."""
    with transaction(database_of(request).write) as session:
        yield session


def get_hub_session(request: Request) -> Iterator[Session]:
    """A session as `get_session` gives, for signing in and out, when nobody has signed in yet."""
    with transaction(hub_database_of(request).write) as session:
        yield session


def get_reading_session(request: Request) -> Iterator[Session]:
    """A session for reads that leave no trace: it takes no lock and cannot write."""
    with database_of(request).read() as session:
        yield session


def get_recording_session(request: Request) -> Iterator[Session]:
    """A session for reads that leave a record."""
    with recording(database_of(request)) as session:
        yield session


# What only looks at the request waits for nothing: a thread for it would cost more than it does.
async def _settings(request: Request) -> Settings:
    return settings_of(request)


async def _database(request: Request) -> Database:
    return database_of(request)


async def _language(request: Request) -> Language:
    return language_of(request)


SettingsDep = Annotated[Settings, Depends(_settings)]
DatabaseDep = Annotated[Database, Depends(_database)]
LanguageDep = Annotated[Language, Depends(_language)]
# Scope "function" ends before the answer is sent: a receipt never leaves for what a crash undoes.
SessionDep = Annotated[Session, Depends(get_session, scope="function")]
HubSessionDep = Annotated[Session, Depends(get_hub_session, scope="function")]
ReadingSessionDep = Annotated[Session, Depends(get_reading_session, scope="function")]
RecordingSessionDep = Annotated[Session, Depends(get_recording_session, scope="function")]


class StrictRoute(APIRoute):
    """A route that reads JSON bodies by the door's rules, answers without null members, and says
    in the API's description which action it is."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        options["response_model_exclude_none"] = True
        if action := action_of(endpoint):
            said = options.get("openapi_extra") or {}
            options["openapi_extra"] = {**said, "x-action": action.value}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, after the body was found to be unambiguous."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def strict(request: Request) -> Response:
            # Nobody has asked yet who sends this, and all others wait while it is parsed.
            body = await short_body(request, MAX_JSON_BYTES)
            refuse_ambiguous_json(body)

            async def replayed() -> Message:
                return {"type": "http.request", "body": body, "more_body": False}

            return await handle(Request(request.scope, replayed))

        return strict


async def short_body(request: Request, limit: int) -> bytes:
    """The body of a request, read no further than `limit` bytes. Raises `TooLarge`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge("hub/too-large", limit=str(limit))
    return bytes(body)


def refuse_ambiguous_json(body: bytes) -> None:
    """Raise `BadInput` for a JSON body with duplicate members, floats, null, NUL and the like."""
    try:
        if body:
            strict_json(body, max_bytes=MAX_JSON_BYTES)
    except EnvelopeError as error:
        raise bad_input(error) from None


def new_router(prefix: str, tag: str, *, public: bool = False) -> APIRouter:
    """A room's router, with strict bodies; `public` when it asks nobody who they are."""
    first = [limited("public")] if public else []
    return APIRouter(prefix=prefix, tags=[tag], route_class=StrictRoute, dependencies=first)


def also(**refusals: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route beyond those that follow from its form (`kit.openapi`).

    `also(conflict="Registered before.")` says when the route answers with that status.
    """
    return {
        HTTPStatus[name.upper()].value: {"model": Problem, "description": reason}
        for name, reason in refusals.items()
    }


async def refuse_nul(request: Request) -> None:
    """Raise `BadInput` for a NUL in the URL: PostgreSQL texts cannot hold one."""
    if "\x00" in request.url.path or "%00" in request.url.query or "\x00" in request.url.query:
        raise BadInput("hub/nul")
