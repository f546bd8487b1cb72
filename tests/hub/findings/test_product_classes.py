"""A combustion engine in a battery car, unless it stands in for something on purpose."""

from dataclasses import replace

import pytest

from hub.findings.rules.product_classes import conflict, is_battery_vehicle
from tests.hub.findings.rules import found, only
from tests.schemas.rollup.chains import KG, line, part, source, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Kind

CODE = "tier/category-conflict"


def named(name, *lines, category=None, **more):
    """A part with a name of its own; its id is the first word."""
    return replace(part(name.split()[0], *lines, category=category, **more), name=name)


def car(*lines, name="car, battery electric", category="vehicle"):
    return replace(part("car", *lines, category=category), name=name)


ENGINE = named("M54 internal combustion engine", declared=value("900"), mass="150")


def test_an_engine_in_a_battery_car_is_told_to_whom_the_line_belongs():
    flag = only(CODE, car(line("M54", position=3)), ENGINE)
    assert (flag.severity, flag.owner, flag.tier) == (Severity.WARNING, "maker", 0)
    assert (flag.subject["type"], flag.subject["line"]) == ("line", "3")
    assert flag.evidence == {
        "product": "car, battery electric",
        "found": "internal combustion engine",
    }


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("BEV lower medium", None),
        ("Lkw 40 t, batterieelektrisch", "truck"),
        ("E-Auto", "bev-passenger-car"),
        ("纯电动轿车", "vehicle"),
        ("lorry production, battery electric, 40 metric ton", "truck"),
    ],
)
def test_a_battery_vehicle_says_so_in_its_name_or_category(name, category):
    assert is_battery_vehicle(named(name, category=category))
    assert len(found(CODE, car(line("M54"), name=name, category=category), ENGINE)) == 1


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("car, petrol", "vehicle"),
        ("car, plug-in hybrid, battery electric range 60 km", "vehicle"),
        ("BEV with range extender", "vehicle"),
        ("增程式纯电动汽车", "vehicle"),
        ("car", "ice-passenger-car"),
        ("beverage cart", None),
        ("car", None),
    ],
)
def test_silent_in_any_other_product(name, category):
    assert found(CODE, car(line("M54"), name=name, category=category), ENGINE) == []


@pytest.mark.parametrize(
    "name",
    [
        "market for internal combustion engine, passenger car",
        "diesel engine",
        "fuel tank, 60 l",
        "exhaust system",
        "catalytic converter",
        "spark plug",
        "Verbrennungsmotor",
        "Kraftstofftank",
        "Abgaskrümmer",
        "内燃机",
        "燃油箱",
        "发动机总成",
        "排气管",
    ],
)
def test_what_no_battery_vehicle_has(name):
    assert conflict(named(name))
    assert conflict(named("any part", category=name))


@pytest.mark.parametrize(
    "name",
    [
        "electric motor",
        "engineering plastic",
        "Elektromotor",
        "发动机罩",  # a bonnet
        "exhaust air filter of the paint shop",
        "catalyst, nickel",
        "battery tank",
        "water tank",
        "coolant pump",
        "fuel cell-grade carbon",
        "internal combustion engine (proxy for electric drive unit)",
        "Verbrennungsmotor, stellvertretend für E-Achse",
        "内燃机（代用）",
    ],
)
def test_what_a_battery_vehicle_may_have(name):
    assert conflict(named(name)) == ""


@pytest.mark.parametrize("kind", [Kind.WASTE, Kind.SERVICE, Kind.ENERGY, Kind.INFRASTRUCTURE])
def test_only_bodies_conflict(kind):
    other = replace(ENGINE, kind=kind)
    assert found(CODE, car(line("M54")), other) == []


def test_a_part_inside_such_a_part_is_not_told_again():
    block = named("block of a diesel engine", base_unit=KG, declared=value("2", KG))
    engine = named("M54 diesel engine", line("block", "90", KG))
    assert len(found(CODE, car(line("M54")), engine, block)) == 1
    frame = named("frame", line("M54"))
    (flag,) = found(CODE, car(line("frame")), frame, ENGINE)
    assert flag.subject["part"] == "frame"


def test_a_bought_engine_is_told_at_the_link():
    theirs = replace(ENGINE, owner="other")
    drive = part("drive", mass="150", sources=(source("M54"),))
    flag = only(CODE, car(line("drive")), drive, theirs)
    assert (flag.subject["type"], flag.subject["part"], flag.owner) == ("link", "drive", "maker")


def test_what_lies_beside_the_total_is_no_conflict():
    assert found(CODE, car(line("M54", stage="use")), ENGINE) == []
