"""Cut one published tree into companies: who owns which part, who buys it from whom.

`source/cuts.csv` says at which nodes a company buys. Below a cut the supplier owns the parts; the
buyer keeps a part of its own number, joined to the supplier's by a sourcing link. A published
"market for X" that only adds transports to its supplier's X becomes the buyer's bought part: its
transports are the inbound leg. Every other line is kept as published, its faults included.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from demo.published import SOURCE, Node, rows

FIRST_NUMBER = 100
STEP = 10


@dataclass
class Part:
    """A part of one company."""

    owner: str
    number: str
    node: Node


@dataclass(frozen=True)
class Line:
    """A line of a bill of materials."""

    parent: str
    child: str
    node: Node


@dataclass(frozen=True)
class Link:
    """A sourcing link, with what the supplier grants on it."""

    buyer: str
    part: str
    supplier: str
    supplier_part: str
    share: str
    term: str
    level: str
    """Empty where the supplier grants nothing."""
    aggregate: str


@dataclass
class Chain:
    """All companies' parts, lines and links."""

    cuts: dict[tuple[str, str], list[dict[str, str]]]
    parts: dict[str, dict[tuple[str, ...], Part]] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    links: dict[str, list[Link]] = field(default_factory=lambda: defaultdict(list))
    opened: set[tuple[str, str]] = field(default_factory=set)

    def part(self, owner: str, node: Node) -> Part:
        """The owner's part for a node, numbered in the order of appearance."""
        mine = self.parts[owner]
        if node.identity not in mine:
            number = f"{owner}-{FIRST_NUMBER + STEP * len(mine)}"
            mine[node.identity] = Part(owner, number, node)
        return mine[node.identity]

    def numbered(self, owner: str, name: str) -> Part:
        """The owner's part made from the published node of that name."""
        found = [part for part in self.parts[owner].values() if part.node.name == name]
        if len(found) != 1:
            raise LookupError(f"{owner} has {len(found)} parts named {name!r}")
        return found[0]


def cut(*roots: tuple[str, Node], source: Path = SOURCE) -> Chain:
    """Hand out the trees below all roots, each of which belongs to a company, by its code."""
    cuts: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows(source / "cuts.csv"):
        cuts[row["buyer"], row["node"]].append(row)
    chain = Chain(dict(cuts))
    for owner, root in roots:
        _open(chain, owner, root)
    return chain


def _open(chain: Chain, owner: str, node: Node) -> None:
    """Give the owner the part and the lines of a node, once."""
    part = chain.part(owner, node)
    if (owner, part.number) in chain.opened:
        return
    chain.opened.add((owner, part.number))
    merged = _only_trades(chain, owner, node)
    for child in node.children:
        if child is merged:
            _buy(chain, owner, part, child)
            continue
        made = chain.part(owner, child)
        chain.lines[owner].append(Line(part.number, made.number, child))
        if (owner, child.name) in chain.cuts:
            _buy(chain, owner, made, child)
        else:
            _open(chain, owner, child)


def _only_trades(chain: Chain, owner: str, node: Node) -> Node | None:
    """The one bought child of a market node that otherwise only has transports."""
    inputs = [child for child in node.children if child.kind != "transport"]
    if len(inputs) != 1 or (owner, inputs[0].name) not in chain.cuts:
        return None
    bought = inputs[0]
    same = bought.product == node.product and bought.unit == node.unit
    return bought if same and bought.quantity == Decimal(1) else None


def _buy(chain: Chain, owner: str, part: Part, node: Node) -> None:
    """Link the owner's part to the same node at each supplier, and open it there."""
    if (owner, f"bought {part.number}") in chain.opened:
        return
    chain.opened.add((owner, f"bought {part.number}"))
    for row in chain.cuts[owner, node.name]:
        supplied = chain.part(row["supplier"], node)
        chain.links[owner].append(
            Link(
                owner,
                part.number,
                row["supplier"],
                supplied.number,
                row["share"],
                row["term"],
                row["level"],
                row["aggregate"],
            )
        )
        _open(chain, row["supplier"], node)
