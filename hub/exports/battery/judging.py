"""Every format that a declaration can leave in: whether it can be written, what it lacks, and what
the checks that read the finished file anew say of it.

Nothing leaves here, so nothing is put on record.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hub.exports.battery.declaring import Declared, gaps_in_words, written
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.writing import Filing, Format, Written

MOST = 20
"""Complaints that are told of one check; the rest is counted."""


class Verdict(NamedTuple):
    """What one check says of a file."""

    judge: str
    complaints: Sequence[str]
    """At most `MOST`, each with the place in the file; none where it passes."""
    total: int
    """How many there are."""


@dataclass(frozen=True)
class Export:
    """One format, tried."""

    format: Format
    name: str
    """Of the file."""
    has_edition: bool
    """Whether there is one for the audience; where there is none, nothing is missing either."""
    digest: str | None
    """SHA-256 (hex) of the file; None where it cannot be written."""
    size: int | None
    """Bytes."""
    gaps: Sequence[Mapping[str, str]]
    """In words: why it cannot be written, or what stays empty in it."""
    verdicts: Sequence[Verdict]

    @property
    def is_written(self) -> bool:
        """Whether there is a file."""
        return self.digest is not None


def exports(
    found: Declared, filing: Filing, formats: Iterable[Format] = tuple(FORMATS.values())
) -> list[Export]:
    """Each format of one result, in the order in which formats are listed."""
    return [_tried(found, each, filing) for each in formats]


def _tried(found: Declared, chosen: Format, filing: Filing) -> Export:
    has_edition = filing.audience in chosen.audiences
    body, gaps = written(found, chosen, filing) if has_edition else Written(None)
    return Export(
        format=chosen,
        name=chosen.named(filing),
        has_edition=has_edition,
        digest=None if body is None else hashlib.sha256(body).hexdigest(),
        size=None if body is None else len(body),
        gaps=gaps_in_words(gaps, found.labels, filing.language),
        verdicts=[] if body is None else judged(chosen, body),
    )


def judged(chosen: Format, body: bytes) -> list[Verdict]:
    """What every check of a format says of a file."""
    told = ((judge.name, judge.complaints(body)) for judge in chosen.judges)
    return [Verdict(name, complaints[:MOST], len(complaints)) for name, complaints in told]
