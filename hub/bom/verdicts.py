"""The supplier's word on a sourcing link: it is so and means this own part, or it is not so."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom import queries
from hub.bom.link_state import Dispute, Reason, State, dispute_of, is_in, state_of
from hub.bom.succession import hold, standing, succeed
from hub.bom.tables import SourcingLink
from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.parties.changes import touch

MAX_WORDS = 500


def confirm_link(
    session: Session, caller: Caller, link_id: str, own_part: str | None = None
) -> SourcingLink:
    """The supplier's word that it supplies what the link says; from then on the link counts.

    `own_part` is the number of the own part that the customer means; without one it is the part
    matched before, else the part of the number that the customer wrote, else none yet. A dispute
    ends. Saying the same twice changes nothing. Raises `NotFound` for a link towards somebody
    else, `BadInput` (`links/own-part`) for a number that no own part has, `Conflict`
    (`hub/link-replaced`) when the buyer has stated another link in its place.
    """
    link = _held(session, caller, link_id)
    part_id = _part_id(session, caller, link, own_part)
    return _said(session, confirm_held(session, link, part_id))


def confirm_held(session: Session, link: SourcingLink, part_id: str | None) -> SourcingLink:
    """Confirm a link whose buyer is locked, as this own part; the link that stands then."""
    match state_of(link):
        case State.CONFIRMED if link.supplier_part_id in (part_id, None):
            link.supplier_part_id = part_id
        case State.CONFIRMED | State.DISPUTED:
            return succeed(session, link, supplier_part_id=part_id, confirmed_at=now())
        case State.OPEN:
            link.supplier_part_id, link.confirmed_at = part_id, now()
    return link


def dispute_link(session: Session, caller: Caller, link_id: str, said: Dispute) -> SourcingLink:
    """The supplier's word that the link is not so; from then on it does not count.

    Saying the same twice changes nothing. Raises `BadInput` for words that are missing or too
    long (`links/words`) and for a day that is missing or out of place (`links/ended-on`);
    otherwise like `confirm_link`.
    """
    said = checked(said)
    link = _held(session, caller, link_id)
    if is_said(link, said):
        return link
    return _said(session, dispute_held(session, link, said))


def dispute_held(session: Session, link: SourcingLink, said: Dispute) -> SourcingLink:
    """Dispute a link whose buyer is locked; the link that stands then."""
    if state_of(link) is not State.OPEN:
        link = succeed(session, link, confirmed_at=None)
    link.disputed_at = max(now(), link.recorded_at)
    link.dispute_reason, link.dispute_words = said.reason, said.words
    link.dispute_ended_on = said.ended_on
    return link


def is_said(link: SourcingLink, said: Dispute | str | None) -> bool:
    """Whether a link says so already: disputed so, or confirmed as the part of that id."""
    if isinstance(said, Dispute):
        return dispute_of(link) == said
    return state_of(link) is State.CONFIRMED and link.supplier_part_id == said


def checked(said: Dispute) -> Dispute:
    """The dispute with its words in one line. Raises `BadInput` as `dispute_link` says."""
    words = " ".join((said.words or "").split()) or None
    if (words is None and said.reason is Reason.OTHER) or len(words or "") > MAX_WORDS:
        raise BadInput("links/words", limit=str(MAX_WORDS))
    if not (words or "").isprintable():
        raise BadInput("links/words", limit=str(MAX_WORDS))
    if (said.ended_on is not None) != (said.reason is Reason.ENDED):
        raise BadInput("links/ended-on")
    return Dispute(said.reason, words, said.ended_on)


def _held(session: Session, caller: Caller, link_id: str) -> SourcingLink:
    """The link, kept from its buyer's imports until the transaction ends."""
    link = standing(session, caller.company_id, link_id)
    hold(session, link.buyer_id)
    session.refresh(link)
    return standing(session, caller.company_id, link_id)


def _part_id(
    session: Session, caller: Caller, link: SourcingLink, own_part: str | None
) -> str | None:
    number = link.supplier_part_text if own_part is None else own_part.strip()
    if own_part is None and link.supplier_part_id is not None:
        return link.supplier_part_id
    found = queries.part_ids(session, caller.company_id, [number]).get(number)
    if found is None and own_part is not None:
        raise BadInput("links/own-part", found=number)
    return found


def _said(session: Session, link: SourcingLink) -> SourcingLink:
    session.flush()
    touch(session, link.buyer_id, *([link.supplier_id] if link.supplier_id else []))
    return link


def confirm_links(session: Session, supplier_id: str) -> int:
    """Confirm every standing link towards a supplier that it does not dispute; how many were open.

    The operator's word for a supplier that cannot confirm by itself.
    """
    query = queries.links_towards(supplier_id)
    links = session.scalars(query.where(is_in(State.OPEN))).all()
    at = now()
    for link in links:
        link.confirmed_at = at
    _find_parts(session, supplier_id, links)
    session.flush()
    if links:
        touch(session, supplier_id, *{link.buyer_id for link in links})
    return len(links)


def _find_parts(session: Session, supplier_id: str, links: Sequence[SourcingLink]) -> None:
    """Resolve what two imports at the same time could not see of each other: the buyer's of the
    link, and the supplier's of its part."""
    unresolved = [link for link in links if link.supplier_part_id is None]
    ids = queries.part_ids(session, supplier_id, {link.supplier_part_text for link in unresolved})
    for link in unresolved:
        link.supplier_part_id = ids.get(link.supplier_part_text)
