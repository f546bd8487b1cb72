"""What the public study tells, section by section, before anybody puts it into words.

It tells what is the manufacturer's own, and what is added up over the whole battery. Of
electricity it tells the kWh of the manufacturer's own plant alone, by country: a sum over a
handful of suppliers would tell each of them what the others use. The mass of a material is
composition, which Annex XIII keeps for those with a legitimate interest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.battery.circular import CircularMaterial
from tierlight_schemas.battery.components import ENERGY, Component
from tierlight_schemas.battery.gaps import Number
from tierlight_schemas.battery.model import RecycledMaterial
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.battery.rulesets import Ruleset, Stage
from tierlight_schemas.rollup.result import text
from tierlight_schemas.rollup.vectors import exact_sum


@dataclass(frozen=True)
class Input:
    """An input of the functional unit."""

    name: str
    value: str | None
    unit: str
    source: str


@dataclass(frozen=True)
class StageRow:
    """One life-cycle stage, per kWh as it is printed everywhere."""

    name: str
    value: str | None
    """None where it is too large to be told."""
    making: tuple[str, ...]
    """Classes whose making the ruleset puts here."""


def inputs(footprint: BatteryFootprint) -> tuple[Input, ...]:
    """The functional unit with everything that it came from."""
    unit = footprint.functional_unit
    rows = {
        "usable": unit.usable_kwh,
        "cycles": unit.cycles_per_year,
        "years": unit.years,
        "energy": unit.total_kwh,
        "mass": unit.mass_kg,
        "flow": unit.reference_flow,
    }
    return tuple(_input(name, number) for name, number in rows.items() if number is not None)


def _input(name: str, number: Number) -> Input:
    return Input(name, text(number.value), number.unit, number.source)


def stages(footprint: BatteryFootprint) -> tuple[StageRow, ...]:
    """The four of Annex II(4), each with what the ruleset puts into it."""
    return tuple(
        StageRow(each.stage.value, in_full(each.per_kwh), _making(footprint.ruleset, each.stage))
        for each in footprint.stages.values()
    )


def _making(rules: Ruleset, stage: Stage) -> tuple[str, ...]:
    made = [each for each in Component if each not in ENERGY]
    return tuple(each.value for each in made if rules.stage_of(each) is stage)


def amounts(rows: Sequence[StageRow]) -> Mapping[str, Decimal]:
    """The stages as numbers, for a picture."""
    return {row.name: Decimal(row.value) for row in rows if row.value is not None}


def own_electricity(footprint: BatteryFootprint) -> Mapping[str, str | None]:
    """kWh of the manufacturer's own making for one battery, by country."""
    found: dict[str, Decimal] = {}
    for country, kwh in _own(footprint):
        found[country] = exact_sum((found.get(country, Decimal(0)), kwh))
    return {country: text(kwh) for country, kwh in sorted(found.items())}


def _own(footprint: BatteryFootprint) -> Iterator[tuple[str, Decimal]]:
    for entry in footprint.entries:
        for used in (entry.electricity or ()) if entry.tier == 0 else ():
            if used.kwh is not None and used.country is not None:
                yield used.country, used.kwh


def is_own_electricity_whole(footprint: BatteryFootprint) -> bool:
    """Whether all that the manufacturer makes itself says what electricity it took."""
    own = [entry.electricity for entry in footprint.entries if entry.tier == 0]
    used = [each for group in own if group is not None for each in group]
    return None not in own and all(each.kwh is not None and each.country for each in used)


def materials(
    footprint: BatteryFootprint, stated: Sequence[RecycledMaterial]
) -> tuple[tuple[CircularMaterial, RecycledMaterial], ...]:
    """Each material as the formula used it, beside what was entered."""
    entered = {each.name: each for each in stated}
    return tuple((each, entered[each.name]) for each in footprint.materials)


def recycling_sum(footprint: BatteryFootprint) -> tuple[str | None, str | None]:
    """kgCO2e per battery over all materials: what the raw material stage moves by, and what is
    end of life."""
    moved = exact_sum(each.raw_material_change for each in footprint.materials)
    return text(moved), text(exact_sum(each.end_of_life for each in footprint.materials))
