"""Cycles, units, shares, forks, and declarations below their inputs."""

from decimal import Decimal
from typing import Any

import pytest

from hub.findings.rules import evaluate
from tests.hub.findings.rules import DAY, found, only, seen
from tests.schemas.rollup.chains import KG, KWH, PIECE, line, part, source, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Input, Kind, Known

POWER = part("power", kind=Kind.ENERGY, base_unit=KWH, declared=value("0.4", KWH))
STEEL = part("steel", kind=Kind.MATERIAL, base_unit=KG, declared=value("2", KG))


class TestCycle:
    def test_the_full_path_from_its_first_part(self):
        flag = only(
            "tier/cycle",
            part("root", line("c")),
            part("c", line("a")),
            part("a", line("b"), line("steel", 1, KG)),
            part("b", line("c")),
            STEEL,
        )
        assert flag.severity is Severity.ERROR
        assert flag.subject["part"] == "a"
        assert flag.evidence == {"cycle": "a → b → c → a"}

    def test_a_part_in_itself(self):
        flag = only("tier/cycle", part("a", line("a"), line("steel", 1, KG)), STEEL)
        assert flag.evidence == {"cycle": "a → a"}

    def test_silent_when_a_part_stands_at_two_places(self):
        parts = (
            part("root", line("a"), line("b")),
            part("a", line("b")),
            part("b", declared=value(1)),
        )
        assert found("tier/cycle", *parts) == []

    def test_silent_when_a_declaration_cuts_it(self):
        parts = part("a", line("b")), part("b", line("a"), declared=value(1))
        assert found("tier/cycle", *parts) == []

    def test_silent_when_it_closes_beyond_the_gate(self):
        parts = (
            part("a", line("b")),
            part("b", line("a", stage="capital-goods"), line("steel", 1, KG)),
        )
        assert found("tier/cycle", *parts, STEEL) == []

    def test_parts_of_another_company_are_not_named(self):
        mine = part("mine", sources=(source("their secret"),))
        secret = part("their secret", line("their other secret"), owner="other")
        other = part("their other secret", sources=(source("mine"),), owner="other")
        flag = only("tier/cycle", mine, secret, other)
        assert (flag.owner, flag.evidence["cycle"]) == ("maker", "mine → … → mine")

    def test_a_cycle_among_others_is_theirs(self):
        root = part("root", sources=(source("x"),))
        flag = only("tier/cycle", root, part("x", line("x"), owner="other"))
        assert (flag.owner, flag.tier) == ("other", 1)


class TestUnitMismatch:
    def test_a_line_in_a_unit_that_does_not_convert(self):
        root = part("root", line("bolt", "0.2", KG, position=7))
        flag = only("tier/unit-mismatch", root, part("bolt", declared=value(1)))
        assert flag.severity is Severity.ERROR
        assert (flag.subject["part"], flag.subject["child"], flag.subject["line"]) == (
            "root",
            "bolt",
            "7",
        )
        assert flag.evidence == {"line_unit": KG, "part_unit": PIECE, "case": "no-mass"}

    def test_silent_when_a_mass_joins_them(self):
        root = part("root", line("bolt", "0.2", KG))
        assert found("tier/unit-mismatch", root, part("bolt", mass="0.01", declared=value(1))) == []

    @pytest.mark.parametrize("of", ["declared", "default", "own"])
    def test_a_value_in_a_unit_that_does_not_convert(self, of):
        known = Known.DEFAULT if of == "default" else Known.DECLARED
        lines = (line("steel", 1, KG),) if of == "own" else ()
        told: dict[str, Any] = {of: value(3, KWH, known=known)}
        root = part("root", *lines, **told)
        flag = only("tier/unit-mismatch", root, STEEL)
        assert flag.subject == {"type": "part", "part": "root", "name": "root"}
        assert flag.evidence == {"line_unit": KWH, "part_unit": PIECE}

    def test_a_link_between_units_that_do_not_convert(self):
        root = part("root", sources=(source("theirs"),))
        theirs = part("theirs", owner="other", base_unit=KG, declared=value(3, KG))
        flag = only("tier/unit-mismatch", root, theirs)
        assert (flag.subject["type"], flag.subject["supplier_part"]) == ("link", "its part")
        assert flag.evidence == {"line_unit": PIECE, "part_unit": KG, "case": "no-mass"}
        healthy = part("root", sources=(source("theirs"),), mass="2")
        assert found("tier/unit-mismatch", healthy, theirs) == []

    def test_silent_for_units_of_the_same_kind(self):
        root = part("root", line("steel", 250, "gram"), line("power", "3.6", "megajoule"))
        assert found("tier/unit-mismatch", root, STEEL, POWER) == []

    def test_a_piece_with_a_value_but_without_a_mass_is_noted(self):
        root = part("root", line("bolt", 4), line("steel", 1, KG))
        flag = only("tier/unit-mismatch", root, part("bolt", declared=value(1)), STEEL)
        assert (flag.severity, flag.subject["part"]) == (Severity.NOTE, "bolt")
        assert flag.evidence == {"case": "piece-without-mass", "quantity": "4"}

    @pytest.mark.parametrize(
        "bolt",
        [
            part("bolt", mass="0.1", declared=value(1)),
            part("bolt", declared=value(1, mass_kg=Decimal("0.1"))),
            part("bolt"),  # missing, and told as such
            part("bolt", line("steel", 1, KG)),  # weighs what it is made of
            part("bolt", declared=value(1), kind=Kind.SERVICE),
            part("bolt", sources=(source("theirs"),)),
        ],
    )
    def test_silent_where_somebody_knows_the_mass_or_there_is_no_value(self, bolt):
        root = part("root", line("bolt", 4))
        theirs = part("theirs", owner="other", mass="0.1", declared=value(1))
        assert found("tier/unit-mismatch", root, bolt, STEEL, theirs) == []


THEIRS = part("theirs", owner="other", declared=value(3))


def bought(*shares, lines=()):
    return part("bought", *lines, sources=tuple(source("theirs", share) for share in shares))


class TestSharesNotOne:
    def test_above_100_percent_is_an_error(self):
        flag = only("tier/shares-not-one", bought("0.6", "0.5"), THEIRS)
        assert (flag.severity, flag.subject["part"]) == (Severity.ERROR, "bought")
        assert flag.evidence == {"sum": "110", "links": "2", "date": DAY.isoformat()}

    def test_below_with_nothing_made_at_home_is_a_warning(self):
        flag = only("tier/shares-not-one", bought("0.6", "0.3"), THEIRS)
        assert (flag.severity, flag.evidence["sum"]) == (Severity.WARNING, "90")

    def test_silent_at_100_percent(self):
        assert found("tier/shares-not-one", bought("0.6", "0.4"), THEIRS) == []
        assert found("tier/shares-not-one", bought("1"), THEIRS) == []

    def test_silent_when_the_rest_is_made_at_home(self):
        root = bought("0.6", "0.3", lines=(line("steel", 1, KG), line("power", 1, KWH)))
        assert found("tier/shares-not-one", root, THEIRS, STEEL, POWER) == []

    def test_rounded_thirds_are_100_percent(self):
        assert found("tier/shares-not-one", bought("0.333", "0.333", "0.333"), THEIRS) == []
        assert found("tier/shares-not-one", bought("0.33", "0.33", "0.33"), THEIRS) == []

    def test_rounding_never_explains_more_than_100_percent(self):
        flag = only("tier/shares-not-one", bought("0.334", "0.334", "0.334"), THEIRS)
        assert flag.evidence["sum"] == "100.2"


class TestPrecedingUnknown:
    FORK = (("version/preceding-unknown", "1111 2222"),)

    def test_a_fork_is_an_error_and_the_part_is_missing(self):
        root = part("root", line("bolt"), line("power", 1, KWH))
        bolt = part("bolt", problems=self.FORK)
        flag = only("version/preceding-unknown", root, bolt, POWER)
        assert (flag.severity, flag.subject["part"]) == (Severity.ERROR, "bolt")
        assert flag.evidence == {"digests": "1111 2222"}
        assert only("tier/missing", root, bolt, POWER).subject["part"] == "bolt"

    def test_silent_without_one(self):
        root = part("root", line("bolt"), line("power", 1, KWH))
        assert (
            found("version/preceding-unknown", root, part("bolt", declared=value(1)), POWER) == []
        )


BELOW = "tier/declared-below-inputs"


def used(quantity, each, unit=KG, allocation="1"):
    return Input(None, Decimal(quantity), unit, Decimal(each), Decimal(allocation))


def declared(kgco2e, *inputs, **more):
    return part("pack", declared=value(kgco2e, inputs=inputs, **more))


class TestDeclaredBelowInputs:
    def test_less_than_the_inputs_as_the_declarant_counted_them(self):
        root = declared("60.0", used("10.0", "5.00"), used("4.0", "4.00"), reference="aa")
        flag = only(BELOW, root)
        assert (flag.severity, flag.subject["digest"]) == (Severity.WARNING, "aa")
        # 10.0 × 5.00 + 4.0 × 4.00 = 66; half digits: 0.05 of the total,
        # 10 × 0.005 + 5 × 0.05 of the first input, 4 × 0.005 + 4 × 0.05 of the second
        assert flag.evidence == {"declared": "60", "inputs": "66", "tolerance": "0.57"}

    @pytest.mark.parametrize("total", ["66.0", "80", "65.5", "65.48"])
    def test_silent_at_or_above_them_and_within_the_printed_decimals(self, total):
        assert found(BELOW, declared(total, used("10.0", "5.00"), used("4.0", "4.00"))) == []

    def test_speaks_just_beyond_the_printed_decimals(self):
        inputs = (used("10.0", "5.00"), used("4.0", "4.00"))
        assert only(BELOW, declared("65.4", *inputs)).evidence["tolerance"] == "0.57"
        # 0.525 is left of the tolerance when the total has three decimals: 65.475
        assert len(found(BELOW, declared("65.470", *inputs))) == 1
        assert found(BELOW, declared("65.480", *inputs)) == []

    def test_what_was_exempted_may_be_lacking(self):
        inputs = (used("10.000", "10.0000"),)
        assert found(BELOW, declared("98.00", *inputs, exempted_percent=Decimal("3"))) == []
        assert len(found(BELOW, declared("96.00", *inputs, exempted_percent=Decimal("3")))) == 1
        assert len(found(BELOW, declared("98.00", *inputs))) == 1

    def test_only_the_allocated_share_of_an_input_counts(self):
        assert found(BELOW, declared("50.0", used("10.0", "10.0", allocation="0.5"))) == []
        assert len(found(BELOW, declared("50.0", used("10.0", "10.0", allocation="0.7")))) == 1

    def test_mass_balance_cannot_be_reconciled(self):
        flag = only(BELOW, declared("60.0", used("10.0", "10.0"), mass_balanced=True))
        assert (flag.severity, flag.evidence["case"]) == (Severity.NOTE, "cannot-be-reconciled")

    def test_a_negative_input_cannot_be_reconciled(self):
        flag = only(BELOW, declared("60.0", used("10.0", "10.0"), used("1.0", "-90")))
        assert flag.severity is Severity.NOTE

    def test_silent_without_inputs_on_record(self):
        assert found(BELOW, declared("60.0")) == []


def test_a_sound_chain_has_no_finding_at_all():
    car = part(
        "car",
        line("pack"),
        line("steel", "900.0", KG),
        category="bev-passenger-car",
        own=value("400"),
        mass="1200",
    )
    pack = part("pack", sources=(source("theirs"),), mass="300")
    theirs = part("theirs", owner="other", mass="300", declared=value("9000"))
    assert evaluate(seen(car, pack, theirs, STEEL)) == []
