"""kg in against kg out: mass balance of a part, and what passes through unchanged."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hub.findings.flags import Flag, percent, shown
from hub.findings.rules.view import View, part_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import (
    MASS_BEARING,
    ONE,
    OWN_PROCESS,
    ZERO,
    Kind,
    Line,
    PartNode,
    Resolution,
)
from tierlight_schemas.rollup.resolve import beyond_gate, in_base_units, mass_of_unit
from tierlight_schemas.rollup.vectors import exact_sum, ratio

IMBALANCE_WARNING = Decimal("0.02")
IMBALANCE_ERROR = Decimal("0.10")
LEAST_LINES_WITH_MASS = Decimal("0.98")
PASS_THROUGH_TOLERANCE = Decimal("0.005")


@dataclass(frozen=True)
class Balance:
    """kg per base unit of the part."""

    net: Decimal
    gross: Decimal
    """Input of material and assembly lines, losses included."""
    auxiliary: Decimal
    """Input that may leave as waste (solvents, water) or stay."""
    lost: Decimal
    """Input stated as lost (scrap column)."""
    waste: Decimal
    """Waste and scrap lines sent out."""
    rounding: Decimal
    """What the printed decimals of the quantities allow."""

    @property
    def excess(self) -> Decimal:
        """kg that enter and are nowhere; negative: kg that come from nowhere.

        Waste beyond the stated loss may stem from auxiliaries; it counts against the materials
        only as far as the auxiliaries cannot explain it, or as far as the materials need it.
        """
        rest = self.gross - self.lost - self.net
        beyond_loss = max(ZERO, self.waste - self.lost)
        forced = max(ZERO, beyond_loss - self.auxiliary)
        return rest - min(max(rest, forced), beyond_loss)


def mass_imbalance(view: View) -> Iterator[Flag]:
    """tier/mass-imbalance: gross input - losses, waste and co-products - net mass, over net mass.

    Beyond 2 % a warning, beyond 10 % an error; silent unless 98 % of the mass-bearing lines have a
    mass, and for parts whose mass rule is chemical.
    """
    for name, resolution in view.composed():
        balance = _balance(view, resolution)
        if balance is None or not balance.net:
            continue
        relative = balance.excess / balance.net
        if abs(balance.excess) <= IMBALANCE_WARNING * balance.net + balance.rounding:
            continue
        severity = Severity.ERROR if abs(relative) > IMBALANCE_ERROR else Severity.WARNING
        node = resolution.node
        evidence = {
            "difference": percent(relative),
            "input": shown(balance.gross),
            "output": shown(EXACT.subtract(balance.gross, balance.excess)),
            "lost": shown(balance.lost),
            "waste": shown(balance.waste),
            "auxiliary": shown(balance.auxiliary),
            "net": shown(balance.net),
            "tolerance": percent(IMBALANCE_WARNING),
        }
        yield Flag(
            "tier/mass-imbalance",
            severity,
            node.owner,
            part_subject(node),
            view.tiers[name],
            evidence,
        )


def _balance(view: View, resolution: Resolution) -> Balance | None:
    """The balance of a part that conserves mass, or None where it cannot be drawn up."""
    node = resolution.node
    net = mass_of_unit(node)
    lines = [(line, view.child(line)) for line in node.lines]
    lines = [(line, child) for line, child in lines if not beyond_gate(line, child)]
    shared = any(line.allocation != ONE for line, _ in lines)
    if net is None or node.sources or not node.conserves_mass or shared:
        return None
    bearing = [(line, child) for line, child in lines if child.kind in MASS_BEARING]
    masses = [_kilograms(line, child) for line, child in bearing]
    weighed = [mass for mass in masses if mass is not None]
    if not bearing or len(weighed) < LEAST_LINES_WITH_MASS * len(bearing):
        return None
    lost = exact_sum(
        mass * (line.scrap if mass > 0 else ZERO)
        for (line, _), mass in zip(bearing, masses, strict=True)
        if mass is not None
    )
    return Balance(
        net=net,
        gross=exact_sum(weighed) + lost,
        auxiliary=_sum(lines, Kind.AUXILIARY),
        lost=lost,
        waste=_sum(lines, Kind.WASTE),
        rounding=exact_sum(_half_digit(line, child) for line, child in bearing),
    )


def _sum(lines: list[tuple[Line, PartNode]], kind: Kind) -> Decimal:
    found = (_kilograms(line, child) for line, child in lines if child.kind is kind)
    return exact_sum(abs(mass) for mass in found if mass is not None)


def _kilograms(line: Line, child: PartNode) -> Decimal | None:
    """Net kg of a line in one base unit of its parent; by-products count as going out."""
    amount = in_base_units(line.quantity, line.unit, child)
    mass = in_base_units(ONE, "kilogram", child)  # base units in one kg
    if amount is None or not mass:
        return None
    rate = ONE if line.take_rate is None else line.take_rate
    return EXACT.divide(EXACT.multiply(amount, rate), EXACT.multiply(mass, line.reference_amount))


def _half_digit(line: Line, child: PartNode) -> Decimal:
    """kg of half a unit in the last printed digit of a line's quantity."""
    exponent = line.quantity.as_tuple().exponent
    half = Decimal(5).scaleb(int(exponent) - 1) if isinstance(exponent, int) else ZERO
    amount = in_base_units(half, line.unit, child)
    mass = in_base_units(ONE, "kilogram", child)
    if amount is None or not mass:
        return ZERO
    return EXACT.divide(amount, EXACT.multiply(mass, line.reference_amount))


def pass_through_loss(view: View) -> Iterator[Flag]:
    """tier/pass-through-loss: a node that only hands on one product hands on more or less.

    It has no own process, and its mass-bearing inputs in its own unit are one product, or
    alternates of one option group or of its own category; transport and waste lines aside.
    """
    for name, resolution in view.composed():
        node = resolution.node
        taken = _passed(view, node)
        if taken is None:
            continue
        difference = abs(taken - ONE)
        if difference > PASS_THROUGH_TOLERANCE:
            evidence = {
                "input": shown(taken),
                "unit": node.base_unit,
                "difference": percent(ratio(difference, ONE)),
                "tolerance": percent(PASS_THROUGH_TOLERANCE),
            }
            subject = part_subject(node)
            tier = view.tiers[name]
            code = "tier/pass-through-loss"
            yield Flag(code, Severity.WARNING, node.owner, subject, tier, evidence)


def _passed(view: View, node: PartNode) -> Decimal | None:
    """Net units taken for one unit handed on; None where the node is not a mere trader."""
    lines = [(line, view.child(line)) for line in node.lines]
    aside = (Kind.TRANSPORT, Kind.WASTE)
    inputs = [
        (line, child)
        for line, child in lines
        if child.kind not in aside and not beyond_gate(line, child)
    ]
    if not inputs or node.own is not None or node.sources:
        return None
    if any(child.kind in OWN_PROCESS or child.kind not in MASS_BEARING for _, child in inputs):
        return None
    if any(child.base_unit != node.base_unit for _, child in inputs):
        return None
    if not (_one_product(node, inputs) or node.kind is Kind.TRADING):
        return None
    amounts = [in_base_units(line.quantity, line.unit, child) for line, child in inputs]
    if any(amount is None for amount in amounts):
        return None
    return exact_sum(
        EXACT.divide(amount * (line.take_rate or ONE), line.reference_amount)
        for (line, _), amount in zip(inputs, amounts, strict=True)
        if amount is not None
    )


def _one_product(node: PartNode, inputs: list[tuple[Line, PartNode]]) -> bool:
    if len({child.id for _, child in inputs}) == 1:
        return True
    groups = {line.group for line, _ in inputs}
    if len(groups) == 1 and None not in groups:
        return True
    categories = {child.category for _, child in inputs}
    return node.category is not None and categories == {node.category}
