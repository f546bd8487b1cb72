"""What a buyer may want to ask for, and what it has asked for: its own view, nobody else's.

Parts come by what their gaps may hide in its own products. Suppliers are never ordered by anything
that more than one customer knows of.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import part_ids, standing_links, versions
from hub.disclosure import across
from hub.disclosure.across import Asking
from hub.kit.paging import PageRequest
from hub.requests.lifecycle import OPEN, Act, State
from hub.requests.page import InList, request_list
from hub.requests.queries import Box, Filter, chunks, counts, requests_in
from hub.requests.tables import FootprintRequest, RequestEvent

ASKABLE = frozenset({"share", "missing", "expired", "inside"})
"""Causes of gaps that a supplier's declaration closes."""


@dataclass(frozen=True)
class ToAsk:
    """A bought part whose supplier has not declared it, as far as the buyer may know."""

    part: str
    name: str
    supplier: str
    """As the buyer wrote it."""
    supplier_part: str | None
    cause: str
    kilograms: str | None
    estimate: str | None
    """kgCO2e that it may hide in one of each of the buyer's products; None: cannot be estimated."""
    is_registered: bool
    open_request: str | None
    """Id of a request for it that is not over."""


@dataclass(frozen=True)
class Sent:
    """One page of what was sent, and how far all of it is."""

    items: Sequence[InList]
    following: str | None
    counts: Mapping[State, int]
    reminders: Mapping[str, int]
    """How many reminders have gone out, by request."""


def to_ask(asking: Asking, most: int) -> tuple[list[ToAsk], int]:
    """Bought parts that lack a declaration, what may hide most first, and how many there are."""
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    for gap in across.gaps(asking):
        if gap["supplier"] and gap["cause"] in ASKABLE:
            wanted.setdefault((gap["part"], gap["supplier"]), gap)
    shown = [*wanted.values()][:most]
    session, company_id = asking.session, asking.caller.company_id
    ids = part_ids(session, company_id, {gap["part"] for gap in shown})
    links = {
        (link.part_id, link.supplier_text): link.supplier_id
        for link in standing_links(session, ids.values())
    }
    asked = _open_requests(session, company_id, ids.values())
    return [_to_ask(gap, ids[gap["part"]], links, asked) for gap in shown], len(wanted)


def bought(session: Session, caller: Caller, numbers: Collection[str]) -> list[ToAsk]:
    """Own parts as they are bought, whether a declaration of them is there or not: one may lack
    what the buyer needs. What is not bought, or is no own part, is absent."""
    company_id = caller.company_id
    ids = part_ids(session, company_id, numbers)
    names = versions(session, ids.values())
    asked = _open_requests(session, company_id, ids.values())
    known = {part_id: number for number, part_id in ids.items()}
    links = sorted(standing_links(session, ids.values()), key=lambda each: each.supplier_text)
    return [
        ToAsk(
            part=known[link.part_id],
            name=names[link.part_id].name,
            supplier=link.supplier_text,
            supplier_part=link.supplier_part_text or None,
            cause="",
            kilograms=None,
            estimate=None,
            is_registered=link.supplier_id is not None,
            open_request=asked.get((link.part_id, link.supplier_id or "")),
        )
        for link in links
    ]


def _to_ask(
    gap: Mapping[str, Any],
    part_id: str,
    links: Mapping[tuple[str, str], str | None],
    asked: Mapping[tuple[str, str], str],
) -> ToAsk:
    supplier_id = links.get((part_id, gap["supplier"]))
    return ToAsk(
        part=gap["part"],
        name=gap["name"],
        supplier=gap["supplier"],
        supplier_part=gap["supplier_part"],
        cause=gap["cause"],
        kilograms=gap["kilograms"],
        estimate=gap["estimate"],
        is_registered=supplier_id is not None,
        open_request=asked.get((part_id, supplier_id or "")),
    )


def _open_requests(
    session: Session, company_id: str, part_ids: Collection[str]
) -> dict[tuple[str, str], str]:
    row = FootprintRequest
    query = requests_in(company_id, Box.OUT, Filter(OPEN))
    return {
        (request.part_id, request.asked_id): request.id
        for chunk in chunks(part_ids)
        for request in session.scalars(query.where(row.part_id.in_(chunk)))
    }


def sent_page(session: Session, caller: Caller, wanted: Filter, page: PageRequest) -> Sent:
    """What the caller's company has sent, in the order of sending."""
    items, following = request_list(session, caller, Box.OUT, wanted, page)
    reminders = _reminders(session, caller.company_id, [item.row.id for item in items])
    return Sent(items, following, counts(session, caller.company_id, Box.OUT), reminders)


def _reminders(session: Session, company_id: str, ids: Collection[str]) -> dict[str, int]:
    row = RequestEvent
    query = (
        select(row.request_id, func.count())
        .where(row.asker_id == company_id, row.kind == Act.REMIND.value)
        .group_by(row.request_id)
    )
    return {
        request_id: count
        for chunk in chunks(ids)
        for request_id, count in session.execute(query.where(row.request_id.in_(chunk)))
    }
