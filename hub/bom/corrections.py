"""What a buyer can do about one of its links: state it anew, or withdraw it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.columns import MAX_NUMBER
from hub.bom.sourcing_import import Link, replace_links, stated
from hub.bom.tables import SourcingLink
from hub.kit.errors import BadInput, Conflict, NotFound
from hub.parties.usecases import lock_company
from tierlight_schemas.amounts import Amount
from tierlight_schemas.bom import DeliveryTerm

MAX_SITE = 200


@dataclass(frozen=True)
class Correction:
    """A link as the buyer states it now; what is None is not stated any more."""

    supplier_part: str
    share: Amount
    site: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    delivery_term: DeliveryTerm | None = None


def correct_link(session: Session, caller: Caller, link_id: str, said: Correction) -> SourcingLink:
    """Replace a link by what the buyer says now; the supplier is asked anew.

    A confirmation stays where only the share is another. What says the same changes nothing.
    Raises `NotFound` for a link of somebody else, `Conflict` (`hub/link-replaced`) for one that
    was replaced, `BadInput` for a share (`links/share`), days (`links/days`), a number
    (`hub/part-number`) or a site (`hub/text`) that cannot be one.
    """
    _refuse_unusable(said)
    link = _own(session, caller, link_id)
    wanted = Link(
        supplier_text=link.supplier_text,
        supplier_part_text=said.supplier_part,
        share=str(said.share),
        site=said.site,
        valid_from=said.valid_from,
        valid_to=said.valid_to,
        delivery_term=said.delivery_term,
    )
    if stated(link) == wanted:
        return link
    replace_links(session, caller.company_id, link.part_id, [link], [wanted])
    mine = select(SourcingLink).filter_by(
        part_id=link.part_id, replaced_at=None, **wanted._asdict()
    )
    return session.scalars(mine.order_by(SourcingLink.recorded_at.desc())).first() or link


def withdraw_link(session: Session, caller: Caller, link_id: str) -> None:
    """End a link: the buyer does not say any more that it buys so. Raises like `correct_link`."""
    link = _own(session, caller, link_id)
    replace_links(session, caller.company_id, link.part_id, [link], [])


def own_link(session: Session, company_id: str, link_id: str) -> SourcingLink:
    """A standing link by which the company buys. Raises `NotFound` for any other; `Conflict`
    (`hub/link-replaced`) for one that was replaced."""
    link = session.scalar(select(SourcingLink).filter_by(id=link_id, buyer_id=company_id))
    if link is None:
        raise NotFound
    if link.replaced_at is not None:
        raise Conflict("hub/link-replaced")
    return link


def _own(session: Session, caller: Caller, link_id: str) -> SourcingLink:
    own_link(session, caller.company_id, link_id)
    lock_company(session, caller.company_id)
    session.expire_all()
    return own_link(session, caller.company_id, link_id)


def _refuse_unusable(said: Correction) -> None:
    if not 0 < said.share.decimal <= 1:
        raise BadInput("links/share", found=str(said.share))
    if said.valid_from and said.valid_to and said.valid_to <= said.valid_from:
        raise BadInput("links/days")
    if not _is_text(said.supplier_part, MAX_NUMBER):
        raise BadInput("hub/part-number", limit=str(MAX_NUMBER))
    if said.site is not None and not _is_text(said.site, MAX_SITE):
        raise BadInput("hub/text", member="site", limit=str(MAX_SITE))


def _is_text(text: str, limit: int) -> bool:
    return 0 < len(text) <= limit and text == text.strip() and text.isprintable()
