"""A battery of few parts for the tests of its declaration: numbers that anyone can redo.

PACK <- own process 100, housing 50 (housing), electronics 30 (BMS), way in 4, and two cells of
        CELLS, each bought: 200 = materials 120, production 70, transport 10
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tests.schemas.rollup.chains import KWH, line, part, solved, source, value
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.declare import Study, declare
from tierlight_schemas.battery.entries import entries
from tierlight_schemas.battery.gaps import Number
from tierlight_schemas.battery.model import BatteryModel, Plant
from tierlight_schemas.battery.reading import Reading, Told
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.battery.rulesets import ANNEX_II, Ruleset
from tierlight_schemas.rollup.model import Kind, PartNode, Quality
from tierlight_schemas.rollup.reference import Solution

PRIMARY = Quality(primary_data_share=Decimal(80))
CELL_SPLIT = [
    {"stage": "raw-material", "emissions": "20"},
    {"stage": "cathode", "emissions": "40"},
    {"stage": "anode", "emissions": "20"},
    {"stage": "electrolyte", "emissions": "20"},
    {"stage": "separator", "emissions": "10"},
    {"stage": "cell-casing", "emissions": "10"},
    {"stage": "production", "emissions": "70"},
    {"stage": "transport", "emissions": "10"},
]
CARRIERS = [
    {
        "carrier": "electricity",
        "quantity": "100",
        "unit": "kilowatt hour",
        "country": "CN",
        "locationBased": "60",
        "marketBased": "60",
    }
]
SPLIT = {"stages": CELL_SPLIT, "carriers": CARRIERS}
NO_ELECTRICITY = [{"carrier": "natural gas", "locationBased": "1"}]
PLAIN = {"stages": [], "carriers": NO_ELECTRICITY}
"""Of a part that lies in one stage and uses gas alone."""
CLASSES = {
    "CELL": Component.CELL,
    "HOUSING": Component.HOUSING,
    "BMS": Component.ELECTRONICS,
    "POWER": Component.ELECTRICITY,
}
PLANT = Plant(code="P1", name="Plant 1", country="DE")
MIXES = {
    "CN": Number(Decimal("0.6"), "kgCO2e/kWh", "factor:CN"),
    "DE": Number(Decimal("0.4"), "kgCO2e/kWh", "factor:DE"),
}
FREIGHT: dict[Any, Number] = {
    "road": Number(Decimal("0.1"), "kgCO2e/tkm", "factor:road"),
    "sea": Number(Decimal("0.01"), "kgCO2e/tkm", "factor:sea"),
}
ALUMINIUM = {
    "name": "aluminium",
    "family": "metal",
    "massKg": "100",
    "ev": "10",
    "evStar": "10",
    "erecEol": "3",
    "r2": "0.855",
    "r2Evidence": "contract 7",
    "qOut": "1",
    "ed": "0.05",
}
MODEL: dict[str, Any] = {
    "category": "ev",
    "model": "TL-72",
    "manufacturer": {"name": "Beifeng Pack", "address": "Road 1, Wuhu"},
    "massKg": "100",
    "serviceLife": {
        "usableKwh": "72",
        "vehicleCategory": "M1",
        "cyclesPerYear": "60",
        "cyclesJustification": "as in the draft",
        "warrantyYears": "8",
    },
    "declarationOfConformity": "DoC-1",
    "studyLink": "https://battery.example/study",
    "distribution": {"market": "local"},
    "dismantling": "2",
    "materials": [ALUMINIUM],
}


def declared(name: str, kgco2e: str, **more: Any) -> PartNode:
    """A supplier's declared part; its declaration is called as the part is, in small letters."""
    told = value(kgco2e, quality=more.pop("quality", PRIMARY), reference=name.lower(), **more)
    return part(name, owner="supplier", declared=told)


def bought(name: str, **more: Any) -> PartNode:
    """An own part that is bought as the supplier's `S-<name>`."""
    return part(name, sources=(source(f"S-{name}"),), **more)


def nodes() -> list[PartNode]:
    """The battery and all that it needs, the battery first."""
    own = part(
        "POWER", kind=Kind.ENERGY, base_unit=KWH, default=value("0.4", KWH, reference="grid")
    )
    way = part(
        "WAY", kind=Kind.TRANSPORT, base_unit="ton kilometer",
        default=value("0.1", "ton kilometer", reference="lorry"),
    )  # fmt: skip
    lines = (
        line("CELL", 2), line("HOUSING"), line("BMS"),
        line("POWER", 250, KWH), line("WAY", 40, "ton kilometer"),
    )  # fmt: skip
    return [
        part("PACK", *lines, mass="100"),
        own,
        way,
        *(bought(name) for name in ("CELL", "HOUSING", "BMS")),
        declared("S-CELL", "200"),
        declared("S-HOUSING", "50"),
        declared("S-BMS", "30"),
    ]


TOLD = {
    "s-cell": Told(SPLIT, ("AR6",)),
    "s-housing": Told(PLAIN, ("AR6",)),
    "s-bms": Told(PLAIN, ("AR6",)),
}


def study(
    solution: Solution | None = None,
    told: Mapping[str, Told] = TOLD,
    classes: Mapping[str, Component] = CLASSES,
    **more: Any,
) -> Study:
    """What the declaration of PACK is computed from; `more` replaces members of the model."""
    held = solution or solved(*nodes())
    reading = Reading(held, "PACK", classes, told, "DE")
    return Study(
        part="PACK",
        model=BatteryModel.model_validate({**MODEL, **more}),
        plant=PLANT,
        as_of=date(2026, 3, 1),
        entries=entries(reading),
        account=held.accounts["PACK"],
        revisions=["r1"],
        net_mass_kg=Decimal(100),
        mixes=MIXES,
        averages=FREIGHT,
        plants_of_making=["P1"],
    )


def footprint(rules: Ruleset = ANNEX_II, **more: Any) -> BatteryFootprint:
    """PACK's declaration."""
    return declare(study(**more), rules)


def cases(found: BatteryFootprint) -> set[tuple[str, str, str]]:
    """Its gaps: code, case and part."""
    return {(gap.code.partition("/")[2], gap.case, gap.part) for gap in found.gaps}


def stated(number: Number | None) -> Decimal:
    """A number that is there."""
    assert number is not None
    return number.value
