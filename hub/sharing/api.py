"""Consents and the access log over HTTP; an owner sees only its own."""

from typing import Annotated

from fastapi import Path
from sqlalchemy import select

from hub.access.api import CallerDep
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import ReadingSessionDep, SessionDep, also, new_router
from hub.parties.usecases import find_company
from hub.sharing import usecases
from hub.sharing.payloads import (
    AccessRecordView,
    GrantView,
    NewGrant,
    access_record_view,
    grant_view,
)
from hub.sharing.tables import AccessRecord, Grant

router = new_router("/v1", "sharing")


@router.post(
    "/grants",
    status_code=201,
    summary="Let a company see own parts",
    responses=also(
        not_found="No such reader, or the part is not the caller's.",
        conflict="Several companies have the reader's name: give an id.",
    ),
)
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
def list_grants(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[GrantView]:
    """Oldest first, revoked ones too."""
    query = select(Grant).where(Grant.owner_id == caller.company_id)
    grants, following = read_page(session, query, [Grant.granted_at, Grant.id], page)
    return Page(items=[grant_view(grant) for grant in grants], next=following)


@router.post("/grants/{grant_id}/revocation", summary="End a grant at once")
def revoke_grant(
    grant_id: Annotated[str, Path(description="Id of a grant of the caller's.")],
    caller: CallerDep,
    session: SessionDep,
) -> GrantView:
    """Later reads see nothing of what the grant gave."""
    return grant_view(usecases.revoke(session, caller, grant_id))


@router.get("/access-log", summary="Who read what of the company's data")
def list_access(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[AccessRecordView]:
    """Oldest first; every read of another company is here."""
    query = select(AccessRecord).where(AccessRecord.owner_id == caller.company_id)
    records, following = read_page(session, query, [AccessRecord.at, AccessRecord.id], page)
    return Page(items=[access_record_view(record) for record in records], next=following)
