"""Who read what of the company's data, on the screen and as a table."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from hub.kit.actions import Action, needs
from hub.kit.csv_answer import csv_response
from hub.kit.errors import BadInput
from hub.kit.web import ReadingSessionDep
from hub.sharing.access_log import COLUMNS, Period, reads_of, table
from hub.sharing.access_log_page import access_log_page
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep
from supplier_portal.views import new_router

router = new_router()


def asked_period(
    reader: Annotated[str, Query(max_length=36)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
) -> Period:
    """What the form asks for; an empty field leaves it open. Raises `BadInput` for no day."""
    return Period(reader or None, _day(since), _day(until))


PeriodDep = Annotated[Period, Depends(asked_period)]


@router.get("/access-log")
@needs(Action.READ_ACCESS_LOG)
def access_log(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    period: PeriodDep,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
    unusual: bool = False,
) -> Response:
    """Newest first, filtered by reader and days, or only what is outside the usual pattern."""
    found = access_log_page(session, account.caller, period, number, only_unusual=unusual)
    asked = {
        "reader": period.reader_id,
        "since": period.since.isoformat() if period.since else None,
        "until": period.until.isoformat() if period.until else None,
    }
    return page(request, "access_log.html", log=found, asked=asked, number=number, unusual=unusual)


@router.get("/access-log/export")
@needs(Action.READ_ACCESS_LOG)
def export(account: AccountDep, session: ReadingSessionDep, period: PeriodDep) -> Response:
    """All that fits, oldest first, as CSV."""
    query = reads_of(account.caller.company_id, period)
    return csv_response("access-log", COLUMNS, table(session, query))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("hub/request-form") from None
