"""The log over HTTP, for everybody: it holds no content. And where witnesses bring their word."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from sqlalchemy import select

from hub.kit.errors import NotFound, Unsupported
from hub.kit.web import (
    LanguageDep,
    ReadingSessionDep,
    SettingsDep,
    also,
    database_of,
    new_router,
    short_body,
)
from hub.trust.answers import answer
from hub.trust.checkpoints import newest, note_of
from hub.trust.hub_key import hub_keys, public_jwk
from hub.trust.log import log_size
from hub.trust.log_payloads import (
    AnswerView,
    ConsistencyView,
    CosignaturesView,
    EntriesView,
    EntryView,
    InclusionView,
    LogView,
    Question,
    WitnessView,
)
from hub.trust.proofs import PROOF_TYPE, found_proof
from hub.trust.tables import LogCheckpoint, LogEntry
from hub.trust.tree import consistency_path, inclusion_path, root_at, stored
from hub.trust.witnesses import keep_cosignatures, known_witnesses
from tierlight_schemas.log.notes import MAX_NOTE_BYTES, VerifierKey
from tierlight_schemas.messages import render

TEXT = "text/plain"
MAX_ENTRIES = 1000
_NOTE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {TEXT: {"schema": {"type": "string", "description": "A cosigned checkpoint."}}},
    }
}

router = new_router("/v1/log", "log", public=True)

Size = Annotated[int, Query(ge=0, lt=2**63, description="Entries of the tree.")]


async def note_body(request: Request) -> bytes:
    """The body of a request that is a note."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != TEXT:
        raise Unsupported("hub/media-type", expected=TEXT)
    return await short_body(request, MAX_NOTE_BYTES)


@router.get("", summary="What this log is called, its size and its keys")
def read_log(session: ReadingSessionDep, settings: SettingsDep) -> LogView:
    """The keys in the form that policies name them in; compare them by another way."""
    last, origin = newest(session), settings.log_origin
    return LogView(
        origin=origin,
        size=log_size(session),
        signed_size=last.size if last else 0,
        keys=[str(VerifierKey.of_jwk(origin, public_jwk(key))) for key in hub_keys(session)],
        witnesses=[
            WitnessView(name=name, key=str(key))
            for name, key in known_witnesses(settings).witnesses.items()
        ],
    )


@router.get(
    "/checkpoint",
    summary="The newest checkpoint",
    response_class=Response,
    responses=also(not_found="Nothing has been signed yet."),
)
def read_checkpoint(session: ReadingSessionDep) -> Response:
    """A C2SP signed note with the cosignatures that have come in."""
    last = newest(session)
    if last is None:
        raise NotFound("log/no-checkpoint", size="0")
    return Response(str(note_of(session, last)), media_type=TEXT)


@router.get("/checkpoints/{size}", summary="The checkpoint of a size", response_class=Response)
def read_checkpoint_of(
    size: Annotated[str, Path(description="Entries under the checkpoint.")],
    session: ReadingSessionDep,
) -> Response:
    """With the cosignatures that have come in; not every size has been signed."""
    known = size.isdecimal() and size.isascii() and len(size) < 19
    found = session.get(LogCheckpoint, int(size)) if known else None
    if found is None:
        raise NotFound("log/no-checkpoint", size="?")
    return Response(str(note_of(session, found)), media_type=TEXT)


@router.get("/entries", summary="Consecutive entries")
def read_entries(
    session: ReadingSessionDep,
    start: Annotated[int, Query(ge=0, lt=2**63, description="Index of the first.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_ENTRIES, description="How many at most.")] = 100,
) -> EntriesView:
    """Kinds and digests in their order: who has them all computes the root."""
    rows = session.scalars(
        select(LogEntry).where(LogEntry.index >= start).order_by(LogEntry.index).limit(limit)
    )
    return EntriesView(size=log_size(session), items=[entry_view(row) for row in rows])


@router.get("/inclusion", summary="The path from an entry to the root of a size")
def read_inclusion(
    index: Annotated[int, Query(ge=0, lt=2**63, description="Of the entry.")],
    size: Size,
    session: ReadingSessionDep,
) -> InclusionView:
    """RFC 9162, 2.1.3; 400 for an index or a size beyond the log."""
    within = min(size, log_size(session))
    path = inclusion_path(session, index, within)
    return InclusionView(
        index=index,
        size=within,
        leaf=stored(session, [(0, index)])[0, index].hex(),
        path=_hex(path),
        root=root_at(session, within).hex(),
    )


@router.get("/consistency", summary="That a larger tree is a smaller one and more")
def read_consistency(old: Size, new: Size, session: ReadingSessionDep) -> ConsistencyView:
    """RFC 9162, 2.1.4, between any two sizes; a size beyond the log is taken for the log's."""
    within = min(new, log_size(session))
    path = consistency_path(session, old, within)
    return ConsistencyView(
        old=old,
        new=within,
        path=_hex(path),
        old_root=root_at(session, old).hex(),
        new_root=root_at(session, within).hex(),
    )


@router.get(
    "/proofs/{digest}", summary="The proof of a declaration's receipt", response_class=Response
)
def read_proof(
    digest: Annotated[str, Path(description="SHA-256 (hex) of the declaration's payload.")],
    session: ReadingSessionDep,
) -> Response:
    """A C2SP tlog-proof: it says that a declaration with this code is there, and nothing of it."""
    return Response(found_proof(session, digest), media_type=PROOF_TYPE)


@router.post(
    "/cosignatures",
    status_code=201,
    summary="Bring a witness's cosignature",
    openapi_extra=_NOTE,
)
def add_cosignatures(
    request: Request, body: Annotated[bytes, Depends(note_body)], settings: SettingsDep
) -> CosignaturesView:
    """The checkpoint with the lines of witnesses that the operator's policy names."""
    return CosignaturesView(kept=keep_cosignatures(database_of(request).write, body, settings))


@router.post("/verification", summary="Whether a code, a receipt or a proof is of this log")
def verify(asked: Question, session: ReadingSessionDep, language: LanguageDep) -> AnswerView:
    """Needs no account, and tells only what the log tells."""
    found = answer(session, asked.text)
    words = render(found.code, {}, language)
    return AnswerView(
        outcome=found.outcome,
        message=words.text,
        remedy=words.remedy,
        entry=entry_view(found.entry) if found.entry else None,
        proof=found.proof,
    )


def entry_view(row: LogEntry) -> EntryView:
    """An entry for everybody."""
    return EntryView(index=row.index, kind=row.kind, digest=row.digest, leaf=row.leaf.hex())


def _hex(path: Sequence[bytes]) -> list[str]:
    return [step.hex() for step in path]
