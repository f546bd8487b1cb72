"""Sourcing links over HTTP: a supplier's verdict on each, and the buyer's correction."""

from typing import Annotated

from fastapi import Path, Query, Response

from hub.access.api import CallerDep
from hub.bom import corrections, verdicts
from hub.bom.link_state import State
from hub.bom.link_table import import_links
from hub.disclosure import links
from hub.disclosure.links_payloads import (
    BoughtLink,
    Confirmation,
    LinksAnswer,
    LinkToMatch,
    NewDispute,
    NewStatement,
)
from hub.disclosure.links_table import links_response
from hub.kit.actions import Action, needs
from hub.kit.csv_answer import AS_TABLE
from hub.kit.paging import Page, PageRequestDep
from hub.kit.upload import TABLE, TableBody
from hub.kit.web import (
    LanguageDep,
    ReadingSessionDep,
    RecordingSessionDep,
    SessionDep,
    also,
    new_router,
)

router = new_router("/v1", "links")

LinkId = Annotated[str, Path(max_length=36, description="Id of a link, as the lists give it.")]
InState = Annotated[State | None, Query(description="Links in this state only.")]
Search = Annotated[
    str, Query(max_length=200, description="Part of the supplier's number as the buyer wrote it.")
]
REPLACED = also(conflict="The buyer has stated another link in its place.")


@router.get("/links", summary="What customers say that they buy of the caller")
@needs(Action.READ)
def list_links(
    caller: CallerDep,
    session: RecordingSessionDep,
    page: PageRequestDep,
    state: InState = None,
    search: Search = "",
) -> Page[LinkToMatch]:
    """Each with the own part that it means, or suggestions and their grounds; by customer."""
    items, following = links.links_towards(session, caller, page, state, search)
    return Page(items=[LinkToMatch.of(item) for item in items], next=following)


@router.get("/links/table", summary="The same as links.csv, to be filled in", responses=AS_TABLE)
@needs(Action.READ)
def links_table(
    caller: CallerDep,
    session: RecordingSessionDep,
    language: LanguageDep,
    state: InState = None,
) -> Response:
    """All of them; headers and words in the reader's language."""
    return links_response(links.every_link_towards(session, caller, state), language)


@router.post("/links/import", summary="Verdicts on many links: links.csv", **TABLE)
@needs(Action.CONFIRM_LINKS)
def send_links(
    caller: CallerDep,
    table: TableBody,
    session: SessionDep,
    language: LanguageDep,
    partly: Annotated[
        bool, Query(description="Take the good lines although others are not.")
    ] = False,
) -> LinksAnswer:
    """All lines or none, unless `partly`; a line without a verdict says nothing."""
    return LinksAnswer.of(import_links(session, caller, table, partly=partly), language)


@router.get("/links/bought", summary="What the caller says that it buys, and what is said of it")
@needs(Action.READ)
def list_bought(
    caller: CallerDep,
    session: ReadingSessionDep,
    page: PageRequestDep,
    state: InState = None,
    search: Search = "",
) -> Page[BoughtLink]:
    """By supplier, with the disputes."""
    items, following = links.links_bought(session, caller, page, state, search)
    return Page(items=[BoughtLink.of(item) for item in items], next=following)


@router.get("/links/{link_id}", summary="One link towards the caller", responses=REPLACED)
@needs(Action.READ)
def read_link(caller: CallerDep, session: RecordingSessionDep, link_id: LinkId) -> LinkToMatch:
    """Also by the id of a link that was replaced by one that says the same."""
    return LinkToMatch.of(links.link_towards(session, caller, link_id))


@router.post(
    "/links/{link_id}/confirmation", summary="The supplier says that it is so", responses=REPLACED
)
@needs(Action.CONFIRM_LINKS)
def confirm(
    caller: CallerDep, session: SessionDep, link_id: LinkId, said: Confirmation
) -> LinkToMatch:
    """From then on the link counts; what was confirmed is suggested for this customer's next."""
    link = verdicts.confirm_link(session, caller, link_id, said.own_part)
    return LinkToMatch.of(links.link_towards(session, caller, link.id))


@router.post(
    "/links/{link_id}/dispute", summary="The supplier says that it is not so", responses=REPLACED
)
@needs(Action.CONFIRM_LINKS)
def dispute(
    caller: CallerDep, session: SessionDep, link_id: LinkId, said: NewDispute
) -> LinkToMatch:
    """With a reason; from then on the link does not count, until it is confirmed."""
    link = verdicts.dispute_link(session, caller, link_id, said.said)
    return LinkToMatch.of(links.link_towards(session, caller, link.id))


@router.post(
    "/links/{link_id}/correction", summary="The buyer states a link anew", responses=REPLACED
)
@needs(Action.IMPORT)
def correct(
    caller: CallerDep, session: SessionDep, link_id: LinkId, said: NewStatement
) -> BoughtLink:
    """Another link takes its place, and the supplier is asked anew."""
    link = corrections.correct_link(session, caller, link_id, said.said)
    return BoughtLink.of(links.bought(session, [link])[0])


@router.post(
    "/links/{link_id}/withdrawal",
    summary="The buyer takes a link back",
    responses=REPLACED,
    status_code=204,
)
@needs(Action.IMPORT)
def withdraw(caller: CallerDep, session: SessionDep, link_id: LinkId) -> None:
    """It is not said any more; what rested on it is what it was."""
    corrections.withdraw_link(session, caller, link_id)
