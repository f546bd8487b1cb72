"""The API's published description, made true: refusals that follow from what a route takes.

FastAPI writes 422 for every route that reads anything; this hub answers 400. What follows from a
route's form is added here; what only the route knows (409, a 404 for something in the body) it
declares itself.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

JSON = "application/json"
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds until it is worth asking again.",
        "schema": {"type": "integer"},
    }
}
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


def complete(document: dict[str, Any], problem: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with true refusals; `problem` is the JSON Schema of what they answer."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.setdefault("Problem", problem)
    for name in _FASTAPIS_OWN:
        schemas.pop(name, None)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    return document


def _complete(path: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    for status in _implied(path, operation):
        answers.setdefault(str(status.value), refusal(status))
    operation["responses"] = dict(sorted(answers.items()))


def _implied(path: str, operation: Mapping[str, Any]) -> Iterator[HTTPStatus]:
    body = operation.get("requestBody")
    # A NUL in the URL is refused everywhere.
    yield HTTPStatus.BAD_REQUEST
    # So is who asks too often.
    yield HTTPStatus.TOO_MANY_REQUESTS
    if operation.get("security"):
        yield HTTPStatus.UNAUTHORIZED
        yield HTTPStatus.FORBIDDEN
    if "{" in path:
        yield HTTPStatus.NOT_FOUND
    if body:
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if body and set(body["content"]) != {JSON}:
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def refusal(status: HTTPStatus) -> dict[str, Any]:
    """How OpenAPI describes a refusal that is a problem."""
    schema = {"$ref": "#/components/schemas/Problem"}
    said = {"description": status.phrase, "content": {JSON: {"schema": schema}}}
    return said | {"headers": _RETRY_AFTER} if status is HTTPStatus.TOO_MANY_REQUESTS else said
