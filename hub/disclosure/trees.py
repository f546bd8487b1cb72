"""A vehicle as a tree, one level at a time: what a part takes, and how each value is known.

A path names a place in the tree: the indices of the children from the root, such as `3.0.2`. The
same part may stand at many places; quantities are those of the place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure.footprint import Answer, Question, answer
from hub.kit.errors import BadInput, NotFound
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.explain import is_leaf, known_as
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    ONE,
    ZERO,
    Edge,
    Gap,
    Known,
    PartNode,
    Resolution,
)
from tierlight_schemas.rollup.reference import carbon_coverage, mass_coverage
from tierlight_schemas.rollup.resolve import mass_of_unit
from tierlight_schemas.rollup.result import text
from tierlight_schemas.rollup.vectors import ratio

MAX_DEPTH = 8
MAX_PATH = 400
MAX_PLACES = 10_000
"""Of one answer of several levels."""
_FLAGGED = {"part": ("part", "line"), "beside": ("line",)}
"""By the role of a place: what flags that stand at it are about."""


@dataclass(frozen=True)
class Place:
    """One place in the tree."""

    path: tuple[int, ...]
    node: PartNode
    quantity: Decimal
    """Base units of the part at this place in one base unit of the root."""
    role: str = "part"
    """`part`, `own` (own process and legs), `beside` (not in the total), or a gap's cause."""
    edge: Edge | None = None
    gap: Gap | None = None
    inside: bool = True


def tree(
    session: Session,
    caller: Caller,
    part_id: str,
    question: Question,
    path: str = "",
    depth: int = 1,
) -> dict[str, Any]:
    """The place at `path` below the caller's own part, with its children down to `depth`.

    Raises `NotFound` for a part that is not the caller's or a path that leads nowhere, `BadInput`
    for a path or depth that cannot be read, or for more than `MAX_PLACES` places.
    """
    found = answer(session, caller, part_id, question)
    place, levels = place_at(found, read_path(path)), read_depth(depth)
    _refuse_too_many(found, place, levels)
    return subtree(found, place, levels)


def read_path(path: str) -> tuple[int, ...]:
    """`3.0.2` as indices; the empty text is the root. Raises `BadInput`."""
    parts = path.split(".") if path else []
    if len(path) > MAX_PATH or not all(part.isascii() and part.isdigit() for part in parts):
        raise BadInput("hub/tree-path", path=path[:100])
    return tuple(int(part) for part in parts)


def read_depth(depth: int) -> int:
    """Raises `BadInput` for a depth outside 0 to `MAX_DEPTH`."""
    if not 0 <= depth <= MAX_DEPTH:
        raise BadInput("hub/tree-depth", depth=str(depth), most=str(MAX_DEPTH))
    return depth


def place_at(found: Answer, path: Sequence[int]) -> Place:
    """Walk from the root along a path. Raises `NotFound` when it leads nowhere."""
    place = Place((), found.rollup.resolution(found.root).node, ONE)
    for index in path:
        below = list(children(found, place))
        if index >= len(below):
            raise NotFound
        place = below[index]
    return place


def children(found: Answer, place: Place) -> Iterator[Place]:
    """What a place is made of, as far as the reader may see; a supplier's part is closed."""
    if place.role not in ("part",) or place.node.owner != found.rollup.company_id:
        return
    resolution = found.rollup.resolution(place.node.id)
    if is_leaf(resolution):
        return
    for index, child in enumerate(_below(found, resolution, place.quantity)):
        yield Place(
            (*place.path, index),
            child.node,
            child.quantity,
            child.role,
            child.edge,
            child.gap,
            place.inside and child.inside,
        )


def _below(found: Answer, resolution: Resolution, amount: Decimal) -> Iterator[Place]:
    nodes = found.rollup.solution.network.nodes
    if EXCLUDING in resolution.base:
        yield Place((), resolution.node, amount, "own")
    for edge in resolution.edges:
        quantity = EXACT.multiply(amount, edge.coefficient)
        yield Place((), nodes[edge.child], quantity, edge=edge)
    for gap in resolution.gaps:
        node = nodes[gap.line.child] if gap.line else resolution.node
        quantity = EXACT.multiply(amount, gap.quantity)
        yield Place((), node, quantity, gap.cause, gap=gap)
    for edge in resolution.beside:
        quantity = EXACT.multiply(amount, edge.coefficient)
        yield Place((), nodes[edge.child], quantity, "beside", edge=edge, inside=False)


def _refuse_too_many(found: Answer, place: Place, depth: int) -> None:
    """A part that stands at many places stands there with all that is below it: eight levels of
    ten parts each are a hundred million places."""
    level, count = [place], 1
    for _ in range(depth if depth > 1 else 0):  # the lines of one part are never too many
        below = chain.from_iterable(children(found, upper) for upper in level)
        level = list(islice(below, MAX_PLACES))
        count += len(level)
        if count > MAX_PLACES:
            raise BadInput("hub/tree-size", depth=str(depth), most=str(MAX_PLACES))


def subtree(found: Answer, place: Place, depth: int) -> dict[str, Any]:
    """A place and its children as the document that is served."""
    below = children(found, place)
    first = next(below, None)
    document: dict[str, Any] = {"node": _shown(found, place, first is not None)}
    if depth:
        places = () if first is None else chain((first,), below)
        document["children"] = [subtree(found, child, depth - 1) for child in places]
    return document


def _shown(found: Answer, place: Place, has_children: bool) -> dict[str, Any]:
    node, value = place.node, _value(found, place)
    gap_unit = place.gap.unit if place.gap else node.base_unit
    mass = mass_of_unit(node) if place.role == "part" else None
    if place.gap is not None and place.gap.mass_kg is not None:
        mass = ratio(place.gap.mass_kg, place.gap.quantity) or ZERO
    return {
        "path": ".".join(map(str, place.path)),
        "part": _part(found, node),
        "supplier": _supplier(found, place),
        "role": place.role,
        "part_kind": node.kind.value,
        "quantity": text(place.quantity),
        "unit": gap_unit,
        "mass_kg": None if mass is None else text(EXACT.multiply(mass, place.quantity)),
        "value": text(value),
        "share": None if value is None else text(ratio(value, found.account.total)),
        "kind": _known(found, place).value,
        "coverage": _coverage(found, place),
        "findings": _findings(found, place),
        "has_children": has_children,
    }


def _part(found: Answer, node: PartNode) -> dict[str, str]:
    own = node.owner == found.rollup.company_id
    part = {"number": node.number, "name": node.name}
    return {"id": node.id, **part} if own else part


def _supplier(found: Answer, place: Place) -> str | None:
    if place.gap is not None and place.gap.source is not None:
        return place.gap.source.supplier
    return found.labels.of(place.node.owner)


def _value(found: Answer, place: Place) -> Decimal | None:
    if place.gap is not None or not place.inside:
        return None
    if place.role == "own":
        own = found.rollup.resolution(place.node.id).base[EXCLUDING]
        return EXACT.multiply(place.quantity, own)
    account = found.rollup.account(place.node.id)
    known = EXCLUDING in account.columns
    return EXACT.multiply(place.quantity, account.total) if known else None


def _known(found: Answer, place: Place) -> Known:
    if place.gap is not None or not place.inside:
        return Known.MISSING
    resolution = found.rollup.resolution(place.node.id)
    if place.role == "own":
        return resolution.base_known
    sources = [edge.child for edge in resolution.edges if edge.crosses]
    if len(sources) == len(resolution.edges) == 1:  # simply bought: known as its supplier knows it
        return known_as(found.rollup.resolution(sources[0]), found.rollup.account(sources[0]))
    return known_as(resolution, found.rollup.account(place.node.id))


def _coverage(found: Answer, place: Place) -> dict[str, str | None]:
    if place.role != "part" or not place.inside:
        return {"mass": None, "carbon": None}
    account = found.rollup.account(place.node.id)
    return {"mass": text(mass_coverage(account)), "carbon": text(carbon_coverage(account))}


def _findings(found: Answer, place: Place) -> list[dict[str, str]]:
    """Codes that stand at this very place: the part's own, or its line's."""
    if place.node.owner != found.rollup.company_id:
        return []
    number, about = place.node.number, _FLAGGED.get(place.role, ())
    flags = sorted(flag for kind in about for flag in found.own_flags.get((kind, number), ()))
    told = ((found.flags[position].code, found.flags[position].severity) for position in flags)
    return [{"code": code, "severity": severity.value} for code, severity in dict.fromkeys(told)]


__all__ = ["Place", "children", "place_at", "subtree", "tree"]
