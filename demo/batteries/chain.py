"""The two published batteries as products of 75 kWh, handed out to invented companies.

Each is a piece of its maker. What the published bills lack to be a declaration's, the ways of what
is bought and the electricity of some makers, is added from `added.csv` and invented; all else
stands line by line as published.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property

from demo.cutting import Chain, cut
from demo.published import DATA, PACK, Node, read_tree, rows

BATTERIES = DATA / "batteries"
LFP = "product_bom_battery_LFP_per_kwh.csv"
KWH = Decimal(75)
"""Nominal capacity of both batteries; 72 kWh of it are usable."""
GRAM = Decimal("0.001")
USED = "market for used Li-ion battery"
"""A line of the end of life: the mass that it treats is the mass of what was made."""


@dataclass(frozen=True)
class Pack:
    """A battery model, its maker, and the published bill it is made by."""

    maker: str
    name: str
    bill: str

    @cached_property
    def root(self) -> Node:
        """One battery."""
        capacity = read_tree(self.bill)
        capacity.quantity = KWH
        one = Decimal(1)
        battery = Node(self.name, self.name, "", "unit", "assembly", one, one, [capacity])
        for node in battery.walk():
            node.children += _added(self.maker, node)
        return battery

    @property
    def mass_kg(self) -> Decimal:
        """Of one battery, to the gram: nobody weighs it finer."""
        capacity = self.root.children[0]
        (used,) = (child for child in capacity.children if child.name == USED)
        return (KWH * -used.quantity).quantize(GRAM)


PACKS = (
    Pack("FBS", "traction battery FBS-N75, NMC622, 75 kWh", PACK),
    Pack("JHB", "traction battery JHB-L75, LFP, 75 kWh", LFP),
)
BATTERY_MAKERS = tuple(pack.maker for pack in PACKS)


def companies() -> list[dict[str, str]]:
    """The cast of the batteries."""
    return rows(BATTERIES / "companies.csv")


def handed_out() -> Chain:
    """All companies' parts, lines and links."""
    return cut(*((pack.maker, pack.root) for pack in PACKS), source=BATTERIES)


def class_of(parent: str, node: str) -> str:
    """What a node is of a battery, inside a parent; empty for a material and what is part of it."""
    held = _classes()
    return held.get((parent, node)) or held.get(("", node), "")


@cache
def _classes() -> Mapping[tuple[str, str], str]:
    table = rows(BATTERIES / "classes.csv")
    return {(row["parent"], row["node"]): row["component"] for row in table}


def _added(maker: str, parent: Node) -> Iterator[Node]:
    for row in rows(BATTERIES / "added.csv"):
        if row["battery"] == maker and row["parent"] == parent.name:
            yield Node(
                row["node"],
                row["category"],
                row["location"],
                row["unit"],
                row["kind"],
                Decimal(row["amount"]),
                Decimal(1),
            )
