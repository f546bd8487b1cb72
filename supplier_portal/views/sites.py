"""The company's sites: the list, and what one of them uses and makes in a year."""

import io
from typing import Annotated

from fastapi import Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.activity.months import FIRST_YEAR, LAST_YEAR, month_at_hand, year_at_hand
from hub.activity.queries import own_site, year_recorded_last
from hub.activity.shared_codes import new_code
from hub.activity.sheets import FORMS, Sheet
from hub.activity.site_year import kind_of, site_year
from hub.activity.templates import template
from hub.activity.usecases import record_rows
from hub.findings.energy.judging import findings_of
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.csv_table import BadTable
from hub.kit.errors import BadInput, Conflict, HubError, NotFound
from hub.kit.paging import PageRequest
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep, SessionDep
from hub.parties.queries import page_of_sites
from hub.parties.usecases import add_site
from supplier_portal.activity_forms import FIELDS, typed_cells
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page, with_query
from supplier_portal.reader import AccountDep, ReaderDep, reader_of
from supplier_portal.sent_tables import Outcome, take_table
from supplier_portal.views import new_router
from tierlight_schemas.messages import words_of

PAGE = "/sites"
ON_A_PAGE = 50

router = new_router()
Text = Annotated[str, Form(max_length=500)]
Sent = Annotated[UploadFile | None, File()]


@router.get(PAGE)
@needs(Action.READ)
def sites(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    after: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """The sites by code, a page at a time."""
    return _sites_page(request, account, session, after)


@router.post(PAGE, dependencies=OwnFormDep)
@needs(Action.REGISTER_SITES)
def register_site(
    request: Request,
    account: AccountDep,
    session: SessionDep,
    code: Text = "",
    name: Text = "",
    country: Text = "",
    subdivision: Text = "",
) -> Response:
    """A site more; what cannot be one is said above the form."""
    try:
        add_site(session, account.caller.company_id, code, name, country, subdivision or None)
    except (BadInput, Conflict) as error:
        typed = {"code": code, "name": name, "country": country, "subdivision": subdivision}
        return _sites_page(request, account, session, None, error, typed)
    return RedirectResponse(PAGE, 303)


@router.get(PAGE + "/{site_id}/energy")
@needs(Action.READ)
def energy(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    site_id: str,
    year: Annotated[str, Query(max_length=4)] = "",
    code: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """A year of a site; `code=new` shows a code for companies that share it."""
    shown = new_code() if code == "new" else ""
    return _energy_page(request, account, reader, session, site_id, _year(year), code=shown)


@router.post(PAGE + "/{site_id}/energy/{sheet}", dependencies=OwnFormDep)
@needs(Action.RECORD_ACTIVITY)
def record(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    site_id: str,
    sheet: str,
    cells: Annotated[dict[str, str], Depends(typed_cells)],
) -> Response:
    """One row of a sheet; what is wrong with it is said above the forms, and nothing is lost."""
    chosen, year = _sheet(sheet), _year(cells.get("page_year", ""))
    row = cells | {"site": site_id}
    try:
        record_rows(session, account.caller.company_id, chosen, [row], account.caller.actor)
    except BadTable as error:
        return _energy_page(
            request, account, reader, session, site_id, year, error, {chosen: cells}
        )
    told = cells.get("month", "")[:4] or cells.get("year", "")
    path = f"{PAGE}/{site_id}/energy"
    return RedirectResponse(with_query(path, year=_year(told or str(year))), 303)


@router.post(PAGE + "/tables", dependencies=OwnFormDep)
@needs(Action.RECORD_ACTIVITY)
def send_any_table(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    sheet: Text = "",
    table: Sent = None,
) -> Response:
    """A table of any sheet, for whichever sites it names; what became of it is said above them."""
    file = table.file if table else io.BytesIO()
    outcome = take_table(session, account.caller, _sheet(sheet), file, reader.language)
    return _sites_page(request, account, session, None, outcome=outcome)


@router.post(PAGE + "/{site_id}/energy/{sheet}/table", dependencies=OwnFormDep)
@needs(Action.RECORD_ACTIVITY)
def send_table(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    site_id: str,
    sheet: str,
    page_year: Text = "",
    table: Sent = None,
) -> Response:
    """A table of this sheet; the page then shows the year that it told of this site."""
    chosen, company_id = _sheet(sheet), account.caller.company_id
    own_site(session, company_id, site_id)
    file = table.file if table else io.BytesIO()
    outcome = take_table(session, account.caller, chosen, file, reader.language)
    told = outcome.report and (outcome.report.added or outcome.report.changed)
    newest = year_recorded_last(session, company_id, FORMS[chosen].table, site_id) if told else None
    year = newest or _year(page_year)
    return _energy_page(request, account, reader, session, site_id, year, outcome=outcome)


@router.get("/sheets/{sheet}.csv")
@needs(Action.READ)
def empty_sheet(account: AccountDep, reader: ReaderDep, sheet: str) -> Response:
    """A table to fill in, its headers in the reader's language."""
    chosen = _sheet(sheet)
    name = f'attachment; filename="{chosen}.csv"'
    body = template(chosen, reader.language)
    return Response(body, media_type="text/csv", headers={"Content-Disposition": name})


def _sheet(name: str) -> Sheet:
    if name not in [*Sheet]:
        raise NotFound
    return Sheet(name)


def _year(text: str) -> int:
    """The year that was asked for, else the one at hand."""
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return year_at_hand(now().date())


def _sites_page(
    request: Request,
    account: AccountDep,
    session: Session,
    after: str | None,
    refused: HubError | None = None,
    typed: dict[str, str] | None = None,
    outcome: Outcome | None = None,
) -> Response:
    asked = PageRequest(limit=ON_A_PAGE, after=after)
    found, following = page_of_sites(session, account.caller.company_id, asked)
    return page(
        request,
        "sites.html",
        400 if refused else outcome.status if outcome else 200,
        outcome=outcome,
        sheets=[*Sheet],
        sites=found,
        next=following,
        after=after,
        refused=problem_of(refused, reader_of(request).language) if refused else None,
        typed=typed or {},
    )


def _energy_page(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: Session,
    site_id: str,
    year: int,
    refused: BadTable | None = None,
    typed: dict[Sheet, dict[str, str]] | None = None,
    code: str = "",
    outcome: Outcome | None = None,
) -> Response:
    found = site_year(session, account.caller.company_id, site_id, year)
    findings = findings_of(session, found)
    month = month_at_hand(now().date())
    return page(
        request,
        "site_energy.html",
        400 if refused else outcome.status if outcome else 200,
        outcome=outcome,
        found=found,
        kinds=[kind_of(each) for each in found.carriers],
        findings=[(each, words_of(each, reader.language)) for each in findings],
        refused=problem_of(refused, reader.language) if refused else None,
        typed=typed or {},
        fields=FIELDS,
        sheets=[*Sheet],
        code=code,
        usual={"month": month if month.startswith(f"{year}-") else "", "year": str(year)},
    )
