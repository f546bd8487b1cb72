"""Random changes of a random chain: what companies record from one day to the next."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.schemas.rollup.chains import chains, line, network, source, value
from tierlight_schemas.rollup.model import Input, Kind, Known, Network, PartNode, Policy

Draw = Callable[..., Any]
_NUMBERS = st.sampled_from([Decimal(text) for text in ("0", "0.4", "0.40", "7", "120.5", "-3")])
_POSITIVE = st.sampled_from([Decimal(text) for text in ("0.4", "0.40", "1", "1.0", "12.5")])
_SHARES = st.sampled_from([Decimal(text) for text in ("0", "0.3", "0.333", "0.5", "1", "1.0")])
POLICIES = st.sampled_from([Policy(), Policy(deep=True), Policy(use_defaults=False)])


def _replaced(draw: Draw, node: PartNode, held: Network) -> PartNode:
    """A declaration comes, replaces another, or is verified, or has expired."""
    kinds = st.sampled_from([Known.DECLARED, Known.VERIFIED, Known.EXPIRED])
    inputs = draw(st.lists(st.sampled_from([*held.nodes]), max_size=2))
    return replace(
        node,
        declared=value(
            draw(_NUMBERS),
            node.base_unit,
            known=draw(kinds),
            reference=draw(st.sampled_from(["d1", "d2"])),
            verification=draw(st.sampled_from(["", "v1"])),
            mass_kg=draw(st.none() | _POSITIVE),
            inputs=tuple(
                Input(name, Decimal(2), held.nodes[name].base_unit, draw(_NUMBERS))
                for name in inputs
            ),
        ),
    )


def _withdrawn(draw: Draw, node: PartNode, held: Network) -> PartNode:
    return replace(node, declared=None)


def _own(draw: Draw, node: PartNode, held: Network) -> PartNode:
    own = draw(st.none() | _NUMBERS)
    return replace(node, own=None if own is None else value(own, node.base_unit))


def _default(draw: Draw, node: PartNode, held: Network) -> PartNode:
    standing_in = value(draw(_NUMBERS), node.base_unit, known=Known.DEFAULT, reference="f1")
    return replace(node, default=draw(st.none() | st.just(standing_in)))


def _mass(draw: Draw, node: PartNode, held: Network) -> PartNode:
    return replace(node, net_mass_kg=draw(st.none() | _POSITIVE))


def _kind(draw: Draw, node: PartNode, held: Network) -> PartNode:
    return replace(node, kind=draw(st.sampled_from(list(Kind))))


def _quantity(draw: Draw, node: PartNode, held: Network) -> PartNode:
    if not node.lines:
        return node
    place = draw(st.integers(0, len(node.lines) - 1))
    other = replace(node.lines[place], quantity=draw(_NUMBERS))
    return replace(node, lines=(*node.lines[:place], other, *node.lines[place + 1 :]))


def _new_line(draw: Draw, node: PartNode, held: Network) -> PartNode:
    """Of any part: one above makes a cycle."""
    child = held.nodes[draw(st.sampled_from([*held.nodes]))]
    return replace(node, lines=(*node.lines, line(child.id, draw(_POSITIVE), child.base_unit)))


def _no_line(draw: Draw, node: PartNode, held: Network) -> PartNode:
    return replace(node, lines=node.lines[1:])


def _share(draw: Draw, node: PartNode, held: Network) -> PartNode:
    if not node.sources:
        return replace(node, sources=(source(draw(st.sampled_from([*held.nodes])), "0.5"),))
    first = replace(node.sources[0], share=draw(_SHARES))
    return replace(node, sources=(first, *node.sources[1:]))


def _not_shared(draw: Draw, node: PartNode, held: Network) -> PartNode:
    sources = (replace(each, node=None, reason="not-shared") for each in node.sources)
    return replace(node, sources=tuple(sources))


def _recorded_again(draw: Draw, node: PartNode, held: Network) -> PartNode:
    """The same once more: a node of its own that equals the former."""
    return replace(node)


CHANGES = (
    _replaced, _withdrawn, _own, _default, _mass, _kind, _quantity, _new_line, _no_line, _share,
    _not_shared, _recorded_again,
)  # fmt: skip


@st.composite
def histories(draw: Draw, most: int = 6) -> list[Network]:
    """A chain, and what it is after each of some changes; every part may be met."""
    held: Network = draw(chains())
    found = [held]
    for _ in range(draw(st.integers(1, most))):
        name = draw(st.sampled_from([*held.nodes]))
        changed = draw(st.sampled_from(CHANGES))(draw, held.nodes[name], held)
        nodes = {**held.nodes, name: changed}
        if draw(st.booleans()):  # read anew, in another order
            nodes = {name: replace(node) for name, node in reversed(nodes.items())}
        held = network(*nodes.values())
        found.append(held)
    return found
