"""Break-glass over HTTP: for the operator who opens, and for the owner who sees it."""

from typing import Annotated

from fastapi import Path

from hub.access.api import CallerDep
from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import ReadingSessionDep, SessionDep, also, new_router
from hub.parties.usecases import find_company
from hub.sharing import glass
from hub.sharing.payloads import BreakGlassView, NewBreakGlass
from hub.sharing.tables import BreakGlass

router = new_router("/v1/break-glass", "sharing")


@router.post(
    "",
    status_code=201,
    summary="Open the access to a company's data, as the hub's operator",
    responses=also(
        not_found="No such company.", conflict="Another one is open, or the name is ambiguous."
    ),
)
@needs(Action.OPERATE)
def open_access(new: NewBreakGlass, caller: CallerDep, session: SessionDep) -> BreakGlassView:
    """Until it is closed whoever opened it reads as that company, and can do nothing else.

    The company sees this, every read, and the end in its access log.
    """
    owner = find_company(session, new.company)
    opened = glass.open_glass(session, caller, owner.id, new.reason, new.ticket, new.hours)
    return BreakGlassView.model_validate(opened)


@router.post("/{glass_id}/closing", summary="Close it before its time is over")
@needs(Action.OPERATE)
def close_access(
    glass_id: Annotated[str, Path(description="Id of what the caller has opened.")],
    caller: CallerDep,
    session: SessionDep,
) -> BreakGlassView:
    """Closed again it keeps its first time."""
    return BreakGlassView.model_validate(glass.close_glass(session, caller, glass_id))


@router.get("", summary="When and why the operator opened the company's data")
@needs(Action.READ_ACCESS_LOG)
def list_openings(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[BreakGlassView]:
    """Oldest first; each read through it is in the access log."""
    query = glass.openings_of(caller.company_id)
    rows, following = read_page(session, query, [BreakGlass.opened_at, BreakGlass.id], page)
    return Page(items=[BreakGlassView.model_validate(row) for row in rows], next=following)
