"""How much of each tier is known, in the measure that can be told."""

from decimal import Decimal

import pytest

from hub.findings.rules.coverage import coverage_low
from hub.findings.tolerances import Tolerances
from hub.findings.usecases import words
from tests.hub.findings.rules import found, only, seen
from tests.schemas.rollup.chains import KG, line, part, source, trader, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Band, Kind, Known

CODE = "tier/coverage-low"
BAND = Band("automotive-glass", KG, Decimal("0.5"), Decimal("1.5"))


def material(name, **more):
    return part(name, kind=Kind.MATERIAL, base_unit=KG, **more)


STEEL = material("steel", declared=value("2", KG))
GLASS = material("glass", band=BAND)
FOAM = material("foam")


def test_by_carbon_where_gaps_can_be_estimated():
    car = trader("car", line("steel", "30", KG), line("glass", "20", KG))
    flag = only(CODE, car, STEEL, GLASS)
    assert (flag.severity, flag.owner, flag.tier) == (Severity.WARNING, "maker", 0)
    assert flag.subject == {"type": "part", "part": "car", "name": "car"}
    assert flag.evidence == {
        "tier_number": "0",
        "coverage": "66.67",  # 30 kg at 2 of that and of 20 kg that may be at 1.5
        "threshold": "80",
        "known": "60",
        "whole": "90",
    }


def test_a_default_is_not_known():
    rubber = material("rubber", default=value("3", KG, known=Known.DEFAULT))
    car = trader("car", line("steel", "30", KG), line("rubber", "20", KG))
    assert only(CODE, car, STEEL, rubber).evidence["coverage"] == "50"


def test_by_mass_where_a_gap_cannot_be_estimated():
    car = trader("car", line("steel", "30", KG), line("foam", "10", KG))
    flag = only(CODE, car, STEEL, FOAM)
    assert flag.evidence["case"] == "mass"
    assert [flag.evidence[n] for n in ("coverage", "known", "whole")] == ["75", "30", "40"]
    assert "75 % has a value by mass; asked for is 80 %" in words(flag, "en").text


def test_by_lines_where_nothing_weighs_anything():
    car = trader("car", line("bolt"), line("clip"))
    flag = only(CODE, car, part("bolt", declared=value(1)), part("clip"))
    assert flag.evidence["case"] == "lines"
    assert [flag.evidence[n] for n in ("coverage", "known", "whole")] == ["50", "1", "2"]


def test_each_tier_is_told_apart():
    bought = part("seat", mass="10", sources=(source("theirs"),))
    theirs = part("theirs", line("foam", "10", KG), owner="other", mass="10", kind=Kind.TRADING)
    car = trader("car", line("steel", "90", KG), line("seat"))
    flag = only(CODE, car, STEEL, bought, theirs, FOAM)
    assert (flag.tier, flag.owner, flag.subject["part"]) == (1, "maker", "car")
    # no amounts: they would tell the seat's own making from what it is made of
    told = {"tier_number": "1", "coverage": "0", "threshold": "80", "case": "mass"}
    assert flag.evidence == told


@pytest.mark.parametrize(
    "quantities",
    [("30", "0.1"), ("80", "20"), ("30", "0")],
)
def test_silent_when_enough_is_known(quantities):
    steel, foam = quantities
    car = trader("car", line("steel", steel, KG), line("foam", foam, KG))
    assert found(CODE, car, STEEL, FOAM) == []


def test_silent_where_all_is_declared_and_where_it_is_nothing():
    assert found(CODE, part("car", declared=value("9"))) == []
    still = trader("car", line("water", 1, KG))
    assert found(CODE, still, material("water", declared=value("0", KG))) == []


def test_a_part_below_the_root_is_not_told():
    door = trader("door", line("foam", "1", KG), mass="1")
    car = trader("car", line("steel", "99", KG), line("door"))
    assert found(CODE, car, STEEL, door, FOAM) == []
    assert len(found(CODE, door, FOAM)) == 1


def test_the_buyer_says_how_much_it_asks_for():
    view = seen(trader("car", line("steel", "30", KG), line("foam", "10", KG)), STEEL, FOAM)
    numbers = {**view.tolerances.numbers, (CODE, "share"): Decimal("0.70")}
    object.__setattr__(view, "tolerances", Tolerances(numbers))
    assert [*coverage_low(view)] == []
