"""The company's own parts: the list, and one part."""

from typing import Annotated

from fastapi import Query, Request, Response

from hub.disclosure.company_parts import company_parts
from hub.disclosure.footprint import Question
from hub.disclosure.part_page import part_page
from hub.kit.actions import Action, needs
from hub.kit.paging import PageRequest
from hub.kit.web import ReadingSessionDep, RecordingSessionDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router

PAGE = 50

router = new_router()


@router.get("/parts")
@needs(Action.READ)
def parts(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """The company's parts by number, a page at a time."""
    search = q.strip()
    found = company_parts(session, account.caller, search, PageRequest(limit=PAGE, after=after))
    return page(request, "parts.html", parts=found, search=search, after=after)


@router.get("/parts/{part_id}")
@needs(Action.READ_FOOTPRINTS)
def part(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    part_id: str,
) -> Response:
    """One part: what it is, what goes into it, who buys it, what was declared."""
    question = Question.now(reader.language, top=0)
    found = part_page(session, account.caller, part_id, question)
    return page(request, "part.html", page=found, part=found.part, document=found.document)
