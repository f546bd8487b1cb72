"""The result that every writer starts from: a battery's footprint with its sources and its gaps.

footprint.per_kwh is None     something is missing: `footprint.gaps` says what, by clause
footprint.per_kwh.value       kgCO2e per kWh; the four stages add up to it exactly
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tierlight_schemas.battery.circular import CircularMaterial
from tierlight_schemas.battery.distribution import TravelledLeg
from tierlight_schemas.battery.electricity import Restated
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.gaps import Gap, Number
from tierlight_schemas.battery.model import Offset, Plant
from tierlight_schemas.battery.rulesets import Ruleset, Stage
from tierlight_schemas.battery.service_life import FunctionalUnit
from tierlight_schemas.battery.specific import Coverage


@dataclass(frozen=True)
class StageFootprint:
    """One life-cycle stage."""

    stage: Stage
    known: Decimal
    """kgCO2e per battery of what is known of it; less than the stage where it is not whole."""
    is_whole: bool
    """Whether nothing of it is missing."""
    per_kwh: Decimal | None
    """kgCO2e per kWh; None while it is not whole, or the functional unit is not known."""

    @property
    def per_battery(self) -> Decimal | None:
        """kgCO2e per battery; None while something is missing."""
        return self.known if self.is_whole else None


@dataclass(frozen=True)
class Ratings:
    """Data quality, weighed by contribution; what is not stated weighs in with the worst, 5."""

    technological: Decimal | None
    geographical: Decimal | None
    temporal: Decimal | None
    primary_data_share: Decimal | None
    """Percent."""

    @property
    def mean(self) -> Decimal | None:
        """Of the three; precision, the fourth of PEF, is on no record."""
        rated = [self.technological, self.geographical, self.temporal]
        stated = [value for value in rated if value is not None]
        return sum(stated, Decimal(0)) / len(stated) if len(stated) == len(rated) else None


@dataclass(frozen=True)
class BatteryFootprint:
    """Everything that a declaration of one battery model from one plant says, or lacks."""

    ruleset: Ruleset
    part: str
    """The manufacturer's number of the battery model."""
    plant: Plant | None
    as_of: date
    functional_unit: FunctionalUnit
    stages: Mapping[Stage, StageFootprint]
    per_battery: Number | None
    """kgCO2e of one battery over all stages; None while anything is missing."""
    known_per_battery: Decimal
    """kgCO2e of what is known, whatever is missing; never to be read as the footprint."""
    per_kwh: Number | None
    """kgCO2e per kWh of total energy: the stages as printed add up to it exactly."""
    entries: Sequence[Entry]
    """What the first two stages were added up from; names and values of suppliers stand in it."""
    electricity: Sequence[Restated]
    materials: Sequence[CircularMaterial]
    distribution: Sequence[TravelledLeg]
    coverage: Sequence[Coverage]
    """Of the components that need company-specific data."""
    ratings: Ratings
    offsets: Sequence[Offset]
    """Apart, in no sum."""
    contracts_what_if: Decimal | None
    """kgCO2e per battery that would change if contracts on electricity counted; no ruleset lets
    them. None where none is on record."""
    inputs_digest: str
    """SHA-256 (hex) of the bill of materials and the energy mix: another one makes the declaration
    stale (Annex II(5))."""
    gaps: Sequence[Gap]

    @property
    def is_complete(self) -> bool:
        """Whether every item of Art. 7(1) is there; otherwise there is no declaration."""
        return not self.gaps and self.per_kwh is not None
