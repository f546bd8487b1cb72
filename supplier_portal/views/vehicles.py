"""Vehicles and assemblies: the list, one with its tree, and its findings."""

from typing import Annotated, Literal, get_args

from fastapi import Query, Request, Response

from hub.disclosure import findings_page, portfolio, vehicle_page
from hub.disclosure.footprint import Question
from hub.disclosure.vehicle_page import Opening, Order
from hub.kit.actions import Action, needs
from hub.kit.web import RecordingSessionDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.tree_links import MAX_OPEN, TreeLinks, read_open
from supplier_portal.views import new_router
from tierlight_schemas.rollup.breakdown import Facet

SHOWN_OF_A_CODE = 8
"""Findings of one code that stand on the page before the reader asks for all."""

ShownFacet = Literal["supplier", "commodity", "country", "stage"]
"""What the page takes the total apart by; parts and tiers have tables of their own."""

router = new_router()


@router.get("/vehicles")
@needs(Action.READ_FOOTPRINTS)
def vehicles(
    request: Request, account: AccountDep, reader: ReaderDep, session: RecordingSessionDep
) -> Response:
    """Every root of the company's bills of materials."""
    question = Question.now(reader.language)
    rows = portfolio.vehicles(session, account.caller, question, request.app.state.portfolios)
    return page(request, "vehicles.html", vehicles=rows, as_of=question.as_of)


@router.get("/vehicles/{part_id}")
@needs(Action.READ_FOOTPRINTS)
def vehicle(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    part_id: str,
    open: Annotated[str, Query(max_length=MAX_OPEN)] = "",
    sort: Order = "bom",
    by: ShownFacet = "supplier",
) -> Response:
    """One vehicle: total, coverage, tree, what it consists of, contributions, gaps."""
    opening, question = Opening(read_open(open), sort), Question.now(reader.language)
    found = vehicle_page.vehicle_page(
        session, account.caller, part_id, question, opening, Facet(by)
    )
    return page(
        request,
        "vehicle.html",
        vehicle=found,
        document=found.document,
        links=TreeLinks(f"/vehicles/{found.document['root']['id']}", opening, by),
        order=sort,
        facets=get_args(ShownFacet),
    )


@router.get("/vehicles/{part_id}/findings")
@needs(Action.READ_FOOTPRINTS)
def findings(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: RecordingSessionDep,
    part_id: str,
    severity: Literal["error", "warning", "note", ""] = "",
    code: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """What is missing or inconsistent below a part, by code."""
    found = findings_page.findings_page(
        session, account.caller, part_id, Question.now(reader.language)
    )
    groups = [
        group
        for group in found.groups
        if severity in ("", group.severity) and code in ("", group.code)
    ]
    return page(
        request,
        "findings.html",
        findings=found,
        groups=groups,
        severity=severity,
        code=code,
        shown=None if code else SHOWN_OF_A_CODE,
    )
