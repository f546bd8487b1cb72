"""Alternates that nobody has decided, and what is counted by average and by components."""

from dataclasses import replace

import pytest

from tests.hub.findings.rules import found, only
from tests.schemas.rollup.chains import KG, KWH, line, part, source, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Kind, Known

OPTION, TWICE = "tier/option-unresolved", "tier/default-and-built-up"
SEATS = [part(f"seat {n}", mass="10", declared=value("50")) for n in (1, 2, 3)]


def of_car(*rates, group="seats", **more):
    """Findings of a car with a seat for each take rate."""
    lines = [
        line(seat.id, group=group, **({} if rate is None else {"take_rate": rate}))
        for seat, rate in zip(SEATS, rates, strict=False)
    ]
    return found(OPTION, part("car", *lines, mass="10", **more), *SEATS)


class TestOptionUnresolved:
    def test_a_group_without_a_take_rate(self):
        (flag,) = of_car("0.5", None, None)
        assert (flag.severity, flag.owner) == (Severity.ERROR, "maker")
        assert flag.subject == {"type": "part", "part": "car", "name": "car"}
        assert flag.evidence == {"group": "seats", "lines": "3", "open": "2"}

    @pytest.mark.parametrize(
        ("rates", "total"),
        [
            (("1", "1"), "200"),
            (("0.60", "0.60"), "120"),
            (("0.5", "0.5", "0.1"), "110"),
            (("1.0", "0.02"), "102"),
        ],
    )
    def test_alternates_that_are_summed(self, rates, total):
        (flag,) = of_car(*rates)
        assert flag.severity is Severity.ERROR
        assert flag.evidence == {
            "group": "seats",
            "lines": str(len(rates)),
            "case": "summed",
            "sum": total,
        }

    @pytest.mark.parametrize(
        "rates",
        [
            ("0.6", "0.4"),
            ("1", "0"),
            ("0.3",),  # a sunroof that three in ten cars have
            ("0.2", "0.3"),
            ("0.334", "0.333", "0.334"),  # 100.1 % is a whole, printed
            ("1",),
        ],
    )
    def test_silent(self, rates):
        assert of_car(*rates) == []

    def test_silent_without_groups_and_where_the_lines_do_not_count(self):
        assert of_car(None, None, group=None) == []
        assert of_car(None, None, declared=value("100")) == []
        theirs = part("theirs", owner="other", mass="10", declared=value("100"))
        lines = [line(seat.id, group="seats") for seat in SEATS]
        bought = part("car", *lines, mass="10", sources=(source("theirs"),))
        assert found(OPTION, bought, theirs, *SEATS) == []

    def test_each_group_is_told_once(self):
        lines = [line(seat.id, group=group) for group in "ab" for seat in SEATS]
        flags = found(OPTION, part("car", *lines), *SEATS)
        assert [flag.evidence["group"] for flag in flags] == ["a", "b"]


FOAM = part("foam", kind=Kind.MATERIAL, base_unit=KG)
STEEL = part("steel", kind=Kind.MATERIAL, base_unit=KG, declared=value("2", KG))
POWER = part("power", kind=Kind.ENERGY, base_unit=KWH, declared=value("0.4", KWH))
SEAT = part(
    "seat",
    line("foam", "3", KG),
    line("steel", "7", KG),
    line("power", "5", KWH),
    mass="10",
    default=value("40", known=Known.DEFAULT),
)
"""Built up of foam that nobody knows, so that its default stands in."""
AROUND = (FOAM, STEEL, POWER)


PACK = (line("steel", "300", KG), line("power", "9", KWH))


def named(name, node):
    return replace(node, name=name)


class TestDefaultAndBuiltUp:
    def test_a_part_by_its_default_and_its_components_beside_it(self):
        car = part(
            "car", line("seat", 2, position=4), line("steel", "14.0", KG), line("foam", "6.0", KG)
        )
        flag = only(TWICE, car, SEAT, *AROUND)
        assert (flag.severity, flag.owner) == (Severity.WARNING, "maker")
        assert (flag.subject["child"], flag.subject["line"]) == ("seat", "4")
        assert flag.evidence == {
            "parent": "car",
            "others": "foam, steel",
            "default": "80",  # two seats at 40
            "built_up": "28",  # 14 kg of steel at 2; nobody knows the foam
        }

    @pytest.mark.parametrize(
        "lines",
        [
            [line("seat", 2)],
            [line("seat", 2), line("steel", "900", KG)],  # the body's own steel
            [line("seat", 2), line("steel", "14", KG), line("foam", "1", KG)],
            [line("seat", 2), line("steel", "14", KG), line("power", "10", KWH)],
            [line("steel", "14", KG), line("foam", "6", KG)],
        ],
    )
    def test_silent(self, lines):
        assert found(TWICE, part("car", *lines), SEAT, *AROUND) == []

    def test_a_part_of_the_same_name_that_is_built_up(self):
        default = value("4000", known=Known.DEFAULT)
        average = named("Battery Pack", part("average pack", mass="300", default=default))
        pack = named("battery pack", part("pack", *PACK))
        car = part("car", line("average pack"), line("pack"))
        flag = only(TWICE, car, average, pack, STEEL, POWER)
        assert flag.evidence == {
            "parent": "car",
            "others": "pack",
            "default": "4000",
            "built_up": "603.6",  # 300 kg at 2 and 9 kWh at 0.4
        }
        either = [line(n, group="p", take_rate="0.5") for n in ("average pack", "pack")]
        assert found(TWICE, part("car", *either), average, pack, STEEL, POWER) == []
        for other in (
            named("small pack", pack),
            named("battery pack", part("pack", declared=value("3000"))),
            named("battery pack", part("pack", default=default)),
        ):
            assert found(TWICE, car, average, other, STEEL, POWER) == []

    def test_silent_when_the_seat_is_declared(self):
        car = part("car", line("seat", 2), line("steel", "14", KG), line("foam", "6", KG))
        declared = part("seat", *SEAT.lines, mass="10", declared=value("55"))
        assert found(TWICE, car, declared, *AROUND) == []
