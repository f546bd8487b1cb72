"""Sourcing links as the two companies on them see them, each from its side.

The supplier is shown what it has to judge: the customer's number and name of the part, and its own
share, site, days and delivery term. The customer sees in its access log that it looked. Neither
sees other sources of the same part, nor whether there are any.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom import queries
from hub.bom.link_state import State, is_in, state_of
from hub.bom.matching import Ground, OwnPart, OwnParts, Suggestion, Wanted
from hub.bom.succession import standing
from hub.bom.tables import Part, SourcingLink
from hub.kit.paging import PageRequest, read_page
from hub.kit.wall import on_behalf
from hub.sharing.policy import EXISTENCE
from hub.sharing.usecases import record_read

READ_KIND = "link"
"""What an access record calls a look at a company's links."""
_ORDER = (SourcingLink.buyer_id, SourcingLink.supplier_part_text, SourcingLink.id)
_BOUGHT_ORDER = (SourcingLink.supplier_text, SourcingLink.supplier_part_text, SourcingLink.id)
_CHUNK = 1_000


@dataclass(frozen=True)
class Named:
    """A part by number and name."""

    id: str
    number: str
    name: str
    mass_kg: str | None = None


@dataclass(frozen=True)
class ToMatch:
    """A link towards the reader's company."""

    link: SourcingLink
    state: State
    customer: str
    customer_part: Named
    own_part: Named | None
    """The own part that it means; None while nobody has said, and no number fits."""
    suggestions: Sequence[Suggestion]
    """Own parts that may be meant; none where a confirmed link has one."""


@dataclass(frozen=True)
class Bought:
    """A link by which the reader's company buys."""

    link: SourcingLink
    state: State
    part: Named


def links_towards(
    session: Session,
    caller: Caller,
    page: PageRequest,
    state: State | None = None,
    search: str = "",
) -> tuple[list[ToMatch], str | None]:
    """One page of what customers say that they buy here, by customer; recorded as read."""
    query = _chosen(queries.links_towards(caller.company_id), state, search)
    links, following = read_page(session, query, _ORDER, page)
    return _shown(session, caller, links), following


def every_link_towards(
    session: Session, caller: Caller, state: State | None = None
) -> Iterator[ToMatch]:
    """All of them, some at a time; recorded as read."""
    page = PageRequest(limit=_CHUNK)
    while True:
        items, following = links_towards(session, caller, page, state)
        yield from items
        if following is None:
            return
        page = PageRequest(limit=_CHUNK, after=following)


def link_towards(session: Session, caller: Caller, link_id: str) -> ToMatch:
    """One of them. Raises `NotFound` and `Conflict` as `hub.bom.succession.standing` does."""
    return _shown(session, caller, [standing(session, caller.company_id, link_id)])[0]


def links_bought(
    session: Session,
    caller: Caller,
    page: PageRequest,
    state: State | None = None,
    search: str = "",
) -> tuple[list[Bought], str | None]:
    """One page of the links by which the reader's company buys, by supplier."""
    query = _chosen(queries.links_of_buyer(caller.company_id), state, search)
    links, following = read_page(session, query, _BOUGHT_ORDER, page)
    return bought(session, links), following


def bought(session: Session, links: Sequence[SourcingLink]) -> list[Bought]:
    """The buyer's own links with what its parts are called."""
    parts = _named(session, {link.part_id for link in links})
    return [Bought(link, state_of(link), parts[link.part_id]) for link in links]


def exact_ones(
    session: Session, caller: Caller, page: PageRequest
) -> tuple[list[ToMatch], str | None]:
    """Open links that name an own part by its very number: what can be confirmed at once."""
    own = select(Part.number).where(Part.company_id == caller.company_id)
    query = queries.links_towards(caller.company_id).where(
        is_in(State.OPEN), SourcingLink.supplier_part_text.in_(own)
    )
    links, following = read_page(session, query, _ORDER, page)
    return _shown(session, caller, links), following


def counts(session: Session, query: Select[SourcingLink]) -> dict[State, int]:
    """How many of the links of a query stand where."""
    found = {}
    for state in State:
        chosen = query.where(is_in(state)).with_only_columns(func.count())
        found[state] = session.scalar(chosen) or 0
    return found


def counts_towards(session: Session, caller: Caller) -> dict[State, int]:
    """How many links towards the reader's company stand where."""
    return counts(session, queries.links_towards(caller.company_id))


def counts_bought(session: Session, caller: Caller) -> dict[State, int]:
    """How many links by which it buys stand where."""
    return counts(session, queries.links_of_buyer(caller.company_id))


def _chosen(query: Select[SourcingLink], state: State | None, search: str) -> Select[SourcingLink]:
    if state is not None:
        query = query.where(is_in(state))
    if search:
        text = SourcingLink.supplier_part_text.icontains(search, autoescape=True)
        query = query.where(text)
    return query


def _shown(session: Session, caller: Caller, links: Sequence[SourcingLink]) -> list[ToMatch]:
    buyers = queries.buyers_of(session, links)
    theirs = _customers_parts(session, caller, links)
    own = _named(session, {link.supplier_part_id for link in links if link.supplier_part_id})
    suggested = _suggested(session, caller, links, theirs)
    return [
        ToMatch(
            link=link,
            state=state_of(link),
            customer=buyers[link.part_id][1],
            customer_part=theirs[link.part_id],
            own_part=own.get(link.supplier_part_id or ""),
            suggestions=suggested.get(link.id, ()),
        )
        for link in links
    ]


def _customers_parts(
    session: Session, caller: Caller, links: Iterable[SourcingLink]
) -> dict[str, Named]:
    """What the customers call the parts that they name the reader's company as supplier of."""
    by_buyer: dict[str, set[str]] = defaultdict(set)
    for link in links:
        by_buyer[link.buyer_id].add(link.part_id)
    found: dict[str, Named] = {}
    for buyer_id, part_ids in by_buyer.items():
        with on_behalf(session, buyer_id):  # the buyer names the supplier, so that it may judge
            found |= _named(session, part_ids)
        record_read(session, caller, buyer_id, READ_KIND, caller.company_id, EXISTENCE)
    return found


def _named(session: Session, part_ids: set[str]) -> dict[str, Named]:
    numbers, known = queries.numbers_of(session, part_ids), queries.versions(session, part_ids)
    return {
        id: Named(id, number, known[id].name, known[id].net_mass_kg)
        for id, number in numbers.items()
    }


def _suggested(
    session: Session,
    caller: Caller,
    links: Sequence[SourcingLink],
    theirs: Mapping[str, Named],
) -> dict[str, list[Suggestion]]:
    wanting = [link for link in links if state_of(link) is not State.CONFIRMED]
    wanting += [link for link in links if link.supplier_part_id is None and link not in wanting]
    if not wanting:
        return {}
    own = OwnParts(_own_parts(session, caller.company_id))
    before = queries.matched_before(session, caller.company_id, wanting)
    return {link.id: own.suggestions(_wanted(link, theirs, before)) for link in wanting}


def _own_parts(session: Session, company_id: str) -> Iterator[OwnPart]:
    rows = session.execute(queries.listed_parts(False), {"company_id": company_id})
    for row in rows:
        mass = None if row.net_mass_kg is None else Decimal(row.net_mass_kg)
        yield OwnPart(row.id, row.number, row.name, mass)


def _wanted(
    link: SourcingLink,
    theirs: Mapping[str, Named],
    before: Mapping[tuple[str, str], list[str]],
) -> Wanted:
    part = theirs[link.part_id]
    keys = ((link.buyer_id, link.supplier_part_text), (link.buyer_id, link.part_id))
    aliases = tuple(dict.fromkeys(own for key in keys for own in before.get(key, ())))
    mass = None if part.mass_kg is None else Decimal(part.mass_kg)
    return Wanted(link.supplier_part_text, part.name, mass, aliases)


def sure(item: ToMatch) -> Suggestion | None:
    """The own part of the very number that the customer wrote, if there is one."""
    first = next(iter(item.suggestions), None)
    return first if first is not None and first.ground is Ground.NUMBER else None
