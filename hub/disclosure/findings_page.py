"""The findings of a part as a page: by code, the gravest and the weightiest first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure import footprint as footprints
from hub.disclosure.footprint import Question
from tierlight_schemas.amounts import Amount

SEVERITIES = ("error", "warning", "note")
WEIGHTS = ("estimate", "mass", "tonnes", "value", "difference")
"""Evidence that tells how much a finding weighs, the best measure first."""


@dataclass(frozen=True)
class FindingGroup:
    """All findings of one code and severity."""

    code: str
    severity: str
    count: int
    """How many there are; what lies beyond a sourcing link comes as counts."""
    findings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class FindingsPage:
    """Everything that the findings page of one own part shows."""

    root: Mapping[str, Any]
    statement: str
    groups: Sequence[FindingGroup]
    counts: Mapping[str, int]
    """Number of findings by severity."""
    part_ids: Mapping[str, str]
    """Ids of the caller's own parts by number, for links."""


def findings_page(
    session: Session, caller: Caller, part_id: str, question: Question
) -> FindingsPage:
    """The findings below the caller's own part. Raises `NotFound` for any other."""
    found = footprints.answer(session, caller, part_id, question)
    node = found.rollup.resolution(found.root).node
    told = footprints.findings_with_states(session, found)
    return FindingsPage(
        root={"id": node.id, "number": node.number, "name": node.name},
        statement=footprints.statement(found.account, question.lang),
        groups=grouped(told),
        counts=severity_counts(told),
        part_ids={number: part for part, number in found.rollup.book.numbers.items()},
    )


def grouped(findings: Iterable[Mapping[str, Any]]) -> list[FindingGroup]:
    """Findings by severity and code; inside a group the weightiest first."""
    groups: dict[tuple[int, str], list[Mapping[str, Any]]] = {}
    for finding in findings:
        key = SEVERITIES.index(finding["severity"]), finding["code"]
        groups.setdefault(key, []).append(finding)
    return [
        FindingGroup(code, SEVERITIES[rank], how_many(members), sorted(members, key=_by_weight))
        for (rank, code), members in sorted(groups.items(), key=lambda item: item[0])
    ]


def severity_counts(findings: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Number of findings by severity; severities without any are absent."""
    counts: Counter[str] = Counter()
    for finding in findings:
        counts[finding["severity"]] += how_many([finding])
    return dict(counts)


def how_many(findings: Iterable[Mapping[str, Any]]) -> int:
    """Number of findings; one told as a count stands for that many."""
    return sum(
        int(finding["evidence"]["count"]) if finding["subject"]["type"] == "supplier-data" else 1
        for finding in findings
    )


def _by_weight(finding: Mapping[str, Any]) -> tuple[int, Decimal]:
    for rank, name in enumerate(WEIGHTS):
        try:
            return rank, -abs(Amount(finding["evidence"].get(name, "")).decimal)
        except ValueError:
            continue
    return len(WEIGHTS), Decimal(0)
