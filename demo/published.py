"""The published bills of materials as trees, as they stand in `data/source`."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
SOURCE = DATA / "source"

LORRY = "product_bom_bev_lorry_40t.csv"
PACK = "product_bom_battery_NMC622_per_kwh.csv"
BEYOND_GATE = {
    "treatment of used lorry, 40 metric ton": "end-of-life",
    "market for used Li-ion battery": "end-of-life",
    "maintenance, lorry 40 metric ton": "maintenance",
}
"""Life-cycle stage of lines that are not about making; the source states no stages."""


@dataclass
class Node:
    """One line of a published bill of materials and everything below it."""

    name: str
    product: str
    location: str
    unit: str
    kind: str
    quantity: Decimal
    """In one reference amount of the parent."""
    reference_amount: Decimal
    children: list["Node"] = field(default_factory=list)

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What the source says makes two lines the same thing."""
        return self.name, self.product, self.location, self.unit

    @property
    def category(self) -> str:
        """What the thing is, whoever makes or trades it."""
        return self.product or self.name

    @property
    def stage(self) -> str:
        """Life-cycle stage of the line, empty for all that belongs to making."""
        return BEYOND_GATE.get(self.name, "")

    def shape(self) -> tuple[object, ...]:
        """Everything but the quantity it is used in; equal trees have equal shapes."""
        below = tuple((child.quantity, child.shape()) for child in self.children)
        return (*self.identity, self.kind, below)

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_tree(name: str) -> Node:
    """The tree of one published file."""
    nodes: dict[str, Node] = {}
    root = None
    for row in rows(SOURCE / name):
        node = nodes[row["line_id"]] = Node(
            name=row["name"],
            product=row["product"],
            location=row["location"],
            unit=row["unit"],
            kind=row["node_type"],
            quantity=Decimal(row["qty_per_parent"]),
            reference_amount=Decimal(row["parent_ref_amount"]),
        )
        if row["parent_line_id"]:
            nodes[row["parent_line_id"]].children.append(node)
        else:
            root = node
    if root is None:
        raise ValueError(f"{name}: no line without a parent")
    return root


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a UTF-8 table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
