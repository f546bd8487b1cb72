"""What the manufacturer itself is told of a battery's footprint: every number, and every gap.

It holds what suppliers show the manufacturer, and is no public file.
"""

from typing import Any

from hub.disclosure.reader import Labels
from hub.exports.battery.declaring import Declared, gaps_in_words
from hub.exports.battery.writing import NOTICES
from tierlight_schemas.battery.circular import CircularMaterial
from tierlight_schemas.battery.distribution import TravelledLeg
from tierlight_schemas.battery.electricity import Restated
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.gaps import Number
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.battery.rulesets import Ruleset
from tierlight_schemas.battery.service_life import FunctionalUnit
from tierlight_schemas.battery.staging import staged
from tierlight_schemas.rollup.result import text


def answer(found: Declared, lang: str, against: str | None = None) -> dict[str, Any]:
    """The result; `against` is the digest of the inputs of an earlier one."""
    footprint, names = found.footprint, found.labels
    told = {
        "part": footprint.part,
        "plant": footprint.plant.document() if footprint.plant else None,
        "as_of": footprint.as_of.isoformat(),
        "known_at": found.rollup.moment.known_at.isoformat(),
        "notices": list(NOTICES),
        "ruleset": ruleset_row(footprint.ruleset),
        "is_complete": footprint.is_complete,
        "inputs_digest": footprint.inputs_digest,
        **({} if against is None else {"is_stale": against != footprint.inputs_digest}),
        **_totals(footprint),
        "functional_unit": _functional_unit(footprint.functional_unit),
        "gaps": gaps_in_words(footprint.gaps, names, lang),
    }
    return told | _sources(footprint, names)


def ruleset_row(rules: Ruleset) -> dict[str, str]:
    """A ruleset as it is listed."""
    return {
        "id": rules.id,
        "title": rules.title,
        "status": rules.status,
        "electricity": rules.electricity,
        "characterization": rules.characterization_set,
    }


def _totals(footprint: BatteryFootprint) -> dict[str, Any]:
    return {
        "per_kwh": _whole(footprint.per_kwh),
        "per_battery": _number(footprint.per_battery),
        "known_per_battery": text(footprint.known_per_battery),
        "stages": [
            {
                "stage": each.stage.value,
                "per_kwh": in_full(each.per_kwh),
                "per_battery": text(each.per_battery),
                "known_per_battery": text(each.known),
            }
            for each in footprint.stages.values()
        ],
    }


def _functional_unit(unit: FunctionalUnit) -> dict[str, Any]:
    return {
        "usable_kwh": _number(unit.usable_kwh),
        "cycles_per_year": _number(unit.cycles_per_year),
        "years": _number(unit.years),
        "total_kwh": _number(unit.total_kwh),
        "mass_kg": _number(unit.mass_kg),
        "reference_flow": _number(unit.reference_flow),
    }


def _sources(footprint: BatteryFootprint, names: Labels) -> dict[str, Any]:
    rated = footprint.ratings
    return {
        "entries": [_entry(each, footprint.ruleset, names) for each in footprint.entries],
        "electricity": [_electricity(each, names) for each in footprint.electricity],
        "materials": [_material(each) for each in footprint.materials],
        "distribution": [_leg(each) for each in footprint.distribution],
        "coverage": [
            {"component": each.component.value, "data": each.data.value}
            for each in footprint.coverage
        ],
        "data_quality": {
            "technological": text(rated.technological),
            "geographical": text(rated.geographical),
            "temporal": text(rated.temporal),
            "primary_data_share": text(rated.primary_data_share),
        },
        "offsets_not_included": [each.document() for each in footprint.offsets],
        "contracts_what_if": text(footprint.contracts_what_if),
    }


def _entry(entry: Entry, rules: Ruleset, names: Labels) -> dict[str, Any]:
    is_staged = entry.value is not None and entry.component is not None
    stages = staged(entry, rules) if is_staged else None
    return {
        "part": entry.part,
        "name": entry.name,
        "supplier": names.of(entry.owner) or entry.supplier or None,
        "tier": entry.tier,
        "component": entry.component.value if entry.component else None,
        "step": entry.step.value,
        "known": entry.known.value,
        "value": text(entry.value),
        "is_partial": entry.is_partial,
        "stages": {stage.value: text(value) for stage, value in stages.items()} if stages else None,
        "source": entry.source,
    }


def _electricity(each: Restated, names: Labels) -> dict[str, Any]:
    return {
        "part": each.part,
        "supplier": names.of(each.owner),
        "country": each.used.country,
        "kwh": text(each.used.kwh),
        "counted": text(each.used.counted),
        "mix": _number(each.mix),
        "value": text(each.value),
    }


def _material(each: CircularMaterial) -> dict[str, Any]:
    return {
        "name": each.name,
        "mass_kg": text(each.mass_kg),
        "a": _number(each.a),
        "r1": _number(each.r1),
        "r2": _number(each.r2),
        "production": text(each.production),
        "cut_off": text(each.cut_off),
        "recycling": text(each.recycling),
        "energy": text(each.energy),
        "disposal": text(each.disposal),
    }


def _leg(each: TravelledLeg) -> dict[str, Any]:
    km, factor = _number(each.km), _number(each.factor)
    return {"mode": each.mode, "km": km, "factor": factor, "value": text(each.value)}


def _whole(number: Number | None) -> dict[str, str | None] | None:
    told = _number(number)
    return told if told is None or number is None else told | {"value": in_full(number.value)}


def _number(number: Number | None) -> dict[str, str | None] | None:
    if number is None:
        return None
    return {"value": text(number.value), "unit": number.unit, "source": number.source}
