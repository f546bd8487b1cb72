"""What declarations say, as far as a rule looks at it: facts that are read once for a roll-up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tierlight_schemas.amounts import EXACT

CRADLE_TO_GATE = "cradle-to-gate"
PROCESS = "process"
"""Kind of a declaration of own processes, gate to gate."""


class Changed(StrEnum):
    """What became of something that a declaration was computed from."""

    CORRECTED = "corrected"
    """A newer declaration for the same reference period stands in its place."""
    RENEWED = "renewed"
    """A newer declaration for a later reference period stands in its place."""
    WITHDRAWN = "withdrawn"
    BOM = "bom"
    """The bill of materials of the part has other lines."""
    ENERGY = "energy"
    """The factor of an energy in the bill of materials was replaced for the same year."""


@dataclass(frozen=True)
class Change:
    """Something that a declaration was computed from and that is no longer what it was."""

    what: Changed
    name: str
    """The declarant's name of it."""
    on: str
    """Day since when, as evidence prints it."""
    before: str
    """Digest, number of lines, or factor as it was counted."""
    now: str = ""
    """The same as it is; empty for what was withdrawn."""


@dataclass(frozen=True)
class Component:
    """An input as its declarant names it, with the declaration whose value was counted."""

    name: str
    document: "Document"
    delivered_from: frozenset[str] = frozenset()
    """Sites that the declarant's sourcing links name for it; empty: none is named."""


@dataclass(frozen=True)
class Document:
    """One declaration. What it does not state is None or empty, never 0."""

    digest: str
    kind: str
    """`footprint` or `process`."""
    amount: Decimal
    unit: str
    start: datetime
    end: datetime
    """First instant after the reference period."""
    valid_to: datetime
    """First instant after the validity."""
    boundary: str = CRADLE_TO_GATE
    site: str | None = None
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    """kgCO2e and other stated amounts by name, as printed, per `amount` `unit`; `total` always."""
    characterization: tuple[str, ...] = ()
    """Assessment reports, sorted."""
    prospective: bool = False
    packaging: bool | None = None
    """Whether the total counts packaging."""
    allocation: str = ""
    """How joint processes were divided, in the declarant's words."""
    factors: tuple[str, ...] = ()
    """Name and version of the data bases used, sorted."""
    electricity: str = ""
    """`location-based`, `market-based` or empty."""
    comment: str = ""
    explained: frozenset[str] = frozenset()
    """Codes of findings that the declarant acknowledged with a reason when signing."""
    complete: bool = True
    """Whether the components on record are all inputs."""
    components: tuple[Component, ...] = ()
    """Inputs whose declarations the declarant may see."""
    changes: tuple[Change, ...] = ()
    unknown_preceding: tuple[str, ...] = ()
    """Footprints that it says it replaces and that nobody has declared."""
    before: "Document | None" = None
    """The version before, as far as it stands."""
    renewed: bool = False
    """Whether a declaration that holds on is already on record."""

    def per_unit(self, amount: Decimal) -> Decimal:
        """An amount of the document, or its rounding, per one `unit`."""
        return EXACT.divide(amount, self.amount)


def awaiting(name: str, index: int) -> str:
    """What `View.aside` calls the declaration that a part's source of this place waits for."""
    return f"{name}#{index}"
