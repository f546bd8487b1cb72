"""All vehicles of a company at once over HTTP: totals, uses of a part, suppliers, gaps."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response

from hub.access.api import CallerDep
from hub.disclosure import across
from hub.disclosure.across import Asking
from hub.disclosure.footprint import Question, read_instant
from hub.footprints.portfolios import Portfolios
from hub.kit.clock import now
from hub.kit.csv_answer import csv_response
from hub.kit.web import LanguageDep, RecordingSessionDep, new_router

router = new_router("/v1/portfolio", "portfolio")
Format = Annotated[Literal["json", "csv"], Query(description="`json`, or `csv` for a spreadsheet.")]
Document = dict[str, Any]


def asking(
    request: Request,
    session: RecordingSessionDep,
    caller: CallerDep,
    language: LanguageDep,
    as_of: Annotated[date | None, Query(description="Day the result is for; today.")] = None,
    known_at: Annotated[
        datetime | None, Query(description="Use what was recorded up to this instant; now.")
    ] = None,
) -> Asking:
    """Who asks, and of which day. Raises `BadInput` for an instant that cannot be used."""
    instant = read_instant(known_at) if known_at else now()
    asked = Question(as_of or now().date(), instant, lang=language)
    at_hand: Portfolios = request.app.state.portfolios
    return Asking(session, caller, asked, None if known_at else at_hand)


AskingDep = Annotated[Asking, Depends(asking)]


@router.get("/vehicles", summary="Every root in one pass", response_model=list[Document])
def vehicles(asked: AskingDep, format: Format = "json") -> Any:
    """Total in words and numbers, columns and coverage of each root of the bills of materials.

    Numbers have 12 significant digits: they are computed in float64 for all roots at once, and
    agree with the footprint of each within 1e-12.
    """
    return _answer("vehicles", across.VEHICLES, across.vehicles(asked), format)


@router.get(
    "/parts/{part_id}/uses", summary="Every vehicle that takes a part", response_model=Document
)
def uses(
    part_id: Annotated[str, Path(description="Id of an own part, as the list of parts gives it.")],
    asked: AskingDep,
    format: Format = "json",
) -> Any:
    """How much of the part each root takes, what that emits, and which share of the root it is."""
    found = across.where_used(asked, part_id)
    if format == "csv":
        return csv_response("uses", across.USES, found["uses"])
    return found


@router.get(
    "/suppliers", summary="The suppliers of all vehicles, by name", response_model=list[Document]
)
def suppliers(asked: AskingDep, format: Format = "json") -> Any:
    """How many parts of each supplier enter a total, in how many vehicles. Nobody is ranked."""
    return _answer("suppliers", across.SUPPLIERS, across.suppliers(asked), format)


@router.get(
    "/suppliers/{company_id}/parts",
    summary="Every part of a supplier in all vehicles",
    response_model=list[Document],
)
def supplier_parts(
    company_id: Annotated[str, Path(description="Id of a supplier, as their list gives it.")],
    asked: AskingDep,
    format: Format = "json",
) -> Any:
    """One row for each part of the supplier and each vehicle that takes it."""
    rows = across.supplier_parts(asked, company_id)
    return _answer("supplier-parts", across.SUPPLIED, rows, format)


@router.get("/gaps", summary="What all vehicles lack, the heaviest first")
def gaps(
    asked: AskingDep,
    format: Format = "json",
    top: Annotated[int, Query(ge=0, le=100_000, description="Most gaps to list.")] = 100,
) -> Any:
    """Gaps by the kgCO2e that they may hide in one of each vehicle, then by kg.

    `estimate` is taken at the median of the category's band; absent where there is none. A gap
    `inside` a supplier's part is known by its size alone.
    """
    return _answer("gaps", across.GAPS, across.gaps(asked)[:top], format)


def _answer(
    name: str, columns: tuple[str, ...], rows: across.Rows, format: str
) -> Response | across.Rows:
    return csv_response(name, columns, rows) if format == "csv" else rows
