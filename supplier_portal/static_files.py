"""Stylesheets, script and marks: addressed by their digest, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).resolve().parent / "static"
PREFIX = "/static"
YEAR = 365 * 24 * 3600


@cache
def address(name: str) -> str:
    """The address of a file's present content: `/static/portal.css?v=…`."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    return f"{PREFIX}/{name}?v={digest[:16]}"


class PortalFiles(StaticFiles):
    """Files that may be kept for a year where the address names their content."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; without the right digest it is asked for again each time."""
        answer = await super().get_response(path, scope)
        is_pinned = (FOLDER / path).is_file() and address(path).endswith(
            f"?{scope['query_string'].decode('latin-1')}"
        )
        lasting = f"public, max-age={YEAR}, immutable"
        answer.headers["Cache-Control"] = lasting if is_pinned else "no-cache"
        return answer
