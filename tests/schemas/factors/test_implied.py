"""Which known factor emissions and energy imply, to the printed digits."""

from decimal import Decimal

import pytest

from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.factors.implied import implied, matches, nearest
from tierlight_schemas.factors.registry import shipped

CHINA = [f for f in shipped().factors if f.set.id == "cn-electricity"]


def found(emissions: str, energy: str):
    read = [Printed.read(text) for text in (emissions, energy)]
    assert read[0]
    assert read[1]
    return implied(read[0], read[1])


@pytest.mark.parametrize(
    ("emissions", "energy", "factor_id"),
    [
        # kg and kWh: 734.78 kWh a vehicle at the averages of Jilin, China, Anhui.
        ("362.39", "734.78", "cn-electricity/CN-JL/2022/average"),
        ("389.87", "734.78", "cn-electricity/CN/2023/average"),
        ("447.92", "734.78", "cn-electricity/CN/2023/residual"),
        ("1000000", "1208750", "cn-electricity/CN/2023/fossil"),
    ],
)
def test_the_factor_that_was_used_is_named(emissions, energy, factor_id):
    implied_factor = found(emissions, energy)
    assert factor_id in [match.factor.id for match in matches(CHINA, implied_factor)]


def test_few_digits_leave_room_for_several():
    wide = matches(CHINA, found("55", "100"))
    narrow = matches(CHINA, found("55.680", "100.00"))
    assert len(wide) > len(narrow) >= 1
    assert narrow[0].factor.id == "cn-electricity/CN/2021/average"


@pytest.mark.parametrize(
    ("emissions", "energy"),
    [
        ("997.3", "1000.0"),  # the old margin factor: no average of these years
        ("0.00", "734.78"),
        ("1.0000", "1.0000"),
    ],
)
def test_a_factor_nobody_published_matches_none(emissions, energy):
    implied_factor = found(emissions, energy)
    assert matches(CHINA, implied_factor) == []


def test_the_nearest_is_named_with_its_ratio():
    implied_factor = found("5568.00", "1000.00")  # tonnes for kilograms, perhaps: ten times
    best = nearest(CHINA, implied_factor, 1)[0]
    assert best.factor.id == "cn-electricity/CN/2023/fossil"
    assert best.ratio.quantize(Decimal("0.01")) == Decimal("6.73")


@pytest.mark.parametrize(
    ("emissions", "energy"), [("1", "0"), ("1", "0.0"), ("-3", "5"), ("1", "-2")]
)
def test_nothing_is_implied_by_energy_that_may_be_none(emissions, energy):
    assert found(emissions, energy) is None
