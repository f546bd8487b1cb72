"""A scenario laid over a network: changed parts stand in front of those on record.

Nothing is copied but the parts that a change names, and the network below stays as it is. Only
own parts change, as their owner's books hold them: what a supplier's part is made of is closed to
a scenario as it is to its reader, and an own part that comes back inside a supplier's is not
touched either.

What is assumed counts like an average value (`Known.DEFAULT`), never as known; its reference names
the scenario by its digest. Whether a way to the buyer's gate is on record stays as it was.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import assert_never

from tierlight_schemas.amounts import EXACT, Amount, significant
from tierlight_schemas.canonical import canonical
from tierlight_schemas.errors import StandardError
from tierlight_schemas.messages import NOT_STATED
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    ONE,
    ZERO,
    Kind,
    Known,
    Line,
    Network,
    PartNode,
    Source,
    Value,
)
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.resolve import in_base_units, per_base_unit
from tierlight_schemas.rollup.vectors import exact_sum
from tierlight_schemas.scenario import (
    AssumedFactor,
    AssumedSource,
    AssumedValue,
    Change,
    ChangedLine,
    ChangedShare,
    NewLine,
    RemovedLine,
    ReplacedChild,
    Scenario,
)

_REFERENCE = re.compile(r"scenario [0-9a-f]{64}")
_OfLine = ChangedLine | RemovedLine | ReplacedChild


class ScenarioError(StandardError):
    """A change that does not fit the books; `number` says which, from 1."""


def is_assumed(value: Value) -> bool:
    """Whether a value is a scenario's assumption: no source of a factor is spelled like it."""
    return _REFERENCE.fullmatch(value.reference) is not None


@dataclass(frozen=True)
class Named:
    """What a scenario speaks of: a network has to hold it before the scenario is laid over it."""

    parts: frozenset[str]
    """Numbers."""
    categories: frozenset[str]


def named(scenario: Scenario) -> Named:
    """Every own part and category that a change names."""
    parts: set[str] = set()
    for change in scenario.changes:
        parts |= {getattr(change, name, None) or "" for name in ("part", "child", "by")}
    factors = (change for change in scenario.changes if isinstance(change, AssumedFactor))
    return Named(frozenset(parts - {""}), frozenset(change.category for change in factors))


@dataclass(frozen=True)
class Overlay:
    """A network as a scenario has it."""

    network: Network
    scenario: Scenario
    touched: tuple[frozenset[str], ...]
    """By change: the nodes that it changed, or brought."""

    def without_effect(self, solution: Solution) -> list[int]:
        """Numbers, from 1, of the changes that a solution makes no use of.

        The part is not below the root, or what was changed lies behind a declaration of it.
        """
        pairs = zip(self.scenario.changes, self.touched, strict=True)
        return [
            number
            for number, (change, nodes) in enumerate(pairs, 1)
            if not any(_is_used(change, name, solution) for name in nodes)
        ]


def _is_used(change: Change, name: str, solution: Solution) -> bool:
    resolution = solution.resolutions.get(name)
    if resolution is None:
        return False
    if isinstance(change, AssumedValue | AssumedSource | AssumedFactor):
        return resolution.value is not None and is_assumed(resolution.value)
    return resolution.known is Known.BUILT_UP


def overlaid(network: Network, own: Mapping[str, str], scenario: Scenario) -> Overlay:
    """The network with the scenario's changes in their order.

    `own` gives the node of every own part by its number; `network` holds at least those that
    `named` tells. Raises `ScenarioError` for the first change that does not fit.
    """
    if not scenario.changes:
        return Overlay(network, scenario, ())
    draft = _Draft(network.nodes, own, f"scenario {scenario.digest}")
    touched = []
    for number, change in enumerate(scenario.changes, 1):
        draft.at = {"number": str(number), "change": change.change}
        touched.append(frozenset(draft.apply(change)))
    draft.refuse_shares_above_one()
    return Overlay(Network(_Changed(draft.changed, network.nodes)), scenario, tuple(touched))


class _Changed(Mapping[str, PartNode]):
    """Changed parts in front of those on record."""

    def __init__(self, changed: Mapping[str, PartNode], base: Mapping[str, PartNode]) -> None:
        self._changed = changed
        self._base = base

    def __getitem__(self, name: str) -> PartNode:
        found = self._changed.get(name)
        return self._base[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from self._base
        yield from (name for name in self._changed if name not in self._base)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass
class _Draft:
    """The parts changed so far."""

    base: Mapping[str, PartNode]
    own: Mapping[str, str]
    reference: str
    changed: dict[str, PartNode] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    """The change at hand, as errors name it."""
    shared: dict[str, dict[str, str]] = field(default_factory=dict)
    """By part: the last change of its shares."""

    def apply(self, change: Change) -> list[str]:
        """Change the parts that are meant; returns their nodes."""
        match change:
            case AssumedValue():
                return self._assume_value(change)
            case ChangedShare():
                return self._change_share(change)
            case AssumedSource():
                return self._add_source(change)
            case NewLine():
                return self._add_line(change)
            case ChangedLine() | RemovedLine() | ReplacedChild():
                return self._change_line(change)
            case AssumedFactor():
                return self._assume_factor(change)
            case _:
                assert_never(change)

    def refuse_shares_above_one(self) -> None:
        """Shares are judged together: on the way from 40/60 to 60/40 they may exceed 100 %."""
        for name, at in self.shared.items():
            whole = exact_sum(source.share for source in self.changed[name].sources)
            if whole > ONE:
                self.at = at
                percent = significant(EXACT.multiply(whole, Decimal(100)), 6)
                raise self._error("shares", part=self.changed[name].number, sum=percent)

    def _assume_value(self, change: AssumedValue) -> list[str]:
        node = self._part(change.part)
        value = self._assumed(node, change.value.decimal, change.unit)
        # The own process goes: it belongs to what the assumption stands for.
        return self._put(replace(node, declared=value, own=None))

    def _change_share(self, change: ChangedShare) -> list[str]:
        node = self._part(change.part)
        places = [
            place
            for place, source in enumerate(node.sources)
            if source.supplier_part == change.supplier_part
            and change.supplier in (None, source.supplier)
        ]
        if not places:
            known = ", ".join(source.supplier_part for source in node.sources) or NOT_STATED
            wanted = {"part": node.number, "supplier_part": change.supplier_part}
            raise self._error("source-unknown", **wanted, known=known[:300])
        if len(places) > 1:
            wanted = {"part": node.number, "supplier_part": change.supplier_part}
            raise self._error("source-ambiguous", **wanted, count=str(len(places)))
        sources = list(node.sources)
        sources[places[0]] = replace(sources[places[0]], share=change.share.decimal)
        return self._put_sources(node, sources, change)

    def _add_source(self, change: AssumedSource) -> list[str]:
        node = self._part(change.part)
        value = self._assumed(node, change.value.decimal, change.unit)
        source = PartNode(
            id=f"{node.id}|scenario|{self.at['number']}",
            number=change.name,
            name=change.name,
            owner=node.owner,
            kind=node.kind,
            base_unit=node.base_unit,
            net_mass_kg=node.net_mass_kg,
            category=node.category,
            declared=value,
        )
        added = Source(change.share.decimal, change.name, change.name, source.id)
        self._put_sources(node, [*node.sources, added], change)
        return self._put(source)

    def _put_sources(self, node: PartNode, sources: list[Source], change: Change) -> list[str]:
        self.shared[node.id] = self.at
        revision = _revised(node, change)
        return self._put(replace(node, sources=tuple(sources), revision=revision))

    def _add_line(self, change: NewLine) -> list[str]:
        node, child = self._part(change.part), self._part(change.child)
        self._refuse_transport(child)
        line = Line(
            child=child.id,
            quantity=change.quantity.decimal,
            unit=change.unit or child.base_unit,
            reference_amount=_decimal(change.reference_amount, ONE),
            scrap=_decimal(change.scrap, ZERO),
            process_yield=_decimal(change.process_yield, ONE),
            position=1 + max((line.position for line in node.lines), default=0),
        )
        self._refuse_unit(line.unit, child)
        return self._put_lines(node, [*node.lines, line], change)

    def _change_line(self, change: _OfLine) -> list[str]:
        node, child = self._part(change.part), self._part(change.child)
        place = self._place(node, child, change.position)
        lines = list(node.lines)
        match change:
            case ChangedLine():
                lines[place] = _with_figures(lines[place], change)
                self._refuse_unit(lines[place].unit, child)
            case RemovedLine():
                self._refuse_transport(child)
                del lines[place]
            case ReplacedChild():
                other = self._part(change.by)
                if (other.kind is Kind.TRANSPORT) != (child.kind is Kind.TRANSPORT):
                    self._refuse_transport(other)
                    self._refuse_transport(child)
                self._refuse_unit(lines[place].unit, other)
                lines[place] = replace(lines[place], child=other.id)
            case _:
                assert_never(change)
        return self._put_lines(node, lines, change)

    def _place(self, node: PartNode, child: PartNode, position: str | None) -> int:
        places = [
            place
            for place, line in enumerate(node.lines)
            if line.child == child.id and position in (None, str(line.position))
        ]
        if not places:
            raise self._error("line-unknown", part=node.number, child=child.number)
        if len(places) > 1:
            positions = ", ".join(str(node.lines[place].position) for place in places)
            wanted = {"part": node.number, "child": child.number}
            raise self._error("line-ambiguous", **wanted, positions=positions[:300])
        return places[0]

    def _put_lines(self, node: PartNode, lines: list[Line], change: Change) -> list[str]:
        return self._put(replace(node, lines=tuple(lines), revision=_revised(node, change)))

    def _assume_factor(self, change: AssumedFactor) -> list[str]:
        """Parts of the category take it where it fits as well as the factor on record."""
        names = self._of_category.get(change.category, ())
        if not names:
            raise self._error("category-unknown", category=change.category)
        value = self._value(change.value.decimal, change.unit)
        takes: list[str] = []
        for name in names:
            node = self._node(name)
            held = _fit(node, node.default) if node.default else 0
            if _fit(node, value) >= max(held, 1):
                takes += self._put(replace(node, default=value))
        if not takes:
            raise self._error("factor-unit", category=change.category, unit=change.unit)
        return takes

    @cached_property
    def _of_category(self) -> Mapping[str, list[str]]:
        """Own parts that a default factor may stand for; a gas is characterized by itself."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.own.values():
            node = self.base.get(name)
            if node is not None and node.category and node.kind is not Kind.DIRECT_EMISSION:
                found[node.category].append(name)
        return found

    def _part(self, number: str) -> PartNode:
        name = self.own.get(number)
        if name is None:
            raise self._error("part-unknown", part=number)
        return self._node(name)

    def _node(self, name: str) -> PartNode:
        return self.changed.get(name) or self.base[name]

    def _put(self, node: PartNode) -> list[str]:
        self.changed[node.id] = node
        return [node.id]

    def _assumed(self, node: PartNode, kgco2e: Decimal, unit: str) -> Value:
        value = self._value(kgco2e, unit)
        if per_base_unit(node, value) is None:
            self._refuse_unit(unit, node)
        return value

    def _value(self, kgco2e: Decimal, unit: str) -> Value:
        return Value({EXCLUDING: kgco2e}, ONE, unit, Known.DEFAULT, self.reference)

    def _refuse_unit(self, unit: str, node: PartNode) -> None:
        if in_base_units(ONE, unit, node) is None:
            units = {"unit": unit, "base_unit": node.base_unit}
            raise self._error("unit", part=node.number, **units)

    def _refuse_transport(self, child: PartNode) -> None:
        """Who pays the way to the gate was read together with the transport lines on record."""
        if child.kind is Kind.TRANSPORT:
            raise self._error("transport", part=child.number)

    def _error(self, name: str, **params: str) -> ScenarioError:
        return ScenarioError(f"scenario/{name}", **self.at, **params)


def _fit(node: PartNode, factor: Value) -> int:
    """2 in the part's own unit, 1 in one that converts, 0 otherwise: as factors are chosen."""
    if factor.unit == node.base_unit:
        return 2
    return 0 if in_base_units(ONE, factor.unit, node) is None else 1


def _with_figures(line: Line, change: ChangedLine) -> Line:
    return replace(
        line,
        quantity=_decimal(change.quantity, line.quantity),
        unit=change.unit or line.unit,
        scrap=_decimal(change.scrap, line.scrap),
        process_yield=_decimal(change.process_yield, line.process_yield),
    )


def _decimal(amount: Amount | None, otherwise: Decimal) -> Decimal:
    return otherwise if amount is None else amount.decimal


def _revised(node: PartNode, change: Change) -> str:
    """The digest of a record that was changed: of what it was, and of the change."""
    revised = hashlib.sha256(node.revision.encode() + b"\n" + canonical(change.document()))
    return revised.hexdigest()
