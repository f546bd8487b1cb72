"""A footprint as a sum of products whose every number says where it comes from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.calculator.biogenic import UPTAKE, uptake_of
from tierlight_schemas.calculator.quality import Rated, primary_data_share, rating
from tierlight_schemas.findings import Finding

Group = Literal["material", "scrap", "energy", "bought", "transport", "packaging"]
GROUPS: tuple[Group, ...] = ("material", "scrap", "energy", "bought", "transport", "packaging")
Origin = Literal["own", "declaration", "paper", "contract", "default", "assumed"]

UNSURE: Mapping[Origin, Decimal] = {
    "own": Decimal("0.05"),
    "declaration": Decimal("0.10"),
    "contract": Decimal("0.10"),
    "paper": Decimal("0.15"),
    "default": Decimal("0.30"),
    "assumed": Decimal("0.50"),
}
"""How far a number may be off by where it comes from, as a share: a judgement, not a measurement.

It orders what to find out next and draws the plausible range; no total depends on it.
"""


@dataclass(frozen=True)
class Step:
    """One number of a product."""

    what: str
    """Which number: `mass`, `factor`, `share`, `pieces`, `distance`, …"""
    value: Decimal
    unit: str
    origin: Origin = "own"
    source: str = ""
    """The factor with the version of its set, the digest, or the paper."""
    year: int | None = None
    divides: bool = False
    """Whether the product is divided by it."""


@dataclass(frozen=True)
class Term:
    """One product: kgCO2e of one piece."""

    group: Group
    label: str
    """The clerk's word for what it is about."""
    steps: tuple[Step, ...]
    rated: Rated
    carrier: str = ""
    """Of energy: which one."""
    location: Decimal | None = None
    """Of electricity: kgCO2e with the average factor of the place."""
    of_which: Mapping[str, Decimal] = field(default_factory=dict)
    """Of a stated value: kg per unit by component, see `biogenic.COMPONENTS`."""
    supply: str = ""
    """Of electricity: where it comes from."""

    @cached_property
    def value(self) -> Decimal:
        """The product of its steps, in their order, with 50 digits."""
        return _product(self.steps)

    @property
    def amount(self) -> Decimal:
        """What is used for one piece, in `unit`: the product without the value of the unit."""
        return _product(step for step in self.steps if step.what != "factor")

    def component(self, name: str) -> Decimal:
        """kgCO2e of one piece that the stated value tells apart under a name; 0 where none."""
        return EXACT.multiply(self.amount, self.of_which.get(name, Decimal(0)))

    @property
    def unit(self) -> str:
        """Unit of `amount`: that of the first step."""
        return self.steps[0].unit

    @property
    def unsure(self) -> Decimal:
        """How far it may be off, in kgCO2e."""
        squares = (UNSURE[step.origin] ** 2 for step in self.steps)
        return EXACT.multiply(abs(self.value), EXACT.sqrt(_sum(squares)))


@dataclass(frozen=True)
class Gap:
    """Something that is in the part and in no number."""

    group: Group
    label: str
    what: str
    """`amount`, `value`, `share`, `upstream`, …"""

    @property
    def is_missing(self) -> bool:
        """Whether the footprint cannot be declared without it; what lies upstream of a fuel can."""
        return self.what != "upstream"


@dataclass(frozen=True)
class Calculation:
    """The footprint of one piece, and everything it was made of."""

    terms: tuple[Term, ...]
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    net_kg: Decimal
    """Mass of one piece."""
    carbon_kg: Decimal | None = None
    """kg C from plants in one piece; None where nobody says."""

    @cached_property
    def total(self) -> Decimal:
        """kgCO2e of one piece, biogenic uptake excluded; without what is in `gaps`."""
        return _sum(term.value for term in self.terms)

    @property
    def per_kg(self) -> Decimal:
        """kgCO2e of one kilogram of the part."""
        return EXACT.divide(self.total, self.net_kg)

    @cached_property
    def by_group(self) -> Mapping[Group, Decimal]:
        """kgCO2e by group; only groups that have a term."""
        found: dict[Group, Decimal] = defaultdict(Decimal)
        for term in self.terms:
            found[term.group] = EXACT.add(found[term.group], term.value)
        return {group: found[group] for group in GROUPS if group in found}

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing that a declaration needs."""
        return not any(gap.is_missing for gap in self.gaps)

    @property
    def unsure(self) -> Decimal:
        """How far the total may be off: independent errors, added as squares."""
        return EXACT.sqrt(_sum(EXACT.multiply(t.unsure, t.unsure) for t in self.terms))

    @cached_property
    def components(self) -> Mapping[str, Decimal]:
        """kgCO2e of one piece by component that was told apart; the rest of the total is fossil."""
        names = dict.fromkeys(name for term in self.terms for name in term.of_which)
        found = {name: _sum(term.component(name) for term in self.terms) for name in names}
        if self.carbon_kg is not None and UPTAKE not in found:
            found[UPTAKE] = uptake_of(self.carbon_kg)
        return found

    @property
    def including_uptake(self) -> Decimal:
        """The total with what plants took up before they became the part."""
        return EXACT.add(self.total, self.components.get(UPTAKE, Decimal(0)))

    @property
    def unsure_percent(self) -> Decimal:
        """`unsure` in percent of the total; 0 where the total is 0."""
        return percent_of(self.unsure, self.total)

    @property
    def location_based(self) -> Decimal:
        """The total with all electricity from outside at the average factor of the place."""
        return _sum(t.value if t.location is None else t.location for t in self.terms)

    @property
    def primary_data_share(self) -> Decimal | None:
        """Percent; None when nothing is emitted."""
        return primary_data_share((term.value, term.rated.primary) for term in self.terms)

    @property
    def ratings(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Technological, geographical, temporal; 1 (best) to 5."""
        rated = [(term.value, term.rated) for term in self.terms]
        return (
            rating((value, each.technological) for value, each in rated),
            rating((value, each.geographical) for value, each in rated),
            rating((value, each.temporal) for value, each in rated),
        )


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """Percent; 0 of nothing."""
    return EXACT.divide(EXACT.multiply(Decimal(100), part), abs(whole)) if whole else Decimal(0)


def _product(steps: Iterable[Step]) -> Decimal:
    value = Decimal(1)
    for step in steps:
        operation = EXACT.divide if step.divides else EXACT.multiply
        value = operation(value, step.value)
    return value


def _sum(values: Iterable[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total
