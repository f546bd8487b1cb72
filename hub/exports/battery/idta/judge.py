"""The template check: whether a finished file is what parts 2 and 3 of IDTA 02035 ask for.

It reads the bytes anew and knows nothing of how they came about: members, semantic ids,
cardinalities and values as in the templates, stages that add up to the total, and documents that
can be found.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from hub.exports.battery.idta.elements import Kind, PassportPart, Slot
from hub.exports.battery.idta.reading import Node, Read, read_json, read_package
from hub.exports.battery.idta.templates import (
    CARBON_FOOTPRINT,
    HANDOVER_DOCUMENTATION,
    KWH,
    PARTS,
    PHASES,
)

NAME: Final = "IDTA 02035 template check"
_ENTRIES: Final = "CarbonFootprint/ProductCarbonFootprints"
_NUMBERS: Final = ("xs:decimal", "xs:double")
_MAY_BE_EMPTY: Final = ("PerformanceClass",)
"""No class act is adopted."""


def of_json(body: bytes) -> Sequence[str]:
    """What is wrong with an environment in JSON, each with its place."""
    return _judged(read_json, body)


def of_package(body: bytes) -> Sequence[str]:
    """What is wrong with an AASX package, each with its place."""
    return _judged(read_package, body)


def _judged(read: Callable[[bytes], Read], body: bytes) -> Sequence[str]:
    try:
        found = read(body)
    except (ValueError, LookupError, TypeError, AttributeError, BadZipFile, ParseError) as error:
        return [f"not a readable environment: {type(error).__name__}"]
    return [*_environment(found)]


def _environment(found: Read) -> Iterator[str]:
    if sorted(found.ids) != sorted(set(found.referred)):
        yield "assetAdministrationShells: the shells do not point to all submodels, each once"
    named = {node.name: node for node in found.submodels}
    for name, part in PARTS.items():
        if name not in named:
            yield f"{name}: missing"
        else:
            yield from _submodel(named[name], part)
    if not named.keys() >= PARTS.keys():
        return
    footprint = named[CARBON_FOOTPRINT.id_short]
    yield from _stages(footprint)
    yield from _studies(footprint, named[HANDOVER_DOCUMENTATION.id_short])


def _submodel(node: Node, part: PassportPart) -> Iterator[str]:
    if node.meaning != part.meaning:
        yield f"{part.id_short}: semantic id {node.meaning} in place of {part.meaning}"
    yield from _members(node.nodes, part.slots, part.id_short)


def _members(nodes: Sequence[Node], slots: Sequence[Slot], place: str) -> Iterator[str]:
    counts = Counter(node.name for node in nodes)
    known = {slot.name: slot for slot in slots}
    for slot in slots:
        if not slot.often.allows(counts[slot.name]):
            path = f"{place}/{slot.name or '*'}"
            yield f"{path}: {counts[slot.name]} of them, and {slot.often} have to be there"
    for index, node in enumerate(nodes):
        path = f"{place}/{node.name or index}"
        if node.name not in known:
            yield f"{path}: not in the template"
        else:
            yield from _element(node, known[node.name], path)


def _element(node: Node, slot: Slot, path: str) -> Iterator[str]:
    if node.kind != slot.kind:
        yield f"{path}: a {node.kind} in place of a {slot.kind}"
        return
    if node.meaning != slot.meaning:
        yield f"{path}: semantic id {node.meaning} in place of {slot.meaning}"
    if slot.kind is Kind.PROPERTY:
        yield from _property(node, slot, path)
    yield from _members(node.nodes, slot.inside, path)


def _property(node: Node, slot: Slot, path: str) -> Iterator[str]:
    if node.value_type != slot.value_type:
        yield f"{path}: {node.value_type} in place of {slot.value_type}"
    if node.value is None:
        if slot.name not in _MAY_BE_EMPTY:
            yield f"{path}: no value"
    elif slot.allowed and node.value not in slot.allowed:
        yield f"{path}: {node.value} is not one of {', '.join(sorted(slot.allowed))}"
    elif slot.value_type in _NUMBERS and _number(node.value) is None:
        yield f"{path}: {node.value} is no number"


def _stages(footprint: Node) -> Iterator[str]:
    """Each stage once, the total once, and both of the same unit."""
    entries = footprint.of("ProductCarbonFootprints")
    nodes = entries.nodes if entries else ()
    by_phases = [(tuple(sorted(_phases(node))), node) for node in nodes]
    whole = tuple(sorted(PHASES.values()))
    wanted = [whole, *((phase,) for phase in PHASES.values())]
    if Counter(phases for phases, _ in by_phases) != Counter(wanted):
        yield f"{_ENTRIES}: not one entry for each of the four stages and one for the total"
        return
    if any(_value(node, "ReferenceImpactUnitForCalculation") != KWH for node in nodes):
        yield f"{_ENTRIES}: not all are per {KWH}"
    if any(_number(_value(node, "QuantityOfMeasureForCalculation")) != 1 for node in nodes):
        yield f"{_ENTRIES}: not all are of 1 {KWH}"
    values = {phases: _number(_value(node, "PcfCO2eq")) for phases, node in by_phases}
    total = values.pop(whole)
    stages = [value for value in values.values() if value is not None]
    if sum(stages, Decimal(0)) != total:
        yield f"{_ENTRIES}: the stages do not add up to the total"


def _studies(footprint: Node, documents: Node) -> Iterator[str]:
    """The study is told by the id of a document of part 2."""
    known = {_value(node, "DocumentIdentifier") for node in _walk(documents)}
    for node in _walk(footprint):
        if node.name == "WebLinkToPublicCarbonFootprintStudy" and not known >= {*node.texts()}:
            yield f"{_ENTRIES}: a study that is no document of {HANDOVER_DOCUMENTATION.id_short}"
            return


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for inner in node.nodes:
        yield from _walk(inner)


def _phases(entry: Node) -> list[str]:
    phases = entry.of("LifeCyclePhases")
    return phases.texts() if phases else []


def _value(node: Node, name: str) -> str | None:
    member = node.of(name)
    return member.value if member else None


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
