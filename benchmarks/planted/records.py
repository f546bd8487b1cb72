"""What is recorded of a defect and of a finding, so that the two can be compared."""

from dataclasses import dataclass

DOOR, CHAIN, SITE, TABLE = "door", "chain", "site", "table"
"""Who tells a finding: the door, a company about its parts, a site, the command for tables."""


@dataclass(frozen=True)
class Trace:
    """A finding by its code and the numbers that its subject may name."""

    code: str
    subjects: frozenset[str]


@dataclass(frozen=True)
class Planted:
    """A defect: what it must be found as, and what follows from it by the specification."""

    code: str
    company: str
    subject: str
    """Number of the part, or code of the site, that the defect is about."""
    anywhere: frozenset[str]
    """All numbers under which it may be filed: a line's parent or child, a link's both sides."""
    where: str
    """`door`, `chain`, `site` or `table`: who must find it."""
    implied: tuple[Trace, ...] = ()
    case: str = ""
    """Name of the planter."""


@dataclass(frozen=True)
class Seen:
    """A finding: its code, whose data it is about, and every number that its subject names."""

    code: str
    company: str
    subjects: frozenset[str]
    where: str
    """`door`, `chain`, `site` or `table`."""
    severity: str = ""
    words: str = ""
    """The evidence, for a person who looks into it."""
