"""A supply chain as plain values, before any hub knows it: who makes what out of what for whom."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

YEAR = date.today().year - 1  # noqa: DTZ011 - the day of whoever runs it
"""The reference period of every declaration, unless a planter says otherwise."""


def day(days: int) -> str:
    """So many days from today, as a table writes it."""
    return (date.today() + timedelta(days)).isoformat()  # noqa: DTZ011


@dataclass(eq=False)
class Company:
    """A company with its tables."""

    name: str
    country: str
    seed: int
    """Of its key."""
    tier: int
    """Sourcing links between it and the carmaker."""
    sites: list[str] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)
    factors: list[dict[str, str]] = field(default_factory=list)
    """Rows of factors.csv."""
    province: str = ""
    """ISO 3166-2, of its sites."""
    abroad: dict[str, str] = field(default_factory=dict)
    """Country of the sites elsewhere, by code."""
    keys: list[str] = field(default_factory=list)
    """Keys beside the one that every company has."""
    truck: "Part | None" = None
    """What brings in what a supplier does not deliver."""

    def part(self, number: str, **known: Any) -> "Part":
        """A new part of its own."""
        part = Part(self, f"{number}-{len(self.parts)}", **known)
        self.parts.append(part)
        return part


@dataclass(eq=False)
class Part:
    """A part; its number is unique in the whole chain."""

    owner: Company
    number: str
    name: str = ""
    """Empty: its number."""
    kind: str = "assembly"
    category: str = ""
    unit: str = "piece"
    mass: Decimal | None = None
    """kg of one unit."""
    mass_rule: str = ""
    lines: list["Line"] = field(default_factory=list)
    links: list["Link"] = field(default_factory=list)
    footprint: "Declaration | None" = None
    process: "Declaration | None" = None
    more: list["Declaration"] = field(default_factory=list)
    """Declarations that stand beside those two."""

    def takes(self, child: "Part", quantity: str, unit: str = "", **cells: str) -> "Line":
        """A new line of its bill of materials."""
        line = Line(child, quantity, unit, cells)
        self.lines.append(line)
        return line

    def bought_as(self, supplied: "Part", **cells: str) -> "Link":
        """A new source of it."""
        link = Link(supplied, cells)
        self.links.append(link)
        return link


@dataclass(eq=False)
class Line:
    """A line of a bill of materials; further cells as in bom.csv."""

    child: Part
    quantity: str
    unit: str = ""
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Link:
    """A source of a bought part; further cells as in sourcing.csv."""

    supplied: Part | None
    cells: dict[str, str] = field(default_factory=dict)
    stranger: str = ""
    """Name of a supplier that never registered, in place of `supplied`."""


@dataclass(eq=False)
class Used:
    """An input of a declaration as its declarant used it."""

    part: Part
    quantity: str
    unit: str
    value: str
    """kgCO2e per `unit`."""
    declaration: "Declaration | None"

    @property
    def carbon(self) -> Decimal:
        """kgCO2e in one of the product."""
        return Decimal(self.quantity) * Decimal(self.value)


Amend = Callable[[dict[str, Any]], None]
"""Changes a credential before it is signed."""


@dataclass(eq=False)
class Declaration:
    """A declaration to be signed; cells as in footprints.csv."""

    part: Part
    cells: dict[str, str]
    inputs: list[Used] | None = None
    """Of its composition annex; None without one."""
    before: "Declaration | None" = None
    """What it supersedes."""
    amends: list[Amend] = field(default_factory=list)
    key: str = ""
    """Which key of its owner's signs; empty for the one that every company has."""
    carriers: list[dict[str, str]] = field(default_factory=list)
    """Energy of the own process by carrier: rows of its split annex, as the standard names them."""
    verified: bool = False
    """Whether a third party has a sound word on it."""
    spoils: Callable[[str], str] | None = None
    """Changes the signed text, so that it is not what was signed."""

    @property
    def value(self) -> Decimal:
        """kgCO2e of the declared amount."""
        return Decimal(self.cells["kgco2e"])

    def amended(self, amend: Amend) -> "Declaration":
        """The same, with something changed in the document."""
        self.amends.append(amend)
        return self


@dataclass(eq=False)
class Chain:
    """Everything that enters a hub."""

    companies: list[Company] = field(default_factory=list)
    vehicles: list[Part] = field(default_factory=list)
    afterwards: list[Callable[[Any], None]] = field(default_factory=list)
    """What happens when all is declared: statements, revocations; told the hub."""
    attempts: list[Declaration] = field(default_factory=list)
    """What is sent at last, for the door to refuse."""
    sites: list[Any] = field(default_factory=list)
    """Factories with what they record of their year (`factories.Site`)."""
    surveys: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """Tables of plants that never enter the hub, by file."""

    @property
    def parts(self) -> Iterator[Part]:
        """All parts of all companies."""
        return (part for company in self.companies for part in company.parts)

    @property
    def carmaker(self) -> Company:
        """Who builds the vehicles."""
        return self.companies[0]

    @property
    def verifier(self) -> Company:
        """Who verifies, and makes nothing."""
        return self.companies[-1]
