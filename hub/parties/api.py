"""The caller's own company and sites over HTTP."""

from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends

from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep
from hub.kit.web import ReadingSessionDep, SessionDep, also, new_router
from hub.parties import queries, usecases
from hub.parties.assurance import standing
from hub.parties.payloads import CompanyOut, SiteIn, SiteOut
from hub.parties.tables import Company


class ActsFor(Protocol):
    """Whoever asks, as far as this room needs to know."""

    @property
    def company_id(self) -> str:
        """The one company it acts for."""


def router_for(caller: Callable[..., ActsFor]) -> APIRouter:
    """The room's routes; `caller` is the dependency that tells who asks.

    Who may sign in is decided in a room above this one, so the application hands it down.
    """
    router = new_router("/v1", "company")
    caller_dep = Annotated[ActsFor, Depends(caller)]

    @router.get("/company", summary="The caller's company")
    @needs(Action.READ)
    def read_company(caller: caller_dep, session: ReadingSessionDep) -> CompanyOut:
        """Its id, name, country and identifiers, and how well it is known to be who it says."""
        company = session.get_one(Company, caller.company_id)
        return CompanyOut.of(company, standing(session, company.id))

    @router.get("/sites", summary="The caller's sites", response_model_exclude_none=True)
    @needs(Action.READ)
    def list_sites(
        caller: caller_dep, session: ReadingSessionDep, page: PageRequestDep
    ) -> Page[SiteOut]:
        """In the order of their codes."""
        sites, following = queries.page_of_sites(session, caller.company_id, page)
        return Page(items=[SiteOut.of(site) for site in sites], next=following)

    @router.post(
        "/sites",
        summary="Register a site",
        status_code=201,
        response_model_exclude_none=True,
        responses=also(conflict="The company has a site of that code."),
    )
    @needs(Action.REGISTER_SITES)
    def add_site(caller: caller_dep, session: SessionDep, site: SiteIn) -> SiteOut:
        """A site is never changed; one that moved is another site."""
        return SiteOut.of(
            usecases.add_site(
                session, caller.company_id, site.code, site.name, site.country, site.subdivision
            )
        )

    return router
