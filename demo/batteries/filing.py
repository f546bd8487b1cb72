"""The set of documents of one battery: every format, for every group that it is made for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.batteries.desk import Desk
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.writing import Filing, Format
from tierlight.errors import HubRefused
from tierlight_schemas.battery.rulesets import ANNEX_II, DRAFT_2024

LANGUAGES = ("en", "de", "zh-CN")
DRAFT = "by-the-draft-act"
"""Folder of the same declaration by the other ruleset."""


@dataclass(frozen=True)
class Filed:
    """One file of the set, or why it is missing."""

    format: str
    name: str
    size: int = 0
    verdicts: Mapping[str, tuple[str, ...]] | None = None
    """What each check of the format complains of; None where there is no file."""
    refusal: str = ""


def file_all(desks: Mapping[str, Desk], folder: Path) -> list[Filed]:
    """Write the whole set of a battery; `desks` has its officer's desk in each language."""
    folder.mkdir(parents=True)
    filed = [
        _filed(desks[filing.language], chosen, filing, folder)
        for chosen in FORMATS.values()
        for filing in filings(chosen)
    ]
    by_draft = folder / DRAFT
    by_draft.mkdir()
    other = _filed(desks["en"], FORMATS["art7"], Filing(), by_draft, DRAFT_2024.id)
    return [*filed, other]


def filings(chosen: Format) -> Iterator[Filing]:
    """For whom, and in which languages, a format is written."""
    languages = LANGUAGES if "{language}" in chosen.file_name else LANGUAGES[:1]
    for audience in chosen.audiences:
        for language in languages:
            yield Filing(audience, language)


def _filed(
    desk: Desk, chosen: Format, filing: Filing, folder: Path, ruleset: str = ANNEX_II.id
) -> Filed:
    name = chosen.named(filing)
    try:
        body = desk.file(chosen.id, filing.audience, ruleset)
    except HubRefused as refused:
        reasons = [*(row["message"] for row in refused.details), refused.message]
        return Filed(chosen.id, name, refusal=reasons[0])
    (folder / name).write_bytes(body)
    verdicts = {judge.name: tuple(judge.complaints(body)) for judge in chosen.judges}
    return Filed(chosen.id, name, len(body), verdicts)
