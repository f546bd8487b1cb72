"""What the import of a table did."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.kit.clock import now


@dataclass(frozen=True)
class ImportReport:
    """Counts of the things a table's rows are about: parts, or factors."""

    rows: int
    added: int
    """Of which nothing of the kind was recorded before."""
    changed: int
    """Recorded anew; what was recorded before stays."""
    unchanged: int
    """Of which the table says what is recorded already: nothing was written."""
    notes: tuple[dict[str, str], ...] = field(default=())
    """What did not hinder the import but should be looked at; codes with placeholders."""


def later_than(instants: list[datetime]) -> datetime:
    """Now, or just after the last of the instants where the clock has not moved on since.

    What is newest is told by time alone, so no two versions may have the same.
    """
    return max([now(), *(instant + timedelta(microseconds=1) for instant in instants)])
