"""kg in against kg out: mass balance of a part, and what passes through unchanged."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hub.findings.flags import Flag, percent, printed_half, shown
from hub.findings.rules.process_families import removal_process
from hub.findings.rules.view import View, is_composed, line_subject, part_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import (
    MASS_BEARING,
    ONE,
    ZERO,
    Kind,
    Line,
    PartNode,
    Resolution,
)
from tierlight_schemas.rollup.resolve import beyond_gate, convert, in_base_units, mass_of_unit
from tierlight_schemas.rollup.vectors import exact_sum
from tierlight_schemas.units import is_mass

_IMBALANCE, _PASS_THROUGH = "tier/mass-imbalance", "tier/pass-through-loss"


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

        Auxiliaries are read both ways, and the milder reading counts. They leave: waste beyond
        the stated loss counts against the materials only as far as auxiliaries cannot explain it,
        or as far as the materials need it. They stay (a coolant, a paint): all of them are input.
        """
        rest = self.gross - self.lost - self.net
        beyond_loss = max(ZERO, self.waste - self.lost)
        forced = max(ZERO, beyond_loss - self.auxiliary)
        leaving = rest - min(max(rest, forced), beyond_loss)
        staying = rest + self.auxiliary - beyond_loss
        return min(leaving, staying, key=abs)


def mass_imbalance(view: View, name: str) -> Iterator[Flag]:
    """tier/mass-imbalance: input less losses, waste and by-products is not the part's net mass.

    Beyond 2 % of the net mass a warning, beyond 10 % an error. Only material and assembly lines
    carry mass; auxiliaries may leave as waste or stay, whichever is milder. Silent unless 98 % of
    the mass-bearing lines have a mass, and for parts that are bought, share a joint process, or
    have the mass rule `chemical`. Where all fits but the declared process family takes material
    away (turning, stamping, casting) and nothing is stated as lost, a note says so.
    """
    resolution = view.resolutions[name]
    if not is_composed(resolution):
        return
    balance = _balance(view, resolution)
    if balance is None or not balance.net:
        return
    relative, tolerance = balance.excess / balance.net, view.limit(_IMBALANCE, "warning")
    if abs(balance.excess) <= tolerance * balance.net + balance.rounding:
        yield from _scrap_not_stated(view, name, balance)
        return
    is_error = abs(relative) > view.limit(_IMBALANCE, "error")
    severity = Severity.ERROR if is_error else Severity.WARNING
    node = resolution.node
    evidence = {
        "difference": percent(relative),
        "input": shown(balance.gross),
        "output": shown(EXACT.subtract(balance.gross, balance.excess)),
        "lost": shown(balance.lost),
        "waste": shown(balance.waste),
        "auxiliary": shown(balance.auxiliary),
        "net": shown(balance.net),
        "tolerance": percent(tolerance),
    }
    subject, tier = part_subject(node), view.tiers[name]
    yield Flag(_IMBALANCE, severity, node.owner, subject, tier, evidence)


def _scrap_not_stated(view: View, name: str, balance: Balance) -> Iterator[Flag]:
    """A process that takes material away, of which nothing is said to be lost."""
    node = view.resolutions[name].node
    family = removal_process(node)
    lines = [(line, view.child(line)) for line in node.lines]
    given_out = any(line.quantity < 0 or line.process_yield != ONE for line, _ in lines)
    if family is None or given_out or balance.lost or balance.waste:
        return
    evidence = {
        "case": "scrap-not-stated",
        "family": family,
        "input": shown(balance.gross),
        "net": shown(balance.net),
    }
    subject, tier = part_subject(node), view.tiers[name]
    yield Flag(_IMBALANCE, Severity.NOTE, node.owner, subject, tier, evidence)


def _balance(view: View, resolution: Resolution) -> Balance | None:
    """The balance of a part that conserves mass, or None where it cannot be drawn up."""
    node = resolution.node
    net = mass_of_unit(node)
    lines = [(line, view.child(line)) for line in node.lines]
    lines = [(line, child) for line, child in lines if not beyond_gate(line, child)]
    unclear = any(line.allocation != ONE or is_open(line) for line, _ in lines)
    if net is None or node.sources or not node.conserves_mass or unclear:
        return None
    bearing = [(line, child) for line, child in lines if child.kind in MASS_BEARING]
    masses = [_kilograms(line, child) for line, child in bearing]
    weighed = [mass for mass in masses if mass is not None]
    if not bearing or len(weighed) < view.limit(_IMBALANCE, "lines-with-mass") * len(bearing):
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
        rounding=exact_sum([_half_digit(node), *(_rounding(*entry) for entry in bearing)]),
    )


def is_open(line: Line) -> bool:
    """Whether it is an option or alternate that nobody gave a take rate."""
    return line.group is not None and line.take_rate is None


def _sum(lines: list[tuple[Line, PartNode]], kind: Kind) -> Decimal:
    found = (_kilograms(line, child) for line, child in lines if child.kind is kind)
    return exact_sum(abs(mass) for mass in found if mass is not None)


def _kilograms(line: Line, child: PartNode, quantity: Decimal | None = None) -> Decimal | None:
    """Net kg of a line, or of another quantity of it, in one base unit of its parent; by-products
    count as going out."""
    amount = in_base_units(line.quantity if quantity is None else quantity, line.unit, child)
    mass = in_base_units(ONE, "kilogram", child)  # base units in one kg
    if amount is None or not mass:
        return None
    rate = ONE if line.take_rate is None else line.take_rate
    return EXACT.divide(EXACT.multiply(amount, rate), EXACT.multiply(mass, line.reference_amount))


def _rounding(line: Line, child: PartNode) -> Decimal:
    """kg that the printed decimals of a line's quantity and of its part's mass leave open."""
    is_count = line.unit == "piece" and line.quantity == line.quantity.to_integral_value()
    half = ZERO if is_count else printed_half(line.quantity)
    units = in_base_units(line.quantity, line.unit, child) or ZERO
    of_mass = EXACT.divide(EXACT.multiply(units, _half_digit(child)), line.reference_amount)
    return EXACT.add(_kilograms(line, child, half) or ZERO, EXACT.abs(of_mass))


def _half_digit(node: PartNode) -> Decimal:
    """kg of half a unit in the last printed digit of a part's mass; a kilogram is exact."""
    stated = node.net_mass_kg if not is_mass(node.base_unit) else None
    return ZERO if stated is None else printed_half(stated)


def later_life(view: View, name: str) -> Iterator[Flag]:
    """As much goes to treatment as goes in: the product itself, after its use (tier/beyond-gate).

    A waste line of one piece of a product kept in pieces, or of the whole mass that goes in. It is
    counted as long as its line names no stage; no rule corrects data.
    """
    resolution = view.resolutions[name]
    if not is_composed(resolution):
        return
    node = resolution.node
    for line in node.lines:
        child = view.child(line)
        whole = child.kind is Kind.WASTE and not beyond_gate(line, child)
        if whole and _is_the_product(view, node, line, child):
            subject, tier = line_subject(node, line, child), view.tiers[name]
            evidence = {"case": "whole-product", "quantity": shown(abs(line.quantity))}
            yield Flag("tier/beyond-gate", Severity.NOTE, node.owner, subject, tier, evidence)


def _is_the_product(view: View, node: PartNode, line: Line, child: PartNode) -> bool:
    sent = in_base_units(abs(line.quantity), line.unit, child)
    if sent is None or not sent:
        return False
    if child.base_unit == node.base_unit == "piece":
        return EXACT.divide(sent, line.reference_amount) == ONE
    mass = _kilograms(line, child)
    inputs = ((ln, view.child(ln)) for ln in node.lines)
    taken = exact_sum(_kilograms(ln, c) or ZERO for ln, c in inputs if c.kind in MASS_BEARING)
    if mass is None or taken <= 0:
        return False
    return abs(abs(mass) - taken) <= view.limit(_PASS_THROUGH, "share") * taken


def pass_through_loss(view: View, name: str) -> Iterator[Flag]:
    """tier/pass-through-loss: a node that only hands on one product hands on more or less.

    It has no own process, and its mass-bearing inputs in its own unit are one product, or
    alternates of one option group or of its own category, or it is a trader's. Transport aside;
    a stated loss (the scrap column, a waste line) counts as handed on. Pieces of another product
    are a kit, not a loss.
    """
    resolution = view.resolutions[name]
    if not is_composed(resolution):
        return
    node = resolution.node
    taken = _passed(view, node)
    if taken is None:
        return
    difference, tolerance = abs(taken - ONE), view.limit(_PASS_THROUGH, "share")
    if difference > tolerance:
        evidence = {
            "input": shown(taken),
            "unit": node.base_unit,
            "difference": percent(difference),
            "tolerance": percent(tolerance),
        }
        subject = part_subject(node)
        tier = view.tiers[name]
        yield Flag(_PASS_THROUGH, Severity.WARNING, node.owner, subject, tier, evidence)


def _passed(view: View, node: PartNode) -> Decimal | None:
    """Net units taken for one unit handed on; None where the node is not a mere trader."""
    lines = [(line, view.child(line)) for line in node.lines]
    within = [(line, child) for line, child in lines if not beyond_gate(line, child)]
    waste = [(line, child) for line, child in within if child.kind is Kind.WASTE]
    aside = (Kind.TRANSPORT, Kind.WASTE)
    inputs = [(line, child) for line, child in within if child.kind not in aside]
    if node.own is not None or node.sources or not _hands_on(node, inputs):
        return None
    taken = exact_sum(_units(line, child) for line, child in inputs)
    lost = exact_sum(_lost(line, child, node) for line, child in waste)
    # A waste line explains what is taken beyond one unit, never a shortage.
    return max(ONE, EXACT.subtract(taken, lost)) if taken > ONE else taken


def _hands_on(node: PartNode, inputs: list[tuple[Line, PartNode]]) -> bool:
    """Whether a part's inputs are the part itself, so that nothing is made of them."""
    if not inputs or any(is_open(line) for line, _ in inputs):
        return False
    if any(child.kind not in MASS_BEARING for _, child in inputs):
        return False
    if any(child.base_unit != node.base_unit for _, child in inputs):
        return False
    if any(in_base_units(line.quantity, line.unit, child) is None for line, child in inputs):
        return False
    return node.kind is Kind.TRADING or _one_product(node, inputs)


def _one_product(node: PartNode, inputs: list[tuple[Line, PartNode]]) -> bool:
    groups = {line.group for line, _ in inputs}
    if len(groups) == 1 and None not in groups:
        return True
    if node.category is not None and {child.category for _, child in inputs} == {node.category}:
        return True
    return node.base_unit != "piece" and len({child.id for _, child in inputs}) == 1


def _units(line: Line, child: PartNode) -> Decimal:
    amount = in_base_units(line.quantity, line.unit, child) or ZERO
    rate = ONE if line.take_rate is None else line.take_rate
    return EXACT.divide(EXACT.multiply(amount, rate), line.reference_amount)


def _lost(line: Line, child: PartNode, node: PartNode) -> Decimal:
    """Units of the part that a waste line states as lost; by mass where the units differ."""
    amount = convert(abs(line.quantity), line.unit, node.base_unit, node.net_mass_kg)
    return ZERO if amount is None else EXACT.divide(amount, line.reference_amount)
