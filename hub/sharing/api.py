"""Consents and the access log over HTTP; an owner sees only its own."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from sqlalchemy import select

from hub.access.api import CallerDep
from hub.kit.actions import Action, needs
from hub.kit.csv_answer import csv_response
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import ReadingSessionDep, SessionDep, also, new_router
from hub.parties.usecases import find_company
from hub.sharing import usecases
from hub.sharing.access_log import COLUMNS, Period, reads_of, table
from hub.sharing.payloads import (
    AccessRecordView,
    GrantView,
    NewGrant,
    access_record_view,
    grant_view,
)
from hub.sharing.tables import AccessRecord, Grant

router = new_router("/v1", "sharing")

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
def create_grant(new: NewGrant, caller: CallerDep, session: SessionDep) -> GrantView:
    """Without a grant nobody sees anything; it takes effect at once."""
    reader = find_company(session, new.reader)
    given = usecases.grant(
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
    return grant_view(given)


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
    grant_id: Annotated[str, Path(description="Id of a grant of the caller's.")],
    caller: CallerDep,
    session: SessionDep,
) -> GrantView:
    """Later reads see nothing of what the grant gave."""
    return grant_view(usecases.revoke(session, caller, grant_id))


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
