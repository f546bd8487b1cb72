"""Parts, bills of materials and sourcing links over HTTP; every path is the caller's own only."""

from enum import StrEnum
from typing import Annotated

from fastapi import Path, Query, Response
from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.bom import queries, usecases
from hub.bom.columns import MAX_NUMBER
from hub.bom.partners import page_of_partners
from hub.bom.payloads import BomOut, BuyersLink, LineOut, PartnerOut, PartOut, SuppliersLink
from hub.bom.tables import Part, SourcingLink
from hub.kit.actions import Action, needs
from hub.kit.paging import Page, PageRequestDep, read_page, read_rows
from hub.kit.payload import Instant
from hub.kit.responses import page_of
from hub.kit.upload import TABLE, ImportAnswer, TableBody
from hub.kit.web import (
    DatabaseDep,
    LanguageDep,
    ReadingSessionDep,
    SessionDep,
    also,
    new_router,
)

router = new_router("/v1", "parts")

PartId = Annotated[str, Path(description="Id of an own part, as the list of parts gives it.")]
KnownAt = Annotated[
    Instant | None, Query(description="Answer as the hub would have at that instant.")
]


class Role(StrEnum):
    """On which side of its links the caller stands."""

    BUYER = "buyer"
    SUPPLIER = "supplier"


@router.get("/partners", summary="The companies that the caller buys from or sells to")
@needs(Action.READ)
def list_partners(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[PartnerOut]:
    """Those at the other end of a sourcing link, by name, and how well it is known who they are."""
    partners, following = page_of_partners(session, caller.company_id, page)
    return Page(items=[PartnerOut.of(partner) for partner in partners], next=following)


@router.get("/parts", summary="The caller's parts", response_model=Page[PartOut])
@needs(Action.READ)
def list_parts(
    caller: CallerDep,
    database: DatabaseDep,
    page: PageRequestDep,
    number: Annotated[
        str | None, Query(max_length=MAX_NUMBER, description="The part's own number.")
    ] = None,
) -> Response:
    """All parts in the order of their numbers, or the one of `number`."""
    query, named = queries.listed_parts(number is not None), {"company_id": caller.company_id}
    if number is not None:
        named["number"] = number
    with database.read() as session:
        return page_of(*read_rows(session, query, (Part.number,), page, **named))


@router.post("/parts/import", summary="Register parts: parts.csv", **TABLE)
@needs(Action.IMPORT)
def import_parts(
    caller: CallerDep, table: TableBody, session: SessionDep, language: LanguageDep
) -> ImportAnswer:
    """All rows or none; the columns are described in docs/tables.md."""
    return ImportAnswer.of(usecases.import_parts(session, caller.company_id, table), language)


@router.get("/parts/{part_id}", summary="One part", response_model_exclude_none=True)
@needs(Action.READ)
def read_part(
    caller: CallerDep, session: ReadingSessionDep, part_id: PartId, known_at: KnownAt = None
) -> PartOut:
    """A part of the caller; `known_at` before its registration knows no such part."""
    part = queries.own_part(session, caller.company_id, part_id, known_at)
    return PartOut.of(part, queries.versions(session, [part.id], known_at)[part.id])


@router.get("/parts/{part_id}/bom", summary="A part's lines", response_model_exclude_none=True)
@needs(Action.READ)
def read_bom(
    caller: CallerDep, session: ReadingSessionDep, part_id: PartId, known_at: KnownAt = None
) -> BomOut:
    """The lines of the revision known at `known_at`, in the order of the table they came in."""
    part = queries.own_part(session, caller.company_id, part_id, known_at)
    revision = queries.revisions(session, [part.id], known_at).get(part.id)
    if revision is None:
        return BomOut.of(part, None, [])
    lines = queries.lines(session, [revision.id])[revision.id]
    numbers = queries.numbers_of(session, {line.child_id for line in lines})
    return BomOut.of(part, revision, [LineOut.of(line, numbers[line.child_id]) for line in lines])


@router.post("/bom/import", summary="Replace lines: bom.csv", **TABLE)
@needs(Action.IMPORT)
def import_bom(
    caller: CallerDep, table: TableBody, session: SessionDep, language: LanguageDep
) -> ImportAnswer:
    """All rows or none; parents that the table does not name stay as they are."""
    return ImportAnswer.of(usecases.import_bom(session, caller.company_id, table), language)


@router.post("/sourcing/import", summary="Replace links: sourcing.csv", **TABLE)
@needs(Action.IMPORT)
def import_sourcing(
    caller: CallerDep, table: TableBody, session: SessionDep, language: LanguageDep
) -> ImportAnswer:
    """All rows or none; parts that the table does not name keep their links."""
    return ImportAnswer.of(usecases.import_sourcing(session, caller.company_id, table), language)


@router.get("/sourcing", summary="The caller's links", response_model_exclude_none=True)
@needs(Action.READ)
def list_links(
    caller: CallerDep,
    session: ReadingSessionDep,
    page: PageRequestDep,
    role: Annotated[
        Role, Query(description="`buyer`: by which the caller buys; `supplier`: towards it.")
    ] = Role.BUYER,
) -> Page[BuyersLink | SuppliersLink]:
    """The standing links by which the caller buys, or those towards it."""
    is_buyer = role is Role.BUYER
    query = (queries.links_of_buyer if is_buyer else queries.links_towards)(caller.company_id)
    links, following = read_page(session, query, [SourcingLink.id], page)
    items: list[BuyersLink | SuppliersLink] = (
        [BuyersLink.of(link) for link in links] if is_buyer else [*_suppliers_view(session, links)]
    )
    return Page(items=items, next=following)


@router.post(
    "/sourcing/{link_id}/confirm",
    summary="The supplier confirms a link",
    response_model_exclude_none=True,
    responses=also(conflict="The buyer has stated another link in its place."),
)
@needs(Action.CONFIRM_LINKS)
def confirm(
    caller: CallerDep,
    session: SessionDep,
    link_id: Annotated[str, Path(description="Id of a link towards the caller.")],
) -> SuppliersLink:
    """From then on the link counts; confirming twice changes nothing."""
    link = usecases.confirm_link(session, caller, link_id)
    return _suppliers_view(session, [link])[0]


def _suppliers_view(session: Session, links: list[SourcingLink]) -> list[SuppliersLink]:
    buyers = queries.buyers_of(session, links)
    return [SuppliersLink.of(link, buyers[link.part_id]) for link in links]
