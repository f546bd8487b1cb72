"""Why a total changed: the difference of two results, split by what changed, adding up exactly.

Stepwise replacement: the first network's inputs are replaced by the second's, one class after
another in a stated order, and every hybrid is solved by the reference. A class is told what its
step moved, so the parts add up to the difference by construction; what two classes moved together
falls to the later one, hence the split depends on the order while the sum does not. Totals are
those of what is known: a gap that closes raises them without any more being emitted.

Both networks must hold what lies below a declaration too, and be read for the same basis, or a
hybrid could lack what the other side never looked at.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.explain import contributions
from tierlight_schemas.rollup.model import ZERO, Network, PartNode, Policy, Source
from tierlight_schemas.rollup.reference import Solution, solve


class Change(StrEnum):
    """A class of inputs of a result."""

    DECLARATION = "declaration"
    """Footprints and processes as declared; of another company's part, all there is of it."""
    FACTOR = "factor"
    """Default factors, characterization, and the bands that estimate gaps."""
    BOM = "bom"
    """Lines, masses, units, kinds, categories; parts that came or went."""
    SOURCING = "sourcing"
    """Who delivers, with what share and term."""
    METHOD = "method"
    """The policy: basis, defaults, expired declarations, least coverage."""


ORDER = tuple(Change)
Link = tuple[str, str, Decimal, int]
Contributed = Mapping[str, tuple[PartNode, Decimal]]
"""kgCO2e by part."""
_FACTOR = ("default", "gas", "band")
_BOM = (
    "number", "name", "kind", "base_unit", "net_mass_kg", "category", "conserves_mass",
    "lines", "revision",
)  # fmt: skip
_APART = frozenset({"id", "owner", "sources", *_FACTOR, *_BOM})
_FIELDS: Mapping[Change, tuple[str, ...]] = {
    Change.DECLARATION: tuple(f.name for f in fields(PartNode) if f.name not in _APART),
    Change.FACTOR: _FACTOR,
    Change.BOM: _BOM,
}


@dataclass(frozen=True)
class Mover:
    """One part's share of a step: its contribution to the root before and after, all paths."""

    part: PartNode
    before: Decimal | None
    """kgCO2e in one base unit of the root; None: not in it, or not known."""
    after: Decimal | None
    change: Decimal


@dataclass(frozen=True)
class Step:
    """What one class of inputs moved."""

    change: Change
    before: Decimal
    """kgCO2e excluding uptake of what is known, before this class was replaced."""
    after: Decimal
    movers: tuple[Mover, ...]
    """Parts whose contribution moved, most first; they add up to `value`."""
    solution: Solution
    """The hybrid after the step."""

    @property
    def value(self) -> Decimal:
        """kgCO2e."""
        return EXACT.subtract(self.after, self.before)


@dataclass(frozen=True)
class Difference:
    """Two results of one part and the steps from the first to the second."""

    start: Solution
    end: Solution
    steps: tuple[Step, ...]
    root: str

    @property
    def value(self) -> Decimal:
        """kgCO2e excluding uptake, second less first, of what is known of each."""
        return EXACT.subtract(_total(self.end, self.root), _total(self.start, self.root))


def difference(
    network_a: Network,
    network_b: Network,
    root: str,
    policy_a: Policy,
    policy_b: Policy,
    order: Sequence[Change] = ORDER,
) -> Difference:
    """Split what changed from A to B for one part.

    `order` names every `Change` once. Raises `ValueError` otherwise, and `KeyError` when a network
    does not hold the root.
    """
    if sorted(order) != sorted(ORDER):
        raise ValueError("the order of a difference names every class of change once")
    owner = {network_a.nodes[root].owner, network_b.nodes[root].owner}
    start = latest = solve(network_a, [root], policy_a)
    before, steps = contributed(start, root), []
    for number, change in enumerate(order, start=1):
        taken = frozenset(order[:number])
        network = hybrid(network_a, network_b, taken, owner)
        policy = policy_b if Change.METHOD in taken else policy_a
        following = _solved(latest, network, root, policy)
        after = before if following is latest else contributed(following, root)
        totals = (_total(latest, root), _total(following, root))
        steps.append(Step(change, *totals, tuple(movers(before, after)), following))
        latest, before = following, after
    return Difference(start, latest, tuple(steps), root)


def _solved(latest: Solution, network: Network, root: str, policy: Policy) -> Solution:
    """The solution of a hybrid; the one at hand where nothing that it rests on has changed."""
    used = (network.nodes.get(name) == node for name, node in latest.network.nodes.items())
    if policy == latest.policy and all(used):
        return latest
    return solve(network, [root], policy)


def _total(solution: Solution, root: str) -> Decimal:
    return solution.accounts[root].total


def hybrid(
    a: Network, b: Network, taken: Collection[Change], owners: Collection[str] = ()
) -> Network:
    """A's network with the `taken` classes of inputs from B.

    Parts that only one side has are kept whole: they matter once a line or a source names them.
    A part of any other owner than `owners` is closed: it changes as one, with its declaration.
    """
    nodes = {**b.nodes, **a.nodes}
    for name in a.nodes.keys() & b.nodes.keys():
        old, new = a.nodes[name], b.nodes[name]
        if old == new:
            continue
        if old.owner not in owners:
            nodes[name] = new if Change.DECLARATION in taken else old
        else:
            nodes[name] = _mixed(old, new, a, b, taken)
    return Network(nodes)


def _mixed(
    old: PartNode, new: PartNode, a: Network, b: Network, taken: Collection[Change]
) -> PartNode:
    """A part with each class of its fields from the side that the class is taken from."""
    moves_with = {Change.FACTOR: Change.BOM} if _is_another(old, new) else {}
    from_new = {
        name: getattr(new, name)
        for change, names in _FIELDS.items()
        if moves_with.get(change, change) in taken
        for name in names
    }
    return replace(old, **from_new, sources=tuple(_sources(old, new, a, b, taken)))


def _is_another(old: PartNode, new: PartNode) -> bool:
    """Whether the record of the part asks for another factor than before."""
    asks = ("kind", "category", "base_unit", "net_mass_kg", "name")
    return any(getattr(old, name) != getattr(new, name) for name in asks)


def _sources(
    old: PartNode, new: PartNode, a: Network, b: Network, taken: Collection[Change]
) -> Iterator[Source]:
    """The sources, with what depends on the supplier's declaration from where that is taken."""
    sourced = new if Change.SOURCING in taken else old
    declared = new if Change.DECLARATION in taken else old
    twins = dict(_by_link(declared.sources))
    for link, source in _by_link(sourced.sources):
        twin = twins.get(link, source)
        if source.awaits_declaration or twin.awaits_declaration:
            yield twin
        elif source.node == twin.node and _states_otherwise(source.node, a, b):
            yield replace(source, leg=twin.leg, site_unknown=twin.site_unknown)
        else:
            yield source


def _by_link(sources: Iterable[Source]) -> Iterator[tuple[Link, Source]]:
    """Each source under what makes it the same one on both sides; twins are told by their place."""
    met: Counter[tuple[str, str, Decimal]] = Counter()
    for source in sources:
        name = (source.supplier, source.supplier_part, source.share)
        yield (*name, met[name]), source
        met[name] += 1


def _states_otherwise(node: str | None, a: Network, b: Network) -> bool:
    """Whether only one side's declaration states the way out, which decides who pays the leg."""
    if node is None or node not in a.nodes or node not in b.nodes:
        return False
    values = (a.nodes[node].declared, b.nodes[node].declared)
    stated = [value is not None and value.outbound is not None for value in values]
    return stated[0] != stated[1]


def contributed(solution: Solution, root: str) -> Contributed:
    """kgCO2e of every part that the root's owner can name; gaps are absent."""
    found: dict[str, tuple[PartNode, Decimal]] = {}
    for item in contributions(solution, root):
        if item.value is not None:
            held = found.get(item.node, (item.part, ZERO))[1]
            found[item.node] = (item.part, EXACT.add(held, item.value))
    return found


def movers(before: Contributed, after: Contributed) -> list[Mover]:
    """Every part whose contribution differs, by how much it moved."""
    found: list[Mover] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        was, now = old[1] if old else None, new[1] if new else None
        if was != now:
            part = (new or before[name])[0]
            found.append(Mover(part, was, now, EXACT.subtract(now or ZERO, was or ZERO)))
    return sorted(found, key=lambda item: (-EXACT.abs(item.change), item.part.number, item.part.id))
