"""A result and its findings as a person reads them in a terminal."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.disclosure.findings_page import SEVERITIES, FindingGroup, grouped, severity_counts
from tierlight_schemas.messages import render
from tierlight_schemas.rollup.result import UNIT

FEW = 3
"""Findings of one code that are told in full, unless all are wanted."""
_COVERAGE = ("lines", "mass", "carbon", "default_share")
_COLUMNS = ("part", "role", "supplier", "kind", "quantity", "unit", "share")
_ROLES = ("own", "own-process", "leg", "share", "unit-mismatch", "option-unresolved")
"""What a row may mean other than the part as such."""
_NAME_WIDTH = 60


def rollup_lines(document: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Total, coverage, contributions, findings."""
    root, coverage = document["root"], document["coverage"]
    yield f"{root['number']}  {root['name']}"
    yield document["total"]["statement"]
    yield from _scenario_lines(document.get("scenario"), lang)
    yield ""
    yield from table([words(_COVERAGE, lang), [percent(coverage[name]) for name in _COVERAGE]])
    yield ""
    header = words(_COLUMNS, lang)
    rows = [_contribution(item, lang) for item in document["contributions"]]
    yield from table([[*header[:-1], UNIT, header[-1]], *rows])
    yield ""
    yield from finding_lines(document["findings"], lang)


def _scenario_lines(scenario: Mapping[str, Any] | None, lang: str) -> Iterator[str]:
    """What a what-if is worth, and which of its changes this part does not feel."""
    if scenario is None:
        return
    yield scenario["note"]
    if scenario["without_effect"]:
        numbers = ", ".join(map(str, scenario["without_effect"]))
        idle = render("scenario/without-effect", {"numbers": numbers}, lang)
        yield f"{idle.text} {idle.remedy}"


def finding_lines(
    findings: Sequence[Mapping[str, Any]], lang: str, everything: bool = False
) -> Iterator[str]:
    """Findings by code, the gravest first: how many, the weightiest in words, what to do."""
    if not findings:
        yield render("findings/none", {}, lang).text
        return
    for group in grouped(findings):
        yield from _group(group, lang, len(group.findings) if everything else FEW)
        yield ""
    counts = severity_counts(findings)
    told = (f"{_severity(name, lang)} {counts[name]}" for name in SEVERITIES if name in counts)
    yield " · ".join(told)


def _group(group: FindingGroup, lang: str, most: int) -> Iterator[str]:
    yield f"{_severity(group.severity, lang)}  {group.code}  ({group.count})"
    texts = dict.fromkeys((f["text"], *_standing(f, lang)) for f in group.findings)
    for text, *said in list(texts)[:most]:
        yield f"    {text}"
        yield from (f"      {line}" for line in said)
    if len(texts) > most:
        more = render("findings/more", {"count": str(len(texts) - most)}, lang)
        yield f"    {more.text} {more.remedy}"
    remedies = dict.fromkeys(finding["remedy"] for finding in group.findings[:most])
    for remedy in filter(None, list(remedies)[:most]):
        yield f"    → {remedy}"


def _standing(finding: Mapping[str, Any], lang: str) -> Iterator[str]:
    """What was said of a finding, who shall act, and what ended it."""
    if finding.get("numbers_changed"):
        yield render("finding/numbers-moved", {}, lang).text
    for entry, kind in ((finding.get("said"), "said"), (finding.get("answer"), "answer")):
        if entry:
            code = f"finding/{kind}-{entry.get('verdict') or entry['kind']}"
            yield render(code, {"day": entry["at"][:10], "words": entry["words"]}, lang).text
    if finding.get("assignee"):
        yield render("finding/assigned-to", {"person": finding["assignee"]["name"]}, lang).text
    if finding.get("ended"):
        yield str(finding["ended"]["text"])


def _severity(name: str, lang: str) -> str:
    return render(f"severity/{name}", {}, lang).text


def words(names: Sequence[str], lang: str) -> list[str]:
    """Headings of columns."""
    return [render(f"table/{name}", {}, lang).text for name in names]


def _contribution(item: Mapping[str, Any], lang: str) -> list[str]:
    return [
        item["name"][:_NAME_WIDTH],
        render(f"role/{item['role']}", {}, lang).text if item["role"] in _ROLES else "",
        item["supplier"] or "",
        render(f"kind/{item['kind']}", {}, lang).text,
        short(item["quantity"]),
        item["unit"],
        short(item["value"]),
        percent(item["share"]),
    ]


def table(rows: list[list[str]]) -> Iterator[str]:
    """Rows with their columns aligned."""
    widths = [max(_width(row[index]) for row in rows) for index in range(len(rows[0]))]
    for row in rows:
        cells = (cell + " " * (wide - _width(cell)) for cell, wide in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def short(text: str | None) -> str:
    """A number with five digits; a dash for what is not known."""
    return "–" if text is None else f"{float(text):.5g}"


def percent(text: str | None) -> str:
    """A share in percent; a dash for what is not known."""
    return "–" if text is None else f"{float(text) * 100:.1f} %"
