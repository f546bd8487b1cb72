"""The demo's numbers worked out a second way: brute force over its tables, in exact fractions.

Nothing of the product is imported. Each part is expanded as often as it occurs; the rules of the
roll-up are written out once more, as far as the demo's tables need them.
"""

import csv
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "demo" / "data"
MASS_BEARING = {"assembly", "material"}
OWN = {"energy", "service", "direct_emission"}
AR6 = {"Carbon dioxide, fossil": Fraction(1)}
VALID_YEARS = 3


@dataclass
class Share:
    """What one kind of value amounts to below a part."""

    declared: Fraction = Fraction(0)
    """kgCO2e that the reader or its direct suppliers declared, gases included."""
    passed_on: Fraction = Fraction(0)
    """kgCO2e that was declared further down: to the reader its supplier's build-up."""
    default: Fraction = Fraction(0)
    mass: Fraction = Fraction(0)
    """kg of mass-bearing ends of the expansion."""
    valued_mass: Fraction = Fraction(0)
    """… of which with a value."""
    gaps: set[str] = field(default_factory=set)

    @property
    def total(self) -> Fraction:
        return self.declared + self.passed_on + self.default

    def add(self, other: "Share", times: Fraction) -> None:
        self.declared += other.declared * times
        self.passed_on += other.passed_on * times
        self.default += other.default * times
        self.mass += other.mass * times
        self.valued_mass += other.valued_mass * times
        self.gaps |= other.gaps


class Company:
    """One company's tables."""

    def __init__(self, code: str, facts: dict[str, str]) -> None:
        self.code, self.facts = code, facts
        folder = DATA / "companies" / code
        self.parts = {row["number"]: row for row in rows(folder / "parts.csv")}
        self.lines: dict[str, list[dict[str, str]]] = {}
        for row in rows(folder / "bom.csv"):
            self.lines.setdefault(row["parent"], []).append(row)
        self.links: dict[str, list[dict[str, str]]] = {}
        for row in rows(folder / "sourcing.csv"):
            self.links.setdefault(row["part"], []).append(row)
        self.factors = {
            (row["category"], row["unit"]): Fraction(row["value"])
            for row in rows(folder / "factors.csv")
        }
        stated = [row for row in rows(folder / "footprints.csv") if row["kgco2e"]]
        self.declared = {r["number"]: r for r in stated if r["boundary"] == "cradle-to-gate"}
        self.own = {r["number"]: r for r in stated if r["boundary"] == "gate-to-gate"}


class ByHand:
    """All tables of the demo, and the expansion over them."""

    def __init__(self, year: int) -> None:
        """`year` of the evaluation date."""
        self.year = year
        facts = {row["code"]: row for row in rows(DATA / "source" / "companies.csv")}
        self.codes = {row["name"]: code for code, row in facts.items()}
        self.companies = {
            code: Company(code, row)
            for code, row in facts.items()
            if row["behaviour"] != "unregistered"
        }
        self.grants = {
            (row["buyer"], row["supplier"], row["supplier_part"]): row
            for row in rows(DATA / "links.csv")
        }

    def value(self, code: str, number: str, reader: str | None = None) -> Share:
        """Per base unit of the part, as `reader` (its owner, if not named) may know it."""
        reader = reader or code
        company = self.companies[code]
        part = company.parts[number]
        if number in company.declared and self.is_valid(company.declared[number]):
            return self.ended(part, Fraction(company.declared[number]["kgco2e"]), "declared")
        if part["name"] in AR6:
            return self.ended(part, AR6[part["name"]], "declared")
        if number in company.links or number in company.lines:
            return self.composed(company, number, reader)
        factor = company.factors.get((part["category"], part["base_unit"]))
        if factor is not None:
            return self.ended(part, factor, "default")
        return self.ended(part, None, "missing")

    def is_valid(self, row: dict[str, str]) -> bool:
        return int(row["period_end"][:4]) + VALID_YEARS > self.year

    def ended(self, part: dict[str, str], value: Fraction | None, kind: str) -> Share:
        share = Share()
        if value is None:
            share.gaps.add(part["number"])
        else:
            setattr(share, kind, value)
        share.mass = weight(part)
        share.valued_mass = share.mass if value is not None else Fraction(0)
        return share

    def composed(self, company: Company, number: str, reader: str) -> Share:
        share = Share()
        for link in company.links.get(number, []):
            taken = self.bought(company, number, link, reader)
            share.add(taken, Fraction(link["share"]))
        bought = number in company.links  # every bought part of the demo is bought whole
        own = company.own.get(number)
        if own:
            share.declared += Fraction(own["kgco2e"])
        for line in company.lines.get(number, []):
            child = company.parts[line["child"]]
            if child["kind"] == "infrastructure" or line["stage"]:
                continue
            if (own and child["kind"] in OWN) or (bought and child["kind"] != "transport"):
                continue
            amount = Fraction(line["quantity"]) / Fraction(line["reference_amount"])
            assert line["unit"].replace("unit", "piece") == child["base_unit"]
            if child["kind"] == "waste":
                amount = abs(amount)
            assert amount > 0, line
            share.add(self.value(company.code, line["child"], reader), amount)
        return share

    def bought(self, buyer: Company, number: str, link: dict[str, str], reader: str) -> Share:
        """One unit from one supplier: its value where it confirmed and consented, else a gap.

        Beyond the reader's own tables a value travels on only with the consent "aggregate".
        """
        supplier = self.companies.get(self.codes[link["supplier"]])
        if supplier and supplier.facts["behaviour"] == "answers":
            grant = self.grants[buyer.code, supplier.code, link["supplier_part"]]
            travels = grant["aggregate"] == "yes"
            declared = supplier.declared.get(link["supplier_part"])
            if grant["level"] and (travels or (buyer.code == reader and declared)):
                share = self.value(supplier.code, link["supplier_part"], reader)
                if buyer.code == reader and not (declared and self.is_valid(declared)):
                    return replace(share, declared=Fraction(0), passed_on=share.declared)
                return share
        return self.ended(buyer.parts[number], None, "missing")


def weight(part: dict[str, str]) -> Fraction:
    """kg of one base unit; 0 for all that carries no mass or states none."""
    if part["kind"] not in MASS_BEARING:
        return Fraction(0)
    if part["base_unit"] == "kilogram":
        return Fraction(1)
    return Fraction(part["net_mass_kg"] or 0)


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table; a company without one has none."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
