"""The application: settings in, one FastAPI app out. Nothing is built when this is imported."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Response
from sqlalchemy import text

from hub.access import administration_api as administration
from hub.access import api as access
from hub.access import invitations_api
from hub.access.oidc.client import OidcClient
from hub.access.oidc.providers import read_providers
from hub.activity import api as activity
from hub.bom import api as bom
from hub.declarations import api as declarations
from hub.declarations import held_api as held
from hub.declarations import verifications_api as verifications
from hub.disclosure import analysis_api as analysis
from hub.disclosure import api as disclosure
from hub.disclosure import explain_api as explain
from hub.disclosure import findings_api as findings
from hub.disclosure import links_api as links
from hub.disclosure import portfolio_api as portfolio
from hub.disclosure import statements_api as statements
from hub.exit import api as leaving
from hub.exports.battery import api as batteries
from hub.exports.cbam import api as cbam
from hub.factors import api as factors
from hub.factors import registry_api
from hub.findings.energy import api as energy_findings
from hub.findings.energy import reconciliation_api
from hub.footprints.portfolios import Portfolios
from hub.kit import problems
from hub.kit.at_hand import with_at_hand
from hub.kit.database import Database
from hub.kit.errors import NotFound
from hub.kit.headers import SecurityHeaders
from hub.kit.limits import BodyLimit
from hub.kit.log_lines import keep_secrets_out
from hub.kit.outbound import Outbound
from hub.kit.rates import Rates
from hub.kit.web import ReadingSessionDep, new_router, refuse_nul
from hub.opening import open_hub
from hub.parties import api as parties
from hub.requests import acts_api as request_acts
from hub.requests import api as requests
from hub.scenarios import api as scenarios
from hub.settings import Settings
from hub.sharing import api as sharing
from hub.sharing import glass, glass_api
from hub.trust import api as trust
from hub.trust import identity_api, log_api, well_known
from hub.workbooks import api as workbooks
from supplier_portal import mount as portal
from tierlight_schemas import publish
from tierlight_schemas.battery import passport

health = new_router("", "hub", public=True)

# One line a room; a room's paths are its own.
ROUTERS: tuple[APIRouter, ...] = (
    health,
    access.router,
    trust.router,
    well_known.router,
    log_api.router,
    parties.router_for(access.caller),
    identity_api.router,
    administration.router,
    invitations_api.router,
    factors.router,
    registry_api.router,
    bom.router,
    activity.router,
    energy_findings.router,
    reconciliation_api.router,
    sharing.router,
    glass_api.router,
    declarations.router,
    held.router,
    verifications.router,
    disclosure.router,
    links.router,
    findings.router,
    explain.router,
    portfolio.router,
    analysis.router,
    statements.router,
    scenarios.router,
    batteries.router,
    cbam.router,
    requests.router,
    request_acts.router,
    workbooks.router,
    leaving.router,
)


def create_app(settings: Settings | None = None, database: Database | None = None) -> FastAPI:
    """The hub over HTTP. A test may bring its own `database`; it is then closed by the test."""
    keep_secrets_out()
    settings = settings or Settings()
    opened = database or open_hub(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        keep_secrets_out()  # here, because the server sets up its log before it starts us
        yield
        if database is None:
            opened.engine.dispose()

    # Documentation pages would load their scripts from a CDN; openapi.json stays.
    app = FastAPI(
        title="Tierlight",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # one address for one thing; every other is not found
        lifespan=lifespan,
        dependencies=[Depends(refuse_nul)],
    )
    app.state.settings, app.state.database = settings, with_at_hand(opened)
    app.state.portfolios = Portfolios(opened)
    app.state.look_through = glass.look_through
    app.state.rates = Rates(settings)
    app.state.oidc = OidcClient(read_providers(settings), Outbound(settings.outbound_loopback))
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.add_middleware(SecurityHeaders, public_url=settings.public_url)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    portal.install(app)
    return app


def app_from_environment() -> FastAPI:
    """The factory that a server is given: `uvicorn --factory hub.main:app_from_environment`."""
    return create_app()


@health.get("/schemas/v1/{name}", summary="A published JSON Schema (2020-12)")
def schema(name: Annotated[str, Path(description="`footprint`, `declaration`, …")]) -> Response:
    """With or without `.schema.json`; the bytes whose digest declarations name."""
    plain = name.removesuffix(".schema.json")
    if plain not in publish.names():
        raise NotFound
    return Response(publish.published(plain), media_type="application/schema+json")


@health.get("/contexts/v1/{name}", summary="A published JSON-LD context")
def context(name: Annotated[str, Path(description="`battery-passport`.")]) -> Response:
    """What the members of `batteryDeclaration` in a UNTP passport of a battery mean."""
    if name != passport.CONTEXT_PATH.rpartition("/")[2]:
        raise NotFound
    body = json.dumps(passport.CONTEXT, ensure_ascii=False, indent=2)
    return Response(body, media_type="application/ld+json")


@health.get("/healthz", summary="Whether the hub and its database answer")
def healthz(session: ReadingSessionDep) -> dict[str, str]:
    """`{"status": "ok"}`; anything else means that the hub cannot work."""
    session.execute(text("SELECT 1"))
    return {"status": "ok"}
