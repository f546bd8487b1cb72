"""Annex VIII: what the declaration rests on, stage by stage, for whoever has to check it.

Each stage is told as the rows that add up to it: the parts, each with the digest of the signed
declaration that its value was taken from; what the circular footprint formula adds; the legs of the
way to the client. What no row tells stands as `other`: electricity as the ruleset counts it, and
collecting and dismantling.

Suppliers are named as far as the manufacturer deals with them; of what lies below its first tier it
knows no name, and none stands here.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.battery.electricity import Restated
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.result import BatteryFootprint, StageFootprint
from tierlight_schemas.battery.rulesets import Stage
from tierlight_schemas.battery.specific import Coverage
from tierlight_schemas.battery.staging import staged
from tierlight_schemas.rollup.adding_up import adding_up
from tierlight_schemas.rollup.result import text
from tierlight_schemas.rollup.vectors import exact_sum

UNIT = "kgCO2e per battery"
Names = Mapping[str, str]
"""Of direct suppliers, by company id."""
Row = tuple[Stage, dict[str, Any], Decimal]


def technical_documentation(footprint: BatteryFootprint, names: Names) -> dict[str, Any]:
    """The drill-down of a complete footprint."""
    return {
        "unit": UNIT,
        "stages": [_stage(each, footprint, names) for each in footprint.stages.values()],
        "coverage": [_covered(each, names) for each in footprint.coverage],
        "electricity": [*_electricity(footprint, names)],
        "contractsWhatIf": text(footprint.contracts_what_if),
    }


def _stage(stage: StageFootprint, footprint: BatteryFootprint, names: Names) -> dict[str, Any]:
    """Its rows and the rest, printed so that they add up to it."""
    rows = [(row, value) for of, row, value in _rows(footprint, names) if of is stage.stage]
    exact = [value for _, value in rows]
    rest = EXACT.subtract(stage.known, exact_sum(exact))
    *printed, other = adding_up([*exact, rest], stage.known)
    return {
        "stage": stage.stage.value,
        "value": in_full(exact_sum([*printed, other])),
        "rows": [
            row | {"value": in_full(value)} for (row, _), value in zip(rows, printed, strict=True)
        ],
        "other": in_full(other),
    }


def _rows(footprint: BatteryFootprint, names: Names) -> Iterator[Row]:
    for entry in footprint.entries:
        yield from _of_part(entry, footprint, names)
    for material in footprint.materials:
        yield Stage.RAW_MATERIAL, {"material": material.name}, material.raw_material_change
        yield Stage.END_OF_LIFE, {"material": material.name}, material.end_of_life
    for leg in footprint.distribution:
        told = {"mode": leg.mode, "km": text(leg.km.value), "factor": leg.factor.source}
        yield Stage.DISTRIBUTION, told, leg.value


def _of_part(entry: Entry, footprint: BatteryFootprint, names: Names) -> Iterator[Row]:
    if entry.value is None or entry.component is None:
        return
    for stage, value in (staged(entry, footprint.ruleset) or {}).items():
        yield stage, _part(entry, names), value


def _part(entry: Entry, names: Names) -> dict[str, Any]:
    return {
        "part": entry.part,
        "name": entry.name,
        "ownPart": entry.own_part,
        "supplier": _supplier(entry.owner, entry.tier, names),
        "component": entry.component.value if entry.component else None,
        "step": entry.step.value,
        "data": entry.known.value,
        "source": entry.source or None,
        "primaryDataShare": text(entry.primary_data_share),
    }


def _supplier(owner: str, tier: int, names: Names) -> str | None:
    return names.get(owner) if tier else None


def _covered(each: Coverage, names: Names) -> dict[str, Any]:
    """What a component rests on, and the part that it is or lies in."""
    return {
        "component": each.component.value,
        "data": each.data.value,
        "in": None if each.entry is None else _part(each.entry, names),
    }


def _electricity(footprint: BatteryFootprint, names: Names) -> Iterator[dict[str, Any]]:
    """As the ruleset counts it; where it takes electricity as declared, as its makers state it."""
    for each in footprint.electricity:
        yield _restated(each, names)
    if footprint.electricity:
        return
    for entry in footprint.entries:
        for used in entry.electricity or ():
            yield {
                "part": entry.part,
                "supplier": _supplier(entry.owner, entry.tier, names),
                "country": used.country,
                "kwh": text(used.kwh),
                "counted": text(used.counted),
                "instrument": used.instrument,
            }


def _restated(each: Restated, names: Names) -> dict[str, Any]:
    return {
        "part": each.part,
        "supplier": names.get(each.owner),
        "country": each.used.country,
        "kwh": text(each.used.kwh),
        "counted": text(each.used.counted),
        "instrument": each.used.instrument,
        "mix": None if each.mix is None else text(each.mix.value),
        "value": text(each.value),
    }
