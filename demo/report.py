"""What the demo prints of a result: the vehicle table, coverage by tier, the findings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from demo.showing import heading, paragraph, table
from demo.words import UNKNOWN, Words
from tierlight_schemas.messages import render

GRAVITY = ("error", "warning", "note")
SMALL_MASS = 100
"""kg below which one decimal is shown."""

Json = Mapping[str, Any]


def vehicle_table(words: Words, tree: Json) -> str:
    """The root's children, and under those made in-house what they are made of."""
    header = [
        words(f"column.{name}")
        for name in ("system", "supplier", "mass", "value", "kind", "covered", "findings")
    ]
    rows = [_row(words, branch, depth) for branch, depth in _branches(tree)]
    return table(header, rows, "llrrlrr")


def _branches(tree: Json) -> Iterable[tuple[Json, int]]:
    for child in tree["children"]:
        yield child, 0
        if not child["node"].get("supplier"):
            yield from ((below, 1) for below in child["children"] if _is_system(below))


def _is_system(branch: Json) -> bool:
    """Whether a line under an in-house part is itself bought or made, not a material or energy."""
    return bool(branch["node"].get("supplier") or branch["node"]["has_children"])


def _row(words: Words, branch: Json, depth: int) -> list[str]:
    node = branch["node"]
    return [
        "  " * depth + str(node["part"]["name"]),
        str(node.get("supplier") or words("own")),
        words.number(node["mass_kg"]),
        words.number(node["value"]),
        words(f"kind.{node['kind']}"),
        words.percent(node["coverage"]["mass"]),
        str(len(node["findings"]) or ""),
    ]


def tier_table(words: Words, coverage: Json) -> str:
    """Coverage by tier."""
    names = ("tier", "lines", "mass", "mass_share", "value", "carbon")
    header = [words(f"column.{name}") for name in names]
    rows = [
        [
            str(tier["tier"]),
            words.percent(tier["lines"]),
            words.number(tier.get("mass_kg")),
            words.percent(tier["mass"]),
            words.number(tier.get("value")),
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
        tier_table(words, footprint["coverage"]),
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
    lines = [words("finding", severity=severity, code=code, count=len(group))]
    message = message_of(words, group[0])
    lines.append(paragraph(message.text, "    "))
    lines.append(paragraph(message.remedy, "    ", "  → "))
    return "\n".join(lines)


def message_of(words: Words, finding: Json) -> Any:
    """Text and remedy of a finding in the reader's language."""
    return render(finding["code"], finding["evidence"], words.lang)


def faults(words: Words, title: str, found: Sequence[Json]) -> str:
    """Each finding in one sentence: what is wrong with the data itself."""
    lines = [heading(title)]
    lines += [paragraph(message_of(words, finding).text, "  ", "• ") for finding in found]
    return "\n".join(lines)


__all__ = ["UNKNOWN", "faults", "findings", "result", "tier_table", "vehicle_table"]
