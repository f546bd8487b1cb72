"""What is wrong with the structure: cycles, units, shares, and declarations below their inputs."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from hub.findings.flags import Flag, half_digit, percent, shown
from hub.findings.rules.view import (
    View,
    declared_subject,
    is_composed,
    line_subject,
    link_subject,
    part_subject,
)
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    MASS_BEARING,
    ONE,
    ZERO,
    Input,
    Kind,
    Known,
    PartNode,
    Resolution,
    Source,
    Value,
)
from tierlight_schemas.rollup.resolve import per_base_unit
from tierlight_schemas.rollup.vectors import exact_sum
from tierlight_schemas.units import is_mass

_UNITS = "tier/unit-mismatch"


def cycle(view: View) -> Iterator[Flag]:
    """tier/cycle: a part that contains itself, with the full path; its nodes are missing.

    The path names the parts of one owner, the root's where it has a part in it; parts of others
    stand as `…`.
    """
    for path in view.solution.order.cycles:
        if not any(name in view.resolutions for name in path):
            continue
        nodes = [view.network.nodes[name] for name in path]
        owner = view.network.nodes[view.root].owner
        own = [node for node in nodes if node.owner == owner] or nodes
        first = min(own, key=lambda node: node.number)
        at = nodes.index(first)
        turned = [*nodes[at:], *nodes[:at], first]
        evidence = {"cycle": " → ".join(_steps(turned, first.owner))}
        tier = min(view.tiers.get(name, 0) for name in path)
        subject = part_subject(first)
        yield Flag("tier/cycle", Severity.ERROR, first.owner, subject, tier, evidence)


def _steps(nodes: Iterable[PartNode], owner: str) -> Iterator[str]:
    """Numbers of an owner's parts; however many of others between them are one `…`."""
    for is_own, run in groupby(nodes, lambda node: node.owner == owner):
        yield from (node.number for node in run) if is_own else ("…",)


def unit_mismatch(view: View, name: str) -> Iterator[Flag]:
    """tier/unit-mismatch: a quantity, or a value, in a unit that does not convert to the part's.

    Where a mass would join the two, that is what is missing: a piece without a mass. A note names a
    piece that has a value but no mass: nothing that is counted by mass sees it.
    """
    resolution = view.resolutions[name]
    node, tier = resolution.node, view.tiers[name]
    for subject, unit, base in _mismatches(view, resolution):
        evidence = {"line_unit": unit, "part_unit": base}
        if is_mass(unit) != is_mass(base):
            evidence |= {"case": "no-mass"}
        yield Flag(_UNITS, Severity.ERROR, node.owner, subject, tier, evidence)
    if _is_weightless(view, name):
        evidence = {"case": "piece-without-mass", "quantity": shown(view.quantities[name])}
        yield Flag(_UNITS, Severity.NOTE, node.owner, part_subject(node), tier, evidence)


def _is_weightless(view: View, name: str) -> bool:
    """Whether a part counted in pieces has a value of its own, and nobody says what it weighs."""
    node, account = view.resolutions[name].node, view.solution.accounts[name]
    valued = view.resolutions[name].value is not None and not is_composed(view.resolutions[name])
    counted = node.kind in MASS_BEARING and node.base_unit == "piece"
    return valued and counted and not node.net_mass_kg and not account.coverage.mass


def _mismatches(view: View, resolution: Resolution) -> Iterator[tuple[dict[str, str], str, str]]:
    """What does not convert: whom it concerns, its unit, and the unit it should fit."""
    node = resolution.node
    for gap in resolution.gaps:
        if gap.cause != "unit-mismatch":
            continue
        if gap.line is not None:
            child = view.child(gap.line)
            yield line_subject(node, gap.line, child), gap.line.unit, child.base_unit
        elif gap.source is not None and gap.source.node is not None:
            supplied = view.network.nodes[gap.source.node]
            yield link_subject(node, gap.source), node.base_unit, supplied.base_unit
        elif value := node.declared or node.gas or node.default:
            yield part_subject(node), value.unit, node.base_unit
    own = node.own if resolution.known is Known.BUILT_UP else None
    if own is not None and per_base_unit(node, own) is None:
        yield part_subject(node), own.unit, node.base_unit


def shares_not_one(view: View, name: str) -> Iterator[Flag]:
    """tier/shares-not-one: sourcing shares above 100 %, or below with nothing made in-house."""
    resolution = view.resolutions[name]
    node = resolution.node
    if not node.sources:
        return
    total = exact_sum(source.share for source in node.sources)
    tolerance = exact_sum(_half_digit(source) for source in node.sources)
    made = any(view.child(line).kind is not Kind.TRANSPORT for line in node.lines)
    if total - ONE > ZERO or (ONE - total > tolerance and not made):
        severity = Severity.ERROR if total > ONE else Severity.WARNING
        evidence = {"sum": percent(total), "links": str(len(node.sources)), "date": view.as_of}
        subject, tier = part_subject(node), view.tiers[name]
        yield Flag("tier/shares-not-one", severity, node.owner, subject, tier, evidence)


def _half_digit(source: Source) -> Decimal:
    exponent = source.share.as_tuple().exponent
    places = min(int(exponent), -2) if isinstance(exponent, int) else -2
    return Decimal(5).scaleb(places - 1)


def declared_below_inputs(view: View, name: str) -> Iterator[Flag]:
    """tier/declared-below-inputs: a declared value below the inputs as the declarant used them.

    The tolerance is the exempted percentage and the printed decimals. A mass balance, an input that
    may be negative, or inputs that are not all on record cannot be reconciled this way: a note says
    so. Inputs that have changed since are version/stale-inputs instead.
    """
    resolution = view.resolutions[name]
    value = resolution.node.declared
    document = view.documents.get(value.reference) if value is not None else None
    if value is None or not value.inputs or (document is not None and document.changes):
        return
    evidence = _below(value)
    node, tier = resolution.node, view.tiers[name]
    code, subject = "tier/declared-below-inputs", declared_subject(node, value)
    is_partial = document is not None and not document.complete and evidence is not None
    if value.mass_balanced or any(i.value_used < 0 for i in value.inputs) or is_partial:
        note = {"case": "cannot-be-reconciled"}
        yield Flag(code, Severity.NOTE, node.owner, subject, tier, note | (evidence or {}))
    elif evidence:
        yield Flag(code, Severity.WARNING, node.owner, subject, tier, evidence)


def _below(value: Value) -> dict[str, str] | None:
    """The numbers, when the declared value lies below its inputs by more than the tolerance."""
    terms = [
        EXACT.multiply(EXACT.multiply(item.quantity, item.value_used), item.allocation)
        for item in value.inputs
    ]
    total = exact_sum(terms)
    declared = value.columns[EXCLUDING]
    exempted = (value.exempted_percent or ZERO) / 100 * total
    tolerance = exempted + _last_digit(declared) / 2
    tolerance += exact_sum(map(_rounding, value.inputs))
    if declared >= total - tolerance:
        return None
    return {
        "declared": shown(declared),
        "inputs": shown(total),
        "tolerance": shown(tolerance),
    }


def _rounding(item: Input) -> Decimal:
    """How far the printed decimals of an input may have moved what it adds.

    A count of pieces is exact, and so is an amount or a share without decimals.
    """
    quantity, used, share = item.quantity, item.value_used, item.allocation
    is_count = item.unit == "piece" and quantity == quantity.to_integral_value()
    of_quantity = ZERO if is_count else _of_decimals(quantity)
    of_product = quantity * half_digit(used) + abs(used) * of_quantity
    return share * of_product + abs(quantity * used) * _of_decimals(share)


def _of_decimals(value: Decimal) -> Decimal:
    return half_digit(value) if "." in f"{value:f}" else ZERO


def _last_digit(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(int(exponent)) if isinstance(exponent, int) else ZERO
