"""The door over HTTP, and what is behind it for those who may see it."""

from collections.abc import AsyncIterator
from io import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.declarations import evidence, queries, usecases
from hub.declarations.payloads import (
    DeclarationSummary,
    DeclarationView,
    HeldView,
    NewWithdrawal,
    VerdictView,
    WithdrawalView,
    finding_view,
    held_view,
    verdict_line,
    verdict_view,
    view,
)
from hub.declarations.storage import stored_findings
from hub.declarations.tables import DeclarationRow, HeldSubmission
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.database import recording
from hub.kit.errors import TooLarge, Unsupported
from hub.kit.language import Language
from hub.kit.paging import Page, PageRequestDep, read_rows
from hub.kit.payload import Payload
from hub.kit.responses import page_of
from hub.kit.web import (
    DatabaseDep,
    LanguageDep,
    SessionDep,
    SettingsDep,
    also,
    database_of,
    new_router,
)
from hub.trust.log import receipt_of
from hub.trust.proofs import PROOF_TYPE, found_proof
from tierlight_schemas.envelope import MAX_SUBMISSION_BYTES

JSON, NDJSON = "application/json", "application/x-ndjson"
_STATUS = {"stored": 201, "known": 200, "held": 202}
_IN_MEMORY = 1024 * 1024
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"type": "object", "description": "One submission."}},
            NDJSON: {"schema": {"type": "string", "description": "One submission a line."}},
        },
    }
}

router = new_router("/v1/declarations", "declarations")

Body = SpooledTemporaryFile[bytes]
Digest = Annotated[str, Path(description="SHA-256 (hex) of the declaration's payload.")]


async def spooled(request: Request) -> AsyncIterator[Body]:
    """The body, on disk beyond a megabyte, until the answer is sent.

    The application's limit on bodies holds while it comes in.
    """
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        yield file


@router.post(
    "",
    summary="Submit declarations",
    openapi_extra=_BODY,
    response_model=VerdictView,
    status_code=201,
    responses={
        200: {"model": VerdictView, "description": "Known already, or NDJSON verdicts."},
        202: {"model": VerdictView, "description": "Held until a second person releases it."},
        **also(conflict="It was rejected before it was released, or the hub's log is not whole."),
    },
)
@needs(Action.SUBMIT)
def submit(
    request: Request,
    caller: CallerDep,
    body: Annotated[Body, Depends(spooled)],
    settings: SettingsDep,
    language: LanguageDep,
) -> Response:
    """One submission as JSON (201 stored, 200 known, 202 held), or many as NDJSON with a verdict
    per line."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    factory = database_of(request).write
    if kind == NDJSON:
        given = usecases.receive_lines(
            factory, caller.company_id, body, by=caller.actor, settings=settings
        )
        lines = (verdict_line(verdict, language) for verdict in given)
        return StreamingResponse(lines, media_type=NDJSON)
    if kind != JSON:
        raise Unsupported("hub/media-type", expected=f"{JSON}, {NDJSON}")
    # The transaction ends in there, before the answer is even made.
    verdict = usecases.receive_and_prove(
        factory, caller.company_id, _one(body), by=caller.actor, settings=settings
    )
    shown = verdict_view(verdict, language).model_dump_json(exclude_none=True)
    return Response(shown, _STATUS[verdict.status], media_type=JSON)


@router.get("", summary="Own declarations", response_model=Page[DeclarationSummary])
@needs(Action.READ)
def list_own(
    caller: CallerDep,
    database: DatabaseDep,
    page: PageRequestDep,
    part: Annotated[str | None, Query(max_length=200, description="Part id or number.")] = None,
    state: Annotated[
        queries.State | None, Query(description="`head` is what stands now; absent: all.")
    ] = None,
) -> Response:
    """In the order of their receipt."""
    query = queries.listed(part is not None, state is not None)
    named = {"part": part, "state": state, "company_id": caller.company_id, "at": now()}
    known = {name: value for name, value in named.items() if value is not None}
    with database.read() as session:
        return page_of(*read_rows(session, query, (DeclarationRow.log_index,), page, **known))


@router.get("/{digest}", summary="What is known of a declaration")
@needs(Action.READ)
def read_declaration(
    digest: Digest, caller: CallerDep, database: DatabaseDep, language: LanguageDep
) -> DeclarationView:
    """Needs level L1 for another company's."""
    with recording(database) as session:
        row, level = queries.visible(session, caller, digest)
        return _view(session, row, level, language)


@router.get("/{digest}/jws", summary="The signed bytes as received", response_class=Response)
@needs(Action.READ)
def read_jws(digest: Digest, caller: CallerDep, database: DatabaseDep) -> Response:
    """What a signature is verified over."""
    with recording(database) as session:
        row, _ = queries.visible(session, caller, digest)
        return Response(row.jws, media_type="application/jose")


@router.get(
    "/{digest}/receipt", summary="The receipt, as it was first sent", response_class=Response
)
@needs(Action.READ)
def read_receipt(digest: Digest, caller: CallerDep, database: DatabaseDep) -> Response:
    """Canonical JSON; the same bytes for ever."""
    with recording(database) as session:
        row, _ = queries.visible(session, caller, digest)
        return Response(receipt_of(session, row.digest), media_type=JSON)


@router.get(
    "/{digest}/proof", summary="The proof of the receipt, as it stands now", response_class=Response
)
@needs(Action.READ)
def read_proof(digest: Digest, caller: CallerDep, database: DatabaseDep) -> Response:
    """A C2SP tlog-proof under the checkpoint that most witnesses have seen."""
    with recording(database) as session:
        row, _ = queries.visible(session, caller, digest)
        return Response(found_proof(session, row.digest), media_type=PROOF_TYPE)


@router.get(
    "/{digest}/evidence",
    summary="Everything an auditor needs to judge a declaration offline",
    response_class=Response,
    responses=also(conflict="The hub has no key of its own to sign with."),
)
@needs(Action.READ)
def read_evidence(
    digest: Digest,
    caller: CallerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    size: Annotated[
        int | None, Query(ge=1, lt=2**63, description="Of a signed checkpoint; the newest.")
    ] = None,
) -> Response:
    """Signed bytes, the key's history, what became of it, and their proofs, for
    `tierlight verify`."""
    with recording(database) as session:
        body = evidence.evidence(session, caller, digest, size, settings)
    return Response(body, media_type=JSON)


@router.get("/{digest}/annexes/{name}", summary="An annex's bytes", response_class=Response)
@needs(Action.READ)
def read_annex(
    digest: Digest,
    name: Annotated[str, Path(description="`split`, `composition`, `activity` or `evidence`.")],
    caller: CallerDep,
    database: DatabaseDep,
) -> Response:
    """Needs the level of the annex: split L2, composition L3, activity L4, evidence L5."""
    with recording(database) as session:
        return Response(queries.annex(session, caller, digest, name), media_type=JSON)


@router.post(
    "/{digest}/withdrawal",
    status_code=201,
    summary="No longer stand by a declaration",
    response_model=WithdrawalView,
    responses={
        202: {"model": HeldView, "description": "Held until a second person releases it."},
        **also(conflict="It was withdrawn before."),
    },
)
@needs(Action.RELEASE)
def withdraw(
    digest: Digest,
    withdrawal: NewWithdrawal,
    caller: CallerDep,
    session: SessionDep,
    settings: SettingsDep,
    language: LanguageDep,
) -> Response:
    """The declaration stays readable, marked as withdrawn."""
    done = usecases.withdraw(session, caller, digest, withdrawal.reason, settings=settings)
    if isinstance(done, HeldSubmission):
        return _json(held_view(done, language), 202)
    return _json(WithdrawalView.model_validate(done), 201)


def _json(shown: Payload, status: int) -> Response:
    return Response(shown.model_dump_json(exclude_none=True), status, media_type=JSON)


def _one(body: Body) -> bytes:
    size = body.seek(0, SEEK_END)
    if size > MAX_SUBMISSION_BYTES:
        raise TooLarge("door/too-large", size=str(size), limit=str(MAX_SUBMISSION_BYTES))
    body.seek(0)
    return body.read()


def _view(session: Session, row: DeclarationRow, level: int, language: Language) -> DeclarationView:
    return view(
        row,
        queries.states(session, [row.digest])[row.digest],
        superseded_by=queries.successor_of(session, row.digest),
        withdrawal=queries.withdrawal_of(session, row.digest),
        findings=[
            finding_view(found, language) for found in stored_findings(session, row.digest, level)
        ],
        annexes=queries.annex_names(session, row.digest, level),
    )
