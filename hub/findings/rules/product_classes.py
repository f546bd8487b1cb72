"""What cannot be in a product: a combustion engine in a battery car."""

import re
from collections.abc import Iterator
from functools import lru_cache

from hub.findings.flags import Flag
from hub.findings.rules.view import View, line_subject, link_subject
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import MASS_BEARING, Edge, Kind, PartNode

_CODE = "tier/category-conflict"
_BODIES = MASS_BEARING | {Kind.TRADING}

_BATTERY_ONLY = re.compile(
    r"battery[- ]electric|\bbev\b|batterie-?elektrisch|elektro-?(auto|pkw|lkw)\b|纯电|电动汽车",
    re.IGNORECASE,
)
_BOTH_DRIVES = re.compile(r"hybrid|phev|range.extender|erev|reev|混动|增程", re.IGNORECASE)
_PROXY = re.compile(r"\bproxy\b|stellvertret|代用|替代", re.IGNORECASE)
_COMBUSTION = re.compile(
    r"(internal[- ])?combustion[- ]engine|(diesel|petrol|gasoline|gas)[- ]engine"
    r"|fuel[- ]tank|fuel[- ]pump|fuel[- ]injector|injection pump"
    r"|exhaust[- ](system|pipe|manifold|line|gas recirculation)|muffler|catalytic converter"
    r"|(diesel )?particulate filter|spark[- ]plug"
    r"|verbrennungsmotor|dieselmotor|ottomotor|benzinmotor|kraftstofftank|kraftstoffpumpe"
    r"|einspritzpumpe|einspritzdüse|auspuff|abgasanlage|abgaskrümmer|abgaskatalysator"
    r"|partikelfilter|zündkerze"
    r"|内燃机|柴油机|汽油机|发动机(?!罩|盖|舱)|燃油箱|燃油泵|喷油|排气(管|系统|歧管)|消声器|三元催化|火花塞",
    re.IGNORECASE,
)


def category_conflict(view: View) -> Iterator[Flag]:
    """tier/category-conflict: a part that cannot be in this product, unless marked as a proxy.

    In a vehicle whose name or category says that it is battery electric, and not a hybrid: a
    combustion engine, its fuel, exhaust and ignition. A part whose name or category holds the word
    `proxy` stands in for another on purpose. Parts inside such a part are not told again.
    """
    root = view.resolutions[view.root].node
    if not is_battery_vehicle(root):
        return
    for name, resolution in view.resolutions.items():
        if conflict(resolution.node):
            continue
        for edge in resolution.edges:
            child = view.network.nodes[edge.child]
            if found := conflict(child):
                yield _flag(view, name, edge, found)


def is_battery_vehicle(node: PartNode) -> bool:
    """Whether a product says of itself that it drives on its battery alone."""
    words = _words(node)
    return bool(_BATTERY_ONLY.search(words)) and not _BOTH_DRIVES.search(words)


def conflict(node: PartNode) -> str:
    """The word for which a part cannot be in a battery vehicle; empty for all that can."""
    return _conflict(_words(node)) if node.kind in _BODIES else ""


@lru_cache(maxsize=65_536)
def _conflict(words: str) -> str:
    found = None if _PROXY.search(words) else _COMBUSTION.search(words)
    return found[0] if found else ""


def _words(node: PartNode) -> str:
    return f"{node.name} {node.category or ''}"


def _flag(view: View, name: str, edge: Edge, found: str) -> Flag:
    node, root = view.resolutions[name].node, view.resolutions[view.root].node
    evidence = {"product": root.name, "found": found}
    if edge.line is not None:
        subject = line_subject(node, edge.line, view.child(edge.line))
    elif edge.source is not None:
        subject = link_subject(node, edge.source)
    tier, owner = view.tiers[name], node.owner
    return Flag(_CODE, Severity.WARNING, owner, subject, tier, evidence)
