"""Findings in words, for a terminal."""

from collections.abc import Iterable

from tierlight_schemas.findings import Finding
from tierlight_schemas.messages import render, words_of


def report(findings: Iterable[Finding], lang: str) -> list[str]:
    """One entry a finding: severity, code and path; then what was found and what to do."""
    return [_entry(finding, lang) for finding in findings]


def _entry(finding: Finding, lang: str) -> str:
    words = words_of(finding, lang)
    severity = render(f"severity/{finding.severity}", {}, lang).text
    heading = {"severity": severity, "code": finding.code, "path": finding.path}
    entry = render("report/finding", {**heading, "text": words.text, "remedy": words.remedy}, lang)
    return f"{entry.text}\n{entry.remedy}"
