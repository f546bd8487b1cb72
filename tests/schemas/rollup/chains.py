"""Small supply chains for the roll-up's tests, in few words, and random ones for its laws."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tierlight_schemas.rollup.model import (
    EXCLUDING,
    INCLUDING,
    Kind,
    Known,
    Leg,
    Line,
    Network,
    PartNode,
    Policy,
    Quality,
    Source,
    Value,
)
from tierlight_schemas.rollup.reference import Solution, solve

KG, PIECE, KWH, TKM = "kilogram", "piece", "kilowatt hour", "ton kilometer"
NO_QUALITY = Quality()


def value(
    kgco2e: str | int | Decimal, unit: str = PIECE, amount: str | int = 1,
    known: Known = Known.DECLARED, uptake: str | None = "0",
    quality: Quality = NO_QUALITY, **more: Any,
) -> Value:  # fmt: skip
    """A value per `amount` `unit`; `uptake` None leaves the total including it unstated."""
    columns = {EXCLUDING: Decimal(kgco2e)}
    if uptake is not None:
        columns[INCLUDING] = Decimal(kgco2e) + Decimal(uptake)
    columns |= {name: Decimal(number) for name, number in more.pop("columns", {}).items()}
    return Value(columns, Decimal(amount), unit, known, quality=quality, **more)


def line(child: str, quantity: str | int = 1, unit: str = PIECE, **more: Any) -> Line:
    numbers = ("reference_amount", "scrap", "process_yield", "allocation", "take_rate")
    for name in numbers:
        if name in more:
            more[name] = Decimal(more[name])
    return Line(child, Decimal(quantity), unit, **more)


def source(node: str | None, share: str | int = 1, leg: Leg | None = None, **more: Any) -> Source:
    return Source(Decimal(share), "a supplier", "its part", node, leg=leg, **more)


def part(name: str, *lines: Line, owner: str = "maker", **more: Any) -> PartNode:
    if "mass" in more:
        more["net_mass_kg"] = Decimal(more.pop("mass"))
    return PartNode(id=name, number=name, name=name, owner=owner, lines=lines, **more)


def trader(name: str, *lines: Line, **more: Any) -> PartNode:
    """A part that only passes on: nothing is made, so no own process is missing."""
    return part(name, *lines, kind=Kind.TRADING, **more)


def network(*nodes: PartNode) -> Network:
    return Network({node.id: node for node in nodes})


def solved(*nodes: PartNode, root: str | None = None, **policy: Any) -> Solution:
    """The first node is the root unless another is named."""
    return solve(network(*nodes), [root or nodes[0].id], Policy(**policy))


def total(solution: Solution, name: str) -> Any:
    """kgCO2e excluding uptake; None when nothing is known."""
    return solution.accounts[name].columns.get(EXCLUDING)


# ---- random chains ----

_positive = st.integers(1, 4000).map(lambda n: Decimal(n) / 100)
_any_sign = st.integers(-2000, 9000).map(lambda n: Decimal(n) / 1000)
_fraction = st.sampled_from([Decimal(n) / 20 for n in range(1, 21)])
_UNITS_OF_KIND = {
    Kind.ASSEMBLY: (PIECE, KG),
    Kind.MATERIAL: (KG, PIECE),
    Kind.TRADING: (PIECE,),
    Kind.ENERGY: (KWH,),
    Kind.TRANSPORT: (TKM,),
    Kind.SERVICE: ("hour",),
    Kind.AUXILIARY: (KG,),
    Kind.WASTE: (KG,),
    Kind.DIRECT_EMISSION: (KG,),
    Kind.INFRASTRUCTURE: (PIECE,),
}
_LINE_UNITS = {KG: (KG, "gram", "tonne"), KWH: (KWH, "megajoule"), TKM: (TKM,), "hour": ("hour",)}


def _units_for(unit: str, mass: Decimal | None) -> tuple[str, ...]:
    if unit == PIECE:
        return (PIECE, "gram", KG) if mass is not None else (PIECE,)
    return _LINE_UNITS[unit]


@st.composite
def _values(draw: Any, unit: str, mass: Decimal | None, known: Known) -> Value:
    excluding = draw(_any_sign)
    columns = {EXCLUDING: excluding}
    if draw(st.integers(0, 4)):
        columns[INCLUDING] = excluding - abs(draw(_any_sign))
    if draw(st.booleans()):
        columns["fossil"] = draw(_any_sign)
    if draw(st.integers(0, 3)) == 0:
        columns["stage:production"] = draw(_any_sign)
    declared_in = draw(st.sampled_from(_units_for(unit, mass)))
    outbound = draw(st.none() | _any_sign)
    return Value(columns, draw(_positive), declared_in, known, outbound=outbound)


@st.composite
def _lines(draw: Any, below: list[PartNode], at_least: int) -> tuple[Line, ...]:
    lines = []
    for position in range(draw(st.integers(at_least, 4))):
        child = draw(st.sampled_from(below))
        unit = draw(st.sampled_from(_units_for(child.base_unit, child.net_mass_kg)))
        sign = -1 if child.kind is Kind.WASTE or draw(st.integers(0, 9)) == 0 else 1
        lines.append(
            Line(
                child.id,
                sign * draw(_positive),
                unit,
                reference_amount=draw(_positive),
                scrap=draw(st.sampled_from([Decimal(0), Decimal("0.07"), Decimal("1.5")])),
                process_yield=draw(_fraction),
                allocation=draw(_fraction),
                stage=draw(st.sampled_from([None, None, None, "packaging", "use"])),
                take_rate=draw(st.none() | st.sampled_from([Decimal(0), Decimal("0.35")])),
                position=position,
            )
        )
    return tuple(lines)


@st.composite
def _sources(draw: Any, buyer: str, unit: str, below: list[PartNode]) -> tuple[Source, ...]:
    """At most 100 % from the parts of others that are kept in the same unit; some are gaps."""
    wanted = [node for node in below if node.owner != buyer and node.base_unit == unit]
    left, found = 20, []
    for _ in range(draw(st.integers(0, 2))):
        twentieths = draw(st.integers(1, 20))
        if twentieths > left:
            break
        left -= twentieths
        node = draw(st.sampled_from(wanted)).id if wanted and draw(st.integers(0, 3)) else None
        payer = draw(st.sampled_from([None, "supplier", "buyer"]))
        leg = Leg(payer, draw(st.booleans())) if payer else None
        found.append(Source(Decimal(twentieths) / 20, "supplier", "part", node, leg=leg))
    return tuple(found)


@st.composite
def _node(draw: Any, number: int, below: list[PartNode]) -> PartNode:
    kind = draw(st.sampled_from(list(Kind)))
    unit = draw(st.sampled_from(_UNITS_OF_KIND[kind]))
    mass = draw(_positive) if unit == PIECE and draw(st.integers(0, 3)) else None
    owner = draw(st.sampled_from(["oem", "tier1", "tier2"]))
    name = f"p{number}"
    node = PartNode(name, name, name, owner, kind, unit, mass)
    known = draw(st.sampled_from([Known.DECLARED, Known.VERIFIED]))
    made = below and kind in (Kind.ASSEMBLY, Kind.MATERIAL, Kind.TRADING)
    fields: dict[str, Any] = {}
    if made and draw(st.integers(0, 9)):
        fields["lines"] = draw(_lines(below, 0))
        fields["sources"] = draw(_sources(owner, unit, below))
        if draw(st.booleans()):
            fields["own"] = draw(_values(unit, mass, known))
        if draw(st.integers(0, 5)) == 0:
            fields["declared"] = draw(_values(unit, mass, known))
    elif draw(st.integers(0, 4)):
        fields["declared"] = draw(_values(unit, mass, known))
    elif draw(st.booleans()):
        fields["default"] = draw(_values(unit, mass, Known.DEFAULT))
    return PartNode(**{**node.__dict__, **fields})


@st.composite
def chains(draw: Any, most: int = 9) -> Network:
    """A random network without cycles: leaves first; the last part is its `root`."""
    nodes: list[PartNode] = []
    for number in range(draw(st.integers(1, most - 1))):
        nodes.append(draw(_node(number, nodes)))
    lines = draw(_lines(nodes, 1))
    nodes.append(PartNode("root", "root", "root", "oem", lines=lines))
    return network(*nodes)
