"""The methods a battery's footprint can be declared by: versioned, each with its legal status.

The method act of Art. 7(1) is not adopted, so none of them makes a declaration a legal one; the
status goes into every file. Two rulesets may put the same process into different stages: the total
is the same, the split is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from tierlight_schemas.battery.components import ASSEMBLED, Component, inside
from tierlight_schemas.errors import StandardError


class Stage(StrEnum):
    """A life-cycle stage of Annex II(4); use is left out there."""

    RAW_MATERIAL = "raw-material"
    """Raw material acquisition and pre-processing."""
    MAIN_PRODUCTION = "main-production"
    DISTRIBUTION = "distribution"
    END_OF_LIFE = "end-of-life"
    """End of life and recycling; it may be negative."""


VehicleCategory = Literal["M1", "N1", "L", "M2", "M3", "N2", "N3"]
ElectricityMode = Literal["as-declared", "consumption-mix"]
MaterialFamily = Literal["metal", "plastic", "other"]
Freight = Literal["road", "rail", "barge", "sea", "air"]
Market = Literal["local", "intracontinental", "international"]


@dataclass(frozen=True)
class Leg:
    """One stretch of a way."""

    mode: Freight
    km: Decimal


@dataclass(frozen=True)
class Ruleset:
    """One method in one version."""

    id: str
    title: str
    status: Literal["in force, method act not adopted", "draft, not adopted"]
    main_production: frozenset[Component]
    """Classes whose making is main production; the making of all others is raw material stage."""
    way_into_main_production: Stage
    """Of what is delivered to a maker in main production; deliveries to others go with them."""
    electricity: ElectricityMode
    electricity_clause: str
    full_cycles: Mapping[VehicleCategory, Decimal]
    """Full equivalent cycles a year; empty where the method has no default."""
    ways: Mapping[Market, tuple[Leg, ...]]
    """From the factory to the client, where the manufacturer states no way of its own."""
    collection: tuple[Leg, ...]
    """Of the used battery."""
    allocation: Mapping[MaterialFamily, Decimal]
    """Factor A of the circular footprint formula."""
    characterization: str
    """IPCC report of the method's GWP100."""
    characterization_set: str

    def stage_of(self, component: Component) -> Stage:
        """The stage that the making of a class belongs to."""
        return Stage.MAIN_PRODUCTION if self._is_main(component) else Stage.RAW_MATERIAL

    def stage_of_way_into(self, component: Component) -> Stage:
        """The stage of what is delivered to the maker of a class."""
        return self.way_into_main_production if self._is_main(component) else Stage.RAW_MATERIAL

    def stage_of_inputs(self, component: Component) -> Stage | None:
        """The stage of all that goes into a class; None where that is more than one stage."""
        return _only(self._stages(*inside(component)))

    def stage_of_whole(self, component: Component) -> Stage | None:
        """The stage of a class with everything inside; None where that is more than one stage."""
        return _only(self._stages(component, *inside(component)))

    def _stages(self, *components: Component) -> set[Stage]:
        making = {self.stage_of(each) for each in components}
        return making | {self.stage_of_way_into(each) for each in components}

    def _is_main(self, component: Component) -> bool:
        return component in self.main_production


def _only(stages: set[Stage]) -> Stage | None:
    return stages.pop() if len(stages) == 1 else None


_FROM_ACTIVE_MATERIAL_ON: Final = ASSEMBLED | {
    Component.CATHODE_ACTIVE_MATERIAL,
    Component.ANODE_ACTIVE_MATERIAL,
    Component.CATHODE,
    Component.ANODE,
    Component.ELECTROLYTE,
    Component.HOUSING,
    Component.CELL_CASING,
    Component.COOLING,
}


def _legs(*legs: tuple[Freight, int]) -> tuple[Leg, ...]:
    return tuple(Leg(mode, Decimal(km)) for mode, km in legs)


_WAYS: Final[Mapping[Market, tuple[Leg, ...]]] = MappingProxyType(
    {
        "local": _legs(("road", 1_200)),
        "intracontinental": _legs(("road", 3_500)),
        "international": _legs(("road", 1_000), ("sea", 18_000)),
    }
)
_ALLOCATION: Final[Mapping[MaterialFamily, Decimal]] = MappingProxyType(
    {"metal": Decimal("0.2"), "plastic": Decimal("0.5"), "other": Decimal("0.5")}
)
_CYCLES: Final[Mapping[VehicleCategory, Decimal]] = MappingProxyType(
    {
        **dict.fromkeys(("M1", "N1"), Decimal(60)),
        "L": Decimal(20),
        **dict.fromkeys(("M2", "M3", "N2", "N3"), Decimal(250)),
    }
)

ANNEX_II: Final = Ruleset(
    id="annex-ii/2023",
    title="Regulation (EU) 2023/1542, Article 7 and Annex II",
    status="in force, method act not adopted",
    main_production=ASSEMBLED,
    way_into_main_production=Stage.RAW_MATERIAL,
    electricity="as-declared",
    electricity_clause="Annex II(5)",
    full_cycles=MappingProxyType({}),
    ways=_WAYS,
    collection=_legs(("road", 200)),
    allocation=_ALLOCATION,
    characterization="AR6",
    characterization_set="EF 3.1, climate change, GWP100",
)
DRAFT_2024: Final = Ruleset(
    id="eu-cfb-ev/draft-2024-04",
    title="Draft delegated act on electric vehicle batteries, Ares(2024)3131389 of 29 April 2024",
    status="draft, not adopted",
    main_production=_FROM_ACTIVE_MATERIAL_ON,
    way_into_main_production=Stage.MAIN_PRODUCTION,
    electricity="consumption-mix",
    electricity_clause="draft act 2.4",
    full_cycles=_CYCLES,
    ways=_WAYS,
    collection=_legs(("road", 200)),
    allocation=_ALLOCATION,
    characterization="AR6",
    characterization_set="EF 3.1, climate change, GWP100",
)
RULESETS: Final[Mapping[str, Ruleset]] = MappingProxyType(
    {ruleset.id: ruleset for ruleset in (ANNEX_II, DRAFT_2024)}
)


class UnknownRulesetError(StandardError):
    """No ruleset of that id."""

    def __init__(self, found: str) -> None:
        super().__init__("battery/ruleset", found=found, known=", ".join(RULESETS))


def ruleset(ruleset_id: str) -> Ruleset:
    """The ruleset of an id. Raises `UnknownRulesetError`."""
    found = RULESETS.get(ruleset_id)
    if found is None:
        raise UnknownRulesetError(ruleset_id)
    return found
