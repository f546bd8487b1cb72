"""Errors as answers: `{code, message, remedy, details}` in the reader's language.

One place renders every error of the API, so that none leaks a traceback, echoes hostile bytes, or
tells absent from forbidden.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from hub.kit import openapi
from hub.kit.detail_words import words_of_detail
from hub.kit.errors import BadInput, HubError, bad_input
from hub.kit.headers import security_headers
from hub.kit.language import Language, best_language
from tierlight_schemas.errors import StandardError
from tierlight_schemas.messages import render

_BY_STATUS = {
    404: "hub/not-found",
    405: "hub/method-not-allowed",
    413: "hub/too-large",
    415: "hub/media-type",
}


class Problem(BaseModel):
    """What went wrong, for a program (`code`) and for a person (`message`, `remedy`)."""

    code: str = Field(description="Stable; a program reacts to it.")
    message: str = Field(description="What happened, in the reader's language.")
    remedy: str = Field(description="What to do next.")
    details: list[dict[str, str]] = Field(default=[], description="One entry a place.")


def problem_of(error: HubError, language: Language) -> Problem:
    """The words of an error and of its details."""
    words = render(error.code, error.params, language)
    details = [_detail(entry, language) for entry in error.details]
    return Problem(code=error.code, message=words.text, remedy=words.remedy, details=details)


def language_of(request: Request) -> Language:
    """The language to answer a request in."""
    default = request.app.state.settings.default_language
    return best_language(request.headers.get("accept-language"), default)


def install(app: FastAPI) -> None:
    """Let `app` answer every error as a problem, and say so in its OpenAPI document."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = openapi.complete(describe(), Problem.model_json_schema())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign] # as FastAPI's documentation asks
    app.add_exception_handler(HubError, _on_hub_error)
    app.add_exception_handler(StandardError, _on_standard_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_defect)


def _detail(entry: Mapping[str, str], language: Language) -> dict[str, str]:
    if "code" not in entry or "message" in entry:
        return dict(entry)
    words = words_of_detail(entry, language)
    return {**entry, "message": words.text, "remedy": words.remedy}


def answer_to(request: Request, error: HubError, status: int | None = None) -> Response:
    """The answer to a request that met an error."""
    problem = problem_of(error, language_of(request))
    return JSONResponse(
        problem.model_dump(mode="json"), status or error.status, headers=error.headers()
    )


def _on_hub_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    return answer_to(request, error)


def _on_standard_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, StandardError)
    return answer_to(request, bad_input(error))


def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    refusal = BadInput("hub/request-form")
    refusal.details = unfit_members(error.errors())
    return answer_to(request, refusal)


def unfit_members(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Details of what Pydantic found: one entry for each member that does not have its form."""
    return [
        {"code": "hub/request-member", "place": _place(found["loc"]), "problem": found["type"]}
        for found in errors
    ]


def _place(location: Sequence[Any]) -> str:
    """`body.level`; hostile names are made printable and short.

    Which form of a body was judged stands in parentheses (`Tag`), and is no place in it.
    """
    steps = [str(step)[:60] for step in location]
    named = (step for step in steps if not (step.startswith("(") and step.endswith(")")))
    return ascii(".".join(named))[1:-1][:200]


def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    refusal = HubError(_BY_STATUS.get(error.status_code, "hub/request-form"))
    answer = answer_to(request, refusal, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _on_defect(request: Request, error: Exception) -> Response:
    # Starlette answers this outside of all layers, and raises it again so that the server logs it.
    answer = answer_to(request, HubError("hub/defect"))
    answer.headers.update(security_headers(request.app.state.settings.public_url))
    return answer
