"""What a total lacks: a planted defect that each rule finds, and a healthy twin."""

from decimal import Decimal

import pytest

from hub.findings.rules.gaps import is_vehicle
from hub.findings.usecases import words
from tests.hub.findings.rules import found, only
from tests.schemas.rollup.chains import KG, KWH, line, part, source, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Band, Kind, Known, Leg

POWER = part("power", kind=Kind.ENERGY, base_unit=KWH, declared=value("0.4", KWH))
STEEL = part("steel", kind=Kind.MATERIAL, base_unit=KG, declared=value("2", KG))


def door(*lines, **more):
    """A built-up part whose own process is told by an energy line."""
    return part("door", *lines, line("power", "5", KWH), mass="10", **more)


class TestMissing:
    def test_a_line_that_resolves_to_nothing_is_named_with_its_mass(self):
        glass = part("glass", kind=Kind.MATERIAL, base_unit=KG)
        flag = only(
            "tier/missing",
            door(line("steel", "6", KG), line("glass", "2", KG)),
            STEEL,
            POWER,
            glass,
        )
        assert (flag.severity, flag.tier, flag.owner) == (Severity.WARNING, 0, "maker")
        assert flag.subject == {"type": "part", "part": "glass", "name": "glass"}
        assert flag.evidence == {
            "quantity": "2",
            "unit": KG,
            "mass": "2",
            "share": "25",  # 2 kg of 6 + 2
            "estimate": "–",
            "cause": "missing",
            "case": "no-estimate",
        }

    def test_silent_when_the_part_is_declared(self):
        glass = part("glass", kind=Kind.MATERIAL, base_unit=KG, declared=value("1.4", KG))
        lines = (line("steel", "6", KG), line("glass", "2", KG))
        assert found("tier/missing", door(*lines), STEEL, POWER, glass) == []

    def test_the_band_of_its_category_says_what_it_may_stand_for(self):
        band = Band("automotive-glass", KG, Decimal("0.5"), Decimal("1.5"))
        glass = part("glass", kind=Kind.MATERIAL, base_unit=KG, band=band)
        flag = only("tier/missing", door(line("glass", "2", KG, scrap="0.5")), POWER, glass)
        # 2 kg net and half of that lost on the way in: 3 kg at 1.5
        assert (flag.evidence["quantity"], flag.evidence["estimate"]) == ("3", "4.5")

    def test_a_quantity_is_that_of_the_root(self):
        glass = part("glass", kind=Kind.MATERIAL, base_unit=KG)
        car = part("car", line("door", "4"), line("power", "1", KWH))
        flag = only("tier/missing", car, door(line("glass", "2", KG)), POWER, glass)
        assert flag.evidence["mass"] == "8"

    def test_a_share_that_the_supplier_does_not_tell_is_missing_one_tier_deeper(self):
        bought = part(
            "pack",
            sources=(source("their-pack", "0.6"), source(None, "0.4", reason="not-shared")),
            mass="300",
        )
        theirs = part("their-pack", owner="other", declared=value("4000"), mass="300")
        flag = only("tier/missing", bought, theirs)
        assert (flag.tier, flag.evidence["cause"]) == (1, "share")
        assert (flag.evidence["mass"], flag.evidence["share"]) == ("120", "40")
        assert flag.subject["supplier_part"] == "its part"
        said = words(flag, "en")
        assert "No value of a supplier for pack may be used" in said.text
        assert "120 kg (40 % of the mass)" in said.text
        assert said.remedy.startswith("Ask the supplier to confirm the link")

    def test_an_option_group_without_a_take_rate_is_missing_by_line(self):
        seats = [part(f"seat {n}", declared=value("50")) for n in (1, 2)]
        lines = [line(seat.id, group="seats") for seat in seats]
        flags = found("tier/missing", door(*lines), POWER, *seats)
        assert [flag.subject["child"] for flag in flags] == ["seat 1", "seat 2"]
        assert {flag.evidence["cause"] for flag in flags} == {"option-unresolved"}
        said = words(flags[0], "en")
        assert said.text.startswith("seat 1 is one of the alternatives seats, and no take rate")
        assert "take_rate" in said.remedy
        rated = [line(seat.id, group="seats", take_rate="0.5") for seat in seats]
        assert found("tier/missing", door(*rated), POWER, *seats) == []

    def test_what_expired_is_missing_until_it_is_declared_again(self):
        old = part("glass", base_unit=KG, declared=value("1.4", KG, known=Known.EXPIRED))
        assert only("tier/missing", door(line("glass", "2", KG)), POWER, old).evidence["cause"] == (
            "expired"
        )


class TestDefaultUsed:
    FACTOR = value("2.1", KG, known=Known.DEFAULT, uptake=None, reference="an open source (2024)")

    def test_a_factor_that_stands_in_is_named_with_source_and_carbon(self):
        steel = part("steel", kind=Kind.MATERIAL, base_unit=KG, default=self.FACTOR)
        flag = only("tier/default-used", door(line("steel", "6", KG)), steel, POWER)
        assert flag.severity is Severity.NOTE
        assert flag.evidence == {
            "source": "an open source (2024)",
            "value": "2.1",
            "unit": KG,
            "quantity": "6",
            "carbon": "12.6",
            "build_up": "no",
        }

    def test_silent_when_a_declaration_goes_first(self):
        steel = part(
            "steel", kind=Kind.MATERIAL, base_unit=KG, default=self.FACTOR, declared=value("2", KG)
        )
        assert found("tier/default-used", door(line("steel", "6", KG)), steel, POWER) == []

    def test_says_when_it_took_the_place_of_a_thin_build_up(self):
        glass = part("glass", kind=Kind.MATERIAL, base_unit=KG)
        thin = door(line("glass", "10", KG), default=value("30", known=Known.DEFAULT))
        flag = only("tier/default-used", thin, POWER, glass)
        assert (flag.evidence["build_up"], flag.evidence["value"]) == ("yes", "30")


class TestOwnProcessUnknown:
    def test_a_part_built_of_components_alone(self):
        frame = part("frame", line("steel", "6", KG), mass="6")
        flag = only("tier/own-process-unknown", frame, STEEL)
        assert (flag.severity, flag.subject["part"]) == (Severity.WARNING, "frame")
        assert flag.evidence == {"quantity": "1", "unit": "piece"}

    @pytest.mark.parametrize(
        "told",
        [
            {"own": value("3")},
            {"kind": Kind.TRADING},
            {"declared": value("20")},
        ],
        ids=["process declaration", "trader", "declared as a whole"],
    )
    def test_silent_when_told(self, told):
        frame = part("frame", line("steel", "6", KG), mass="6", **told)
        assert found("tier/own-process-unknown", frame, STEEL) == []

    def test_silent_for_an_energy_line(self):
        assert found("tier/own-process-unknown", door(line("steel", "6", KG)), STEEL, POWER) == []


class TestVehiclePlantMissing:
    def car(self, **more):
        lines = (line("steel", "900", KG), line("power", "300", KWH))
        return part("car", *lines, category="bev-passenger-car", **more)

    def test_a_vehicle_without_the_declaration_of_its_plants(self):
        flag = only("tier/vehicle-plant-missing", self.car(), STEEL, POWER)
        assert (flag.severity, flag.subject["part"]) == (Severity.ERROR, "car")

    def test_silent_with_it(self):
        plant = self.car(own=value("420"))
        assert found("tier/vehicle-plant-missing", plant, STEEL, POWER) == []

    def test_a_pack_is_no_vehicle(self):
        pack = part("pack", line("steel", "9", KG), category="nmc-pack")
        assert found("tier/vehicle-plant-missing", pack, STEEL) == []

    @pytest.mark.parametrize(
        ("category", "expected"),
        [
            ("bev-passenger-car", True),
            ("ice-passenger-car", True),
            ("vehicle", True),
            ("Vehicles/Truck", True),
            ("oem-assembly-plant-cn", False),  # a band per vehicle, but of a plant
            ("vehicle-battery", False),
            ("nmc-pack", False),
            (None, False),
        ],
    )
    def test_what_counts_as_a_vehicle(self, category, expected):
        assert is_vehicle(part("any", category=category)) is expected


class TestBeyondGate:
    @pytest.mark.parametrize(
        ("kind", "stage", "told"),
        [
            (Kind.INFRASTRUCTURE, None, "infrastructure"),
            (Kind.SERVICE, "maintenance", "maintenance"),
            (Kind.ENERGY, "use", "use"),
            (Kind.WASTE, "end-of-life", "end-of-life"),
            (Kind.MATERIAL, "capital-goods", "capital-goods"),
        ],
    )
    def test_a_line_of_later_life_is_named_and_left_out(self, kind, stage, told):
        later = part("later", kind=kind, base_unit=KG, declared=value("7", KG))
        root = door(line("steel", "6", KG), line("later", "1", KG, stage=stage))
        flag = only("tier/beyond-gate", root, STEEL, POWER, later)
        assert (flag.severity, flag.evidence) == (Severity.NOTE, {"stage": told})
        assert (flag.subject["part"], flag.subject["child"]) == ("door", "later")

    def test_a_process_declaration_does_not_hide_later_life(self):
        charging = line("power", "250", KWH, stage="use")
        root = part("door", line("steel", "6", KG), charging, mass="6", own=value("3"))
        flag = only("tier/beyond-gate", root, STEEL, POWER)
        assert flag.subject["child"] == "power"
        before = part("door", line("steel", "6", KG), line("power", 5, KWH), own=value("3"))
        assert found("tier/beyond-gate", before, STEEL, POWER) == []

    def test_silent_for_a_line_before_the_gate(self):
        box = part("box", kind=Kind.MATERIAL, base_unit=KG, declared=value("1", KG))
        root = door(line("steel", "6", KG), line("box", "1", KG, stage="packaging"))
        assert found("tier/beyond-gate", root, STEEL, POWER, box) == []

    def test_the_product_itself_sent_to_treatment_is_its_end_of_life(self):
        used = part("used doors", kind=Kind.WASTE, base_unit=KG)
        root = door(line("steel", "6", KG), line("used doors", "-6.0", KG))
        flag = only("tier/beyond-gate", root, STEEL, POWER, used)
        assert flag.evidence == {"case": "whole-product", "quantity": "6"}
        offcuts = door(line("steel", "6", KG), line("used doors", "-1.2", KG))
        assert found("tier/beyond-gate", offcuts, STEEL, POWER, used) == []

    def test_one_piece_of_a_piece_sent_to_treatment_is_its_end_of_life(self):
        used = part("used door", kind=Kind.WASTE)
        root = door(line("steel", "6", KG), line("used door", "-1", "piece"))
        assert only("tier/beyond-gate", root, STEEL, POWER, used).subject["child"] == "used door"

    def test_a_generator_belongs_to_its_electricity(self):
        turbine = part("turbine", kind=Kind.INFRASTRUCTURE, declared=value("900"))
        wind = part("wind", line("turbine", "0.001"), kind=Kind.ENERGY, base_unit=KWH)
        root = part("door", line("steel", "6", KG), line("wind", "5", KWH))
        assert found("tier/beyond-gate", root, STEEL, wind, turbine) == []


class TestInboundLegMissing:
    def root(self, leg):
        bought = part("pack", sources=(source("their-pack", 1, leg),), mass="300")
        theirs = part(
            "their-pack", owner="other", mass="300", declared=value("4000", outbound=Decimal("9"))
        )
        return part("car", line("pack"), line("power", "1", KWH)), bought, theirs, POWER

    def test_neither_side_states_the_way(self):
        flag = only("tier/inbound-leg-missing", *self.root(Leg("buyer", False)))
        assert (flag.severity, flag.tier) == (Severity.WARNING, 0)
        assert (flag.subject["type"], flag.subject["part"]) == ("link", "pack")
        # 0.3 t over 500 km at the median of lorries, sqrt(0.06 × 0.5) = 0.17320508 kgCO2e/t·km
        assert flag.evidence == {"tonnes": "0.3", "distance": "500", "estimate": "25.980762"}

    @pytest.mark.parametrize(
        "leg",
        [None, Leg("buyer", True), Leg("supplier", True)],
        ids=["service", "buyer", "supplier"],
    )
    def test_silent_when_one_side_does(self, leg):
        assert found("tier/inbound-leg-missing", *self.root(leg)) == []

    def test_without_a_mass_only_the_link_is_named(self):
        bought = part("pack", sources=(source("their-pack", 1, Leg("supplier", False)),))
        theirs = part("their-pack", owner="other", declared=value("4000"))
        evidence = only("tier/inbound-leg-missing", bought, theirs).evidence
        assert evidence == {"case": "supplier-pays-no-mass"}

    @pytest.mark.parametrize(
        ("payer", "remedy"),
        [
            ("supplier", "By the delivery term the supplier pays: ask it to state outbound"),
            ("buyer", "State the delivery term of the sourcing link, or add a transport line."),
        ],
    )
    def test_whoever_pays_is_who_can_state_it(self, payer, remedy):
        flag = only("tier/inbound-leg-missing", *self.root(Leg(payer, False)))
        said = words(flag, "en")
        assert said.remedy.startswith(remedy)
        assert "0.3 t, about 25.980762 kgCO2e" in said.text


class TestUndeclaredSupplier:
    def test_a_bought_part_without_a_link(self):
        glass = part("glass", kind=Kind.MATERIAL, base_unit=KG)
        flag = only("tier/undeclared-supplier", door(line("glass", "2", KG)), POWER, glass)
        assert (flag.subject["part"], flag.evidence) == (
            "glass",
            {"supplier": "–", "case": "unnamed"},
        )
        assert words(flag, "de").text == "glass wird zugekauft, aber kein Lieferant ist benannt."

    def test_a_supplier_that_never_registered(self):
        glass = part("glass", sources=(source(None, 1, reason="unregistered"),), mass="2")
        flag = only("tier/undeclared-supplier", door(line("glass")), POWER, glass)
        assert flag.evidence == {"supplier": "a supplier"}

    @pytest.mark.parametrize("reason", ["not-shared", "unconfirmed"])
    def test_silent_for_a_registered_supplier_that_does_not_share(self, reason):
        glass = part("glass", sources=(source(None, 1, reason=reason),), mass="2")
        assert found("tier/undeclared-supplier", door(line("glass")), POWER, glass) == []

    def test_silent_for_what_is_declared_or_made_or_carries_no_mass(self):
        oil = part("oil", kind=Kind.AUXILIARY, base_unit=KG)
        root = door(line("steel", "6", KG), line("oil", "1", KG))
        assert found("tier/undeclared-supplier", root, STEEL, POWER, oil) == []
