"""The running account of a part: columns, coverage and quality, all per base unit, all additive.

Coverage is kept by tier (sourcing links crossed) and by how a value is known, in four measures:
lines of the expansion, kg, kgCO2e (absolute contributions), and kgCO2e estimated for gaps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    MASS_BEARING,
    ONE,
    ZERO,
    Edge,
    Gap,
    Known,
    Quality,
    Resolution,
)
from tierlight_schemas.rollup.resolve import mass_of_unit
from tierlight_schemas.rollup.vectors import add_scaled

Cell = tuple[int, Known]
VALUED = (Known.VERIFIED, Known.DECLARED, Known.BUILT_UP, Known.DEFAULT, Known.EXPIRED)
KNOWN = (Known.VERIFIED, Known.DECLARED, Known.BUILT_UP)
SHARES = ("first_party", "second_party", "third_party", "program")
RATINGS = ("technological", "geographical", "temporal")
#: Verification shares that unverified own production breaks; a program's share it does not.
CHAINED = ("first_party", "second_party", "third_party")
WORST_RATING = Decimal(5)


@dataclass
class Coverage:
    """What a total rests on, by (tier, how known)."""

    lines: dict[Cell, Decimal] = field(default_factory=dict)
    mass: dict[Cell, Decimal] = field(default_factory=dict)
    carbon: dict[Cell, Decimal] = field(default_factory=dict)
    gaps: dict[Cell, Decimal] = field(default_factory=dict)
    """kgCO2e that gaps may hide, where a band allows an estimate."""
    unestimable: dict[Cell, Decimal] = field(default_factory=dict)
    """Number of gaps without an estimate."""
    negative_gaps: Decimal = ZERO
    """Number of gaps whose band reaches below zero or is unknown."""

    def add(self, other: "Coverage", edge: Edge) -> None:
        """Add a child's coverage as one base unit of the parent needs it."""
        step = 1 if edge.crosses else 0
        weight = abs(edge.coefficient)
        for name, scale in (("lines", ONE), ("mass", weight), ("carbon", weight), ("gaps", weight)):
            deeper = {(t + step, k): v for (t, k), v in getattr(other, name).items()}
            add_scaled(getattr(self, name), deeper, scale)
        deeper = {(t + step, k): v for (t, k), v in other.unestimable.items()}
        add_scaled(self.unestimable, deeper, ONE)
        self.negative_gaps = EXACT.add(self.negative_gaps, other.negative_gaps)


@dataclass
class Account:
    """Everything that adds up, per base unit of one part."""

    columns: dict[str, Decimal] = field(default_factory=dict)
    stated: dict[str, Decimal] = field(default_factory=dict)
    """By column: |kgCO2e| of the contributors that state it."""
    coverage: Coverage = field(default_factory=Coverage)
    weight: Decimal = ZERO
    """Sum of |kgCO2e| of the direct contributors: what quality is weighed with."""
    quality: dict[str, Decimal] = field(default_factory=dict)
    """By indicator: weight times value; unknown counts as 0 % or 5."""
    prospective: Decimal = ZERO
    """Weight of prospective contributors."""

    @property
    def total(self) -> Decimal:
        """kgCO2e excluding uptake of what is known; 0 when nothing is."""
        return self.columns.get(EXCLUDING, ZERO)


def leaf_account(resolution: Resolution) -> Account:
    """The account of a part whose value is a declaration or a factor."""
    account = Account(dict(resolution.base))
    total = abs(account.total)
    account.stated = dict.fromkeys(account.columns, total)
    cell = (0, resolution.base_known)
    account.coverage.lines[cell] = ONE
    account.coverage.carbon[cell] = total
    mass = mass_of_unit(resolution.node)
    if mass is not None and resolution.node.kind in MASS_BEARING:
        account.coverage.mass[cell] = mass
    _weigh(account, total, resolution.value.quality if resolution.value else Quality())
    return account


def _weigh(account: Account, weight: Decimal, quality: Quality) -> None:
    account.weight = EXACT.add(account.weight, weight)
    if quality.prospective:
        account.prospective = EXACT.add(account.prospective, weight)
    values = {name: _or(getattr(quality, name), ZERO) for name in ("primary_data_share", *SHARES)}
    values |= {name: _or(getattr(quality, name), WORST_RATING) for name in RATINGS}
    add_scaled(account.quality, values, weight)


def _or(value: Decimal | None, worst: Decimal) -> Decimal:
    return worst if value is None else value


def add_own(account: Account, resolution: Resolution) -> None:
    """Add own process and legs of a composed part."""
    if not resolution.base:
        return
    add_scaled(account.columns, resolution.base, ONE)
    own = abs(resolution.base.get(EXCLUDING, ZERO))
    add_scaled(account.stated, dict.fromkeys(resolution.base, own), ONE)
    add_scaled(account.coverage.carbon, {(0, resolution.base_known): own}, ONE)
    _weigh(account, own, resolution.value.quality if resolution.value else Quality())
    _add_stage(account, "production", resolution.base)


def _add_stage(account: Account, stage: str, columns: Mapping[str, Decimal]) -> None:
    """Book what no stage column explains under `stage`."""
    staged = ZERO
    for name, value in columns.items():
        if name.startswith("stage:"):
            staged = EXACT.add(staged, value)
    rest = EXACT.subtract(columns.get(EXCLUDING, ZERO), staged)
    if rest:
        add_scaled(account.columns, {f"stage:{stage}": rest}, ONE)


def add_gap(account: Account, gap: Gap) -> None:
    """Add what is not known: a line, its mass, and what it may hide."""
    known = Known.EXPIRED if gap.cause == "expired" else Known.MISSING
    cell = (0, known)
    coverage = account.coverage
    if gap.is_line:
        add_scaled(coverage.lines, {cell: ONE}, ONE)
    if gap.mass_kg is not None and gap.is_line:
        add_scaled(coverage.mass, {(0, Known.MISSING): abs(gap.mass_kg)}, ONE)
    if gap.estimate is None:
        add_scaled(coverage.unestimable, {(0, Known.MISSING): ONE}, ONE)
    else:
        add_scaled(coverage.gaps, {(0, Known.MISSING): abs(gap.estimate)}, ONE)
    if gap.may_be_negative:
        coverage.negative_gaps = EXACT.add(coverage.negative_gaps, ONE)


def add_child(account: Account, child: Account, edge: Edge) -> None:
    """Add what one base unit of the parent takes of a child."""
    columns = child.columns
    if edge.totals_only:
        columns = {
            k: v for k, v in columns.items() if k.endswith("_uptake") and "biogenic" not in k
        }
    add_scaled(account.columns, columns, edge.coefficient)
    if edge.totals_only:
        return
    size = abs(edge.coefficient)
    add_scaled(account.stated, child.stated, size)
    account.coverage.add(child.coverage, edge)
    _add_quality(account, child, edge)
    if edge.stage:
        scaled_columns: dict[str, Decimal] = {}
        add_scaled(scaled_columns, columns, edge.coefficient)
        _add_stage(account, edge.stage, scaled_columns)


def _add_quality(account: Account, child: Account, edge: Edge) -> None:
    """Weigh the child; across a sourcing link it is one direct contributor of its new owner."""
    scale = abs(edge.coefficient)
    if edge.crosses and child.weight:
        scale = EXACT.divide(EXACT.multiply(scale, abs(child.total)), child.weight)
    account.weight = EXACT.add(account.weight, EXACT.multiply(scale, child.weight))
    account.prospective = EXACT.add(account.prospective, EXACT.multiply(scale, child.prospective))
    add_scaled(account.quality, child.quality, scale)


def break_chain(account: Account, resolution: Resolution) -> None:
    """Unverified own production makes a product's verification share 0, whatever its inputs carry.

    Catena-X and TfS verification framework 2.0, product verification share; a program's
    certification share has no such rule.
    """
    quality = resolution.value.quality if resolution.value else Quality()
    for name in CHAINED:
        if name in account.quality and not getattr(quality, name):
            account.quality[name] = ZERO
