"""Both values of a site's energy, by hand: Chinese factors of 2022, direct CO2."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hub.activity.emissions import Claim, Doubt, of_carrier, of_electricity, of_process
from hub.activity.words import InstrumentKind, Technology
from tierlight_schemas.factors.lookup import Question, look_up
from tierlight_schemas.factors.model import Factor
from tierlight_schemas.factors.registry import shipped

D = Decimal


def factor(category: str, place: str, year: int, **asked: str) -> Factor:
    found = look_up(shipped(), Question(category, place, year, **asked)).found  # type: ignore[arg-type]
    assert found is not None
    return found.factor


JILIN = factor("electricity", "CN-JL", 2022, basis="location", scope="direct")
RESIDUAL = factor("electricity", "CN-JL", 2022, basis="market", series="residual")
GERMANY = factor("electricity", "DE", 2022, basis="location")
WIND = Claim("W", InstrumentKind.CERTIFICATE, D(400), Technology.WIND, None, True)
OPEN = Claim("O", InstrumentKind.CERTIFICATE, D(400), Technology.WIND, None, False)
CONTRACT = Claim("Z", InstrumentKind.DIRECT_CONTRACT, D(300), Technology.OTHER, D("0.1"), False)


def test_the_factors_are_those_of_the_announcements():
    assert (JILIN.value, RESIDUAL.value) == ("0.4932", "0.5856")


def electricity(grid, *claims, self_used=0, place=JILIN, residual=RESIDUAL):
    return of_electricity(D(grid), D(self_used), claims, place, residual)


@pytest.mark.parametrize(
    ("claims", "market", "uncovered"),
    [
        ((), "585.6", "1000"),  # 1000 × 0.5856
        ((WIND,), "351.36", "600"),  # 600 × 0.5856
        ((OPEN,), "585.6", "1000"),  # not retired: covers nothing
        ((WIND, CONTRACT), "205.68", "300"),  # 300 × 0.1 + 300 × 0.5856
    ],
)
def test_instruments_come_first_and_the_rest_has_the_residual_mix(claims, market, uncovered):
    found = electricity(1000, *claims)
    assert found.location == D("493.2")
    assert found.market == D(market)
    assert found.uncovered_kwh == D(uncovered)
    assert found.rest_factor is RESIDUAL
    assert (Doubt.NOT_RETIRED in found.doubts) is (OPEN in claims)


def test_an_instrument_covers_no_more_than_it_holds():
    found = electricity(1000, replace(WIND, holds=D(150)))
    assert [c.kwh for c in found.covered] == [D(150)]
    assert found.uncovered_kwh == D(850)


def test_an_instrument_covers_no_more_than_was_bought():
    found = electricity(100, WIND)
    assert (found.location, found.market, found.uncovered_kwh) == (D("49.32"), D(0), D(0))
    assert [(c.reference, c.kwh) for c in found.covered] == [("W", D(100))]


def test_own_generation_has_no_factor_of_the_grid():
    assert electricity(0, self_used=500).location == 0
    assert electricity(1000, self_used=500).location == D("493.2")


def test_without_a_residual_mix_the_average_stands_in_and_says_so():
    found = electricity(1000, residual=None)
    assert found.market == found.location == D("493.2")
    assert Doubt.AVERAGE_FOR_REST in found.doubts


def test_a_residual_mix_of_another_kind_is_no_rest():
    found = electricity(1000, place=GERMANY)
    assert found.rest_factor is GERMANY
    assert found.unfit_residual is RESIDUAL
    assert Doubt.AVERAGE_FOR_REST in found.doubts


@pytest.mark.parametrize(
    "found",
    [
        electricity(1000),
        electricity(1000, place=None),
        electricity(1000, place=GERMANY, residual=None),
        electricity(400, WIND, place=GERMANY),
    ],
)
def test_a_residual_mix_that_is_used_missing_or_not_needed_is_not_unfit(found):
    assert found.unfit_residual is None


@pytest.mark.parametrize(
    "claim", [WIND, Claim("B", CONTRACT.kind, D(5), CONTRACT.technology, None, True)]
)
def test_what_an_instrument_stands_for_must_be_known(claim):
    place = GERMANY if claim is WIND else JILIN
    found = electricity(1000, claim, place=place)
    assert found.market is None
    assert found.location is not None
    assert Doubt.INSTRUMENT_FACTOR in found.doubts


def test_life_cycle_of_own_generation_is_a_doubt():
    assert Doubt.SELF_USED in electricity(10, self_used=5, place=GERMANY).doubts
    assert Doubt.SELF_USED not in electricity(10, self_used=5).doubts


def test_nothing_known_of_the_place_is_not_zero():
    found = electricity(1000, place=None, residual=None)
    assert (found.location, found.market) == (None, None)
    assert Doubt.NO_FACTOR in found.doubts


def test_gas_in_cubic_metres_has_one_value_on_both_sides():
    gas = factor("fuel/natural-gas", "CN", 2022)
    found = of_carrier(D(1000), "cubic meter", gas, None)
    assert found.location == found.market == gas.kg * 1000


@pytest.mark.parametrize("unit", ["normal cubic meter", "gigajoule", "kilogram"])
def test_gas_in_what_the_factor_does_not_convert_to_is_not_known(unit):
    found = of_carrier(D(1000), unit, factor("fuel/natural-gas", "CN", 2022), None)
    assert (found.location, found.market) == (None, None)
    assert found.doubts == {Doubt.NO_FACTOR}


def test_process_emissions_are_what_they_are():
    assert of_process(D("12.5")).location == of_process(D("12.5")).market == D("12.5")
