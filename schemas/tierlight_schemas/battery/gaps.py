"""What a declaration lacks: under which clause, of which part, and who can supply it."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

#: Of Art. 7(1), in the order of its letters.
MANUFACTURER = "Art. 7(1)(a)"
MODEL = "Art. 7(1)(b)"
PLANT = "Art. 7(1)(c)"
FOOTPRINT = "Art. 7(1)(d)"
STAGES = "Art. 7(1)(e)"
CONFORMITY = "Art. 7(1)(f)"
STUDY = "Art. 7(1)(g)"
BILL_OF_MATERIALS = "Annex II(1)"
FUNCTIONAL_UNIT = "Annex II(3)"
BOUNDARY = "Annex II(4)"
SPECIFIC_DATA = "Annex II(5)"
CHARACTERIZATION = "Annex II(6)"


class Who(StrEnum):
    """Who can close a gap."""

    MANUFACTURER = "manufacturer"
    SUPPLIER = "supplier"
    """The company that `Gap.owner` names, or whoever stands behind it."""
    OPERATOR = "operator"
    """Whoever runs the hub: a factor is lacking."""


@dataclass(frozen=True)
class Gap:
    """One thing that is not known; the words are those of `code` and `case`."""

    code: str
    case: str
    clause: str
    who: Who = Who.MANUFACTURER
    part: str = ""
    """Number of the part that it is about; empty for the battery itself."""
    owner: str = ""
    """Id of the company whose part it is."""
    supplier: str = ""
    """Who delivers it, as the buyer wrote it down or knows it."""
    tier: int = 0
    """Sourcing links below the battery."""
    details: tuple[tuple[str, str], ...] = ()
    """What the words tell besides, by placeholder."""

    @property
    def params(self) -> dict[str, str]:
        """The placeholders of its words."""
        told = {"case": self.case, "clause": self.clause, "part": self.part}
        return told | {"supplier": self.supplier, "tier": str(self.tier), **dict(self.details)}

    def telling(self, **details: str) -> "Gap":
        """The same gap with more to tell."""
        return replace(self, details=(*self.details, *details.items()))


@dataclass(frozen=True)
class Number:
    """One number with where it comes from."""

    value: Decimal
    unit: str
    source: str
    """`model:<member>`, `ruleset:<id>`, `declaration:<digest>`, `factor:<reference>`, `computed`,
    `part:<number>`."""


def incomplete(case: str, clause: str, **details: str) -> Gap:
    """An item that the manufacturer has to enter."""
    return Gap("battery/incomplete", case, clause).telling(**details)
