"""Which parts a workbook asks about, and what is known of each: pure.

A list of own parts makes such rows, and so does a set of customers' requests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Filled = Mapping[str, str]
"""What is known by column: plain decimals, days as 2024-12-31, codes of lists, names of units."""


@dataclass(frozen=True)
class Wanted:
    """One row to be filled in."""

    key: str
    """Id of the own part, or of the request; it names the row for ever."""
    number: str = ""
    """Own number; empty while nobody has said which own part it is."""
    customer: str = ""
    customer_number: str = ""
    customer_name: str = ""
    level: str = ""
    due: str = ""
    known: Filled = field(default_factory=dict)
    """Of the sheet Data."""
    materials: Sequence[Filled] = ()
    energy: Sequence[Filled] = ()

    @property
    def told(self) -> Filled:
        """What stands in the columns that are not to be changed."""
        return {
            "row_key": self.key,
            "customer": self.customer,
            "customer_number": self.customer_number,
            "customer_name": self.customer_name,
            "level": self.level,
            "due": self.due,
        }


@dataclass(frozen=True)
class Choices:
    """What may be chosen in one company's workbooks."""

    sites: Mapping[str, str] = field(default_factory=dict)
    """Names by code."""
    materials: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names of the registry's categories by category and language."""
