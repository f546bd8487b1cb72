"""What the demo prints of a result: the vehicle table, coverage by tier, the findings."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from demo.showing import heading, paragraph, shortened, table
from demo.words import Words
from tierlight_schemas.messages import render

GRAVITY = ("error", "warning", "note")
SYSTEM_CELLS = 44
SUPPLIER_CELLS = 24
SMALL_TOTAL = 1000
MASS_BEARING = ("assembly", "material")
GAPS_OF_A_NODE = ("leg", "own-process")
"""Roles in the tree of what a part lacks beside its lines."""

Json = Mapping[str, Any]


def vehicle_table(words: Words, tree: Json) -> str:
    """The root's children, and under those made in-house the parts and materials they take."""
    names = ("system", "supplier", "mass", "value", "kind", "covered", "findings")
    places = _places(tree["node"]["value"])
    rows = [_row(words, branch, depth, places) for branch, depth in _branches(tree, 0)]
    return table([words(f"column.{name}") for name in names], rows, "llrrlrr", SYSTEM_CELLS)


def _places(total: str | None) -> int:
    """Decimals to print: numbers of one battery's kilowatt hour need some."""
    return 2 if total is not None and abs(Decimal(total)) < SMALL_TOTAL else 0


def _branches(tree: Json, depth: int) -> Iterable[tuple[Json, int]]:
    """Down to what is bought; below the root only what carries mass."""
    for child in tree.get("children", ()):
        node = child["node"]
        if not _is_end(child) or (depth and node["part_kind"] not in MASS_BEARING):
            continue
        yield child, depth
        if not _sellers(child):
            yield from _branches(child, depth + 1)


def _sellers(branch: Json) -> list[Json]:
    """The supplier's ends of a bought part, with a value or as a gap."""
    below = branch.get("children", ())
    return [child["node"] for child in below if child["node"]["supplier"] and _is_end(child)]


def _is_end(branch: Json) -> bool:
    return branch["node"]["role"] not in GAPS_OF_A_NODE


def _row(words: Words, branch: Json, depth: int, places: int) -> list[str]:
    node = branch["node"]
    sellers = _sellers(branch)
    masses = [seller["mass_kg"] for seller in sellers]
    mass = node["mass_kg"] or (masses[0] if len(masses) == 1 else None)
    name = words("plant") if node["role"] == "own" else str(node["part"]["name"])
    return [
        "  " * depth + name,
        shortened(_maker(words, node, sellers), SUPPLIER_CELLS),
        words.number(mass, places),
        words.number(node["value"], places),
        _known_as(words, node, sellers),
        words.percent(node["coverage"]["mass"]),
        str(len(node["findings"]) or ""),
    ]


def _maker(words: Words, node: Json, sellers: Sequence[Json]) -> str:
    if sellers:
        return " + ".join(seller["supplier"] for seller in sellers)
    made = node["has_children"] or node["role"] == "own"
    return words("own") if made else words("unnamed")


def _known_as(words: Words, node: Json, sellers: Sequence[Json]) -> str:
    if node["role"] == "beside":
        return words("outside")
    kinds = {seller["kind"] for seller in sellers} or {node["kind"]}
    return ", ".join(words(f"kind.{kind}") for kind in sorted(kinds))


def tier_table(words: Words, coverage: Json, places: int) -> str:
    """Coverage by tier."""
    names = ("tier", "lines", "mass", "mass_share", "value", "carbon")
    header = [words(f"column.{name}") for name in names]
    rows = [
        [
            str(tier["tier"]),
            words.percent(tier["lines"]),
            words.number(tier["mass_kg"], places),
            words.percent(tier["mass"]),
            words.number(tier["value"], places),
            words.percent(tier["carbon"]),
        ]
        for tier in coverage["by_tier"]
    ]
    return table(header, rows, "rrrrrr")


def result(words: Words, title: str, company: str, footprint: Json, tree: Json) -> str:
    """Everything about one root. The total stands in its sentence, never as a bare number."""
    basis = words(
        "basis",
        company=company,
        number=footprint["root"]["number"],
        as_of=footprint["as_of"],
        basis=footprint["basis"],
        ruleset=footprint["ruleset"],
    )
    parts = [
        heading(title),
        paragraph(basis),
        "",
        vehicle_table(words, tree),
        "",
        paragraph(str(footprint["total"]["statement"])),
        "",
        paragraph(words("tiers")),
        tier_table(words, footprint["coverage"], _places(tree["node"]["value"])),
    ]
    return "\n".join(parts)


def findings(words: Words, title: str, found: Sequence[Json]) -> str:
    """Findings by code, the gravest first, each with one example and what to do."""
    groups: dict[tuple[int, str], list[Json]] = {}
    for finding in found:
        key = (GRAVITY.index(finding["severity"]), finding["code"])
        groups.setdefault(key, []).append(finding)
    parts = [heading(title)]
    for (_, code), group in sorted(groups.items(), key=lambda item: item[0]):
        parts.append(_group(words, code, group))
    return "\n".join(parts)


def _group(words: Words, code: str, group: Sequence[Json]) -> str:
    severity = render(f"severity/{group[0]['severity']}", {}, words.lang).text
    lines = [words("finding", severity=severity, code=code, count=how_many(group))]
    # The reader's own data come first in the answer, and say more than what lies beyond a link.
    lines.append(paragraph(group[0]["text"], "    "))
    lines.append(paragraph(group[0]["remedy"], "    ", "  → "))
    return "\n".join(lines)


def how_many(found: Iterable[Json]) -> int:
    """Number of findings; what lies in suppliers' data is told as counts by code."""
    return sum(
        int(finding["evidence"]["count"]) if _is_counted(finding) else 1 for finding in found
    )


def _is_counted(finding: Json) -> bool:
    return bool(finding["subject"].get("type") == "supplier-data")


def faults(title: str, found: Sequence[Json]) -> str:
    """Each finding in one sentence, once: what is wrong with the data itself."""
    lines = [heading(title)]
    texts = dict.fromkeys(str(finding["text"]) for finding in found)
    lines += [paragraph(text, "  ", "• ") for text in texts]
    return "\n".join(lines)
