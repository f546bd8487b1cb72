"""Whether something is in the log, and whether it still stands: for everybody, no account asked."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import File, Query, Request, Response, UploadFile
from sqlalchemy.orm import Session

from hub.declarations.public_word import public_word, read_file
from hub.kit.errors import BadInput, HubError, TooLarge
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep
from hub.trust.answers import MAX_TEXT, Answer, answer
from supplier_portal import field_guide
from supplier_portal.forms import SameOriginDep
from supplier_portal.pages import page
from supplier_portal.reader import ReaderDep, reader_of
from supplier_portal.views import new_router
from tierlight_schemas.envelope import MAX_JWS_BYTES

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


@router.get("/verify/{digest}")
def standing(request: Request, session: ReadingSessionDep, digest: str) -> Response:
    """What may be said to anybody of a declaration: where its receipt's code leads."""
    return _standing(request, session, digest)


@router.post("/verify/{digest}", dependencies=[SameOriginDep])
def with_file(
    request: Request,
    reader: ReaderDep,
    session: ReadingSessionDep,
    digest: str,
    signed: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """The same, and what stands in the signed file that the reader has; nothing of it is kept."""
    body = signed.file.read(MAX_JWS_BYTES + 1).strip() if signed else b""
    try:
        if not body:
            raise BadInput("verify/no-file")
        document = read_file(session, digest, body)
    except (BadInput, TooLarge) as error:
        return _standing(request, session, digest, problem=error)
    return _standing(request, session, digest, document)


def _standing(
    request: Request,
    session: Session,
    digest: str,
    document: Mapping[str, Any] | None = None,
    problem: HubError | None = None,
) -> Response:
    word = public_word(session, digest)
    return page(
        request,
        "verify_one.html",
        problem.status if problem else 200,
        word=word,
        document=document,
        groups=field_guide.readings(document) if document else [],
        foreign=field_guide.foreign(document) if document else [],
        problem=problem_of(problem, reader_of(request).language) if problem else None,
    )
