"""Published batteries, NMC622 and LFP, by both stage maps.

The bills hold no values of some leaves; those stand at 1 here, so that everything is known. The
stages are redone over the rows of the source itself.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.schemas.battery.packs import FREIGHT, MIXES, MODEL, PLANT
from tests.schemas.rollup.chains import solved, value
from tests.schemas.rollup.test_real_boms import dictionaries, factors, near, premise, taken
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.declare import Study, declare
from tierlight_schemas.battery.entries import entries
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.reading import Reading
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.battery.rulesets import ANNEX_II, DRAFT_2024, Ruleset, Stage
from tierlight_schemas.rollup.model import PartNode

PACKS = ("battery_NMC622_per_kwh", "battery_LFP_per_kwh")
CLASS_OF_NAME: Mapping[str, Component] = {
    "market for battery, Li-ion, NMC622": Component.BATTERY,
    "battery production, Li-ion, NMC622": Component.BATTERY,
    "battery cell production, Li-ion, NMC622": Component.CELL,
    "cathode, NMC622, for Li-ion battery": Component.CATHODE,
    "NMC622 oxide": Component.CATHODE_ACTIVE_MATERIAL,
    "market for anode, graphite, for Li-ion battery": Component.ANODE,
    "electrolyte, for Li-ion battery": Component.ELECTROLYTE,
    "copper collector foil, for Li-ion battery": Component.CURRENT_COLLECTOR,
    "aluminium collector foil, for Li-ion battery": Component.CURRENT_COLLECTOR,
    "battery separator": Component.SEPARATOR,
    "market for battery module packaging, Li-ion": Component.HOUSING,
    "battery management system production, for Li-ion battery": Component.ELECTRONICS,
    "market for battery, Li-ion, LFP, rechargeable, prismatic": Component.BATTERY,
    "market for battery cell, Li-ion, LFP": Component.CELL,
    "battery cell production, Li-ion, LFP": Component.CELL,
    "Cathode paste, LFP": Component.CATHODE,
    "Lithium iron phosphate [LiFePO4]": Component.CATHODE_ACTIVE_MATERIAL,
    "Anode paste, LFP": Component.ANODE,
    "anode, graphite, for Li-ion battery": Component.ANODE_ACTIVE_MATERIAL,
    "Cathode current collector, LFP": Component.CURRENT_COLLECTOR,
    "Anode current collector, LFP": Component.CURRENT_COLLECTOR,
    "Electrolyte, LFP": Component.ELECTROLYTE,
    "Cell container": Component.CELL_CASING,
    "market for battery management system, for Li-ion battery": Component.ELECTRONICS,
    "market group for electricity, medium voltage": Component.ELECTRICITY,
    "market for heat, district or industrial, natural gas": Component.OTHER_ENERGY,
}
NO_MATERIALS = {"materials": [], "dismantling": "0"}


def classed(nodes: list[PartNode]) -> dict[str, Component]:
    return {node.id: CLASS_OF_NAME[node.name] for node in nodes if node.name in CLASS_OF_NAME}


def pack(name: str) -> tuple[str, list[PartNode]]:
    """The published bill with every leaf known: the open factor, else 1."""
    root, nodes = premise(dictionaries(f"bom/product_bom_{name}.csv"))
    return root, [
        node if node.lines or node.declared or node.gas
        else replace(node, declared=value("1", node.base_unit))
        for node in nodes
    ]  # fmt: skip


def footprint(name: str, rules: Ruleset, silent: str = "") -> BatteryFootprint:
    """The pack of 1 kWh, by a ruleset; `silent` is a part that nobody has declared."""
    root, nodes = pack(name)
    named = [replace(node, name=node.id.split("|")[0]) for node in nodes]
    held = [
        replace(node, declared=None) if silent and node.name == silent else node for node in named
    ]
    solution = solved(*held, root=root, use_defaults=False)
    found = entries(Reading(solution, root, classed(named), {}, "DE"))
    model = BatteryModel.model_validate({**MODEL, **NO_MATERIALS})
    study = Study(root, model, PLANT, date(2026, 3, 1), found, solution.accounts[root], [],
                  Decimal(100), MIXES, FREIGHT)  # fmt: skip
    return declare(study, rules)


@pytest.mark.parametrize(
    ("name", "unsplit"),
    [
        (
            "battery_NMC622_per_kwh",
            {
                "market for anode, graphite, for Li-ion battery",
                "market for battery module packaging, Li-ion",
            },
        ),
        ("battery_LFP_per_kwh", {"Lithium iron phosphate [LiFePO4]"}),
    ],
)
def test_two_maps_share_one_total_out_otherwise(name: str, unsplit: set[str]) -> None:
    """What is bought as one value spans two stages of the draft, and only of the draft."""
    same_power = replace(DRAFT_2024, electricity="as-declared")
    annex, draft = footprint(name, ANNEX_II), footprint(name, same_power)
    assert annex.known_per_battery > 0
    assert near(annex.known_per_battery, Fraction(draft.known_per_battery))
    main = [found.stages[Stage.MAIN_PRODUCTION].known for found in (annex, draft)]
    assert 0 < main[0] < main[1] < annex.known_per_battery
    assert not [gap for gap in annex.gaps if gap.case in ("value", "component")]
    assert unsplit_in(annex) == set()
    assert unsplit_in(draft) == unsplit


def unsplit_in(found: BatteryFootprint) -> set[str]:
    return {g.part.split("|")[0] for g in found.gaps if g.code == "battery/stage-unsplit"}


@pytest.mark.parametrize("name", PACKS)
def test_main_production_is_what_the_source_s_own_rows_give(name: str) -> None:
    """By Annex II: energy, services, waste and emissions of assembling cells and battery."""
    rows = dictionaries(f"bom/product_bom_{name}.csv")
    assembled = {
        row["line_id"]
        for row in rows
        if CLASS_OF_NAME.get(row["name"]) in (Component.CELL, Component.BATTERY)
    } | {rows[0]["line_id"]}
    amounts = {rows[0]["line_id"]: Fraction(1)}
    found = Fraction(0)
    for row in rows[1:]:
        amounts[row["line_id"]] = amounts[row["parent_line_id"]] * taken(row)
        if row["parent_line_id"] in assembled and row["node_type"] in MAKING:
            found += amounts[row["line_id"]] * _factor(row)
    whole = footprint(name, ANNEX_II)
    assert found > 0
    assert near(whole.stages[Stage.MAIN_PRODUCTION].known, found)


MAKING = ("energy", "service", "waste", "direct_emission")


def _factor(row: Mapping[str, str]) -> Fraction:
    return Fraction(factors().get((row["name"], row["unit"]), Decimal(1)))


@pytest.mark.parametrize(
    ("name", "silent"),
    [
        ("battery_NMC622_per_kwh", "NMC622 hydroxide"),
        ("battery_NMC622_per_kwh", "market for lithium hexafluorophosphate"),
        ("battery_LFP_per_kwh", "Lithium iron phosphate [LiFePO4]"),
    ],
)
def test_a_tier_that_is_silent_is_named(name: str, silent: str) -> None:
    """Deep in the bill one declaration is missing: no total, and the part by its name."""
    whole, holed = footprint(name, ANNEX_II), footprint(name, ANNEX_II, silent)
    assert whole.known_per_battery >= holed.known_per_battery
    assert holed.per_battery is None
    named = {gap.part.split("|")[0] for gap in holed.gaps if gap.case == "value"}
    assert named == {silent}
    assert not [gap for gap in whole.gaps if gap.case == "value"]


def test_every_class_is_used() -> None:
    seen: dict[str, set[Component]] = defaultdict(set)
    for name in PACKS:
        for entry in footprint(name, ANNEX_II).entries:
            if entry.component:
                seen[name].add(entry.component)
    assert seen[PACKS[0]] >= {Component.CATHODE_ACTIVE_MATERIAL, Component.ELECTRONICS}
    assert seen[PACKS[1]] >= {Component.CELL_CASING, Component.ANODE_ACTIVE_MATERIAL}
