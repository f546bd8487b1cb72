"""A solved roll-up, taken apart by what is made: as far as the battery's manufacturer may see it.

An entry is the making of one part, a way in, or a part whose value stands for all that lies inside
it. Entries add up to the root's total; what has no value is an entry, too.

The class of a part is what its owner entered, else that of the part that it goes into, as long as
that is not assembled from parts. A material of no class is raw material; anything else has none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.battery.components import Component, inherits
from tierlight_schemas.battery.electricity import Electricity
from tierlight_schemas.battery.reading import Place, Reading, Step, Told
from tierlight_schemas.battery.sayings import electricity_of, electricity_of_process, split_of
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.explain import bases, is_leaf
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    ONE,
    Edge,
    Gap,
    Kind,
    Known,
    PartNode,
    Resolution,
)
from tierlight_schemas.rollup.vectors import add_scaled, ratio

_OF_MAKING = frozenset({Kind.ENERGY, Kind.SERVICE, Kind.DIRECT_EMISSION, Kind.WASTE})
_MATERIALS = frozenset({Kind.MATERIAL, Kind.AUXILIARY})


@dataclass(frozen=True)
class Entry:
    """One addend of a battery's footprint, per battery."""

    part: str
    """The owner's number."""
    name: str
    owner: str
    component: Component | None
    own_part: str
    """The manufacturer's number of what is made, delivered or bought: it has the class."""
    step: Step
    known: Known
    value: Decimal | None
    """kgCO2e; None is a gap."""
    cause: str = ""
    """Of a gap, as in the roll-up: missing, own-process, leg, share, expired, withheld, …"""
    is_partial: bool = False
    """Whether something inside it is missing, so that the value is less than all of it."""
    tier: int = 0
    supplier: str = ""
    """Of a gap: who delivers it, as the buyer wrote it down."""
    source: str = ""
    """`declaration:<digest>`, `factor:<reference>`; empty for what was built up or is not told."""
    split: Mapping[str, Decimal] | None = None
    """kgCO2e by the maker's own stages; None where it shows none."""
    electricity: tuple[Electricity, ...] | None = ()
    """Of the maker; None where it is not stated."""
    characterization: tuple[str, ...] = ()
    primary_data_share: Decimal | None = None
    """Percent."""


def entries(of: Reading) -> list[Entry]:
    """All addends of the root, parents first."""
    if _is_closed(of, of.root):
        return [_whole(of, Place(of.root, ONE, Component.BATTERY, of.number))]
    found: list[Entry] = []
    held: dict[str, dict[Component | None, Decimal]] = {of.root: {Component.BATTERY: ONE}}
    for name in reversed(of.solution.order.sequence):
        for component, amount in held.pop(name, {}).items():
            number = of.solution.resolutions[name].node.number
            place = Place(name, amount, component, number)
            found += [*_own(of, place), *_gaps(of, place)]
            for edge in of.solution.resolutions[name].edges:
                child = _entered(of, place, edge)
                if child.step is not Step.WHOLE or _is_closed(of, child.node):
                    found.append(_whole(of, child))
                else:
                    add_scaled(
                        held.setdefault(child.node, {}), {child.component: child.amount}, ONE
                    )
    return found


def _is_closed(of: Reading, name: str) -> bool:
    resolution = of.solution.resolutions[name]
    return resolution.node.owner != of.owner or is_leaf(resolution)


def _entered(of: Reading, parent: Place, edge: Edge) -> Place:
    """A line's place: energy, services and waste are of the parent's making."""
    node = of.solution.resolutions[edge.child].node
    amount = EXACT.multiply(parent.amount, edge.coefficient)
    tier = parent.tier + int(edge.crosses)
    if edge.crosses:
        return replace(parent, node=edge.child, amount=amount, tier=tier)
    if node.kind in _OF_MAKING:
        return replace(parent, node=edge.child, amount=amount, step=Step.MAKING)
    if node.kind is Kind.TRANSPORT:
        return replace(parent, node=edge.child, amount=amount, step=Step.WAY_IN)
    return Place(edge.child, amount, _class_of(of, node, parent.component), node.number)


def _class_of(of: Reading, node: PartNode, parent: Component | None) -> Component | None:
    if node.id in of.classes:
        return of.classes[node.id]
    if node.kind in _MATERIALS:
        return Component.RAW_MATERIAL
    return parent if inherits(parent) else None


def _whole(of: Reading, place: Place) -> Entry:
    """A part that is not looked into."""
    resolution, account = of.solution.resolutions[place.node], of.solution.accounts[place.node]
    node, declared = resolution.node, resolution.value
    told = of.told.get(declared.reference, Told()) if declared else Told()
    is_known = EXCLUDING in account.columns
    return Entry(
        part=node.number,
        name=node.name,
        owner=node.owner,
        component=place.component,
        own_part=place.own_part,
        step=place.step,
        known=resolution.known if is_known else Known.MISSING,
        value=EXACT.multiply(place.amount, account.total) if is_known else None,
        cause="" if is_known else next((gap.cause for gap in resolution.gaps), "missing"),
        is_partial=bool(account.coverage.gaps or account.coverage.unestimable),
        tier=place.tier,
        source=_source_told(of, resolution),
        split=split_of(told, node, declared, place.amount),
        electricity=electricity_of(of, place, resolution, told),
        characterization=told.characterization,
        primary_data_share=_primary(resolution, account),
    )


def _source_told(of: Reading, resolution: Resolution) -> str:
    """Of a supplier's part its declaration alone: what else it rests on is the supplier's."""
    found = _source(resolution)
    if resolution.node.owner == of.owner:
        return found
    return found if is_leaf(resolution) and found.startswith("declaration:") else ""


def _source(resolution: Resolution) -> str:
    value = resolution.value
    if value is None:
        return ""
    secondary = value is resolution.node.default or value is resolution.node.gas
    return f"factor:{value.reference}" if secondary else f"declaration:{value.reference}"


def _primary(resolution: Resolution, account: Account) -> Decimal | None:
    """As declared; of what was built up, weighed over all inside."""
    if is_leaf(resolution):
        return resolution.value.quality.primary_data_share if resolution.value else None
    held = account.quality.get("primary_data_share")
    return None if held is None else ratio(held, account.retrospective)


def _own(of: Reading, place: Place) -> Iterator[Entry]:
    """A built-up part's own process, and what its suppliers state of the way in."""
    resolution = of.solution.resolutions[place.node]
    node = resolution.node
    for role, columns in bases(resolution):
        is_making = role == "own"
        yield Entry(
            part=node.number,
            name=node.name,
            owner=node.owner,
            component=place.component,
            own_part=place.own_part,
            step=Step.MAKING if is_making else Step.WAY_IN,
            known=resolution.base_known,
            value=EXACT.multiply(place.amount, columns[EXCLUDING]),
            source=_source(resolution),
            electricity=electricity_of_process(resolution, place.amount) if is_making else (),
            primary_data_share=_primary_of_own(resolution),
        )


def _primary_of_own(resolution: Resolution) -> Decimal | None:
    return resolution.value.quality.primary_data_share if resolution.value else None


def _gaps(of: Reading, place: Place) -> Iterator[Entry]:
    """What is not known between a part and its lines and sources."""
    for gap in of.solution.resolutions[place.node].gaps:
        node = of.solution.resolutions[place.node].node
        about = of.solution.network.nodes[gap.line.child] if gap.line else node
        component = _class_of(of, about, place.component) if gap.line else place.component
        yield Entry(
            part=about.number,
            name=about.name,
            owner=about.owner,
            component=component,
            own_part=about.number if gap.line else place.own_part,
            step=_step_of(gap),
            known=Known.MISSING,
            value=None,
            cause=gap.cause,
            tier=place.tier + int(gap.source is not None),
            supplier=gap.source.supplier if gap.source else "",
        )


def _step_of(gap: Gap) -> Step:
    steps = {"own-process": Step.MAKING, "leg": Step.WAY_IN}
    return steps.get(gap.cause, Step.WHOLE)
