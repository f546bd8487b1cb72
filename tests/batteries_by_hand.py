"""The demo's batteries worked out a second way: over the published rows, in exact fractions.

Nothing of the product or of the demo is imported. Every row of a published file is multiplied out
once; who owns it decides which country's electricity it takes.
"""

import csv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "demo" / "data"
SOURCE, BATTERIES = DATA / "source", DATA / "batteries"
CAPACITY = Fraction(75)
USED = "market for used Li-ion battery"
MASS = {"FBS": "5.707762557077626", "JHB": "8.561643835616438"}
"""kg of one kWh, as both published files state it."""
FILES = {
    "FBS": "product_bom_battery_NMC622_per_kwh.csv",
    "JHB": "product_bom_battery_LFP_per_kwh.csv",
}
ALLOCATION = {"metal": Fraction(1, 5), "plastic": Fraction(1, 2), "other": Fraction(1, 2)}
ROAD, SEA = Fraction("0.10749"), Fraction("0.016")


@dataclass(frozen=True)
class Row:
    """One line: what it is, how much of it is in one battery, and whose it is."""

    name: str
    category: str
    unit: str
    kind: str
    amount: Fraction
    owner: str


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


COUNTRY = {row["code"]: row["country"] for row in rows(BATTERIES / "companies.csv")}
SUPPLIER = {(row["buyer"], row["node"]): row["supplier"] for row in rows(BATTERIES / "cuts.csv")}
MADE = {(row["company"], row["node"]): row for row in rows(BATTERIES / "made.csv")}


def lines(maker: str) -> list[Row]:
    """Every leaf of the battery, and what the demo adds to the published lines."""
    published = rows(SOURCE / FILES[maker])
    amounts, owners = {"": CAPACITY}, {"": maker}
    parents = {row["parent_line_id"] for row in published}
    found: list[Row] = []
    for row in published:
        parent = row["parent_line_id"]
        owner = SUPPLIER.get((owners[parent], row["name"]), owners[parent])
        amount = amounts[parent] * Fraction(row["qty_per_parent"])
        owners[row["line_id"]], amounts[row["line_id"]] = owner, amount
        amount /= Fraction(row["parent_ref_amount"])
        if row["line_id"] not in parents:
            what = (row["name"], row["product"] or row["name"], row["unit"], row["node_type"])
            found.append(Row(*what, abs(amount), owner))
        found += _added(maker, row["name"], amount, owner)
    battery = next(
        row["parent"] for row in rows(BATTERIES / "added.csv") if row["battery"] == maker
    )
    return found + _added(maker, battery, Fraction(1), maker)


def _added(maker: str, parent: str, amount: Fraction, owner: str) -> list[Row]:
    return [
        Row(
            row["node"], row["category"], row["unit"], row["kind"],
            amount * Fraction(row["amount"]), owner,
        )
        for row in rows(BATTERIES / "added.csv")
        if (row["battery"], row["parent"]) == (maker, parent)
    ]  # fmt: skip


def cradle_to_gate(maker: str) -> Fraction:
    """kgCO2e of one battery at its maker's gate: the sum over all lines."""
    counted = (row for row in lines(maker) if row.kind != "infrastructure" and row.name != USED)
    return sum((row.amount * _value(row) for row in counted), Fraction(0))


def _value(row: Row) -> Fraction:
    if row.kind == "direct_emission":
        return Fraction(1)
    made = MADE.get((row.owner, row.name))
    if made is None:
        return factor(row.category, row.unit, COUNTRY[row.owner])
    power = Fraction(made["electricity_kwh"]) * factor(
        "electricity, medium voltage", "kilowatt hour", COUNTRY[row.owner]
    )
    heat = Fraction(made["heat_mj"]) * Fraction("0.0562")
    return Fraction(made["materials"]) + Fraction(made["transport"]) + power + heat


def factor(category: str, unit: str, country: str) -> Fraction:
    """The battery demo's own, else a published one of that country or of all."""
    for row in rows(BATTERIES / "factors.csv"):
        if (row["category"], row["unit"]) == (category, unit):
            return Fraction(row["kgco2e"])
    fitting = [
        row
        for row in rows(SOURCE / "factors.csv")
        if (row["category"], row["unit"]) == (category, unit) and row["country"] in (country, "")
    ]
    return Fraction(max(fitting, key=lambda row: row["country"])["kgco2e"])


def mass(maker: str) -> Fraction:
    """kg of one battery, to the gram."""
    return Fraction(round(CAPACITY * Fraction(MASS[maker]) * 1000), 1000)


def way(maker: str, *legs: tuple[int, Fraction]) -> Fraction:
    """kgCO2e of carrying one battery over legs of km and kgCO2e per tonne and km."""
    return sum((mass(maker) / 1000 * km * each for km, each in legs), Fraction(0))


def recycling(maker: str, masses: dict[str, Fraction]) -> tuple[Fraction, Fraction]:
    """What the circular footprint formula adds to raw materials, and the end of life of materials.

    `masses` is kg of each material in one battery.
    """
    added = end = Fraction(0)
    for row in rows(BATTERIES / "materials.csv"):
        if row["company"] == maker:
            a, kilograms = ALLOCATION[row["family"]], masses[row["name"]]
            number = {name: Fraction(row[name] or 0) for name in NUMBERS}
            lost = number["ev"] - number["erec"]
            added += kilograms * number["r1"] * (1 - a) * lost
            saved = number["erec_eol"] - number["ev_star"] * number["q_out"]
            end += kilograms * ((1 - a) * number["r2"] * saved)
            end += kilograms * (1 - number["r2"]) * number["ed"]
    return added, end


NUMBERS = ("ev", "ev_star", "erec", "erec_eol", "r1", "r2", "q_out", "ed")
