"""The reference roll-up: one sweep, children first, in `decimal` with 50 digits.

Stored results and statements come from here; the hub's float kernels agree with it within 1e-12.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.account import (
    KNOWN,
    Account,
    add_child,
    add_gap,
    add_own,
    break_chain,
    leaf_account,
)
from tierlight_schemas.rollup.graph import Order, order
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    MASS_BEARING,
    OWN_PROCESS,
    ZERO,
    Kind,
    Known,
    Network,
    Policy,
    Resolution,
)
from tierlight_schemas.rollup.resolve import default_instead, resolve, successors
from tierlight_schemas.rollup.vectors import exact_sum, ratio


@dataclass(frozen=True)
class Solution:
    """Every needed part resolved and added up."""

    network: Network
    policy: Policy
    order: Order[str]
    resolutions: Mapping[str, Resolution]
    accounts: Mapping[str, Account]


def solve(network: Network, roots: Iterable[str], policy: Policy) -> Solution:
    """Resolve and add up everything reachable from `roots`.

    Each part's sum runs over its own lines in their order, so the result does not depend on the
    order of parts. Raises `KeyError` for a node that the network does not hold.
    """
    nodes = network.nodes
    sequence = order(roots, lambda node: successors(nodes[node], policy))
    resolutions: dict[str, Resolution] = {}
    accounts: dict[str, Account] = {}
    for name in sequence.sequence:
        built = resolve(nodes[name], network, policy, name in sequence.cyclic)
        account = account_of(built, accounts, network)
        if _is_thin(built, account, policy):
            built = default_instead(built)
            account = account_of(built, accounts, network)
        resolutions[name], accounts[name] = built, account
    return Solution(network, policy, sequence, resolutions, accounts)


def account_of(
    resolution: Resolution, accounts: Mapping[str, Account], network: Network
) -> Account:
    """Add up one part from its children's accounts."""
    if resolution.known is not Known.BUILT_UP or not (resolution.edges or resolution.gaps):
        account = Account() if resolution.gaps else leaf_account(resolution)
    else:
        account = Account()
        add_own(account, resolution)
    for edge in resolution.edges:
        add_child(account, accounts[edge.child], edge)
    for gap in resolution.gaps:
        add_gap(account, gap)
    if resolution.known is Known.BUILT_UP and _makes_something(resolution, network):
        break_chain(account, resolution)
    return account


def _makes_something(resolution: Resolution, network: Network) -> bool:
    """Whether the part has an own process, stated or not: a trader and a bought part have none."""
    if resolution.node.gas is not None or resolution.node.kind is Kind.TRADING:
        return False
    if resolution.value is not None or not resolution.own_stated:
        return True
    return any(network.nodes[edge.child].kind in OWN_PROCESS for edge in resolution.edges)


def _is_thin(built: Resolution, account: Account, policy: Policy) -> bool:
    """Whether a whole-part default knows more than the build-up (policy's least coverage)."""
    if built.known is not Known.BUILT_UP or built.node.default is None or not policy.use_defaults:
        return False
    if not (built.edges or built.gaps):
        return False
    covered = carbon_coverage(account)
    if covered is None:  # a gap nobody can estimate: kg say more than nothing
        covered = mass_coverage(account)
    return covered is None or covered < policy.least_coverage


def carbon_coverage(account: Account) -> Decimal | None:
    """Known kgCO2e / (known + default + expired + estimated gaps); None: not estimable."""
    coverage = account.coverage
    if coverage.unestimable:
        return None
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
    "line_coverage",
    "mass_coverage",
    "quantities",
    "solve",
]
