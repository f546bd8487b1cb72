"""Turning a template and its content into the answer that a browser shows."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.kit.clock import now
from hub.kit.headers import SIGNING_POLICY
from hub.kit.language import LANGUAGES
from hub.kit.web import settings_of
from supplier_portal.finding_words import common_remedy, evidence_value, in_words
from supplier_portal.formats import Formats
from supplier_portal.navigation import main_row, second_row
from supplier_portal.pictures import stacked
from supplier_portal.reader import reader_of
from supplier_portal.static_files import address
from supplier_portal.tree_links import row_id
from supplier_portal.wording import NAMES, Words

TEMPLATES = Path(__file__).resolve().parent / "templates"


@cache
def environment() -> Environment:
    """The templates; a name that no view has given is an error, never an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "static": address,
        "row_id": row_id,
        "with_query": with_query,
        "stacked": stacked,
        "common_remedy": common_remedy,
        "in_groups": in_groups,
    }
    return made


def page(request: Request, template: str, status: int = 200, **content: Any) -> HTMLResponse:
    """A page in the reader's language; `content` is what the template names."""
    reader = reader_of(request)
    section = request.url.path.split("/")[1]
    actions = reader.account.caller.actions if reader.account else ()
    words = Words(reader.language)
    formats = Formats(words.locale)
    text = (
        environment()
        .get_template(template)
        .render(
            t=words,
            f=formats,
            said=lambda finding: in_words(finding, words, formats),
            evidence=lambda name, value: evidence_value(name, value, words, formats),
            account=reader.account,
            language=reader.language,
            languages=[(tag, NAMES[tag]) for tag in LANGUAGES],
            here=here(request),
            address=settings_of(request).public_url.rstrip("/") + here(request),
            today=now().date(),
            section=section,
            main_row=main_row(actions),
            second_row=second_row(actions, section),
            **content,
        )
    )
    return HTMLResponse(text, status, headers={"Vary": "Cookie, Accept-Language"})


def signing_page(
    request: Request, template: str, status: int = 200, **content: Any
) -> HTMLResponse:
    """A page on which keys are made or used, under the strictest policy."""
    answer = page(request, template, status, **content)
    answer.headers["Content-Security-Policy"] = SIGNING_POLICY
    return answer


def here(request: Request) -> str:
    """The path and query of the page itself, to come back to it; never those of a sign-in that is
    under way: they hold codes, and work once."""
    if request.url.path.startswith("/sign-in/"):
        return "/sign-in"
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query if request.method == "GET" else "/"


def in_groups(digest: str) -> str:
    """The first half of a digest in groups of four, for two of them to be compared by eye."""
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def with_query(path: str, **parameters: str | int | None) -> str:
    """A path with the parameters that have a value."""
    stated = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"{path}?{urlencode(stated)}" if stated else path
