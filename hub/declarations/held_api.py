"""What waits for a second person over HTTP: seen, released, rejected."""

from typing import Annotated

from fastapi import Path, Query, Request

from hub.access.api import CallerDep
from hub.declarations import holding, releasing
from hub.declarations.payloads import (
    HeldView,
    Rejection,
    VerdictView,
    held_view,
    verdict_view,
)
from hub.declarations.tables import HeldSubmission
from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import (
    LanguageDep,
    ReadingSessionDep,
    SessionDep,
    SettingsDep,
    also,
    database_of,
    new_router,
)

router = new_router("/v1/held", "declarations")

Named = Annotated[str, Path(description="Its id, or the digest of the declaration.")]
DECIDED = also(conflict="It does not wait any more.")


@router.get("", summary="What waits, or waited, for a second person")
@needs(Action.READ)
def list_held(
    caller: CallerDep,
    session: ReadingSessionDep,
    page: PageRequestDep,
    language: LanguageDep,
    waiting: Annotated[bool, Query(description="Only what can still be decided.")] = False,
) -> Page[HeldView]:
    """Oldest first."""
    query = holding.waiting_of(caller.company_id) if waiting else holding.held_of(caller.company_id)
    keys = [HeldSubmission.submitted_at, HeldSubmission.id]
    rows, following = read_page(session, query, keys, page)
    return Page(items=[held_view(row, language) for row in rows], next=following)


@router.get("/{named}", summary="What has become of one")
@needs(Action.READ)
def read_held(
    named: Named, caller: CallerDep, session: ReadingSessionDep, language: LanguageDep
) -> HeldView:
    """By a declaration's digest it is the newest about it."""
    return held_view(holding.held(session, caller, named), language)


@router.post("/{named}/release", summary="Release it, as the second person", responses=DECIDED)
@needs(Action.RELEASE)
def release(
    named: Named,
    request: Request,
    caller: CallerDep,
    settings: SettingsDep,
    language: LanguageDep,
) -> VerdictView:
    """The door is asked again, and what it lets in is received as if it came now.

    While four eyes are asked for it takes a person, and another one than who submitted it or
    brought the key that signed it.
    """
    factory = database_of(request).write
    verdict = releasing.release_and_prove(factory, caller, named, settings=settings)
    return verdict_view(verdict, language)


@router.post("/{named}/rejection", summary="Reject it, or take it back", responses=DECIDED)
@needs(Action.RELEASE)
def reject(
    named: Named,
    rejection: Rejection,
    caller: CallerDep,
    session: SessionDep,
    language: LanguageDep,
) -> HeldView:
    """What was signed stays rejected; a new document can be signed."""
    return held_view(releasing.reject(session, caller, named, rejection.reason), language)
