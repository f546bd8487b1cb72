"""How one part gets its value: declared, built up, default or missing, in that order.

The rules are those of the roll-up's ruleset:

- a usable declaration of the part's owner stops the search;
- a bought part takes each confirmed, shared source by its share; what the shares leave open comes
  from the owner's bill of materials, else it is a gap; shares above 100 % make the part missing;
- a built-up part is own process + inputs; energy, service and direct-emission lines are its own
  process unless a process declaration exists, never both;
- waste sent to treatment enters with its amount times the treatment's value; any other negative
  line is a by-product, kept beside; lines beyond the gate are kept beside;
- whatever is not known becomes a `Gap`, never a zero.
"""

from collections.abc import Container, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.model import (
    BEYOND_GATE_STAGES,
    EXCLUDING,
    INCLUDING,
    LEGS,
    MASS_BEARING,
    ONE,
    OWN_PROCESS,
    ZERO,
    Edge,
    Gap,
    Input,
    Kind,
    Known,
    Line,
    Network,
    PartNode,
    Policy,
    Resolution,
    Source,
    Value,
)
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum, scaled
from tierlight_schemas.units import UnitError, conversion, is_mass, to_base

STAGE_OF_KIND = {
    Kind.TRANSPORT: "transport",
    Kind.ENERGY: "production",
    Kind.SERVICE: "production",
    Kind.DIRECT_EMISSION: "production",
    Kind.WASTE: "waste",
}


def in_base_units(amount: Decimal, unit: str, node: PartNode) -> Decimal | None:
    """`amount` of `unit` in base units of the part; None when the two do not convert."""
    try:
        return times(amount, to_base(unit, node.base_unit, node.net_mass_kg))
    except UnitError:
        return None


def convert(amount: Decimal, unit: str, to_unit: str, mass_kg: Decimal | None) -> Decimal | None:
    """`amount` of `unit` in `to_unit`; `mass_kg` is the mass of the one that is not a mass."""
    try:
        return times(amount, conversion(unit, to_unit, mass_kg))
    except UnitError:
        return None


def times(amount: Decimal, factor: Fraction) -> Decimal:
    """`amount` times a rational number, in 50 digits."""
    product = EXACT.multiply(amount, Decimal(factor.numerator))
    whole = factor.denominator == 1  # a division by 1 would change no digit
    return product if whole else EXACT.divide(product, Decimal(factor.denominator))


def mass_of_unit(node: PartNode) -> Decimal | None:
    """kg of one base unit of a part that carries mass; None for energy, services and unknowns."""
    if node.kind not in MASS_BEARING:
        return None
    return convert(ONE, node.base_unit, "kilogram", node.net_mass_kg)


def per_base_unit(node: PartNode, value: Value) -> Decimal | None:
    """What to multiply a value's columns with to get them per base unit of the part."""
    units = in_base_units(value.amount, value.unit, node)
    if units is None and value.mass_kg and is_mass(node.base_unit):
        units = convert(value.mass_kg, "kilogram", node.base_unit, None)
    return EXACT.divide(ONE, units) if units else None


def usable(value: Value | None, policy: Policy) -> bool:
    """Whether a declaration may stand for the part under the policy."""
    return value is not None and (value.known is not Known.EXPIRED or policy.use_expired)


def resolve(node: PartNode, network: Network, policy: Policy) -> Resolution:
    """Resolve one part as if no cycle passed through it and every build-up were thick enough.

    What depends on the children's own accounts comes later: `in_cycle`, `default_instead`,
    `refined`, `declared_instead`.
    """
    if node.withheld:
        return missing(node, "withheld")
    if node.declared is not None and usable(node.declared, policy):
        return _deep(node, node.declared, network, policy) if policy.deep else as_declared(node)
    if node.gas is not None:
        return _from_value(node, node.gas)
    composed = _composed(node, network, policy)
    if composed is not None:
        return composed
    if node.default is not None and policy.use_defaults:
        return _from_value(node, node.default)
    return missing(node, "expired" if node.declared is not None else "missing")


def as_declared(node: PartNode) -> Resolution:
    """The part as its owner declared it."""
    assert node.declared is not None
    return _from_value(node, node.declared)


def in_cycle(node: PartNode, policy: Policy) -> Resolution:
    """A part that needs itself: missing, unless a refinement can stop at its declaration."""
    return as_declared(node) if usable(node.declared, policy) else missing(node, "cycle")


def declared_instead(built: Resolution) -> Resolution:
    """Basis `deep`: the declaration in place of a build-up that knows less."""
    return replace(as_declared(built.node), rejected=built)


def default_instead(built: Resolution) -> Resolution:
    """The whole-part default in place of a thin build-up; the build-up is kept beside it."""
    node = built.node
    assert node.default is not None
    return replace(_from_value(node, node.default), rejected=built)


def missing(node: PartNode, cause: str) -> Resolution:
    """A part of which nothing usable is known: one gap."""
    gap = Gap(cause, ONE, node.base_unit, mass_of_unit(node), *_estimate(node, ONE))
    known = Known.EXPIRED if cause == "expired" else Known.MISSING
    return Resolution(node, known, base_known=known, gaps=(gap,))


def _estimate(node: PartNode, quantity: Decimal) -> tuple[Decimal | None, bool]:
    """kgCO2e of `quantity` base units at the band's median, and whether it may be negative."""
    if node.band is None:
        return None, False
    amount = convert(quantity, node.base_unit, node.band.unit, _mass_of_piece(node))
    if amount is None:
        return None, False
    return EXACT.multiply(amount, node.band.median), node.band.low < 0


def _from_value(node: PartNode, value: Value) -> Resolution:
    factor = per_base_unit(node, value)
    if factor is None:
        return missing(node, "unit-mismatch")
    return Resolution(node, value.known, scaled(value.columns, factor), value.known, value)


def _composed(node: PartNode, network: Network, policy: Policy) -> Resolution | None:
    """A bought or built-up part: sources by share, the rest from the owner's own lines.

    None when nothing is known of it, as where all its lines stand beside the total.
    """
    rest = left_open(node, any(_is_input(line, network) for line in node.lines))
    if rest is None:
        return missing(node, "share")
    base, edges, gaps = bought(node, network, policy)
    beside = _add_lines(node, rest, network, edges, gaps)
    own_stated = _add_own(node, rest, network, base, gaps)
    if not (base or edges or gaps):
        return None
    if not (edges or gaps):  # its process is known, but not what goes into it
        gaps.append(missing(node, "missing").gaps[0])
    own = node.own if rest and own_stated else None
    return Resolution(
        node,
        Known.BUILT_UP,
        base,
        own.known if own else Known.BUILT_UP,
        own,
        tuple(edges),
        tuple(gaps),
        tuple(beside),
        own_stated=own_stated,
    )


def left_open(node: PartNode, has_inputs: bool) -> Decimal | None:
    """The share that no source delivers, made by the owner itself; None for shares above 100 %.

    `has_inputs` tells whether some line of the part is more than transport.
    """
    shares = exact_sum(source.share for source in node.sources)
    if shares > ONE:
        return None
    rest = EXACT.subtract(ONE, shares)
    # Three times 0.333 is a whole, printed.
    return ZERO if rest <= _rounding_of_shares(node) and not has_inputs else rest


def bought(
    node: PartNode, network: Network, policy: Policy
) -> tuple[dict[str, Decimal], list[Edge], list[Gap]]:
    """What a part's sources bring: ways in that are stated, edges, and gaps."""
    base: dict[str, Decimal] = {}
    edges: list[Edge] = []
    gaps: list[Gap] = []
    for source in node.sources:
        _add_source(node, source, network, policy, base, edges, gaps)
    return base, edges, gaps


def _rounding_of_shares(node: PartNode) -> Decimal:
    """What the printed decimals of the shares leave open: half a unit of each last digit."""
    exponents = (source.share.as_tuple().exponent for source in node.sources)
    return exact_sum(Decimal(5).scaleb(int(e) - 1) for e in exponents if int(e) < -1)


def _add_source(
    node: PartNode,
    source: Source,
    network: Network,
    policy: Policy,
    base: dict[str, Decimal],
    edges: list[Edge],
    gaps: list[Gap],
) -> None:
    if not source.share:
        return
    target = network.nodes.get(source.node) if source.node else None
    if target is None:
        gaps.append(_share_gap(node, source.share, "share", source))
        return
    # A net mass belongs to the one of the two that is not itself kept in kilograms.
    mass = target.net_mass_kg if is_mass(node.base_unit) else node.net_mass_kg
    amount = convert(source.share, node.base_unit, target.base_unit, mass)
    if amount is None:
        gaps.append(_share_gap(node, source.share, "unit-mismatch", source))
    else:
        kilograms = _share_of_mass(node, source.share)
        edge = Edge(target.id, amount, crosses=True, source=source, mass_kg=kilograms)
        edges.append(edge)
        _add_leg(source, target, amount, policy, base, gaps)


def _share_gap(node: PartNode, share: Decimal, cause: str, source: Source | None) -> Gap:
    weight = _share_of_mass(node, share)
    estimate, negative = _estimate(node, share)
    return Gap(cause, share, node.base_unit, weight, estimate, negative, source=source)


def _share_of_mass(node: PartNode, share: Decimal) -> Decimal | None:
    mass = mass_of_unit(node)
    return None if mass is None else EXACT.multiply(mass, share)


def _add_leg(
    source: Source,
    target: PartNode,
    amount: Decimal,
    policy: Policy,
    base: dict[str, Decimal],
    gaps: list[Gap],
) -> None:
    """The way from the supplier's gate: the supplier's outbound value, or a gap of its own."""
    if source.leg is None or (source.leg.on_record and source.leg.paid_by == "buyer"):
        return
    outbound = outbound_per_unit(target, policy) if source.leg.on_record else None
    if outbound is not None:
        columns = (EXCLUDING, INCLUDING, LEGS, "stage:transport")
        add_scaled(base, dict.fromkeys(columns, outbound), amount)
        return
    weight = mass_of_unit(target)
    kilograms = None if weight is None else EXACT.multiply(weight, amount)
    unit = target.base_unit
    gaps.append(Gap("leg", amount, unit, kilograms, None, False, source=source, is_line=False))


def outbound_per_unit(target: PartNode, policy: Policy) -> Decimal | None:
    """kgCO2e of outbound logistics per base unit, as a usable declaration states it."""
    value = target.declared
    if value is None or value.outbound is None or not usable(value, policy):
        return None
    factor = per_base_unit(target, value)
    return None if factor is None else EXACT.multiply(value.outbound, factor)


def _add_lines(
    node: PartNode, rest: Decimal, network: Network, edges: list[Edge], gaps: list[Gap]
) -> list[Edge]:
    """Edges and gaps of the owner's lines; returns what stands beside the total."""
    open_groups = _open_groups(node.lines)
    beside: list[Edge] = []
    for line in node.lines:
        child = network.nodes[line.child]
        scale = ONE if child.kind is Kind.TRANSPORT else rest
        if not scale or (node.own is not None and child.kind in OWN_PROCESS):
            continue
        edge = line_edge(line, child, scale)
        if beyond_gate(line, child) or is_by_product(line, child):
            beside.extend([edge] if edge else [])
        elif edge is None:
            gaps.append(_line_gap(line, child, "unit-mismatch", scale))
        elif line.group in open_groups:
            gaps.append(_line_gap(line, child, "option-unresolved", scale))
        elif edge.coefficient:
            edges.append(edge)
    if rest and node.sources and not any(_is_input(line, network) for line in node.lines):
        gaps.append(_share_gap(node, rest, "share", None))
    return beside


def _is_input(line: Line, network: Network) -> bool:
    return network.nodes[line.child].kind is not Kind.TRANSPORT


def _open_groups(lines: Sequence[Line]) -> set[str | None]:
    """Groups of options or alternates of which some member states no take rate."""
    return {line.group for line in lines if line.group and line.take_rate is None}


def beyond_gate(line: Line, child: PartNode) -> bool:
    """Whether a line lies outside cradle-to-gate: capital goods, use, maintenance, end of life."""
    return child.kind is Kind.INFRASTRUCTURE or (line.stage or "") in BEYOND_GATE_STAGES


def is_by_product(line: Line, child: PartNode) -> bool:
    """Whether something other than waste leaves: shown beside the total, never inside."""
    return line.quantity < 0 and child.kind is not Kind.WASTE


def line_edge(line: Line, child: PartNode, scale: Decimal = ONE) -> Edge | None:
    """Base units of the child in one base unit of the parent; None when units do not convert."""
    quantity = EXACT.abs(line.quantity) if child.kind is Kind.WASTE else line.quantity
    amount = in_base_units(quantity, line.unit, child)
    if amount is None:
        return None
    for factor in (EXACT.add(ONE, line.scrap), line.allocation, line.take_rate or ONE, scale):
        amount = EXACT.multiply(amount, factor)
    if line.take_rate is not None and not line.take_rate:
        amount = ZERO
    amount = EXACT.divide(amount, EXACT.multiply(line.reference_amount, line.process_yield))
    stage = line.stage or STAGE_OF_KIND.get(child.kind, "materials")
    return Edge(child.id, amount, stage, line=line)


def _line_gap(line: Line, child: PartNode, cause: str, scale: Decimal) -> Gap:
    amount = EXACT.divide(EXACT.multiply(line.quantity, scale), line.reference_amount)
    weight = None
    if child.kind in MASS_BEARING:
        weight = convert(amount, line.unit, "kilogram", _mass_of_piece(child))
    return Gap(cause, amount, line.unit, weight, None, False, line=line)


def _mass_of_piece(node: PartNode) -> Decimal | None:
    """kg of one base unit that is not itself a mass: what joins pieces and kilograms."""
    return None if is_mass(node.base_unit) else node.net_mass_kg


def _add_own(
    node: PartNode, rest: Decimal, network: Network, base: dict[str, Decimal], gaps: list[Gap]
) -> bool:
    """Add the process declaration; tell whether the own process is stated at all."""
    if not rest or not (node.lines or node.own):
        return True
    if node.own is not None:
        factor = per_base_unit(node, node.own)
        if factor is not None:
            add_scaled(base, node.own.columns, EXACT.multiply(factor, rest))
            return True
    elif node.kind is Kind.TRADING or _states_own(node, network):
        return True
    elif node.sources and not any(_is_input(line, network) for line in node.lines):
        return True  # a bought part with transport lines only: nothing is made here
    gaps.append(Gap("own-process", rest, node.base_unit, None, None, False, is_line=False))
    return False


def _states_own(node: PartNode, network: Network) -> bool:
    lines = ((line, network.nodes[line.child]) for line in node.lines)
    return any(c.kind in OWN_PROCESS and not beyond_gate(line, c) for line, c in lines)


def _deep(node: PartNode, value: Value, network: Network, policy: Policy) -> Resolution:
    """Declared, refined by its inputs; else its process and inputs; else as declared.

    The edges of a refinement carry the value that the declarant used; `refined` decides, when
    the inputs' own accounts are known, which of them really tell more.
    """
    factor = per_base_unit(node, value)
    if factor is not None and value.inputs:
        found = (_input_edge(node, item, factor, network) for item in value.inputs)
        return replace(as_declared(node), edges=tuple(edge for edge in found if edge))
    built = _composed(node, network, policy) if node.own and node.lines else None
    return as_declared(node) if built is None else built


def _input_edge(node: PartNode, item: Input, factor: Decimal, network: Network) -> Edge | None:
    child = network.nodes.get(item.node) if item.node else None
    amount = None if child is None else in_base_units(item.quantity, item.unit, child)
    if child is None or not amount:
        return None
    share = EXACT.multiply(factor, item.allocation)
    used = EXACT.multiply(EXACT.multiply(item.quantity, item.value_used), share)
    crosses = child.owner != node.owner
    return Edge(child.id, EXACT.multiply(amount, share), crosses=crosses, used=used)


def refined(resolution: Resolution, told: Container[str]) -> Resolution:
    """Basis `deep`: only inputs whose value is `told` whole refine a declaration.

    A refinement never discards: where an input is not fully known, the declarant's value stands.
    """
    edges = tuple(edge for edge in resolution.edges if edge.child in told)
    return replace(resolution, edges=edges)
