"""What the rules look at: a solved network, seen from one root."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import Any

from hub.findings.rules.documents import Document
from hub.findings.tolerances import SHIPPED, Tolerances
from tierlight_schemas.rollup.model import (
    PLANTS,
    ZERO,
    Line,
    Network,
    PartNode,
    Resolution,
    Source,
    Value,
)
from tierlight_schemas.rollup.reference import Solution, quantities
from tierlight_schemas.rollup.vectors import exact_sum
from tierlight_schemas.verification import Assurance
from tierlight_schemas.verification_standing import Doubt


@dataclass(frozen=True)
class Verification:
    """A third party's statement, as far as a rule tells of it; dates as evidence prints them."""

    verifier: str
    assurance: Assurance
    doubts: Sequence[Doubt]
    """Gravest first; none: it counts."""
    conflict: str = ""
    share: str = ""
    """Percent."""
    boundary: str = ""
    declared: str = ""
    """Boundary of the declaration."""
    valid_until: str = ""
    revoked_on: str = ""
    reason: str = ""
    of_predecessor: bool = False
    """Whether it is on the version before."""


@dataclass(frozen=True)
class InDoubt:
    """When a declaration came in whose key may have been in other hands by then; dates as evidence
    prints them."""

    received: str
    since: str


@dataclass(frozen=True)
class Material:
    """A stated input of a declaration, as far as it is known what it is and what it weighs."""

    category: str
    kilograms: Decimal
    """Gross, per declared amount, as far as this product carries it."""
    rounding: Decimal = ZERO
    """kg that the printed decimals leave open."""


@dataclass(frozen=True)
class Composition:
    """What a declarant says its product is made of."""

    complete: bool
    """Whether these are all inputs."""
    materials: Sequence[Material] = ()


@dataclass(frozen=True)
class View:
    """A root and everything its total rests on."""

    solution: Solution
    root: str
    as_of: str = ""
    """The day the result is for, as evidence prints it."""
    verifications: Mapping[str, Sequence[Verification]] = field(default_factory=dict)
    """Third parties' statements by the digest of the declaration that they are shown with."""
    in_doubt: Mapping[str, InDoubt] = field(default_factory=dict)
    """By digest of the declaration."""
    tolerances: Tolerances = SHIPPED
    """How far the numbers may lie apart before a rule says so."""
    documents: Mapping[str, Document] = field(default_factory=dict)
    """What the declarations say that stand behind values, by digest."""
    aside: Mapping[str, Sequence[Document]] = field(default_factory=dict)
    """By node, or by `awaiting` for a source without one: standing declarations of the part that
    its value cannot use, for their boundary, their site, or as processes that have expired."""
    compositions: Mapping[str, Composition] = field(default_factory=dict)
    """By digest of the declaration; only what the hub may compute with."""

    @cached_property
    def quantities(self) -> Mapping[str, Decimal]:
        """Base units of every part in one base unit of the root."""
        return quantities(self.solution, self.root)

    @cached_property
    def tiers(self) -> Mapping[str, int]:
        """Fewest sourcing links from the root to each part."""
        depth = {self.root: 0}
        for name in reversed(self.solution.order.sequence):
            if name not in depth:
                continue
            for edge in self.solution.resolutions[name].edges:
                deeper = depth[name] + int(edge.crosses)
                depth[edge.child] = min(deeper, depth.get(edge.child, deeper))
        return depth

    @property
    def network(self) -> Network:
        """All nodes, those beside the total included."""
        return self.solution.network

    @cached_property
    def resolutions(self) -> Mapping[str, Resolution]:
        """The parts inside the root's total, root first."""
        found = self.solution.resolutions
        return {name: found[name] for name in self.quantities}

    @cached_property
    def mass_kg(self) -> Decimal:
        """kg of the frontier of the root."""
        return exact_sum(self.solution.accounts[self.root].coverage.mass.values())

    @property
    def category(self) -> str | None:
        """What the root is, as its owner files it."""
        return self.network.nodes[self.root].category

    @property
    def by_digest(self) -> Sequence[Mapping[str, Any]]:
        """All that is told of declarations by their digest: every mapping that a view is given."""
        given = (getattr(self, member.name) for member in fields(View))
        return [each for each in given if isinstance(each, Mapping)]

    def take_over(self, former: "View") -> None:
        """Take over how much of each part is needed and how deep it stands from a former view in
        which no part takes anything else."""
        vars(self).update(quantities=former.quantities, tiers=former.tiers)

    def child(self, line: Line) -> PartNode:
        """The part that a line takes."""
        return self.network.nodes[line.child]

    def said(self, name: str) -> Sequence[Document]:
        """The declarations that a part's own value comes from."""
        value = self.resolutions[name].value
        digests = value.reference.split(PLANTS) if value is not None else ()
        return [self.documents[digest] for digest in digests if digest in self.documents]

    def limit(self, code: str, name: str) -> Decimal:
        """A number that a rule compares with, as the operator set it."""
        return self.tolerances.of(code, name)


def rests_on(resolution: Resolution) -> Iterator[str]:
    """Digests of the declarations that say something of a part, used or not."""
    node = resolution.node
    for value in (resolution.value, node.declared, node.own):
        if value is not None:
            yield from value.reference.split(PLANTS)


def is_composed(resolution: Resolution) -> bool:
    """Whether a part was built up or bought by shares."""
    return bool(resolution.edges or resolution.gaps or resolution.beside)


def part_subject(node: PartNode) -> dict[str, str]:
    """Names a part to its owner."""
    return {"type": "part", "part": node.number, "name": node.name}


def declared_subject(node: PartNode, value: Value) -> dict[str, str]:
    """Names a declaration of a part to its owner, and to whoever may read it."""
    return {**part_subject(node), "type": "declaration", "digest": value.reference}


def line_subject(parent: PartNode, line: Line, child: PartNode) -> dict[str, str]:
    """Names a line of a bill of materials to its owner."""
    return {
        "type": "line",
        "part": parent.number,
        "line": str(line.position),
        "child": child.number,
        "name": child.name,
    }


def link_subject(node: PartNode, source: Source) -> dict[str, str]:
    """Names a sourcing link to the buyer."""
    return {
        "type": "link",
        "part": node.number,
        "supplier": source.supplier,
        "supplier_part": source.supplier_part,
        "name": node.name,
    }
