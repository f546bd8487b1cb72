"""The portal on an application: its pages, its files, and its errors."""

from fastapi import FastAPI

from supplier_portal import errors
from supplier_portal.static_files import PREFIX, PortalFiles
from supplier_portal.views import (
    access_log,
    account,
    afterwards,
    batteries,
    battery_model,
    bought_links,
    break_glass,
    calculate,
    calculation_files,
    company,
    consents,
    declarations,
    declare,
    expiring,
    factors,
    findings,
    home,
    join,
    keys,
    language,
    links,
    new_invitations,
    new_requests,
    oidc,
    parts,
    patterns,
    people,
    prepared,
    receipts,
    reconciliation,
    requests,
    scenarios,
    sent_requests,
    sign_in,
    sites,
    vehicles,
    verify,
    waiting,
    workbooks,
)

VIEWS = (
    *(home, sign_in, join, oidc, language, vehicles, findings, scenarios, sites, reconciliation),
    *(battery_model, batteries),
    *(
        new_invitations,
        new_requests,
        sent_requests,
        parts,
        bought_links,
        links,
        declare,
        prepared,
        declarations,
        receipts,
        afterwards,
        expiring,
    ),
    *(
        calculate,
        calculation_files,
        workbooks,
        consents,
        factors,
        company,
        verify,
        patterns,
        keys,
        waiting,
        access_log,
        people,
        break_glass,
        account,
    ),
    requests,  # last: its addresses end in an id, and others begin like it
)


def install(app: FastAPI) -> None:
    """Put the portal on an application whose errors already answer as problems."""
    for view in VIEWS:
        app.include_router(view.router)
    app.mount(PREFIX, PortalFiles())
    errors.install(app)
