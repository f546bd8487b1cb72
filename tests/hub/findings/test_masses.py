"""kg in against kg out, each number worked out by hand beside the test."""

from decimal import Decimal

import pytest

from tests.hub.findings.rules import found, only
from tests.schemas.rollup.chains import KG, KWH, PIECE, TKM, line, part, source, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Kind

IMBALANCE, LOSS = "tier/mass-imbalance", "tier/pass-through-loss"
M3 = "cubic meter"
POWER = part("power", kind=Kind.ENERGY, base_unit=KWH, declared=value("0.4", KWH))


def material(name, **more):
    return part(name, kind=Kind.MATERIAL, base_unit=KG, declared=value("2", KG), **more)


STEEL, COPPER, WATER, SLAG = (
    material("steel"),
    material("copper"),
    part("water", kind=Kind.AUXILIARY, base_unit=KG, declared=value("0", KG)),
    part("slag", kind=Kind.WASTE, base_unit=KG, declared=value("0.1", KG)),
)
OTHERS = (STEEL, COPPER, WATER, SLAG, POWER)


def casting(*lines, **more):
    """1 kg of a casting, made with electricity."""
    more = {"base_unit": KG} | more
    return part("casting", *lines, line("power", "1", KWH), **more)


def balance(*lines, **more):
    return found(IMBALANCE, casting(*lines, **more), *OTHERS)


class TestMassImbalance:
    def test_kilograms_that_are_nowhere(self):
        (flag,) = balance(line("steel", "0.80", KG), line("copper", "0.35", KG))
        assert (flag.severity, flag.subject["part"]) == (Severity.ERROR, "casting")
        assert flag.evidence == {
            "difference": "15",  # 0.80 + 0.35 = 1.15 kg for 1 kg
            "input": "1.15",
            "output": "1",
            "lost": "0",
            "waste": "0",
            "auxiliary": "0",
            "net": "1",
            "tolerance": "2",
        }

    def test_kilograms_from_nowhere(self):
        (flag,) = balance(line("steel", "0.60", KG), line("copper", "0.35", KG))
        assert (flag.severity, flag.evidence["difference"]) == (Severity.WARNING, "-5")

    def test_silent_when_all_is_accounted_for(self):
        assert balance(line("steel", "0.65", KG), line("copper", "0.35", KG)) == []

    @pytest.mark.parametrize(
        ("steel", "severity"),
        [
            ("0.9700", Severity.WARNING),
            ("0.9799", Severity.WARNING),  # 2.01 % short, 0.005 % of it rounding
            ("0.9800", None),
            ("1.0200", None),
            ("1.0300", Severity.WARNING),
            ("1.1000", Severity.WARNING),
            ("1.1001", Severity.ERROR),
        ],
    )
    def test_two_and_ten_percent(self, steel, severity):
        severities = [flag.severity for flag in balance(line("steel", steel, KG))]
        assert severities == ([] if severity is None else [severity])

    def test_rounding_is_never_a_finding(self):
        """Three times 0.3 may be anything from 0.75 to 1.05; three times 0.300 may not."""
        assert balance(*[line("steel", "0.3", KG)] * 3) == []
        (flag,) = balance(*[line("steel", "0.300", KG)] * 3)
        assert flag.evidence["difference"] == "-10"

    def test_a_rounded_net_mass_counts_as_printed(self):
        lines = (line("steel", "0.1030", KG),)
        # 0.1 kg printed may be 0.15 kg; 0.100 kg may not
        assert balance(*lines, base_unit=PIECE, mass="0.1") == []
        (flag,) = balance(*lines, base_unit=PIECE, mass="0.100")
        assert flag.evidence["difference"] == "3"

    def test_a_count_of_pieces_is_exact(self):
        bolt = part("bolt", mass="0.500", declared=value("1"))
        three = part("set", line("bolt", "3"), line("power", "1", KWH), mass="1.250")
        flag = only(IMBALANCE, three, bolt, POWER)
        assert (flag.evidence["input"], flag.evidence["difference"]) == ("1.5", "20")
        two = part("set", line("bolt", "2"), line("power", "1", KWH), mass="1.000")
        assert found(IMBALANCE, two, bolt, POWER) == []

    def test_a_whole_number_of_kilograms_is_taken_as_it_is(self):
        (flag,) = balance(line("steel", "1", KG), base_unit=PIECE, mass="2")
        assert flag.evidence["difference"] == "-50"
        assert balance(line("steel", "2", KG), base_unit=PIECE, mass="2") == []

    def test_stated_scrap_leaves_again(self):
        """1 kg net and 0.4 kg of input lost: 1.4 kg in, 0.4 kg out."""
        assert balance(line("steel", "1.00", KG, scrap="0.40")) == []
        (flag,) = balance(line("steel", "1.20", KG, scrap="0.50"))
        assert (flag.evidence["input"], flag.evidence["lost"]) == ("1.8", "0.6")
        assert flag.evidence["difference"] == "20"

    def test_a_waste_line_leaves(self):
        assert balance(line("steel", "1.30", KG), line("slag", "-0.30", KG)) == []
        assert balance(line("steel", "1.30", KG), line("slag", "0.30", KG)) == []
        (flag,) = balance(line("steel", "1.30", KG), line("slag", "-0.20", KG))
        assert (flag.evidence["waste"], flag.evidence["difference"]) == ("0.2", "10")

    def test_scrap_is_not_counted_twice_when_a_waste_line_treats_it(self):
        lines = (line("steel", "1.00", KG, scrap="0.30"), line("slag", "-0.30", KG))
        assert balance(*lines) == []

    def test_a_by_product_leaves(self):
        lines = (line("steel", "1.50", KG), line("copper", "-0.50", KG))
        assert balance(*lines) == []

    def test_waste_of_auxiliaries_is_not_the_materials(self):
        """1 kg of steel in 3 kg of water: 3 kg of sludge are the water's."""
        lines = (line("steel", "1.00", KG), line("water", "3", KG), line("slag", "-3.00", KG))
        assert balance(*lines) == []

    def test_waste_that_auxiliaries_cannot_explain_is(self):
        lines = (line("steel", "1.00", KG), line("water", "1.00", KG), line("slag", "-1.50", KG))
        (flag,) = balance(*lines)
        assert (flag.evidence["difference"], flag.severity) == ("-50", Severity.ERROR)

    def test_auxiliaries_may_stay(self):
        """A coolant: 0.92 kg of parts and 0.08 kg of water are 1 kg."""
        lines = (line("steel", "0.92", KG), line("water", "0.08", KG))
        assert balance(*lines) == []

    def test_rinsing_water_does_not_fill_a_hole(self):
        (flag,) = balance(line("steel", "0.88", KG), line("water", "1.92", KG))
        assert (flag.severity, flag.evidence["difference"]) == (Severity.ERROR, "-12")
        assert flag.evidence["auxiliary"] == "1.92"

    def test_chemistry_is_exempt(self):
        lines = (line("steel", "1.33", KG),)
        assert balance(*lines, conserves_mass=False) == []
        assert len(balance(*lines)) == 1

    @pytest.mark.parametrize("family", ["turning", "die casting", "Stanzen", "冲压", "CNC milling"])
    def test_a_removal_process_without_scrap_is_noted(self, family):
        own = value("1", KG, process_family=family)
        (flag,) = balance(line("steel", "1.00", KG), own=own)
        assert flag.severity is Severity.NOTE
        assert flag.evidence == {
            "case": "scrap-not-stated",
            "family": family,
            "input": "1",
            "net": "1",
        }

    @pytest.mark.parametrize(
        ("family", "lines"),
        [
            ("turning", [line("steel", "1.00", KG, scrap="0.15")]),
            ("turning", [line("steel", "1.20", KG), line("slag", "-0.20", KG)]),
            ("turning", [line("steel", "1.20", KG), line("copper", "-0.20", KG)]),
            ("turning", [line("steel", "1.00", KG, process_yield="0.9")]),
            ("turning", []),
            ("welding", [line("steel", "1.00", KG)]),
            ("assembly", [line("steel", "1.00", KG)]),
            (None, [line("steel", "1.00", KG)]),
        ],
    )
    def test_silent_where_scrap_is_stated_or_none_arises(self, family, lines):
        own = value("1", KG, process_family=family)
        assert balance(*lines, own=own) == []

    def test_a_difference_is_told_in_place_of_the_note(self):
        own = value("1", KG, process_family="turning")
        (flag,) = balance(line("steel", "1.15", KG), own=own)
        assert (flag.severity, flag.evidence["difference"]) == (Severity.ERROR, "15")

    def test_services_carry_no_mass(self):
        pressing = part("pressing", kind=Kind.SERVICE, base_unit=KG, declared=value("0.3", KG))
        root = casting(line("steel", "1.00", KG), line("pressing", "1.00", KG))
        assert found(IMBALANCE, root, pressing, *OTHERS) == []

    def test_beyond_the_gate_nothing_enters(self):
        lines = (line("steel", "1.00", KG), line("copper", "0.50", KG, stage="maintenance"))
        assert balance(*lines) == []

    @pytest.mark.parametrize(("lines", "speaks"), [(50, True), (49, False)])
    def test_98_percent_of_the_lines_must_have_a_mass(self, lines, speaks):
        """One line of 50 without a mass is 98 %, one of 49 is not."""
        unknown = part("sensor", declared=value("1"))
        steel = [line("steel", "0.050", KG) for _ in range(lines - 1)]
        root = casting(*steel, line("sensor"))
        assert bool(found(IMBALANCE, root, unknown, *OTHERS)) is speaks

    def test_silent_without_a_net_mass(self):
        assert balance(line("steel", "5", KG), base_unit=PIECE) == []

    def test_silent_for_what_is_bought_or_shared_or_open(self):
        bought = casting(line("steel", "0.50", KG), sources=(source("theirs", "0.5"),))
        theirs = part("theirs", owner="other", base_unit=KG, declared=value("3", KG))
        assert found(IMBALANCE, bought, theirs, *OTHERS) == []
        assert balance(line("steel", "1.50", KG, allocation="0.7")) == []
        options = [line(name, "1.00", KG, group="metal") for name in ("steel", "copper")]
        assert balance(*options) == []

    def test_alternates_weigh_by_their_take_rates(self):
        def options(steel):
            return [
                line("steel", steel, KG, group="metal", take_rate="0.25"),
                line("copper", "1.00", KG, group="metal", take_rate="0.75"),
            ]

        assert balance(*options("1.00")) == []
        (flag,) = balance(*options("2.00"))
        assert flag.evidence["input"] == "1.25"

    def test_the_reference_amount_divides(self):
        assert balance(line("steel", "10.0", KG, reference_amount="10")) == []
        assert len(balance(line("steel", "10.0", KG, reference_amount="8"))) == 1

    def test_nothing_is_corrected(self):
        root = casting(line("steel", "5.00", KG))
        flag = only(IMBALANCE, root, *OTHERS)
        assert flag.evidence["input"] == "5"
        assert root.lines[0].quantity == Decimal("5.00")


TRUCK = part("truck", kind=Kind.TRANSPORT, base_unit=TKM, declared=value("0.1", TKM))


def market(*lines, **more):
    """1 kg of a product that is only handed on."""
    return part("market", *lines, line("truck", "0.3", TKM), **{"base_unit": KG} | more)


def passed(*lines, **more):
    return found(LOSS, market(*lines, **more), TRUCK, *OTHERS)


class TestPassThroughLoss:
    def test_a_market_that_hands_on_more_than_it_takes(self):
        (flag,) = passed(line("steel", "0.72591", KG))
        assert (flag.severity, flag.subject["part"]) == (Severity.WARNING, "market")
        assert flag.evidence == {
            "input": "0.72591",
            "unit": KG,
            "difference": "27.41",
            "tolerance": "0.5",
        }

    def test_silent_for_a_sound_market(self):
        assert passed(line("steel", "1.0", KG)) == []
        assert passed(line("steel", "0.996", KG)) == []
        assert len(passed(line("steel", "0.994", KG))) == 1

    @pytest.mark.parametrize(
        "process",
        [
            (line("steel", "1.4", KG), line("power", "1", KWH)),
            (line("steel", "0.8", KG), line("copper", "0.6", KG)),
            (line("steel", "1.4", KG), line("water", "1", KG)),
        ],
        ids=["energy", "two products", "an auxiliary"],
    )
    def test_silent_for_a_node_that_makes_something(self, process):
        assert passed(*process) == []

    def test_silent_for_a_process_declaration(self):
        assert passed(line("steel", "1.4", KG), own=value("0.2", KG)) == []
        assert len(passed(line("steel", "1.4", KG))) == 1

    def test_alternates_of_an_option_group_are_one_product(self):
        def options(steel, copper):
            return (
                line("steel", "1.0", KG, group="route", take_rate=steel),
                line("copper", "1.0", KG, group="route", take_rate=copper),
            )

        assert passed(*options("0.6", "0.4")) == []
        (flag,) = passed(*options("0.6", "0.3"))
        assert flag.evidence["input"] == "0.9"
        assert passed(*options("1", "0")) == []  # a take rate of zero takes nothing

    def test_an_open_group_is_another_finding(self):
        options = [line(name, "1.0", KG, group="route") for name in ("steel", "copper")]
        assert passed(*options) == []

    def test_alternatives_of_its_own_category_are_one_product(self):
        routes = [material(name, category="battery") for name in ("from A", "from B")]
        for share, expected in (("0.7", []), ("0.5", ["0.8"])):
            lines = (line("from A", "0.3", KG), line("from B", share, KG))
            root = market(*lines, category="battery")
            flags = found(LOSS, root, *routes, TRUCK)
            assert [flag.evidence["input"] for flag in flags] == expected

    def test_a_trader_of_several_products_of_one_unit(self):
        lines = (line("steel", "0.5", KG), line("copper", "0.6", KG))
        (flag,) = passed(*lines, kind=Kind.TRADING)
        assert flag.evidence["input"] == "1.1"
        assert passed(line("steel", "0.5", KG), line("copper", "0.5", KG), kind=Kind.TRADING) == []

    def test_a_stated_loss_is_handed_on(self):
        assert passed(line("steel", "1.00", KG, scrap="0.08")) == []
        assert passed(line("steel", "1.08", KG), line("slag", "-0.08", KG)) == []
        (flag,) = passed(line("steel", "1.08", KG), line("slag", "-0.03", KG))
        assert flag.evidence["input"] == "1.05"
        # a loss does not explain that less was taken than is handed on
        assert len(passed(line("steel", "0.90", KG), line("slag", "-0.10", KG))) == 1

    def test_another_unit_is_a_conversion_not_a_loss(self):
        capacity = market(line("steel", "8.5", KG), base_unit=KWH)
        assert found(LOSS, capacity, TRUCK, *OTHERS) == []

    def test_a_kit_of_pieces_is_no_loss(self):
        wheel = part("wheel", mass="9", declared=value("30"))
        kit = part("kit", line("wheel", "4"))
        assert found(LOSS, kit, wheel) == []
        (flag,) = found(LOSS, part("kit", line("wheel", "4"), kind=Kind.TRADING), wheel)
        assert flag.evidence["input"] == "4"

    def test_a_bought_part_is_judged_at_its_maker(self):
        theirs = part("theirs", owner="other", base_unit=KG, declared=value("3", KG))
        bought = market(line("steel", "0.7", KG), sources=(source("theirs", "0.5"),))
        assert found(LOSS, bought, theirs, TRUCK, *OTHERS) == []
