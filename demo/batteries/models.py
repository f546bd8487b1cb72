"""Master data of the two batteries: what `models.json` says, and the materials they are made of.

The masses are those of the published bill; the values of the circular footprint formula stand in
`materials.csv`, each with its source or marked as invented.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from demo.batteries.chain import BATTERIES, GRAM, Pack
from demo.published import Node, rows

MEMBERS = {
    "ev": "ev",
    "ev_star": "evStar",
    "erec": "erec",
    "erec_eol": "erecEol",
    "r1": "r1",
    "r1_evidence": "r1Evidence",
    "r2": "r2",
    "r2_evidence": "r2Evidence",
    "q_out": "qOut",
    "ed": "ed",
}
"""Columns of materials.csv, and members of a material; an empty cell is no member."""


def model(pack: Pack) -> dict[str, Any]:
    """The master data of a battery, as `hub battery model` takes it."""
    told: dict[str, Any] = json.loads((BATTERIES / "models.json").read_text("utf-8"))[pack.maker]
    return told | {"materials": list(_materials(pack))}


def _materials(pack: Pack) -> Iterator[dict[str, str]]:
    masses = material_masses(pack)
    for row in rows(BATTERIES / "materials.csv"):
        if row["company"] == pack.maker:
            mass = f"{masses[row['name']].quantize(GRAM):f}"
            told = {"name": row["name"], "family": row["family"], "massKg": mass}
            yield told | {member: row[name] for name, member in MEMBERS.items() if row[name]}


def material_masses(pack: Pack) -> dict[str, Decimal]:
    """kg in one battery by material, from the published bill down to where a material is named."""
    named = {row["node"]: row["material"] for row in rows(BATTERIES / "composition.csv")}
    masses: dict[str, Decimal] = {}
    for node, kilograms in _pieces(pack.root, Decimal(1), named):
        material = named[node.name]
        masses[material] = masses.get(material, Decimal(0)) + kilograms
    return masses


def _pieces(node: Node, amount: Decimal, named: dict[str, str]) -> Iterator[tuple[Node, Decimal]]:
    if node.name in named:
        yield node, amount
        return
    for child in node.children:
        if child.kind in ("assembly", "material", "auxiliary"):
            yield from _pieces(child, amount * child.quantity / child.reference_amount, named)
