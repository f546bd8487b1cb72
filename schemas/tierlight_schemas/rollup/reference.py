"""The reference roll-up: one sweep, children first, in `decimal` with 50 digits.

Stored results and statements come from here; the hub's float kernels agree with it within 1e-12.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.account import (
    KNOWN,
    Account,
    add_child,
    add_gap,
    add_own,
    leaf_account,
)
from tierlight_schemas.rollup.graph import Order, order
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    MASS_BEARING,
    ONE,
    OWN_PROCESS,
    ZERO,
    Kind,
    Known,
    Network,
    Policy,
    Quality,
    Resolution,
)
from tierlight_schemas.rollup.resolve import (
    declared_instead,
    default_instead,
    in_cycle,
    per_base_unit,
    refined,
    resolve,
    usable,
)
from tierlight_schemas.rollup.vectors import exact_sum, ratio


@dataclass(frozen=True)
class Solution:
    """Every needed part resolved and added up."""

    network: Network
    policy: Policy
    order: Order[str]
    resolutions: Mapping[str, Resolution]
    accounts: Mapping[str, Account]
    drafts: Mapping[str, Resolution] = field(default_factory=dict, repr=False, compare=False)
    """The parts before what depends on their children's accounts, roots first."""


def solve(network: Network, roots: Iterable[str], policy: Policy) -> Solution:
    """Resolve and add up everything reachable from `roots`.

    Each part's sum runs over its own lines in their order, so the result does not depend on the
    order of parts. Raises `KeyError` for a node that the network does not hold.
    """
    drafts = drafted(roots, lambda name: resolve(network.nodes[name], network, policy))
    sequence = ordered(drafts)
    resolutions: dict[str, Resolution] = {}
    accounts: dict[str, Account] = {}
    for name in sequence.sequence:
        draft = in_cycle(network.nodes[name], policy) if name in sequence.cyclic else drafts[name]
        resolutions[name], accounts[name] = settled(draft, accounts, network, policy)
    return Solution(network, policy, sequence, resolutions, accounts, drafts)


def drafted(roots: Iterable[str], draft: Callable[[str], Resolution]) -> dict[str, Resolution]:
    """Everything that a total or what is shown beside it needs, roots first."""
    drafts: dict[str, Resolution] = {}
    waiting = list(reversed(list(roots)))
    while waiting:
        name = waiting.pop()
        if name not in drafts:
            found = drafts[name] = draft(name)
            waiting.extend(edge.child for edge in reversed((*found.edges, *found.beside)))
    return drafts


def ordered(drafts: Mapping[str, Resolution]) -> Order[str]:
    """The parts, children first.

    Only what enters a total orders them: a factory's lathe in its own product's bill of materials,
    beyond the gate, makes no cycle.
    """
    return order(drafts, lambda name: [edge.child for edge in drafts[name].edges])


def settled(
    draft: Resolution, accounts: Mapping[str, Account], network: Network, policy: Policy
) -> tuple[Resolution, Account]:
    """The choices that need the children's accounts: refinement, thin build-up or default."""
    if draft.node.closed is not None:
        return draft, draft.node.closed
    if draft.node.released is not None:
        return draft, draft.node.released.account
    if draft.known is not Known.BUILT_UP and draft.edges:
        whole = {edge.child for edge in draft.edges if accounts[edge.child].is_whole}
        draft = refined(draft, whole)
    account = account_of(draft, accounts, network)
    instead = None
    if draft.known is not Known.BUILT_UP:
        return draft, account
    if usable(draft.node.declared, policy):  # basis `deep` never discards a declaration
        instead = None if account.is_whole else declared_instead(draft)
    elif _is_thin(draft, account, policy):
        instead = default_instead(draft)
    return (draft, account) if instead is None else (instead, leaf_account(instead, accounts))


def account_of(
    resolution: Resolution, accounts: Mapping[str, Account], network: Network
) -> Account:
    """Add up one part from its children's accounts."""
    if resolution.known is not Known.BUILT_UP or not (resolution.edges or resolution.gaps):
        account = Account() if resolution.gaps else leaf_account(resolution, accounts)
    else:
        account = Account()
        add_own(account, resolution)
        own = _own_quality(resolution, network)
        for edge in resolution.edges:
            add_child(account, accounts[edge.child], edge, own)
    for gap in resolution.gaps:
        add_gap(account, gap)
    return account


def _own_quality(resolution: Resolution, network: Network) -> Quality | None:
    """Quality of the own production; None where nothing is made: a trader, a bought part."""
    if resolution.node.kind is Kind.TRADING:
        return None
    if resolution.value is not None:
        return resolution.value.quality
    lines = (edge for edge in resolution.edges if edge.line is not None)
    makes = any(network.nodes[edge.child].kind in OWN_PROCESS for edge in lines)
    return Quality() if makes or not resolution.own_stated else None


def _is_thin(built: Resolution, account: Account, policy: Policy) -> bool:
    """Whether a whole-part default knows more than the build-up (policy's least coverage)."""
    default = built.node.default
    if default is None or not policy.use_defaults or per_base_unit(built.node, default) is None:
        return False
    if not (built.edges or built.gaps):
        return False
    covered = carbon_coverage(account)
    if covered is None:  # a gap nobody can estimate: kg say more than nothing
        covered = mass_coverage(account)
    return covered is None or covered < policy.least_coverage


def carbon_coverage(account: Account) -> Decimal | None:
    """Known kgCO2e / (known + default + expired + estimated gaps); None: not estimable.

    What is wholly known to be 0 is covered.
    """
    coverage = account.coverage
    if coverage.unestimable:
        return None
    if account.is_whole:
        return ONE
    known = exact_sum(v for (_, kind), v in coverage.carbon.items() if kind in KNOWN)
    everything = exact_sum([*coverage.carbon.values(), *coverage.gaps.values()])
    return ratio(known, everything)


def mass_coverage(account: Account) -> Decimal | None:
    """kg of mass-bearing frontier lines with a value / kg of all; None without any mass."""
    mass = account.coverage.mass
    valued = exact_sum(v for (_, kind), v in mass.items() if kind is not Known.MISSING)
    return ratio(valued, exact_sum(mass.values()))


def line_coverage(account: Account) -> Decimal | None:
    """Frontier lines with a value / all frontier lines of the expansion."""
    lines = account.coverage.lines
    valued = exact_sum(v for (_, kind), v in lines.items() if kind is not Known.MISSING)
    return ratio(valued, exact_sum(lines.values()))


def default_share(account: Account) -> Decimal | None:
    """Defaults' part of the kgCO2e that have a value."""
    carbon = account.coverage.carbon
    part = exact_sum(v for (_, kind), v in carbon.items() if kind is Known.DEFAULT)
    return ratio(part, exact_sum(carbon.values()))


def quantities(solution: Solution, root: str) -> dict[str, Decimal]:
    """Total quantity of every part in one base unit of `root`, paths merged (transposed pass)."""
    totals: dict[str, Decimal] = {root: Decimal(1)}
    for name in reversed(solution.order.sequence):
        amount = totals.get(name)
        if amount is None:
            continue
        for edge in solution.resolutions[name].edges:
            more = EXACT.multiply(amount, edge.coefficient)
            totals[edge.child] = EXACT.add(totals.get(edge.child, ZERO), more)
    return totals


__all__ = [
    "EXCLUDING",
    "MASS_BEARING",
    "Solution",
    "account_of",
    "carbon_coverage",
    "default_share",
    "drafted",
    "line_coverage",
    "mass_coverage",
    "ordered",
    "quantities",
    "settled",
    "solve",
]
