"""Findings of a roll-up as one reader reads them: numbers and units written her way."""

from collections.abc import Iterable, Mapping
from typing import Any

from supplier_portal.formats import Formats
from supplier_portal.wording import Words
from tierlight_schemas.messages import Message, render

DIGITS = 5
"""Significant digits in a sentence; the evidence beside it keeps all."""
UNITS = ("unit", "line_unit", "part_unit")


def in_words(finding: Mapping[str, Any], words: Words, formats: Formats) -> Message:
    """The sentence and the remedy of a finding.

    What was found in a document is quoted as it stands there; calculated numbers are written as
    the reader writes numbers: 5.539 t would be thousands of tonnes to a German.
    """
    said = Message(finding["text"], finding["remedy"])
    if not finding["code"].startswith("tier/") or not finding["evidence"]:
        return said
    if finding["subject"]["type"] == "supplier-data":
        return said
    subject = finding["subject"]
    part = subject.get("name") or subject.get("part") or "–"
    evidence = {
        name: value if name == "case" else evidence_value(name, value, words, formats, DIGITS)
        for name, value in finding["evidence"].items()
    }
    return render(finding["code"], {**subject, **evidence, "part": part}, words.language)


def evidence_value(
    name: str, value: str, words: Words, formats: Formats, digits: int | None = None
) -> str:
    """One piece of evidence: a number with all its digits, or rounded to `digits`."""
    if name in UNITS:
        return words.known("unit", value)
    if name == "cause":
        return words.known("role", value)
    if name == "stage":
        return words.known("stage", words.known("part_kind", value))
    if name == "build_up":
        return words(value)
    if name == "date":
        return formats.day(value)
    if digits is None:
        return formats.exact(value)
    return formats.amount(value, digits) or value


def common_remedy(said: Iterable[Message]) -> str | None:
    """The remedy that all of them share: it is then told once."""
    remedies = {message.remedy for message in said}
    return remedies.pop() if len(remedies) == 1 else None
