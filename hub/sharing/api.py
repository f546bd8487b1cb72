"""Consents and the access log over HTTP; an owner sees only its own."""

from datetime import date
from typing import Annotated, Any

from fastapi import Body, Depends, Path, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.access.caller import Caller
from hub.kit.actions import Action, needs
from hub.kit.csv_answer import csv_response
from hub.kit.database import transaction
from hub.kit.errors import NotFound
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import DatabaseDep, ReadingSessionDep, SettingsDep, also, new_router
from hub.parties.usecases import find_company
from hub.sharing import signed, usecases
from hub.sharing.access_log import COLUMNS, Period, reads_of, table
from hub.sharing.payloads import (
    AccessRecordView,
    GrantIn,
    GrantView,
    NewGrant,
    SignedConsent,
    access_record_view,
    acknowledged_view,
    grant_view,
)
from hub.sharing.queries import own_signed
from hub.sharing.tables import AccessRecord, Grant
from hub.trust.checkpoints import proof_of
from hub.trust.proofs import PROOF_TYPE

router = new_router("/v1", "sharing")

GrantId = Annotated[str, Path(description="Id of a grant of the caller's.")]
AS_TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


async def period(
    reader: Annotated[
        str | None, Query(max_length=36, description="Only reads of this company's id.")
    ] = None,
    since: Annotated[date | None, Query(description="First day, in UTC.")] = None,
    until: Annotated[date | None, Query(description="Last day, in UTC.")] = None,
) -> Period:
    """Which reads are asked for."""
    return Period(reader, since, until)


PeriodDep = Annotated[Period, Depends(period)]


@router.post(
    "/grants",
    status_code=201,
    summary="Let a company see own parts",
    responses=also(
        not_found="No such reader, or the part is not the caller's.",
        conflict="Several companies have the reader's name: give an id.",
    ),
)
@needs(Action.CONSENT)
def create_grant(
    new: Annotated[GrantIn, Body()], caller: CallerDep, database: DatabaseDep, settings: SettingsDep
) -> GrantView:
    """Without a grant nobody sees anything; it takes effect at once. A signed one has a receipt."""
    if isinstance(new, SignedConsent):
        kept = signed.grant_signed(database.write, caller, new.consent, settings)
        return acknowledged_view(kept)
    with transaction(database.write) as session:
        return grant_view(_unsigned(session, caller, new))


def _unsigned(session: Session, caller: Caller, new: NewGrant) -> Grant:
    reader = find_company(session, new.reader)
    return usecases.grant(
        session,
        caller,
        reader.id,
        new.part,
        new.level,
        new.aggregate,
        new.valid_from,
        new.valid_to,
        new.purpose,
    )


@router.get("/grants", summary="What the company has granted")
@needs(Action.READ)
def list_grants(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[GrantView]:
    """Oldest first, revoked ones too."""
    query = select(Grant).where(Grant.owner_id == caller.company_id)
    grants, following = read_page(session, query, [Grant.granted_at, Grant.id], page)
    return Page(items=[grant_view(grant) for grant in grants], next=following)


@router.post("/grants/{grant_id}/revocation", summary="End a grant at once")
@needs(Action.CONSENT)
def revoke_grant(
    grant_id: GrantId,
    caller: CallerDep,
    database: DatabaseDep,
    settings: SettingsDep,
    given: SignedConsent | None = None,
) -> GrantView:
    """Later reads see nothing of what the grant gave. To end one never needs a signature: what a
    lost key gave must end too."""
    if given is not None:
        kept = signed.revoke_signed(database.write, caller, grant_id, given.consent, settings)
        return acknowledged_view(kept)
    with transaction(database.write) as session:
        return grant_view(usecases.revoke(session, caller, grant_id))


@router.get(
    "/grants/{grant_id}/consent", summary="The consent as it was signed", response_class=Response
)
@needs(Action.READ)
def read_consent(grant_id: GrantId, caller: CallerDep, session: ReadingSessionDep) -> Response:
    """The compact JWS, byte for byte; only for its owner."""
    event = own_signed(session, caller.company_id, grant_id)
    return Response(event.statement, media_type="application/jose")


@router.get(
    "/grants/{grant_id}/receipt", summary="The receipt of a signed consent", response_class=Response
)
@needs(Action.READ)
def read_receipt(grant_id: GrantId, caller: CallerDep, session: ReadingSessionDep) -> Response:
    """Canonical JSON; the same bytes for ever."""
    event = own_signed(session, caller.company_id, grant_id)
    return Response(event.receipt, media_type="application/json")


@router.get(
    "/grants/{grant_id}/proof", summary="The proof of that receipt", response_class=Response
)
@needs(Action.READ)
def read_proof(grant_id: GrantId, caller: CallerDep, session: ReadingSessionDep) -> Response:
    """A C2SP tlog-proof under the checkpoint that most witnesses have seen."""
    event = own_signed(session, caller.company_id, grant_id)
    proof = proof_of(session, event.log_index)
    if proof is None:
        raise NotFound("log/no-proof")
    return Response(proof, media_type=PROOF_TYPE)


@router.get(
    "/access-log",
    summary="Who read what of the company's data",
    response_model=Page[AccessRecordView],
    responses=AS_TABLE,
)
@needs(Action.READ_ACCESS_LOG)
def list_access(
    request: Request,
    caller: CallerDep,
    session: ReadingSessionDep,
    page: PageRequestDep,
    period: PeriodDep,
) -> Page[AccessRecordView] | Response:
    """Oldest first; every read of another company and of the hub's operator is here.

    With `Accept: text/csv` all that fits the period and the reader comes as one table.
    """
    query = reads_of(caller.company_id, period)
    if request.headers.get("accept", "").partition(";")[0].strip() == "text/csv":
        return csv_response("access-log", COLUMNS, table(session, query))
    records, following = read_page(session, query, [AccessRecord.at, AccessRecord.id], page)
    return Page(items=[access_record_view(record) for record in records], next=following)
