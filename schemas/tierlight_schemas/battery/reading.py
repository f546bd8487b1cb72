"""What a solved roll-up is read with to take it apart, and where one part stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tierlight_schemas.battery.components import Component
from tierlight_schemas.rollup.reference import Solution

Classes = Mapping[str, Component]
"""What own parts are, by node."""


class Step(StrEnum):
    """What an entry is of a part."""

    MAKING = "making"
    WAY_IN = "way-in"
    WHOLE = "whole"
    """Its making and all that went into it."""


@dataclass(frozen=True)
class Told:
    """What a declaration tells the manufacturer beside its total."""

    split: Mapping[str, Any] | None = None
    """The annex of level 2, where its owner shows it."""
    characterization: tuple[str, ...] = ()
    """IPCC reports of its GWP values."""


@dataclass(frozen=True)
class Place:
    """Where a part enters: how much of it is in one battery, and as what."""

    node: str
    amount: Decimal
    component: Component | None
    own_part: str
    step: Step = Step.WHOLE
    tier: int = 0


@dataclass(frozen=True)
class Reading:
    """What a solution is read with."""

    solution: Solution
    root: str
    classes: Classes
    told: Mapping[str, Told]
    country: str | None
    """Of the plant: where own electricity lines are used."""

    @property
    def owner(self) -> str:
        """The manufacturer."""
        return self.solution.resolutions[self.root].node.owner

    @property
    def number(self) -> str:
        """Its number of the battery."""
        return self.solution.resolutions[self.root].node.number
