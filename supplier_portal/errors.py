"""Errors as pages: what happened and what to do next, in the reader's language.

A page that is absent and one that is another company's give the same answer, to the last byte.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from hub.kit.errors import BadInput, HubError, TooMany
from hub.kit.language import best_language
from hub.kit.problems import problem_of
from hub.kit.web import settings_of
from supplier_portal.pages import here, page, with_query
from supplier_portal.reader import Reader, SignInNeeded, reader_of
from supplier_portal.wording import Words

Handler: TypeAlias = Callable[[Request, Any], Any]


class PageRoute(APIRoute):
    """A route of the portal: its errors are pages, whatever the client says it accepts."""


def install(app: FastAPI) -> None:
    """Let browsers see pages where programs get problems."""
    for kind in (HubError, RequestValidationError, HTTPException, Exception):
        before: Handler = app.exception_handlers[kind]
        app.add_exception_handler(kind, _in_two_forms(before))


def _in_two_forms(before: Handler) -> Handler:
    def handle(request: Request, error: Exception) -> Response:
        if not _wants_page(request):
            answer: Response = before(request, error)
            return answer
        return _page_of(request, error)

    return handle


def _wants_page(request: Request) -> bool:
    if isinstance(request.scope.get("route"), PageRoute):
        return True
    # A browser asks for html by name; programs take anything.
    return "text/html" in request.headers.get("accept", "")


def _page_of(request: Request, error: Exception) -> Response:
    if isinstance(error, SignInNeeded):
        return RedirectResponse(with_query("/sign-in", next=here(request)), 303)
    refusal, status = _as_hub_error(error)
    if status == HubError.status:
        _ask_nobody(request)
    language = reader_of(request).language
    words, problem = Words(language), problem_of(refusal, language)
    own = words.has(f"error.{refusal.code}")
    answer = page(
        request,
        "error.html",
        status,
        heading=words.known("status", str(status)),
        message=words(f"error.{refusal.code}") if own else problem.message,
        remedy=words(f"remedy.{refusal.code}") if own else problem.remedy,
    )
    if isinstance(refusal, TooMany):
        answer.headers.update(refusal.headers())
    return answer


def _ask_nobody(request: Request) -> None:
    """After a defect: the database that would say who is signed in may be what is broken."""
    if getattr(request.state, "reader", None) is None:
        language = best_language(
            request.headers.get("accept-language"), settings_of(request).default_language
        )
        request.state.reader = Reader(None, language)


def _as_hub_error(error: Exception) -> tuple[HubError, int]:
    if isinstance(error, HubError):
        return error, error.status
    if isinstance(error, RequestValidationError):
        return BadInput("hub/request-form"), BadInput.status
    if isinstance(error, HTTPException):
        known = {404: "hub/not-found", 405: "hub/method-not-allowed", 413: "hub/too-large"}
        return HubError(known.get(error.status_code, "hub/request-form")), error.status_code
    return HubError("hub/defect"), HubError.status
