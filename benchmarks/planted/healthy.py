"""A healthy supply chain of four tiers, drawn from a seed: no rule has anything to say about it.

    carmaker: vehicle <- body (coil of a mill), bought systems
    tier 1:   system  <- bought components, own process; declared, built up, or traded
    tier 2:   component, declared alone, or turned out of a mill's steel
    tier 3:   the mills' steel, in kilograms

Masses add up exactly, every bought part has its way in, every declaration stands on the current
ones of its inputs, and a third of the components have an earlier version that is sound too;
of every eighth a third party says so.
"""

import random
from dataclasses import dataclass, field
from decimal import Decimal
from math import exp, log

from benchmarks.planted.factories import PROVINCE
from benchmarks.planted.model import YEAR, Chain, Company, Declaration, Line, Link, Part
from benchmarks.planted.stating import (
    amount,
    delivered,
    footprint,
    inputs_of,
    mass_of_lines,
    process,
    short,
)

CATEGORIES = {
    "steel-part": (0.9, 3.5),
    "cast-iron-part": (1.3, 3.4),
    "stainless-steel-part": (2.5, 7.0),
    "aluminium-recycled-part": (0.6, 2.2),
    "thermoplastic-part": (2.3, 6.0),
    "rubber-tyre": (2.8, 5.2),
    "copper-part": (3.0, 8.0),
    "automotive-glass": (0.9, 2.2),
}
"""kgCO2e per kg between which a component lies: inside what is usual."""
COUNTRIES = ("DE", "CZ", "CN", "PL", "HU", "FR", "MX", "ES")
COMPONENTS = 4
"""Bought components of a system."""
PARTS_OF_A_SYSTEM = 2 + 2 * COMPONENTS
VERIFIER_TIER = 9
VEHICLES = 4
MIN_SYSTEMS = 4
SYSTEMS_OF_A_VEHICLE = 60
FORMS = ("built", "declared", "built", "declared", "built", "powered", "traded")
"""How a system gets its value, one after the other."""


@dataclass(eq=False)
class Purchase:
    """A component: the buyer's part, what it is bought as, and the system that it goes into."""

    system: "System"
    bought: Part
    supplied: Part
    link: Link
    line: Line
    turned: bool
    """Whether its maker declares nothing and turns it out of steel; else it is declared."""

    @property
    def quantity(self) -> int:
        """Pieces in the system."""
        return int(self.line.quantity)

    @property
    def footprint(self) -> Declaration:
        """What its maker declares; of one that declares."""
        assert self.supplied.footprint is not None
        return self.supplied.footprint


@dataclass(eq=False)
class System:
    """A bought system: the carmaker's part, the tier 1's, and its components."""

    form: str
    vehicle: Part
    bought: Part
    made: Part
    purchases: list[Purchase] = field(default_factory=list)


@dataclass(eq=False)
class Healthy:
    """The chain, and where something can be planted in it."""

    chain: Chain
    systems: list[System]
    works: list[System]
    """Systems of which all components come from one maker with factories; nothing is planted in
    them, but in its factories."""


def healthy(parts: int, seed: int) -> Healthy:
    """A chain of about so many parts."""
    return _Drawing(parts, random.Random(seed)).drawn()


class _Drawing:
    """One drawing of a chain."""

    def __init__(self, parts: int, chance: random.Random) -> None:
        self.chance = chance
        self.parts = parts
        self.about = max(MIN_SYSTEMS, parts // PARTS_OF_A_SYSTEM)
        self.chain = Chain()
        self.values: set[tuple[Company, str]] = set()
        self.tiers = [self._companies(tier, n) for tier, n in enumerate(self._sizes())]
        self.works = [self._factory_owner(name) for name in ("Works 1", "Works 2")]
        verifier = Company("Verifier", "DE", len(self.chain.companies) + 1, VERIFIER_TIER)
        self.chain.companies.append(verifier)
        for company in self.chain.companies[:-1]:
            company.truck = self._truck(company)
        self.mills = [self._steel(company) for company in self.tiers[3]]
        self.coils: dict[Company, Part] = {}
        self.scraps: dict[Company, Part] = {}

    def _sizes(self) -> tuple[int, int, int, int]:
        return 1, max(3, self.about // 40), max(4, self.about // 20), 2

    def _companies(self, tier: int, count: int) -> list[Company]:
        made = []
        for place in range(count):
            name = "Carmaker" if tier == 0 else f"T{tier} maker {place + 1}"
            seed = len(self.chain.companies) + 1
            company = Company(name, self.chance.choice(COUNTRIES), seed, tier)
            company.sites = [f"{short(company)}-S1", f"{short(company)}-S2"]
            self.chain.companies.append(company)
            made.append(company)
        return made

    def _factory_owner(self, name: str) -> Company:
        company = Company(name, "CN", len(self.chain.companies) + 1, tier=2, province=PROVINCE)
        company.sites = [f"WORKS{name[-1]}-S1"]
        self.chain.companies.append(company)
        return company

    def drawn(self) -> Healthy:
        """Vehicles with their systems."""
        count = max(VEHICLES, self.about // SYSTEMS_OF_A_VEHICLE)
        vehicles = [self._vehicle() for _ in range(count)]
        systems: list[System] = []
        while len(systems) < MIN_SYSTEMS or len([*self.chain.parts]) < self.parts:
            place = len(systems)
            systems.append(self._system(vehicles[place % count], FORMS[place % len(FORMS)]))
        works = [self._system(vehicles[0], "built", maker) for maker in self.works]
        for vehicle in vehicles:
            vehicle.mass = mass_of_lines(vehicle)
            emitted = amount(self.chance.uniform(250, 480))
            vehicle.process = process(vehicle, emitted)
        return Healthy(self.chain, systems, works)

    def _vehicle(self) -> Part:
        owner = self.chain.carmaker
        vehicle = owner.part("CAR", category="bev-passenger-car")
        body = owner.part("BODY")
        self._of_steel(body, Decimal("310.50"))
        vehicle.takes(body, "1")
        self.chain.vehicles.append(vehicle)
        return vehicle

    def _system(self, vehicle: Part, form: str, works: Company | None = None) -> System:
        maker = self.chance.choice(self.tiers[1])
        made = maker.part(f"{short(maker)}-SYS", kind="trading" if form == "traded" else "assembly")
        bought = self.chain.carmaker.part("OM-SYS")
        system = System(form, vehicle, bought, made)
        for place in range(1 if form == "traded" else COMPONENTS):
            turned = place == 2 and form in ("built", "powered") and works is None
            supplier = works or self.chance.choice(self.tiers[2])
            system.purchases.append(self._purchase(system, supplier, turned))
        made.mass = bought.mass = mass_of_lines(made)
        self._valued(system)
        delivered(bought, made)
        vehicle.takes(bought, "1")
        return system

    def _purchase(self, system: System, maker: Company, turned: bool) -> Purchase:
        buyer = system.made.owner
        category = "steel-part" if turned else self.chance.choice(tuple(CATEGORIES))
        mass = Decimal(self.chance.randint(800, 9000)) / 1000
        supplied = maker.part(f"{short(maker)}-C", category=category, mass=mass)
        bought = buyer.part(f"{short(buyer)}-B", category=category, mass=mass)
        if turned:
            self._of_steel(supplied, mass)
        else:
            self._declared_alone(supplied)
        link = delivered(bought, supplied)
        quantity = "1" if system.form == "traded" else str(self.chance.randint(1, 4))
        line = system.made.takes(bought, quantity)
        return Purchase(system, bought, supplied, link, line, turned)

    def _of_steel(self, part: Part, mass: Decimal) -> None:
        """Pressed or turned out of a mill's steel: a quarter of it becomes scrap."""
        part.mass = mass
        owner = part.owner
        part.takes(self._coil(owner), str(mass), "kg", scrap="0.25")
        part.takes(self._scrap(owner), str(-mass / 4), "kg")
        family = "deep drawing" if part.owner.tier == 0 else "turning"
        emitted = amount(float(mass) * self.chance.uniform(0.2, 0.4))
        part.process = process(part, emitted, process_family=family)

    def _coil(self, buyer: Company) -> Part:
        if buyer not in self.coils:
            mill = self.mills[len(self.coils) % len(self.mills)]
            coil = buyer.part(f"{short(buyer)}-COIL", kind="material", category="steel-part",
                              unit="kilogram")  # fmt: skip
            delivered(coil, mill)
            self.coils[buyer] = coil
        return self.coils[buyer]

    def _scrap(self, owner: Company) -> Part:
        if owner not in self.scraps:
            scrap = owner.part(f"{short(owner)}-SCRAP", kind="waste", unit="kilogram")
            scrap.footprint = footprint(scrap, Decimal("0.0210"))
            self.scraps[owner] = scrap
        return self.scraps[owner]

    def _steel(self, mill: Company) -> Part:
        steel = mill.part(f"{short(mill)}-STEEL", kind="material", category="steel-part",
                          unit="kilogram")  # fmt: skip
        steel.footprint = footprint(steel, amount(self.chance.uniform(1.8, 2.3)))
        return steel

    def _truck(self, company: Company) -> Part:
        truck = company.part(f"{short(company)}-TRUCK", kind="transport", unit="ton kilometer")
        truck.footprint = footprint(truck, Decimal("0.0980"))
        return truck

    def _declared_alone(self, part: Part) -> None:
        low, high = CATEGORIES[part.category]
        per_kg = exp(self.chance.uniform(log(low), log(high)))
        value = self._unlike_others(part.owner, per_kg * float(part.mass or 1))
        part.footprint = footprint(part, value)
        part.footprint.verified = self.chance.random() < 1 / 8
        if self.chance.random() < 1 / 3:
            part.footprint.before = self._version_before(part, value)
            part.footprint.cells["comment"] = "New year, and a furnace that was renewed."

    def _version_before(self, part: Part, value: Decimal) -> Declaration:
        """Of the year before, some per cent higher."""
        was = amount(float(value) * self.chance.uniform(1.02, 1.06))
        period = {"period_start": f"{YEAR - 1}-01-01", "period_end": f"{YEAR}-01-01"}
        return footprint(part, was, **period)

    def _unlike_others(self, owner: Company, about: float) -> Decimal:
        """A value that no other product of the maker has."""
        value = amount(about)
        while (owner, str(value)) in self.values:
            value += Decimal("0.0001")
        self.values.add((owner, str(value)))
        return value

    def _valued(self, system: System) -> None:
        made, form = system.made, system.form
        inputs = [*inputs_of(made)] if form == "declared" else []
        own = amount(float(made.mass or 1) * self.chance.uniform(0.15, 0.35))
        if form == "declared":
            total = sum((used.carbon for used in inputs), own)
            value = self._unlike_others(made.owner, float(total) * 1.01)
            made.footprint = footprint(made, value)
            made.footprint.inputs = inputs
        if form in ("declared", "built"):
            made.process = process(made, own)
        if form == "powered":
            power = made.owner.part(f"{short(made.owner)}-POWER", kind="energy",
                                    unit="kilowatt hour")  # fmt: skip
            power.footprint = footprint(power, amount(self.chance.uniform(0.3, 0.6)))
            made.takes(power, str(self.chance.randint(2, 15)), "kWh")

    def _delivered(self, bought: Part, supplied: Part) -> Link:
        return delivered(bought, supplied)
