"""What the batteries' suppliers declare: computed from their bills, arithmetic only.

A value is the sum over the published bill of the company: what it bought at the value that its
supplier declares, everything else at a factor. It is kept by what is made, so that a split of it
serves every ruleset. Nothing is typed but factors and the makings of `made.csv`, all marked there
as published or invented.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache

from demo.batteries.chain import BATTERIES, class_of
from demo.cutting import Chain, Part
from demo.published import Node, rows
from demo.values import KWH, Factors

PLACES = Decimal("1e-9")
"""kgCO2e are declared to the microgram, so that what they add up to stays what the bill gives."""
MATERIAL, MAKING, WAY = "raw-material", "production", "transport"
NOT_COUNTED = ("infrastructure",)
OF_MAKING = ("energy", "service", "waste", "direct_emission")
POWER, HEAT = "electricity, medium voltage", "heat, district or industrial, natural gas"
MEGAJOULE = "megajoule"
PRIMARY_SHARE = "70"
"""Percent of what was built from own meters; invented."""

Stages = dict[str, Fraction]


@dataclass
class Account:
    """kgCO2e of one unit of a part by what is made, and the energy of its own making."""

    stages: Stages = field(default_factory=dict)
    kwh: Fraction = Fraction(0)
    gas: Fraction = Fraction(0)
    """kgCO2e of heat from natural gas."""

    def add(self, word: str, value: Fraction) -> None:
        """Count a value as a stage."""
        if value:
            self.stages[word] = self.stages.get(word, Fraction(0)) + value

    def declared(self) -> Mapping[str, Decimal]:
        """The stages as they are printed; the declared total is their sum."""
        return {word: printed(value) for word, value in self.stages.items()}

    def total(self) -> Decimal:
        """kgCO2e as declared."""
        return sum(self.declared().values(), Decimal(0))


class Accounts:
    """The accounts of all parts of the chain."""

    def __init__(self, chain: Chain, companies: Mapping[str, Mapping[str, str]]) -> None:
        self.chain = chain
        self.companies = companies
        self.made = {(row["company"], row["node"]): row for row in rows(BATTERIES / "made.csv")}
        self.sellers = {
            (link.buyer, link.part): (link.supplier, link.supplier_part)
            for links in chain.links.values()
            for link in links
        }
        self.known: dict[tuple[str, str], Account] = {}

    def of(self, part: Part) -> Account:
        """One unit of a part, at its owner. Raises `LookupError` for a line without a factor."""
        key = (part.owner, part.number)
        if key not in self.known:
            self.known[key] = self._stated(part) or self._built_up(part)
        return self.known[key]

    def factor(self, owner: str, node: Node) -> Fraction:
        """kgCO2e of one unit of a node that its owner neither makes nor buys from the cast."""
        if node.kind == "direct_emission":
            return Fraction(1)
        found = factor_of(node.category, node.unit, self.companies[owner]["country"])
        if found is None:
            raise LookupError(f"{owner}: {node.name} has no factor")
        return Fraction(found["kgco2e"])

    def _stated(self, part: Part) -> Account | None:
        """Of a part that the published bill does not open."""
        row = self.made.get((part.owner, part.node.name))
        if row is None:
            return None
        country = self.companies[part.owner]["country"]
        kwh, heat = Fraction(row["electricity_kwh"]), Fraction(row["heat_mj"])
        power = kwh * priced(POWER, KWH, country)
        gas = heat * priced(HEAT, MEGAJOULE, country)
        account = Account(kwh=kwh, gas=gas)
        account.add(MATERIAL, Fraction(row["materials"]))
        account.add(MAKING, power + gas)
        account.add(WAY, Fraction(row["transport"]))
        return account

    def _built_up(self, part: Part) -> Account:
        account = Account()
        for child in part.node.children:
            if child.kind not in NOT_COUNTED and not child.stage:
                self._add(account, part, child)
        return account

    def _add(self, account: Account, parent: Part, child: Node) -> None:
        amount = abs(Fraction(child.quantity) / Fraction(child.reference_amount))
        if child.kind in OF_MAKING:
            value = amount * self.factor(parent.owner, child)
            account.add(class_of_making(parent.node, child), value)
            _count_energy(account, child, amount, value)
        elif child.kind == "transport":
            account.add(WAY, amount * self.factor(parent.owner, child))
        else:
            for word, value in self._inside(parent, child):
                account.add(word, amount * value)

    def _inside(self, parent: Part, child: Node) -> Iterator[tuple[str, Fraction]]:
        """A line that goes into its parent, by what is made."""
        mine = self.chain.part(parent.owner, child)
        seller = self.sellers.get((parent.owner, mine.number))
        if seller is not None:
            # A published market that only trades is the bought part; its transports are the way.
            for way in self._ways_of(mine):
                yield _renamed(WAY, child), self._way(parent.owner, way)
            for word, value in self.of(self._part(*seller)).declared().items():
                yield _renamed(word, child), Fraction(value)
        elif child.children:
            for word, exact in self.of(mine).stages.items():
                yield _renamed(word, child), exact
        else:
            yield MATERIAL, self.factor(parent.owner, child)

    def _way(self, owner: str, node: Node) -> Fraction:
        return Fraction(node.quantity) * self.factor(owner, node)

    def _ways_of(self, bought: Part) -> Iterator[Node]:
        lines = self.chain.lines[bought.owner]
        return (line.node for line in lines if line.parent == bought.number)

    def _part(self, owner: str, number: str) -> Part:
        return next(p for p in self.chain.parts[owner].values() if p.number == number)


def printed(exact: Fraction) -> Decimal:
    """A number as it is declared."""
    return (Decimal(exact.numerator) / exact.denominator).quantize(PLACES)


def class_of_making(parent: Node, child: Node) -> str:
    """The stage of an own step: production, or the making of a part without a line of its own."""
    component = class_of(parent.name, child.name)
    return component if component == "cell-casing" else MAKING


def _renamed(word: str, node: Node) -> str:
    """A stage of a part, as a stage of what it goes into.

    What has no class is material, and a sub-assembly of none a step of its parent's making.
    """
    if word not in (MAKING, WAY):
        return word
    return class_of("", node.name) or (word if node.kind == "assembly" else MATERIAL)


def _count_energy(account: Account, line: Node, amount: Fraction, value: Fraction) -> None:
    if line.category == POWER:
        account.kwh += amount
    elif line.category == HEAT:
        account.gas += value


def factor_of(category: str, unit: str, country: str) -> dict[str, str] | None:
    """A factor of this demonstration, else a published one of the demo."""
    return _own().get((category, unit)) or _published().of(category, unit, country)


def priced(category: str, unit: str, country: str) -> Fraction:
    """kgCO2e of one unit. Raises `LookupError` without a factor."""
    row = factor_of(category, unit, country)
    if row is None:
        raise LookupError(f"no factor of {category} in {country}")
    return Fraction(row["kgco2e"])


@cache
def _own() -> Mapping[tuple[str, str], dict[str, str]]:
    table = rows(BATTERIES / "factors.csv")
    return {(row["category"], row["unit"]): row for row in table}


@cache
def _published() -> Factors:
    return Factors()
