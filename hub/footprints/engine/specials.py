"""Parts of which more than lines is known: declared, bought, with a process, or a gas.

They are resolved one by one by the reference's rules, in decimals; only their own lines are left to
the arrays.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from hub.footprints.engine.daylines import DayLines
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.account import Account, add_child, add_gap, add_own
from tierlight_schemas.rollup.closing import closed_account
from tierlight_schemas.rollup.model import (
    Edge,
    Gap,
    Known,
    Network,
    PartNode,
    Policy,
    Resolution,
)
from tierlight_schemas.rollup.reference import Solution, account_of, solve
from tierlight_schemas.rollup.resolve import (
    bought,
    left_open,
    missing,
    per_base_unit,
    resolve,
    usable,
)
from tierlight_schemas.rollup.vectors import add_scaled


@dataclass(frozen=True)
class Special:
    """One such part without its lines."""

    row: int
    node: PartNode
    account: Account
    """Its declaration; or its own process, the ways in and what its sources bring."""
    rest: float = 0.0
    """How much of its lines it takes; 0 where something stands for the whole part."""
    transport: float = 0.0
    """How much of its transport lines."""
    own_fits: bool | None = None
    """Whether its process declaration is in a unit that converts; None without one."""
    is_sourced: bool = False
    edges: tuple[Edge, ...] = ()
    """To the suppliers' parts."""
    gaps: tuple[Gap, ...] = ()
    adds: bool = True
    """Whether anything at all is known of it beside its lines."""

    @property
    def stands(self) -> bool:
        """Whether its lines do not matter."""
        return not self.transport


def suppliers(network: Network, own: Mapping[str, int], policy: Policy) -> Solution:
    """Every supplier's part that the company's own parts take, added up by the reference."""
    named = (source.node for name in own for source in network.nodes[name].sources)
    return solve(network, sorted({name for name in named if name}), policy)


def specials(
    network: Network, own: Mapping[str, int], solution: Solution, lines: DayLines, policy: Policy
) -> Iterator[Special]:
    """The special parts of a company: the nodes `own`, each with its row."""
    told = {name: _told(solution, name) for name in solution.accounts}
    for name, row in own.items():
        node = network.nodes[name]
        if usable(node.declared, policy) or node.gas is not None:
            yield _standing(row, node, resolve(node, network, policy), network)
            continue
        rest = left_open(node, bool(lines.has_inputs[row]))
        if rest is None:
            yield _standing(row, node, missing(node, "share"), network)
        else:
            yield _composed(row, node, rest, network, told, policy)


def _told(solution: Solution, name: str) -> Account:
    """A supplier's part with the columns that its buyer is told; coverage is told as it is."""
    columns = closed_account(solution, name).columns
    return replace(solution.accounts[name], columns=columns)


def _standing(row: int, node: PartNode, resolution: Resolution, network: Network) -> Special:
    account = account_of(resolution, {}, network)
    return Special(row, node, account, gaps=resolution.gaps)


def _composed(
    row: int,
    node: PartNode,
    rest: Decimal,
    network: Network,
    told: Mapping[str, Account],
    policy: Policy,
) -> Special:
    base, edges, gaps = bought(node, network, policy)
    fits = None
    if node.own is not None:
        factor = per_base_unit(node, node.own)
        fits = factor is not None
        if factor is not None and rest:
            add_scaled(base, node.own.columns, EXACT.multiply(factor, rest))
    own = node.own if fits and rest else None
    known = own.known if own else Known.BUILT_UP
    account = Account()
    add_own(account, Resolution(node, Known.BUILT_UP, base, known, own))
    for edge in edges:
        add_child(account, told[edge.child], edge, None)
    for gap in gaps:
        add_gap(account, gap)
    adds = bool(base or edges or gaps)
    sourced = bool(node.sources)
    return Special(
        row, node, account, float(rest), 1.0, fits, sourced, tuple(edges), tuple(gaps), adds
    )
