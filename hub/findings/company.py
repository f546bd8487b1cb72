"""All findings about one company: every own part looked at once, from the product that it is in.

One roll-up holds all own parts. Products are gone through from the top: each is judged with what
its total rests on and no product before it has. Below a declaration nothing is judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import chain

from sqlalchemy.orm import Session

from hub.findings.flags import Flag
from hub.findings.identity import Identified, OneOfEach, identified
from hub.findings.queries import sold_parts
from hub.findings.rules import RULES, WHOLE, View
from hub.findings.settings_file import settings_of
from hub.findings.usecases import in_order, of_documents, orphans, view_of
from hub.footprints.usecases import RollUp
from tierlight_schemas.rollup.model import MASS_BEARING, Known, PartNode


@dataclass(frozen=True)
class Seen:
    """Every finding about a company, with the product that each is seen from."""

    found: Sequence[Identified]
    roots: Mapping[str, str]
    """Node of that product by the key of the finding."""


def own_findings(session: Session, rollup: RollUp, part_ids: Sequence[str]) -> Seen:
    """What is found about the roll-up's company in these parts of its own."""
    settings = settings_of(session)
    flags: list[Flag] = []
    of_one: list[Flag] = []
    roots: list[str] = []
    for view, fresh in _views(session, rollup, part_ids):
        whole, one = [*_of_the_whole(view)], _of_one(view)
        told = in_order(settings.flags([*whole, *_of_parts(view, fresh)]))
        flags += told
        twins = _of_the_whole(one) if whole else ()
        of_one += in_order(settings.flags([*twins, *_of_parts(one, fresh)]))
        roots += [view.root] * len(told)
    beside = [*settings.flags(_beside(session, rollup, part_ids))]
    own = [n for n, flag in enumerate(flags) if flag.owner == rollup.company_id]
    found = identified([*(flags[n] for n in own), *beside], [*of_one, *beside])
    origin = {id(flags[n]): roots[n] for n in own}
    return Seen(found, {one.key: origin[id(one.flag)] for one in found if id(one.flag) in origin})


def own_identities(
    session: Session, rollup: RollUp, root: str, flags: Sequence[Flag]
) -> dict[int, Identified]:
    """Of the findings below one root those about the company itself, by their place in `flags`."""
    view = view_of(session, rollup, root)
    places = {id(flag): n for n, flag in enumerate(flags) if flag.owner == rollup.company_id}
    own = [flag for flag in flags if id(flag) in places]
    one = _of_one(view)
    judged = [*_of_the_whole(one), *_of_parts(one, _own(view))]
    of_one = settings_of(session).flags(judged)
    found = identified(own, in_order(of_one))
    return {places[id(one.flag)]: one for one in found}


def _views(
    session: Session, rollup: RollUp, part_ids: Sequence[str]
) -> Iterator[tuple[View, Sequence[str]]]:
    """A view for each product, and the own parts in it that none before has."""
    products, judged = _products(session, rollup, part_ids), set[str]()
    first: View | None = None
    for name in reversed(rollup.solution.order.sequence):
        if name in judged or name not in products:
            continue
        if first is None:
            first = view_of(session, rollup, name)
        view = first if first.root == name else _from(first, name)
        fresh = [part for part in _own(view) if part not in judged]
        judged.update(fresh)
        yield view, fresh


def _products(session: Session, rollup: RollUp, part_ids: Sequence[str]) -> set[str]:
    """Those of the parts that are looked at for themselves: what is sold, what no bill of materials
    takes, and where a circle has no top. Energy and services that nothing takes are no products.
    """
    book, solution = rollup.book, rollup.solution
    taken = {row.child_id for rows in book.lines.values() for row in rows}
    tops = {
        part
        for part in part_ids
        if part not in taken and (book.versions[part].kind in MASS_BEARING or book.lines.get(part))
    }
    sold = sold_parts(session, rollup.company_id, rollup.moment.known_at)
    own = set(part_ids) & (sold | solution.order.cyclic | set(_without_an_edge(rollup)))
    return tops | own


def _without_an_edge(rollup: RollUp) -> Iterator[str]:
    """Parts of lines that enter no sum though nothing above them ends the search: alternatives that
    nobody chose, what stands in a circle, what does not convert."""
    for held in rollup.solution.resolutions.values():
        if held.known in (Known.BUILT_UP, Known.MISSING):
            taken = {edge.child for edge in (*held.edges, *held.beside)}
            yield from (line.child for line in held.node.lines if line.child not in taken)


def _from(view: View, root: str) -> View:
    """The same facts, seen from another root."""
    return replace(view, root=root)


def _of_one(view: View) -> OneOfEach:
    """The same facts for one unit of every part."""
    facts = {fact.name: getattr(view, fact.name) for fact in fields(view)}
    return OneOfEach(**facts, names=tuple(view.quantities))


def _own(view: View) -> list[str]:
    """Nodes of the company's own parts in a total."""
    owner = view.network.nodes[view.root].owner
    return [name for name, held in view.resolutions.items() if held.node.owner == owner]


def _of_the_whole(view: View) -> Iterator[Flag]:
    return chain.from_iterable(rule(view) for rule in WHOLE)


def _of_parts(view: View, names: Sequence[str]) -> Iterator[Flag]:
    return chain.from_iterable(rule(view, name) for rule in RULES for name in names)


def _beside(session: Session, rollup: RollUp, part_ids: Sequence[str]) -> Iterator[Flag]:
    """What was found at the door in own declarations, and what nobody takes."""
    if part_ids:
        view = view_of(session, rollup, part_ids[0])
        own = (n for n, held in rollup.solution.resolutions.items() if _is_own(rollup, held.node))
        yield from of_documents(session, Everything(view.solution, view.root, names=tuple(own)))
        yield from orphans(session, rollup, "")


def _is_own(rollup: RollUp, node: PartNode) -> bool:
    return node.owner == rollup.company_id


@dataclass(frozen=True)
class Everything(OneOfEach):
    """All own parts beside each other, as if each were a product."""

    @cached_property
    def tiers(self) -> Mapping[str, int]:
        """No sourcing link lies before any of them."""
        return dict.fromkeys(self.names, 0)
