"""What one row of such a table states, by role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.findings import Finding

#: What a column can be; `component` may be given to several.
ROLES: dict[str, str] = {
    "name": "plant, product or maker",
    "region": "where it stands: CN-JL, or a Chinese province by name",
    "total": "emissions that the components add up to",
    "component": "a part of the total",
    "electricity": "emissions of bought electricity; a component too",
    "clean": "emissions of green electricity; a component too",
    "energy": "electricity used",
    "share": "share of green electricity in it",
    "mean": "mean over several products",
    "min": "least of them",
    "max": "largest of them",
    "count": "how many they are",
    "capacity": "photovoltaic capacity",
    "generation": "electricity generated or covered",
    "claimed": "emissions said to be avoided",
    "measure": "by what: pv, certificates …",
    "factor": "emission factor of electricity as stated",
    "certified_input": "mass balance: certified material taken in, in the claim period",
    "yield": "of the process: output ÷ input",
    "attributed_output": "output that certified content is attributed to, in the same unit",
    "content": "attributed share of certified content in it",
    "scheme": "certification scheme of the mass balance",
    "claim_from": "first day of the claim period, 2025-01-01",
    "claim_to": "last day of the claim period",
    "valid_to": "last day of a plant's certificate",
    "certificate_type": "of a zero-carbon plant: I, II …",
    "covers": "scopes that the certificate is read as covering: 1, 2, 3",
}
NAMES = frozenset({"name", "region", "measure"})
TEXTS = NAMES | {"scheme", "claim_from", "claim_to", "valid_to", "certificate_type", "covers"}
"""Roles whose cells are words or days, not numbers."""
PARTS = ("component", "electricity", "clean")


@dataclass(frozen=True)
class Cell:
    """A number in a table, as it is printed."""

    text: str
    column: str
    factor: Decimal = Decimal(1)
    """What one of its unit is in the unit of the rules: kg, kWh, kW, or a share of 1."""

    @property
    def printed(self) -> Printed | None:
        """The number and its rounding; None for what is no number."""
        read = Printed.read(self.text.rstrip("%％").strip())
        is_percent = self.text.endswith(("%", "％"))
        scaled = EXACT.multiply(self.factor, Decimal("0.01")) if is_percent else self.factor
        return None if read is None else read.times(scaled)


@dataclass(frozen=True)
class Fact:
    """One row, as a spreadsheet numbers it."""

    file: str
    row: int
    name: str
    cells: Mapping[str, Cell] = field(default_factory=dict)
    """By role; of parts of the total, see `parts`."""
    parts: tuple[Cell, ...] = ()
    place: str | None = None
    measure: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """By role; empty cells are absent. `columns` names where they stand."""
    columns: Mapping[str, str] = field(default_factory=dict)

    def number(self, role: str) -> Printed | None:
        """What is stated in a role, None where nothing is."""
        return self.cells[role].printed if role in self.cells else None

    def column(self, *roles: str) -> str:
        """The columns of some roles, for a finding."""
        named = {role: cell.column for role, cell in self.cells.items()} | {**self.columns}
        return ", ".join(named[role] for role in roles if role in named)

    def day(self, role: str) -> date | None:
        """The day that a cell names, None for what is none."""
        try:
            return date.fromisoformat(self.texts[role])
        except (KeyError, ValueError):
            return None


@dataclass(frozen=True)
class Found:
    """A finding and where in the tables it stands."""

    file: str
    row: int
    column: str
    finding: Finding
