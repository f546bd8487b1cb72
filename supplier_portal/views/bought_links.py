"""What the company buys and of whom: what its suppliers say of it, and how to put it right."""

from typing import Annotated, Any

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.bom.corrections import Correction, correct_link, own_link, withdraw_link
from hub.bom.link_state import State
from hub.disclosure import links as found_links
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, Conflict
from hub.kit.paging import PageRequest
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep, SessionDep
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import Account, AccountDep, ReaderDep
from supplier_portal.typed_days import day_or_none
from supplier_portal.views import new_router
from tierlight_schemas.amounts import Amount
from tierlight_schemas.bom import DeliveryTerm

PAGE = "/links/bought"
ON_A_PAGE = 50

router = new_router()
Text = Annotated[str, Form(max_length=500)]


@router.get(PAGE)
@needs(Action.READ)
def listed(
    request: Request,
    account: AccountDep,
    session: ReadingSessionDep,
    state: State | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """The links by which the company buys, by supplier, a page at a time."""
    asked, search = PageRequest(limit=ON_A_PAGE, after=after or None), q.strip()
    items, following = found_links.links_bought(session, account.caller, asked, state, search)
    return page(
        request,
        "links_bought.html",
        items=items,
        following=following,
        after=after,
        state=state,
        search=search,
        counts=found_links.counts_bought(session, account.caller),
    )


@router.get(PAGE + "/{link_id}")
@needs(Action.READ)
def one(
    request: Request, account: AccountDep, session: ReadingSessionDep, link_id: str
) -> Response:
    """One link, with what its supplier says against it, and the form to state it anew."""
    return _one(request, account, session, link_id)


def _one(
    request: Request,
    account: Account,
    session: Session,
    link_id: str,
    status: int = 200,
    **more: Any,
) -> Response:
    link = own_link(session, account.caller.company_id, link_id)
    [item] = found_links.bought(session, [link])
    names = ("share", "site", "valid_from", "valid_to", "delivery_term")
    stated = {name: getattr(link, name) or "" for name in names}
    stated["supplier_part"] = link.supplier_part_text
    content = {"problem": None, "typed": stated} | more
    terms = list(DeliveryTerm)
    return page(request, "link_bought.html", status, item=item, terms=terms, **content)


@router.post(PAGE + "/{link_id}/correction", dependencies=OwnFormDep)
@needs(Action.IMPORT)
def correct(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    link_id: str,
    supplier_part: Text = "",
    share: Text = "",
    site: Text = "",
    valid_from: Text = "",
    valid_to: Text = "",
    delivery_term: Text = "",
) -> Response:
    """The link as the company states it now; what is wrong comes again as it was typed."""
    try:
        said = Correction(
            supplier_part=supplier_part.strip(),
            share=_share(share),
            site=site.strip() or None,
            valid_from=day_or_none(valid_from),
            valid_to=day_or_none(valid_to),
            delivery_term=next((term for term in DeliveryTerm if term == delivery_term), None),
        )
        link = correct_link(session, account.caller, link_id, said)
    except (BadInput, Conflict) as error:
        session.rollback()
        typed = {
            "supplier_part": supplier_part,
            "share": share,
            "site": site,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "delivery_term": delivery_term,
        }
        problem = problem_of(error, reader.language)
        return _one(request, account, session, link_id, error.status, problem=problem, typed=typed)
    return RedirectResponse(f"{PAGE}/{link.id}", 303)


def _share(text: str) -> Amount:
    try:
        return Amount(text.strip())
    except ValueError:
        raise BadInput("links/share", found=text.strip()[:80]) from None


@router.post(PAGE + "/{link_id}/withdrawal", dependencies=OwnFormDep)
@needs(Action.IMPORT)
def withdraw(account: AccountDep, session: SessionDep, link_id: str) -> Response:
    """The link is not said any more."""
    withdraw_link(session, account.caller, link_id)
    return RedirectResponse(PAGE, 303)
