"""The document checks: what is wrong or doubtful in one declaration, seen alone.

Pure: the same document, date and bands give the same verdict in the SDK, the portal and the hub.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from tierlight_schemas.checks import (
    biogenic,
    characterization,
    decimals,
    exempted,
    flags,
    geography,
    implausible,
    names,
    offsets,
    parts,
    periods,
    quality,
    shape,
    stages,
    totals,
    zeros,
)
from tierlight_schemas.checks.bands import BANDS, Band, Bands, band, lowest, read_bands
from tierlight_schemas.checks.report import report
from tierlight_schemas.checks.sheet import Context, Sheet, read
from tierlight_schemas.findings import Finding, Severity

__all__ = ["BANDS", "Band", "Bands", "band", "check", "check_own", "lowest", "read_bands", "report"]

RULES = (
    shape,
    parts,
    decimals,
    names,
    periods,
    geography,
    characterization,
    quality,
    exempted,
    flags,
    zeros,
    totals,
    stages,
    biogenic,
    offsets,
    implausible,
)
MOST_OF_A_CODE = 100
"""A verdict lists so many findings of a code; who mends them sees the rest, if there is one."""

_ORDER = tuple(Severity)


def check(
    document: Any,
    at: date | datetime,
    bands: Bands = BANDS,
    *,
    split: Mapping[str, Any] | None = None,
    category: str | None = None,
) -> list[Finding]:
    """All findings of one document, errors first; an empty list for a sound one.

    `document` is any JSON value: a PACT 3.0.3 `ProductFootprint`, or the payload of a declaration,
    recognised by its `credentialSubject`. `split` is its parsed split annex; `category` the band id
    of the product where the caller knows it. Whether the document is still valid at `at` is not
    judged here; only rules that begin on a date look at it. Never raises.
    """
    if not isinstance(document, Mapping):
        return [shape.not_an_object(document)]
    day = at.date() if isinstance(at, datetime) else at
    split = split if isinstance(split, Mapping) else None
    context = Context(at=day, bands=bands, category=category, split=split)
    return _listed(_unique(_all(read(document), context)))


def check_own(
    document: Any, at: date | datetime, bands: Bands, *, category: str | None = None
) -> list[Finding]:
    """What bands of an operator's own find beside the verdict of `check`, marked as his.

    `bands` are those in force at his hub. Only a band that is not the shipped one is judged: the
    verdict itself is the same everywhere. Never raises.
    """
    if not isinstance(document, Mapping):
        return []
    sheet, day = read(document), at.date() if isinstance(at, datetime) else at
    own, shipped = (Context(at=day, bands=held, category=category) for held in (bands, BANDS))
    if implausible.band_of(sheet, own) == implausible.band_of(sheet, shipped):
        return []
    found = implausible.check(sheet, own)
    return [replace(each, evidence={**each.evidence, "case": "operator"}) for each in found]


def _all(sheet: Sheet, context: Context) -> Iterator[Finding]:
    for rule in RULES:
        yield from rule.check(sheet, context)


def _unique(findings: Iterator[Finding]) -> list[Finding]:
    """The first finding of each code, case and place."""
    first: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.path, finding.evidence.get("case", ""))
        first.setdefault(key, finding)
    return list(first.values())


def _listed(findings: list[Finding]) -> list[Finding]:
    """Errors first, then so many of a code: a flood of notes never hides an error."""
    findings.sort(key=lambda finding: _ORDER.index(finding.severity))
    count: Counter[str] = Counter()
    listed = []
    for finding in findings:
        count[finding.code] += 1
        if count[finding.code] <= MOST_OF_A_CODE:
            listed.append(finding)
    return listed
