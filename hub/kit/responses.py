"""Answers that leave as bytes: entity tags, and pages made of rows without a model for each."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from pydantic_core import to_json
from sqlalchemy import Row
from starlette.background import BackgroundTask

JSON = "application/json"
MAX_TAGS = 4_000
"""Characters of `If-None-Match` that are looked at."""
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    HTTPStatus.NOT_MODIFIED.value: {
        "description": "`If-None-Match` names these very bytes. It is a read like any other."
    }
}
"""`responses` of a route that answers with `tagged`."""


def tagged(
    request: Request, body: bytes, digest: str, background: BackgroundTask | None = None
) -> Response:
    """JSON with its digest as entity tag, or 304 for who holds these bytes (RFC 9110 13.1.2)."""
    tag = f'"{digest}"'
    headers = {
        "ETag": tag,
        # The reader may hold what it was told, for itself, and has to ask whether it still holds.
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Language, Authorization",
    }
    if _is_held(request.headers.get("if-none-match", ""), tag):
        return Response(None, HTTPStatus.NOT_MODIFIED, headers, background=background)
    return Response(body, HTTPStatus.OK, headers, JSON, background)


def _is_held(names: str, tag: str) -> bool:
    held = [name.strip().removeprefix("W/") for name in names[:MAX_TAGS].split(",")]
    return tag in held or held == ["*"]


def page_of(rows: Sequence[Row[Any]], following: str | None) -> Response:
    """A page as `kit.paging.Page` describes it: a member for each column, absent where unknown."""
    names = rows[0]._fields if rows else ()
    page: dict[str, Any] = {
        "items": [
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in rows
        ]
    }
    if following is not None:
        page["next"] = following
    return Response(to_json(page), media_type=JSON)
