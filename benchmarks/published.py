"""Real bills of materials as plain arrays; own values are drawn: only the effort matters here."""

import csv
from pathlib import Path
from typing import TextIO

import numpy as np

from benchmarks.automotive import COLUMNS, Automotive
from benchmarks.outcome import Absent

REPOSITORY = Path(__file__).resolve().parent.parent
LORRY = REPOSITORY / "demo/data/source/product_bom_bev_lorry_40t.csv"
BICYCLES = REPOSITORY.parent / "shared/data/adventureworks-bom/BillOfMaterials.csv"
Line = tuple[str, str, float]


def lorry() -> Automotive:
    """The published 40 t battery lorry, expanded to a tree: each of its rows is one line."""
    with _opened(LORRY) as file:
        rows = list(csv.DictReader(file))
    lines = [
        (
            row["parent_line_id"],
            row["line_id"],
            abs(float(row["qty_per_parent"])) / float(row["parent_ref_amount"]),
        )
        for row in rows
        if row["parent_line_id"]
    ]
    return _arrays("lorry", lines)


def bicycles() -> Automotive:
    """AdventureWorks: every line of every day, duplicates of later revisions included."""
    with _opened(BICYCLES) as file:
        rows = list(csv.reader(file, delimiter="\t"))
    return _arrays("bicycles", [(row[1], row[2], float(row[7])) for row in rows if row[1]])


def _opened(path: Path) -> TextIO:
    if not path.exists():
        raise Absent(f"{path.name} does not lie beside the repository")
    return path.open(encoding="utf-8-sig", newline="")


def _arrays(name: str, lines: list[Line]) -> Automotive:
    parents, children = [line[0] for line in lines], [line[1] for line in lines]
    numbers = {part: n for n, part in enumerate(dict.fromkeys(parents + children))}
    parent = np.array([numbers[part] for part in parents])
    child = np.array([numbers[part] for part in children])
    amount = np.array([line[2] for line in lines])
    every = np.arange(len(numbers))
    own = np.random.default_rng(7).lognormal(0, 1, (len(numbers), COLUMNS))
    roots, leaves = np.setdiff1d(every, child), np.setdiff1d(every, parent)
    return Automotive(name, len(numbers), parent, child, amount, own, roots, leaves)
