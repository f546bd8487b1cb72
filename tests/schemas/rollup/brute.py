"""A second opinion: every path of a network walked on its own, in exact fractions.

Shares nothing with the product but the values it is given. Slow on purpose: no path is merged.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

SIZES = {
    "kilogram": ("mass", Fraction(1)),
    "gram": ("mass", Fraction(1, 1000)),
    "tonne": ("mass", Fraction(1000)),
    "megajoule": ("energy", Fraction(1)),
    "kilowatt hour": ("energy", Fraction(36, 10)),
    "ton kilometer": ("transport", Fraction(1)),
    "piece": ("count", Fraction(1)),
    "hour": ("time", Fraction(1)),
}
CARRIES_MASS = ("assembly", "material")
OWN = ("energy", "service", "direct_emission")
LATER = ("use", "maintenance", "end-of-life", "capital-goods")


@dataclass
class Expansion:
    """Sums over all paths of one root; the keys of counters are (tier, how known)."""

    columns: dict = field(default_factory=dict)
    size: Fraction = Fraction(0)
    """Sum of the contributions' absolute values."""
    lines: Counter = field(default_factory=Counter)
    mass: Counter = field(default_factory=Counter)
    carbon: Counter = field(default_factory=Counter)
    gaps: Counter = field(default_factory=Counter)
    """Number of gaps by cause."""
    quantities: dict = field(default_factory=dict)
    base: Fraction = Fraction(0)
    """What the part that is being walked adds itself: its own process and its ways in."""
    silent_on_uptake: int = 0
    """Contributors without a total including uptake."""


def per(unit, to, mass):
    """How many `to` are one `unit`; None when nothing joins them."""
    (dimension, size), (other, other_size) = SIZES[unit], SIZES[to]
    if dimension == other:
        return size / other_size
    if mass is None:
        return None
    if other == "mass":
        return Fraction(mass) / other_size
    return size / Fraction(mass) if dimension == "mass" else None


def expand(network, root, default_allowed=True):
    """Walk every path below `root`."""
    found = Expansion()
    waiting = [(root, Fraction(1), 0)]
    while waiting:
        name, amount, tier = waiting.pop()
        found.quantities[name] = found.quantities.get(name, 0) + amount
        waiting.extend(_step(network, network.nodes[name], amount, tier, found, default_allowed))
    return found


def _step(network, node, amount, tier, found, default_allowed):
    value = node.declared or node.gas
    composed = bool(node.lines or node.sources or node.own)
    if value is None and not composed and default_allowed:
        value = node.default
    if value is not None:
        _book(found, node, value, amount, tier, is_leaf=True)
        return []
    if not composed:
        _missing(found, node, amount, tier, "missing")
        return []
    shares = sum((Fraction(source.share) for source in node.sources), Fraction(0))
    if shares > 1:
        _missing(found, node, amount, tier, "share")
        return []
    gaps_before, found.base = found.gaps.total(), Fraction(0)
    further = list(_bought(network, node, amount, tier, found))
    further += _made(network, node, amount, 1 - shares, tier, found)
    # One contribution of the part's own, known as its process is.
    is_told = node.own is not None and shares < 1
    found.carbon[tier, node.own.known.value if is_told else "built_up"] += abs(found.base)
    if not further and found.gaps.total() == gaps_before:
        # Only its own process is told: what goes in is not. Without even that nothing is.
        _missing(found, node, amount, tier, "missing")
    return further


def _kilograms(node):
    if node.kind not in CARRIES_MASS:
        return None
    return per(node.base_unit, "kilogram", node.net_mass_kg)


def _book(found, node, value, amount, tier, is_leaf):
    own_mass = None if SIZES[node.base_unit][0] == "mass" else node.net_mass_kg
    units = Fraction(value.amount) * per(value.unit, node.base_unit, own_mass)
    for name, number in value.columns.items():
        found.columns[name] = found.columns.get(name, 0) + Fraction(number) / units * amount
    excluding = Fraction(value.columns["excluding_uptake"]) / units * amount
    found.size += abs(excluding)
    if is_leaf:
        found.carbon[tier, value.known.value] += abs(excluding)
    else:
        found.base += excluding
    found.silent_on_uptake += "including_uptake" not in value.columns
    if is_leaf:
        found.lines[tier, value.known.value] += 1
        if _kilograms(node) is not None:
            found.mass[tier, value.known.value] += abs(amount) * _kilograms(node)


def _missing(found, node, amount, tier, cause):
    found.gaps[cause] += 1
    found.lines[tier, "missing"] += 1
    if _kilograms(node) is not None:
        found.mass[tier, "missing"] += abs(amount) * _kilograms(node)


def _bought(network, node, amount, tier, found):
    for source in node.sources:
        share = Fraction(source.share)
        if source.node is None:
            _missing(found, node, amount * share, tier + 1, "share")
            continue
        target = network.nodes[source.node]
        in_mass = SIZES[node.base_unit][0] == "mass"
        mass = target.net_mass_kg if in_mass else node.net_mass_kg
        taken = amount * share * per(node.base_unit, target.base_unit, mass)
        yield target.id, taken, tier + 1
        if _kilograms(node) is not None:
            _weigh_by_buyer(network, target, amount * share * _kilograms(node), tier, found)
        _leg(found, source.leg, target, taken)


def _weigh_by_buyer(network, target, kilograms, tier, found):
    """What states no mass below a link and is all known the same way weighs what the buyer says."""
    below = expand(network, target.id)
    if not below.mass and len(below.lines) == 1:
        ((deeper, known),) = below.lines
        found.mass[tier + 1 + deeper, known] += abs(kilograms)


def _leg(found, leg, target, taken):
    if leg is None or (leg.on_record and leg.paid_by == "buyer"):
        return
    declared = target.declared
    if not leg.on_record or declared is None or declared.outbound is None:
        found.gaps["leg"] += 1
        return
    own_mass = None if SIZES[target.base_unit][0] == "mass" else target.net_mass_kg
    units = Fraction(declared.amount) * per(declared.unit, target.base_unit, own_mass)
    carried = Fraction(declared.outbound) / units * taken
    for name in ("excluding_uptake", "including_uptake", "inbound_legs", "stage:transport"):
        found.columns[name] = found.columns.get(name, 0) + carried
    found.size += abs(carried)
    found.base += carried


def _made(network, node, amount, rest, tier, found):
    children = [network.nodes[line.child] for line in node.lines]
    goods = [child for child in children if child.kind != "transport"]
    for line, child in zip(node.lines, children, strict=True):
        whole = 1 if child.kind == "transport" else rest
        if not whole or (node.own is not None and child.kind in OWN):
            continue
        if child.kind == "infrastructure" or line.stage in LATER:
            continue
        taken = _taken(line, child)
        if taken is not None and taken > 0:
            yield child.id, amount * whole * taken, tier
    if rest and node.sources and not goods:
        _missing(found, node, amount * rest, tier, "share")
    if rest and node.own is not None:
        _book(found, node, node.own, amount * rest, tier, is_leaf=False)
    elif rest and node.lines and not _own_is_told(node, children, goods):
        found.gaps["own-process"] += 1


def _taken(line, child):
    """Base units of the child in one of the parent; None for what only stands beside."""
    quantity = Fraction(line.quantity)
    if quantity < 0 and child.kind != "waste":
        return None
    own_mass = None if SIZES[child.base_unit][0] == "mass" else child.net_mass_kg
    quantity = abs(quantity) * per(line.unit, child.base_unit, own_mass)
    quantity *= (1 + Fraction(line.scrap)) * Fraction(line.allocation)
    if line.take_rate is not None:
        quantity *= Fraction(line.take_rate)
    return quantity / Fraction(line.reference_amount) / Fraction(line.process_yield)


def _own_is_told(node, children: Iterable, goods):
    if node.kind == "trading" or (node.sources and not goods):
        return True
    return any(
        child.kind in OWN and line.stage not in LATER
        for line, child in zip(node.lines, children, strict=True)
    )
