"""What the benchmarks roll up: a generated portfolio of vehicles, and the published lorry."""

import csv
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tierlight_schemas.rollup.model import (
    EXCLUDING,
    INCLUDING,
    Kind,
    Line,
    Network,
    PartNode,
    Value,
)

LORRY = Path(__file__).resolve().parent.parent / "demo/data/source/product_bom_bev_lorry_40t.csv"
LEVELS = 7
"""Of a generated vehicle, itself and its purchased parts included."""


@dataclass(frozen=True)
class Portfolio:
    """Something to roll up."""

    name: str
    network: Network
    roots: tuple[str, ...]

    @property
    def lines(self) -> int:
        """Lines of all bills of materials."""
        return sum(len(node.lines) for node in self.network.nodes.values())


def generated(vehicles: int, seed: int = 7) -> Portfolio:
    """Vehicles of `LEVELS` levels over one catalogue; few parts are used by many, as in life."""
    dice = random.Random(seed)
    widths = [vehicles, *(40 * vehicles * 2**level for level in range(LEVELS - 1))]
    levels = [[f"{level}-{n}" for n in range(width)] for level, width in enumerate(widths)]
    nodes: dict[str, PartNode] = {}
    for level, names in enumerate(levels):
        for name in names:
            last = level == LEVELS - 1
            lines = () if last else tuple(_lines(dice, levels[level + 1 :]))
            nodes[name] = PartNode(
                name,
                name,
                name,
                "maker",
                own=None if last else _value(dice),
                lines=lines,
                declared=_value(dice) if last else None,
            )
    return Portfolio(f"{vehicles} generated vehicles", Network(nodes), tuple(levels[0]))


def _lines(dice: random.Random, below: list[list[str]]) -> Iterator[Line]:
    for position in range(dice.randint(6, 12)):
        level = below[0] if dice.random() < 0.8 else dice.choice(below)
        child = level[int(len(level) * dice.random() ** 3)]
        quantity = Decimal(dice.randint(1, 400)) / 100
        yield Line(child, quantity, "piece", scrap=Decimal("0.05"), position=position)


def _value(dice: random.Random) -> Value:
    fossil = Decimal(dice.randint(1, 9000)) / 1000
    columns = {
        EXCLUDING: fossil + Decimal("0.01"),
        INCLUDING: fossil - Decimal("0.02"),
        "fossil": fossil,
        "biogenic_non_co2": Decimal("0.01"),
    }
    return Value(columns, Decimal(1), "piece")


def lorry() -> Portfolio:
    """The published 40 t battery lorry; leaf values are invented: only their effort matters here.

    Raises `FileNotFoundError` where the demo's data is absent.
    """
    with LORRY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["line_id"]: _identity(row) for row in rows}
    lines: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for row in rows[1:]:
        held = Line(
            _identity(row),
            abs(Decimal(row["qty_per_parent"])),
            row["unit"].replace("unit", "piece"),
            reference_amount=Decimal(row["parent_ref_amount"]),
        )
        lines[names[row["parent_line_id"]]][row["parent_line_id"]].append(held)
    dice, nodes = random.Random(7), {}
    for row in rows:
        name, unit = _identity(row), row["unit"].replace("unit", "piece")
        first = tuple(next(iter(lines[name].values()), []))
        value = _value(dice)
        leaf = None if first else Value(value.columns, value.amount, unit)
        kind = Kind.TRADING if first else Kind.MATERIAL
        nodes[name] = PartNode(
            name, name, row["name"], "maker", kind, unit, lines=first, declared=leaf
        )
    return Portfolio("the published 40 t lorry", Network(nodes), (names[rows[0]["line_id"]],))


def _identity(row: dict[str, str]) -> str:
    return "|".join(row[key] for key in ("name", "product", "location", "unit"))
