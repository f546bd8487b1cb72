"""Whether something is in the log: for everybody, without an account."""

from typing import Annotated

from fastapi import Query, Request, Response

from hub.kit.errors import BadInput, HubError
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep
from hub.trust.answers import MAX_TEXT, Answer, answer
from supplier_portal.pages import page
from supplier_portal.reader import ReaderDep
from supplier_portal.views import new_router

router = new_router(public=True)


@router.get("/verify")
def verify(
    request: Request,
    reader: ReaderDep,
    session: ReadingSessionDep,
    text: Annotated[str, Query(max_length=MAX_TEXT)] = "",
) -> Response:
    """The form, and what the log says to a code, a receipt or a proof; nothing else is told."""
    found: Answer | None = None
    said: HubError | None = None
    try:
        found = answer(session, text) if text.strip() else None
    except BadInput as error:
        said = error
    # The words of an outcome stand in the same catalogue as those of an error.
    told = said or (BadInput(found.code) if found else None)
    return page(
        request,
        "verify.html",
        400 if said else 200,
        text=text,
        found=found,
        told=problem_of(told, reader.language) if told else None,
        limit=MAX_TEXT,
    )
