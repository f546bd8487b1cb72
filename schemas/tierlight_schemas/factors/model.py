"""One emission factor, the set it came in, and what makes two of them comparable."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tierlight_schemas.amounts import Amount

Gases = Literal["CO2", "CO2e"]
GwpSet = Literal["SAR", "TAR", "AR4", "AR5", "AR6", "not-stated"]
"""IPCC report whose GWP100 made CO2e of the gases; `not-stated` where the source does not say."""
Scope = Literal["direct", "life-cycle"]
"""`direct`: what the process itself emits. `life-cycle`: with everything upstream of it."""
Series = Literal["average", "residual", "fossil"]
Basis = Literal["location", "market"]
WORLD = "*"


@dataclass(frozen=True)
class FactorSet:
    """Rows published together; a new edition is a new version, never an edit."""

    id: str
    version: str
    publisher: str
    licence: str
    apart: str | None = None
    """Why its values may not be read as one series with others; None where they may."""

    @property
    def name(self) -> str:
        """As results pin it: `cn-electricity@2025-12-31`."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True)
class Factor:
    """kg of CO2 or CO2e per one `unit` of a category, for a place and a year."""

    id: str
    """Unique in its set and stable across versions: `cn-electricity/CN-JL/2022/average`."""
    set: FactorSet
    category: str
    """From general to special: `electricity`, `fuel/diesel`, `material/aluminium/primary`."""
    unit: str
    """Canonical name (`tierlight_schemas.units`)."""
    value: Amount
    """kg per unit, with the digits of the source."""
    gases: Gases
    gwp: GwpSet | None
    """None exactly for CO2 alone."""
    scope: Scope
    series: Series | None
    basis: Basis | None
    """Of electricity: whether it stands for a place or for what contracts left over."""
    geography: str
    """`CN-JL`, `CN.northeast` (a grid of several provinces), `CN`, or `*` for the world."""
    year: int
    """Year of the activity it describes, not of its publication."""
    names: Mapping[str, str]
    """By language: en, de, zh-CN."""
    source: str
    clause: str
    """Where in the source: table, series, or how it is recomputed."""
    supersedes: str | None = None
    """Id of the factor it takes the place of."""

    @property
    def kg(self) -> Decimal:
        """The exact value."""
        return self.value.decimal

    @property
    def kind(self) -> tuple[Gases, Scope]:
        """What must agree between numbers that are added or compared.

        GWP sets are not part of it: they are compared where they are stated, by the rules on
        characterization.
        """
        return self.gases, self.scope

    @property
    def pinned(self) -> str:
        """The factor with the version of its set, as a result states what it used."""
        return f"{self.set.name}:{self.id}"


def in_category(factor: Factor, asked: str) -> bool:
    """Whether the factor's category is the asked one or lies below it."""
    return factor.category == asked or factor.category.startswith(f"{asked}/")
