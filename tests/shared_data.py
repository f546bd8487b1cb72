"""Real bills of materials that lie beside the repository, turned into the tables of the hub.

They are not part of the repository: a test that needs them is skipped where they are absent.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

PRODUCT_BOMS = (
    "battery_LFP_per_kwh",
    "battery_NMC622_per_kwh",
    "bev_car_lower_medium",
    "bev_lorry_40t",
)
AR6 = {"Carbon dioxide, fossil": "1", "Methane, fossil": "29.8", "Dinitrogen monoxide": "273"}
"""kgCO2e per kg of a direct emission: IPCC AR6 WG1 table 7.15, 100 years."""
POUND_KG, OUNCE_G, INCH_M = Decimal("0.45359237"), Decimal("28.349523125"), Decimal("0.0254")
MAX_NUMBER = 200


def shared(name: str) -> Path:
    """A file of the shared data, or a skipped test."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared data is not beside the repository: {name}")
    return path


@dataclass(frozen=True)
class Tables:
    """CSV texts as a company would send them."""

    root: str
    """Number of the part that everything goes into; of AdventureWorks there are many: empty."""
    parts: str
    bom: str
    footprints: str = ""
    factors: str = ""


def product_bom(name: str) -> Tables:
    """One of `PRODUCT_BOMS`, with the open factors as footprints and direct emissions by AR6."""
    return premise_tables(
        shared(f"bom/product_bom_{name}.csv"), shared("bom/leaf_factor_map_open.csv")
    )


def premise_tables(bom: Path, factor_map: Path) -> Tables:
    """Tables of a BOM that was expanded to a tree: each part's lines stand in it once."""
    rows = _dictionaries(bom)
    by_id = {row["line_id"]: row for row in rows}
    factors = {(row["leaf_name"], row["unit"]): row for row in _dictionaries(factor_map)}
    parts = {part_number(row): row for row in rows}
    return Tables(
        root=part_number(rows[0]),
        parts=_csv("number name category kind base_unit", map(_part, parts.items())),
        bom=_csv("parent child quantity unit reference_amount", _lines(rows, by_id)),
        footprints=_csv(
            "number period_start period_end declared_unit declared_amount kgco2e",
            _footprints(parts, factors),
        ),
        factors=_csv("category unit value source year", _gases(rows)),
    )


def part_number(row: Mapping[str, str]) -> str:
    """Identity in these files is (name, product, location, unit)."""
    number = "|".join(row[key] for key in ("name", "product", "location", "unit"))
    if len(number) <= MAX_NUMBER:
        return number
    digest = hashlib.sha256(number.encode()).hexdigest()[:16]
    return f"{number[: MAX_NUMBER - 17]}#{digest}"


def _part(entry: tuple[str, Mapping[str, str]]) -> Iterable[str]:
    number, row = entry
    is_gas = row["node_type"] == "direct_emission"
    category = row["name"] if is_gas else row["product"]
    return number, row["name"], category, row["node_type"], row["unit"]


def _lines(
    rows: list[dict[str, str]], by_id: Mapping[str, Mapping[str, str]]
) -> Iterator[Iterable[str]]:
    """The lines below the first occurrence of each parent; the others repeat them."""
    first: dict[str, str] = {}
    for row in rows:
        if not row["parent_line_id"]:
            continue
        parent = part_number(by_id[row["parent_line_id"]])
        if first.setdefault(parent, row["parent_line_id"]) == row["parent_line_id"]:
            yield (
                parent,
                part_number(row),
                row["qty_per_parent"],
                row["unit"],
                row["parent_ref_amount"],
            )


def _footprints(
    parts: Mapping[str, Mapping[str, str]], factors: Mapping[tuple[str, str], Mapping[str, str]]
) -> Iterator[Iterable[str]]:
    for number, row in parts.items():
        factor = factors.get((row["name"], row["unit"]))
        if factor and factor["kgCO2e_per_unit"]:
            value = factor["kgCO2e_per_unit"]
            yield number, "2024-01-01", "2025-01-01", row["unit"], "1", value


def _gases(rows: list[dict[str, str]]) -> Iterator[Iterable[str]]:
    names = {row["name"] for row in rows if row["node_type"] == "direct_emission"}
    for name in sorted(names):
        yield name, "kg", AR6[name], "IPCC AR6 WG1 table 7.15, GWP100", "2021"


def adventureworks() -> Tables:
    """The bicycle maker's BOM: 97 products, effectivity dates, pieces, ounces and inches."""
    products = _tabbed(shared("adventureworks-bom/Product.csv"))
    lines = _tabbed(shared("adventureworks-bom/BillOfMaterials.csv"))
    numbers = {product[0]: product[2] for product in products}
    units = {line[2]: _METRIC[line[5].strip()] for line in lines}
    return Tables(
        root="",
        parts=_csv(
            "number name base_unit net_mass_kg",
            ([p[2], p[1], units.get(p[0], ("piece", 1))[0], _mass_kg(p)] for p in products),
        ),
        bom=_csv(
            "parent child quantity unit effective_from effective_to",
            (_bicycle_line(line, numbers) for line in lines if line[1]),
        ),
    )


_METRIC = {"EA": ("piece", Decimal(1)), "OZ": ("gram", OUNCE_G), "IN": ("meter", INCH_M)}


def _bicycle_line(line: list[str], numbers: Mapping[str, str]) -> Iterable[str]:
    unit, factor = _METRIC[line[5].strip()]
    # The source's end is the last day that holds, ours the first that no longer does.
    end = line[4] and str(date.fromisoformat(line[4][:10]) + timedelta(days=1))
    quantity = str(Decimal(line[7]) * factor)
    return numbers[line[1]], numbers[line[2]], quantity, unit, line[3][:10], end


def _mass_kg(product: list[str]) -> str:
    unit, weight = product[12].strip(), product[13]
    if not unit:
        return ""
    return str(Decimal(weight) * {"LB": POUND_KG, "G": Decimal("0.001")}[unit])


def _dictionaries(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _tabbed(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))


def _csv(header: str, rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(rows)
    return text.getvalue()
