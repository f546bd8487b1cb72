"""What a factory uses and makes over HTTP; every path is the caller's own only."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from hub.access.api import CallerDep
from hub.activity import queries, usecases
from hub.activity.months import FIRST_YEAR, LAST_YEAR, year_at_hand
from hub.activity.payloads import CodeOut, ReadingOut, RowsIn, SiteYearOut
from hub.activity.shared_codes import new_code
from hub.activity.sheets import Sheet
from hub.activity.site_year import site_year
from hub.activity.tables import EnergyReading
from hub.activity.templates import template
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.payload import Instant
from hub.kit.upload import TABLE, ImportAnswer, TableBody
from hub.kit.web import LanguageDep, ReadingSessionDep, SessionDep, new_router

router = new_router("/v1", "activity")

SiteId = Annotated[str, Path(description="Id of an own site, as the list of sites gives it.")]
Year = Annotated[
    int | None,
    Query(ge=FIRST_YEAR, le=LAST_YEAR, description="Of the months; absent: that of last month."),
]
KnownAt = Annotated[
    Instant | None, Query(description="Answer as the hub would have at that instant.")
]
WHAT = {
    Sheet.ENERGY: "readings and estimates of energy",
    Sheet.PRODUCTION: "what was made",
    Sheet.INSTRUMENTS: "contracts and certificates",
    Sheet.ALLOCATIONS: "by what products share the energy",
    Sheet.SHARES: "own shares of shared sites",
    Sheet.USES: "what energy is used for besides products",
}


def _add_routes(to: APIRouter, sheet: Sheet) -> None:
    """The three routes of one sheet."""
    path, what = f"/activity/{sheet}", WHAT[sheet]

    @to.post(path, summary=f"Record {what}")
    @needs(Action.RECORD_ACTIVITY)
    def record(
        caller: CallerDep, session: SessionDep, language: LanguageDep, body: RowsIn
    ) -> ImportAnswer:
        """All rows or none, by the names of the table's columns; what differs from what stands
        takes its place, and needs a reason."""
        rows = body.rows
        report = usecases.record_rows(session, caller.company_id, sheet, rows, caller.actor)
        return ImportAnswer.of(report, language)

    @to.post(f"{path}/import", summary=f"Record {what}: {sheet}.csv", **TABLE)
    @needs(Action.RECORD_ACTIVITY)
    def import_table(
        caller: CallerDep, table: TableBody, session: SessionDep, language: LanguageDep
    ) -> ImportAnswer:
        """The same from a table; its columns are described in docs/energy.md."""
        name, by = f"{sheet}.csv", caller.actor
        report = usecases.import_table(session, caller.company_id, sheet, table, name, by)
        return ImportAnswer.of(report, language)

    @to.get(
        f"{path}/template",
        summary=f"An empty {sheet}.csv",
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}},
    )
    @needs(Action.READ)
    def empty_table(caller: CallerDep, language: LanguageDep) -> Response:
        """Headers in the language asked for, and a row as an example."""
        return Response(template(sheet, language), media_type="text/csv")


for _sheet in Sheet:
    _add_routes(router, _sheet)


@router.post("/activity/shared-site-codes", summary="A code for a site that companies share")
@needs(Action.RECORD_ACTIVITY)
def make_code(caller: CallerDep) -> CodeOut:
    """Hand it to the other companies; all name it beside their shares. Nothing is recorded yet."""
    return CodeOut(code=new_code())


@router.get("/sites/{site_id}/energy", summary="A site in a year")
@needs(Action.READ)
def read_site_year(
    caller: CallerDep,
    session: ReadingSessionDep,
    site_id: SiteId,
    year: Year = None,
    known_at: KnownAt = None,
) -> SiteYearOut:
    """Readings by month, the values by location and by market, instruments, and who gets what."""
    asked = year or year_at_hand(now().date())
    return SiteYearOut.of(site_year(session, caller.company_id, site_id, asked, known_at))


@router.get("/sites/{site_id}/readings", summary="The readings of a site, one by one")
@needs(Action.READ)
def list_readings(
    caller: CallerDep,
    session: ReadingSessionDep,
    page: PageRequestDep,
    site_id: SiteId,
    history: Annotated[
        bool, Query(description="Those too that newer ones have replaced, with their reasons.")
    ] = False,
    known_at: KnownAt = None,
) -> Page[ReadingOut]:
    """As they came, by month."""
    queries.own_site(session, caller.company_id, site_id)
    chosen = queries.all_of if history else queries.of_company
    query = chosen(EnergyReading, caller.company_id, known_at).filter_by(site_id=site_id)
    row = EnergyReading
    rows, following = read_page(session, query, [row.month, row.recorded_at, row.id], page)
    return Page(items=[ReadingOut.of(one) for one in rows], next=following)
