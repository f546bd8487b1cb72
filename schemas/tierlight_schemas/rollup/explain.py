"""Why a total is what it is: the direct contributors of one owner's root, paths merged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    LEGS,
    ONE,
    ZERO,
    Gap,
    Known,
    PartNode,
    Resolution,
)
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.vectors import add_scaled

STAGE = "stage:"
"""Before the name of a life-cycle stage in the name of its column."""
TRANSPORT = "stage:transport"


@dataclass(frozen=True)
class Contribution:
    """What one part adds to one base unit of the root."""

    node: str
    part: PartNode
    quantity: Decimal
    """Base units of the part, or `unit` where that is stated; all paths together."""
    value: Decimal | None
    """kgCO2e; None is a gap."""
    known: Known
    role: str
    """`part`, `own` (a built-up part's own process), `leg` (what its suppliers state of the way
    in), or the cause of a gap."""
    mass_kg: Decimal | None = None
    tier: int = 0
    unit: str | None = None
    """Of a gap's quantity: that of a line which does not convert, or the supplier's."""


def quantities_inside(solution: Solution, root: str) -> dict[str, Decimal]:
    """Total quantity of every part that the root's owner can name: its own and its sources.

    A supplier's part is one contributor; what lies below it is the supplier's.
    """
    owner = solution.resolutions[root].node.owner
    totals: dict[str, Decimal] = {root: ONE}
    for name in reversed(solution.order.sequence):
        amount = totals.get(name)
        resolution = solution.resolutions[name]
        if amount is None or resolution.node.owner != owner or is_leaf(resolution):
            continue
        for edge in resolution.edges:
            more = EXACT.multiply(amount, edge.coefficient)
            totals[edge.child] = EXACT.add(totals.get(edge.child, ZERO), more)
    return totals


def contributions(solution: Solution, root: str) -> list[Contribution]:
    """All contributions of a root: values largest first, then gaps by mass.

    The values add up to the root's total excluding uptake.
    """
    owner = solution.resolutions[root].node.owner
    found: list[Contribution] = []
    for name, amount in quantities_inside(solution, root).items():
        resolution = solution.resolutions[name]
        if resolution.node.owner != owner or is_leaf(resolution):
            found.append(_whole(solution, name, amount, int(resolution.node.owner != owner)))
        else:
            found.extend(_own_and_gaps(solution, name, amount))
    return sorted(found, key=_rank)


def is_leaf(resolution: Resolution) -> bool:
    """Whether a part's value stands for itself: declared, default, direct emission or missing."""
    if resolution.known is not Known.BUILT_UP:
        return True
    return not (resolution.edges or resolution.gaps)


def known_as(resolution: Resolution, account: Account) -> Known:
    """How a part is known to a reader: built up from nothing but gaps is missing."""
    built = resolution.known is Known.BUILT_UP
    return Known.MISSING if built and EXCLUDING not in account.columns else resolution.known


def _whole(solution: Solution, name: str, amount: Decimal, tier: int) -> Contribution:
    resolution, account = solution.resolutions[name], solution.accounts[name]
    gap = next((g for g in resolution.gaps if g.is_line), None)
    if EXCLUDING not in account.columns:
        mass = None if gap is None or gap.mass_kg is None else EXACT.multiply(amount, gap.mass_kg)
        cause = gap.cause if gap else "missing"
        known = known_as(resolution, account)
        return Contribution(name, resolution.node, amount, None, known, cause, mass, tier)
    value = EXACT.multiply(amount, account.total)
    return Contribution(name, resolution.node, amount, value, resolution.known, "part", None, tier)


def _own_and_gaps(solution: Solution, name: str, amount: Decimal) -> Iterator[Contribution]:
    resolution = solution.resolutions[name]
    part = resolution.node
    for role, columns in bases(resolution):
        value = EXACT.multiply(amount, columns[EXCLUDING])
        yield Contribution(name, part, amount, value, resolution.base_known, role)
    for gap in resolution.gaps:
        about = part if gap.line is None else solution.network.nodes[gap.line.child]
        yield _gap(about, gap, amount)


def bases(resolution: Resolution) -> Iterator[tuple[str, Mapping[str, Decimal]]]:
    """A built-up part's `own` process, and the `leg`: what its suppliers state of the way in.

    Both with the columns that tell their total and stages, per base unit.
    """
    whole = resolution.base.get(EXCLUDING)
    legs = resolution.base.get(LEGS)
    way = {} if legs is None else {EXCLUDING: legs, TRANSPORT: legs}
    if whole is not None and whole != legs:
        own = {n: v for n, v in resolution.base.items() if n == EXCLUDING or n.startswith(STAGE)}
        add_scaled(own, way, EXACT.minus(ONE))
        yield "own", own
    if legs is not None:
        yield "leg", way


def _gap(part: PartNode, gap: Gap, amount: Decimal) -> Contribution:
    mass = None if gap.mass_kg is None else EXACT.multiply(amount, gap.mass_kg)
    quantity = EXACT.multiply(amount, gap.quantity)
    tier = 1 if gap.source is not None and gap.is_line else 0
    missing = Known.MISSING
    return Contribution(part.id, part, quantity, None, missing, gap.cause, mass, tier, gap.unit)


def _rank(item: Contribution) -> tuple[bool, Decimal, str]:
    size = item.value if item.value is not None else (item.mass_kg or ZERO)
    return (item.value is None, -EXACT.abs(size), item.part.number)
