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
    INCLUDING,
    MASS_BEARING,
    ONE,
    ZERO,
    Edge,
    Gap,
    Known,
    Quality,
    Resolution,
)
from tierlight_schemas.rollup.resolve import mass_of_unit, per_base_unit
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum

Cell = tuple[int, Known]
VALUED = (Known.VERIFIED, Known.DECLARED, Known.BUILT_UP, Known.DEFAULT, Known.EXPIRED)
KNOWN = (Known.VERIFIED, Known.DECLARED, Known.BUILT_UP)
SHARES = ("first_party", "second_party", "third_party", "program")
RATINGS = ("technological", "geographical", "temporal")
#: Verification shares that unverified own production breaks; a program's share it does not.
CHAINED = ("first_party", "second_party", "third_party")
WORST_RATING = Decimal(5)
#: What 50 digits leave over of stages that add up to their total: not a stage of its own.
_ROUNDING = Decimal("1e-40")


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
    """Number of gaps whose band reaches below zero."""

    def add(self, other: "Coverage", edge: Edge) -> None:
        """Add a child's coverage as one base unit of the parent needs it."""
        step = 1 if edge.crosses else 0
        weight = EXACT.abs(edge.coefficient)
        for name, scale in (("lines", ONE), ("mass", weight), ("carbon", weight), ("gaps", weight)):
            deeper = {(t + step, k): v for (t, k), v in getattr(other, name).items()}
            add_scaled(getattr(self, name), deeper, scale)
        if edge.mass_kg is not None and not other.mass and len(other.lines) == 1:
            ((tier, known),) = other.lines  # a leaf without a mass of its own
            add_scaled(self.mass, {(tier + step, known): edge.mass_kg}, ONE)
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
    without_uptake: Decimal = ZERO
    """Number of contributors that state no total including uptake, however small they are."""
    weight: Decimal = ZERO
    """Sum of |kgCO2e| of the direct contributors: what quality is weighed with."""
    quality: dict[str, Decimal] = field(default_factory=dict)
    """By indicator: weight times value of retrospective contributors; unknown is 0 % or 5."""
    prospective: Decimal = ZERO
    """Weight of prospective contributors, which have no quality figures."""

    @property
    def total(self) -> Decimal:
        """kgCO2e excluding uptake of what is known; 0 when nothing is."""
        return self.columns.get(EXCLUDING, ZERO)

    @property
    def retrospective(self) -> Decimal:
        """The weight that quality figures speak of."""
        return EXACT.subtract(self.weight, self.prospective)

    @property
    def is_whole(self) -> bool:
        """Whether all of it is known: no gap, no default, nothing expired."""
        held = self.coverage
        known = all(kind in KNOWN for _, kind in held.carbon)
        return EXCLUDING in self.columns and known and not (held.gaps or held.unestimable)


def leaf_account(resolution: Resolution, accounts: Mapping[str, Account]) -> Account:
    """The account of a part whose value is a declaration or a factor."""
    account = Account(_refined_columns(resolution, accounts))
    total = EXACT.abs(account.total)
    account.stated = dict.fromkeys(account.columns, total)
    account.without_uptake = _without_uptake(account.columns)
    cell = (0, resolution.base_known)
    account.coverage.lines[cell] = ONE
    account.coverage.carbon[cell] = total
    mass = _mass_of_leaf(resolution)
    if mass is not None:
        account.coverage.mass[cell] = mass
    _weigh(account, total, resolution.value.quality if resolution.value else Quality())
    return account


def _refined_columns(resolution: Resolution, accounts: Mapping[str, Account]) -> dict[str, Decimal]:
    """Basis `deep`: the totals move by what the inputs are now less what the declarant used.

    Nothing is known of how the difference splits, so both totals move by it and nothing else does.
    """
    columns = dict(resolution.base)
    for edge in resolution.edges:
        if edge.used is not None:
            now = EXACT.multiply(edge.coefficient, accounts[edge.child].total)
            change = EXACT.subtract(now, edge.used)
            moved = {name: change for name in (EXCLUDING, INCLUDING) if name in columns}
            add_scaled(columns, moved, ONE)
    return columns


def _mass_of_leaf(resolution: Resolution) -> Decimal | None:
    """kg of one base unit: the part's net mass, else what its declarant stated."""
    node, value = resolution.node, resolution.value
    mass = mass_of_unit(node)
    if mass is not None or node.kind not in MASS_BEARING or value is None or not value.mass_kg:
        return mass
    factor = per_base_unit(node, value)
    return None if factor is None else EXACT.multiply(value.mass_kg, factor)


def _without_uptake(columns: Mapping[str, Decimal]) -> Decimal:
    return ONE if EXCLUDING in columns and INCLUDING not in columns else ZERO


def _weigh(account: Account, weight: Decimal, quality: Quality) -> None:
    account.weight = EXACT.add(account.weight, weight)
    if quality.prospective:
        account.prospective = EXACT.add(account.prospective, weight)
        return
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
    account.without_uptake = EXACT.add(account.without_uptake, _without_uptake(resolution.base))
    own = EXACT.abs(resolution.base.get(EXCLUDING, ZERO))
    add_scaled(account.stated, dict.fromkeys(resolution.base, own), ONE)
    add_scaled(account.coverage.carbon, {(0, resolution.base_known): own}, ONE)
    _weigh(account, own, resolution.value.quality if resolution.value else Quality())
    _add_stage(account, "production", resolution.base)


def _add_stage(account: Account, stage: str, columns: Mapping[str, Decimal]) -> None:
    """Book what no stage column explains under `stage`."""
    rest = unstaged(columns)
    if rest:
        add_scaled(account.columns, {f"stage:{stage}": rest}, ONE)


def unstaged(columns: Mapping[str, Decimal]) -> Decimal:
    """kgCO2e that no stage column explains; 0 when only rounding is left."""
    total = columns.get(EXCLUDING, ZERO)
    staged = exact_sum(value for name, value in columns.items() if name.startswith("stage:"))
    rest = EXACT.subtract(total, staged)
    return rest if EXACT.abs(rest) > EXACT.multiply(EXACT.abs(total), _ROUNDING) else ZERO


def add_gap(account: Account, gap: Gap) -> None:
    """Add what is not known: a line, its mass, and what it may hide.

    What a supplier does not tell is missing on its side of the link, one tier deeper; a leg is
    the buyer's own. An expired declaration that is not used covers nothing.
    """
    cell = (1 if gap.source is not None and gap.is_line else 0, Known.MISSING)
    coverage = account.coverage
    if gap.is_line:
        add_scaled(coverage.lines, {cell: ONE}, ONE)
    if gap.mass_kg is not None and gap.is_line:
        add_scaled(coverage.mass, {cell: EXACT.abs(gap.mass_kg)}, ONE)
    if gap.estimate is None:
        add_scaled(coverage.unestimable, {cell: ONE}, ONE)
    else:
        add_scaled(coverage.gaps, {cell: EXACT.abs(gap.estimate)}, ONE)
    if gap.may_be_negative:
        coverage.negative_gaps = EXACT.add(coverage.negative_gaps, ONE)


def add_child(account: Account, child: Account, edge: Edge, own: Quality | None) -> None:
    """Add what one base unit of the parent takes of a child.

    `own` is the quality of the parent's own production, None where nothing is made.
    """
    add_scaled(account.columns, child.columns, edge.coefficient)
    add_scaled(account.stated, child.stated, EXACT.abs(edge.coefficient))
    account.without_uptake = EXACT.add(account.without_uptake, child.without_uptake)
    account.coverage.add(child.coverage, edge)
    _add_quality(account, child, edge, own)
    if edge.stage:
        taken: dict[str, Decimal] = {}
        add_scaled(taken, child.columns, edge.coefficient)
        _add_stage(account, edge.stage, taken)


def _add_quality(account: Account, child: Account, edge: Edge, own: Quality | None) -> None:
    """Weigh the child; across a sourcing link it is one direct contributor of its new owner."""
    scale = EXACT.abs(edge.coefficient)
    if edge.crosses and child.weight:
        scale = EXACT.divide(EXACT.multiply(scale, EXACT.abs(child.total)), child.weight)
    account.weight = EXACT.add(account.weight, EXACT.multiply(scale, child.weight))
    account.prospective = EXACT.add(account.prospective, EXACT.multiply(scale, child.prospective))
    add_scaled(account.quality, _chained(child, own), scale)


def _chained(child: Account, own: Quality | None) -> Mapping[str, Decimal]:
    """A child's quality below the ceiling of its parent's own production.

    No input counts as better verified than the production that takes it in; unverified own
    production therefore breaks the chain: the product's share is 0 whatever its inputs carry
    (Catena-X and TfS verification framework 2.0, tables 8 and 9). A program's certification
    share has no such rule (table 10).
    """
    if own is None:
        return child.quality
    capped = dict(child.quality)
    for name in CHAINED:
        if name in capped:
            ceiling = EXACT.multiply(_or(getattr(own, name), ZERO), child.retrospective)
            capped[name] = min(capped[name], ceiling)
    return capped
