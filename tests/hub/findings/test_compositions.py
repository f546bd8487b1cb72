"""A declared value against its composition; every number worked out beside the test."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hub.findings.rules import Composition, Material, View, evaluate
from hub.findings.rules.compositions import material_floor, own_process_limit
from tests.hub.findings.rules import DAY, _has_words
from tests.schemas.rollup.chains import KG, PIECE, part, solved, value
from tierlight_schemas.checks import BANDS
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Input, Kind, Known

ABOVE, FLOOR = "tier/declared-far-above-inputs", "tier/below-material-floor"
DIGEST = "d" * 64


def used(quantity, value_used, allocation="1", unit=KG):
    amounts = (Decimal(quantity), unit, Decimal(value_used), Decimal(allocation))
    return Input(None, *amounts)


def told(code, kgco2e, inputs, materials=(), complete=True, known=Known.DECLARED, **more):
    """Findings of one code on a part of a category that was declared from these inputs."""
    about = {name: more.pop(name) for name in ("category", "base_unit", "mass") if name in more}
    declared = replace(
        value(kgco2e, more.pop("unit", KG), more.pop("amount", 1), known),
        reference=DIGEST, inputs=tuple(inputs), **more,
    )  # fmt: skip
    about.setdefault("category", "steel-part")
    about.setdefault("base_unit", KG)
    node = part("bracket", kind=Kind.MATERIAL, declared=declared, **about)
    composition = Composition(complete, tuple(materials))
    view = View(solved(node), "bracket", DAY.isoformat(), compositions={DIGEST: composition})
    flags = [flag for flag in evaluate(view) if flag.code == code]
    for flag in flags:
        _has_words(flag)
    return flags


class TestDeclaredFarAboveInputs:
    def test_more_than_making_it_can_emit(self):
        (flag,) = told(ABOVE, "8.00", [used("1.20", "2.00")])
        assert (flag.severity, flag.owner) == (Severity.WARNING, "maker")
        assert flag.subject["digest"] == DIGEST
        assert flag.evidence == {
            "declared": "8",
            "inputs": "2.4",  # 1.2 kg at 2
            "amount": "1",
            "unit": KG,
            "excess": "5.6",
            "limit": "4.5",  # what a steel part usually emits with all its steel
            "band": "steel-part",
        }

    def test_per_kilogram_whatever_it_is_declared_in(self):
        pieces = {"base_unit": PIECE, "unit": PIECE, "amount": 10, "mass_kg": Decimal(5)}
        (flag,) = told(ABOVE, "40.0", [used("6.00", "2.00")], **pieces)
        assert (flag.evidence["amount"], flag.evidence["excess"]) == ("5", "5.6")
        by_record = {"base_unit": PIECE, "unit": PIECE, "amount": 10, "mass": "0.5"}
        (flag,) = told(ABOVE, "40.0", [used("6.00", "2.00")], **by_record)
        assert flag.evidence["excess"] == "5.6"

    def test_a_vehicle_is_compared_with_its_assembly_plant(self):
        car = {"category": "bev-passenger-car", "base_unit": PIECE, "unit": PIECE}
        (flag,) = told(ABOVE, "14000", [used("1", "12000", unit=PIECE)], **car)
        assert (flag.evidence["excess"], flag.evidence["limit"]) == ("2000", "1000")
        assert told(ABOVE, "12800", [used("1", "12000", unit=PIECE)], **car) == []

    @pytest.mark.parametrize(
        ("kgco2e", "inputs", "more"),
        [
            ("6.00", [used("1.20", "2.00")], {}),  # 3.6 above
            ("6.90", [used("1.20", "2.00")], {}),  # 4.5 above
            ("2.40", [used("1.20", "2.00")], {}),
            ("1.00", [used("1.20", "2.00")], {}),  # below: another finding
            ("7", [used("1.20", "2.00")], {}),  # printed so, it may be 6.5
            ("8.00", [used("1.20", "2.00")], {"complete": False}),
            ("8.00", [used("1.20", "2.00")], {"exempted_percent": Decimal(6)}),
            ("8.00", [used("1.20", "2.00")], {"mass_balanced": True}),
            ("8.00", [used("1.20", "2.00")], {"category": None}),
            ("8.00", [used("1.20", "2.00")], {"category": "own-goods"}),
            ("8.00", [used("1.20", "2.00"), used("0.1", "-1")], {}),
            ("8.00", [used("1.20", "2.00")], {"known": Known.EXPIRED}),
            ("8.00", [], {}),
            ("8.00", [used("1.20", "2.00")], {"base_unit": PIECE, "unit": PIECE}),  # no mass
        ],
    )
    def test_silent(self, kgco2e, inputs, more):
        assert told(ABOVE, kgco2e, inputs, **more) == []

    def test_up_to_five_percent_exempted_may_be_inputs(self):
        assert len(told(ABOVE, "8.00", [used("1.2", "2")], exempted_percent=Decimal(5))) == 1

    def test_an_own_process_is_a_part_of_the_footprint_of_its_category(self):
        for name, band in BANDS.items():
            limit = own_process_limit(name)
            if band.quantity == "footprint" and band.per != "piece":
                assert limit is not None
                assert (limit.amount, limit.unit) == (band.soft_high, band.per)
        assert own_process_limit("oem-assembly-plant-cn") == own_process_limit("bev-passenger-car")
        assert own_process_limit("grid-electricity-cn") is None


ALUMINIUM = Material("aluminium-primary-part", Decimal("1.30"))
"""At least 2 kgCO2e a kg."""


class TestBelowMaterialFloor:
    def test_less_than_the_materials_alone(self):
        steel = Material("steel-part", Decimal(2))  # at least 0.3 a kg
        (flag,) = told(FLOOR, "1.50", [used("1", "0.1")], [ALUMINIUM, steel])
        assert (flag.severity, flag.owner) == (Severity.WARNING, "maker")
        assert flag.subject["digest"] == DIGEST
        assert flag.evidence == {
            "declared": "1.5",
            "floor": "3.2",  # 1.3 kg at 2 and 2 kg at 0.3
            "mass": "3.3",
            "materials": "aluminium-primary-part 1.3 kg × 2, steel-part 2 kg × 0.3",
            "tolerance": "0.005",
        }

    @pytest.mark.parametrize(
        ("kgco2e", "materials", "more"),
        [
            ("2.60", [ALUMINIUM], {}),
            ("9.00", [ALUMINIUM], {}),
            ("2.595", [ALUMINIUM], {"exempted_percent": Decimal(1)}),
            ("3", [Material("steel-part", Decimal("11.5"))], {}),  # printed so, it may be 3.45
            ("0.10", [], {}),
            ("0.10", [Material("unobtainium", Decimal(3))], {}),
            ("0.10", [Material("nmc-pack", Decimal(3))], {}),  # banded per kWh
            ("0.10", [ALUMINIUM], {"mass_balanced": True}),
            ("0.10", [Material("road-freight", Decimal(3))], {}),
            ("0.50", [Material("steel-part", Decimal(2), Decimal("0.5"))], {}),
        ],
    )
    def test_silent(self, kgco2e, materials, more):
        assert told(FLOOR, kgco2e, [used("1", "0.1")], materials, **more) == []

    def test_silent_without_a_composition(self):
        assert told(FLOOR, "0.10", [], [ALUMINIUM]) == []

    def test_the_lowest_band_of_a_route(self):
        assert material_floor("aluminium-recycled-part") == Decimal("0.2")
        assert material_floor("Aluminium-Primary-Part ") == Decimal(2)
        assert material_floor("aluminium-part") == Decimal("0.2")  # nobody says which route
        assert material_floor("steel-part-blast-furnace") == Decimal("0.68")
        assert material_floor("oem-assembly-plant-cn") is None
        assert material_floor(None) is None
