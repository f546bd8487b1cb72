"""Roll-up statements over HTTP: made, listed, read, and taken along as a bundle."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import AwareDatetime, Field

from hub.access.api import CallerDep
from hub.disclosure.footprint import read_instant
from hub.disclosure.statements import StatementQuestion, signed_document, state
from hub.footprints.leaving import Lost, lost_inputs, lost_word
from hub.footprints.statements import bundle, own_statement, own_statements
from hub.footprints.tables import StatementRow
from hub.footprints.usecases import Basis
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.payload import Payload
from hub.kit.web import ReadingSessionDep, SettingsDep, also, database_of, new_router

JSON = "application/json"

router = new_router("/v1", "statements")

PartId = Annotated[str, Path(description="Id of an own part, as the list of parts gives it.")]
Digest = Annotated[str, Path(description="SHA-256 (hex) of the statement's payload.")]


class NewStatement(Payload):
    """Which result to state."""

    as_of: date | None = Field(default=None, description="Day the result is for; today.")
    known_at: AwareDatetime | None = Field(
        default=None, description="Use what was recorded up to this instant; now."
    )
    basis: Basis = Field(default="declared", description="`declared`, or the diagnostic `deep`.")


class LostInput(Payload):
    """A declaration that the statement was computed from, and of which bytes were erased."""

    declaration: str | None = Field(
        default=None, description="Digest; absent for one deeper in the chain than the reader sees."
    )
    erased_at: datetime
    log_index: int = Field(description="Of the erasure.")


class StatementSummary(Payload):
    """A statement in a list."""

    digest: str
    part_id: str
    as_of: date
    known_at: datetime
    basis: Basis
    key: str
    made_at: datetime
    log_index: int
    recomputable: bool = Field(
        default=True, description="Whether all that it was computed from is still here."
    )
    lost: list[LostInput] = Field(default_factory=list, description="What is not.")


class StatementView(Payload):
    """A statement with what it says."""

    summary: StatementSummary
    document: dict[str, Any]


@router.post(
    "/parts/{part_id}/statements",
    status_code=201,
    summary="State the footprint of the caller's own part",
    response_class=Response,
    responses=also(conflict="The hub has no key of its own, or its log has lost entries."),
)
@needs(Action.CALCULATE)
def create(
    part_id: PartId,
    new: NewStatement,
    caller: CallerDep,
    request: Request,
    settings: SettingsDep,
) -> Response:
    """The bundle: statement, annex, receipt, proof and key, as canonical JSON to be kept."""
    known_at = read_instant(new.known_at) if new.known_at else now()
    asked = StatementQuestion(new.as_of or now().date(), known_at, new.basis)
    made = state(database_of(request).write, caller, part_id, asked, settings)
    place = {"Location": f"/v1/statements/{made.row.digest}"}
    return Response(made.bundle, 201, place, media_type=JSON)


@router.get("/statements", summary="Own statements")
@needs(Action.READ_FOOTPRINTS)
def list_own(
    caller: CallerDep,
    session: ReadingSessionDep,
    page: PageRequestDep,
    part: Annotated[str | None, Query(max_length=200, description="Part id.")] = None,
) -> Page[StatementSummary]:
    """In the order of the log."""
    query = own_statements(caller.company_id, part)
    rows, following = read_page(session, query, [StatementRow.log_index], page)
    lost = lost_inputs(session, [row.digest for row in rows])
    items = [summary_of(row, lost.get(row.digest, ())) for row in rows]
    return Page(items=items, next=following)


@router.get("/statements/{digest}", summary="A statement and what it says")
@needs(Action.READ_FOOTPRINTS)
def read(digest: Digest, caller: CallerDep, session: ReadingSessionDep) -> StatementView:
    """The document is a view of the signed bytes, which the bundle holds."""
    row = own_statement(session, caller.company_id, digest)
    lost = lost_inputs(session, [row.digest]).get(row.digest, ())
    return StatementView(summary=summary_of(row, lost), document=signed_document(row))


@router.get(
    "/statements/{digest}/bundle",
    summary="A statement with all that is needed to check it",
    response_class=Response,
)
@needs(Action.READ_FOOTPRINTS)
def read_bundle(digest: Digest, caller: CallerDep, session: ReadingSessionDep) -> Response:
    """For `tierlight verify` or `hub recompute`, on any machine. The proof is the newest one, so
    that more witnesses may stand under it than at first; all else is the same for ever."""
    row = own_statement(session, caller.company_id, digest)
    return Response(bundle(session, row), media_type=JSON)


@router.get(
    "/statements/{digest}/lost",
    summary="The hub's signed word on what a statement can no longer be computed from",
    response_class=Response,
    responses=also(conflict="The hub has no key of its own."),
)
@needs(Action.READ_FOOTPRINTS)
def read_lost(
    digest: Digest, caller: CallerDep, session: ReadingSessionDep, settings: SettingsDep
) -> Response:
    """A compact JWS, for `tierlight verify --lost`; made each time, for the moment of asking."""
    row = own_statement(session, caller.company_id, digest)
    return Response(lost_word(session, row, settings), media_type="application/jose")


def summary_of(row: StatementRow, lost: Sequence[Lost]) -> StatementSummary:
    """A statement with what it has lost."""
    members = {name: getattr(row, name) for name in _OF_THE_ROW}
    told = [LostInput.model_validate(item) for item in lost]
    return StatementSummary(**members, recomputable=not lost, lost=told)


_OF_THE_ROW = frozenset(StatementSummary.model_fields) - {"recomputable", "lost"}
