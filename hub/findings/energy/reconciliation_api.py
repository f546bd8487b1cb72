"""A site's meters against its products over HTTP; every path is the caller's own only."""

from typing import Annotated, Literal

from fastapi import Query, Response

from hub.access.api import CallerDep
from hub.activity.api import KnownAt, SiteId, Year
from hub.activity.months import year_at_hand
from hub.activity.site_year import site_year
from hub.findings.energy.judging import findings_in
from hub.findings.energy.reconciliation import reconciled
from hub.findings.energy.reconciliation_payloads import COLUMNS, ReconciliationOut, rows
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.csv_answer import AS_TABLE, csv_response
from hub.kit.web import LanguageDep, ReadingSessionDep, new_router

router = new_router("/v1", "activity")

Format = Annotated[Literal["json", "csv"], Query(description="JSON, or the table as CSV.")]


@router.get(
    "/sites/{site_id}/reconciliation",
    summary="A site's meters against its products",
    response_model=ReconciliationOut,
    responses=AS_TABLE,
)
@needs(Action.READ)
def read_reconciliation(
    caller: CallerDep,
    session: ReadingSessionDep,
    language: LanguageDep,
    site_id: SiteId,
    year: Year = None,
    known_at: KnownAt = None,
    format: Format = "json",
) -> ReconciliationOut | Response:
    """By carrier: metered, sold on, what each product and each other use claims, what remains, the
    tolerance, and the verdict; then the same in kg with one factor on both sides."""
    asked = year or year_at_hand(now().date())
    found = site_year(session, caller.company_id, site_id, asked, known_at)
    table = reconciled(session, found, known_at)
    if format == "csv":
        return csv_response(f"reconciliation-{asked}", COLUMNS, rows(table))
    return ReconciliationOut.of(table, findings_in(session, table), language)
