"""The reference roll-up after a change: what is as it was is taken over, the rest is solved.

The outcome is that of `solve` in every digit. What it takes over are the former solution's own
objects: whoever looks at a part sees by `is` whether anything about it can have changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.alike import alike
from tierlight_schemas.rollup.model import Network, PartNode, Policy, Resolution
from tierlight_schemas.rollup.reference import Solution, drafted, ordered, settled, solve
from tierlight_schemas.rollup.resolve import in_cycle, resolve

Same = TypeVar("Same")


def solve_again(
    former: Solution, network: Network, roots: Iterable[str], policy: Policy
) -> Solution:
    """`solve(network, roots, policy)`, with all that it shares with a former solution.

    Whether a part's node is as it was is told by comparing it; where whoever built the network
    took the former node itself, that costs nothing. Raises `KeyError` as `solve` does.
    """
    if policy != former.policy:
        return solve(network, roots, policy)
    network = with_former(network, former.network)
    drafts = drafted(roots, lambda name: _draft(former, network, name))
    sequence = former.order if _ordered_alike(drafts, former.drafts) else ordered(drafts)
    resolutions: dict[str, Resolution] = {}
    accounts: dict[str, Account] = {}
    for name in sequence.sequence:
        if _stands(former, name, drafts[name], name in sequence.cyclic, accounts):
            resolutions[name], accounts[name] = former.resolutions[name], former.accounts[name]
            continue
        draft = in_cycle(network.nodes[name], policy) if name in sequence.cyclic else drafts[name]
        found, account = settled(draft, accounts, network, policy)
        resolutions[name] = _former(found, former.resolutions.get(name))
        accounts[name] = _former(account, former.accounts.get(name))
    return Solution(network, policy, sequence, resolutions, accounts, drafts)


def with_former(network: Network, former: Network) -> Network:
    """The same network, in which every node that is as it was is the former one itself."""
    before = former.nodes
    return Network({name: _former(node, before.get(name)) for name, node in network.nodes.items()})


def looked_at(node: PartNode) -> Iterator[str]:
    """The nodes that resolving a part looks at beside itself: what it takes, is, or was made of."""
    for line in node.lines:
        yield line.child
    for source in node.sources:
        if source.node is not None:
            yield source.node
    for item in node.declared.inputs if node.declared is not None else ():
        if item.node is not None:
            yield item.node


def _former(now: Same, former: Same | None) -> Same:
    return former if former is not None and alike(now, former) else now


def _draft(former: Solution, network: Network, name: str) -> Resolution:
    node, draft = network.nodes[name], former.drafts.get(name)
    if draft is not None and draft.node is node and _takes_the_same(node, network, former.network):
        return draft
    return resolve(node, network, former.policy)


def _takes_the_same(node: PartNode, network: Network, former: Network) -> bool:
    """Whether all that resolving a part looks at beside itself is as it was.

    Of what it takes that is the kind and how much of it is taken, whatever its value. A supplier's
    declaration also says what the way out adds.
    """
    now, then = network.nodes, former.nodes
    supplied = all(now.get(s.node) is then.get(s.node) for s in node.sources if s.node is not None)
    return supplied and all(_taken_alike(now.get(n), then.get(n)) for n in looked_at(node))


def _taken_alike(now: PartNode | None, then: PartNode | None) -> bool:
    return now is then or alike(_as_taken(now), _as_taken(then))


def _as_taken(node: PartNode | None) -> tuple[object, ...]:
    """What `resolve` and `settled` look at of a part that another takes."""
    if node is None:
        return ()
    return node.id, node.owner, node.kind, node.base_unit, node.net_mass_kg


def _ordered_alike(drafts: Mapping[str, Resolution], former: Mapping[str, Resolution]) -> bool:
    """Whether the order of the parts is the former one: it rests on who takes whom, and in which
    order they are met."""
    if [*drafts] != [*former]:
        return False
    pairs = ((draft, former[name]) for name, draft in drafts.items())
    return all(now is then or _children(now) == _children(then) for now, then in pairs)


def _children(draft: Resolution) -> list[str]:
    return [edge.child for edge in draft.edges]


def _stands(
    former: Solution, name: str, draft: Resolution, cyclic: bool, accounts: Mapping[str, Account]
) -> bool:
    """Whether a part is as it was, and everything that it adds up."""
    if draft is not former.drafts.get(name) or cyclic != (name in former.order.cyclic):
        return False
    return cyclic or all(
        accounts[edge.child] is former.accounts[edge.child] for edge in draft.edges
    )


__all__ = ["looked_at", "solve_again", "with_former"]
