import pytest

from tierlight_schemas.geography import (
    REGIONS,
    country_of,
    is_country,
    is_subdivision,
    subdivisions,
)


@pytest.mark.parametrize("code", ["DE", "CN", "US", "CZ", "HK", "AX", "GB"])
def test_countries_that_exist(code):
    assert is_country(code)


@pytest.mark.parametrize("code", ["", "de", "UK", "EU", "XX", "DEU", "D", " DE", "DE-BW", "GLO"])
def test_countries_that_do_not(code):
    assert not is_country(code)


@pytest.mark.parametrize("code", ["CN-GD", "DE-BW", "US-CA", "JP-13", "FR-75C", "IN-TN", "GB-ENG"])
def test_subdivisions_that_exist(code):
    assert is_subdivision(code)
    assert is_country(country_of(code))


@pytest.mark.parametrize(
    "code", ["", "-", "CN", "CN-", "CN-XX", "cn-gd", "CNGD", "DE-GD", "XX-GD", "-GD", "CN-GD-1"]
)
def test_subdivisions_that_do_not(code):
    assert not is_subdivision(code)


def test_table_is_whole():
    table = subdivisions()
    assert len(table) == 249
    assert sum(len(codes) for codes in table.values()) == 5070
    assert all(len(country) == 2 and country.isupper() for country in table)
    codes = {code for codes in table.values() for code in codes}
    assert all(1 <= len(code) <= 3 and code.isalnum() and code.isascii() for code in codes)


def test_regions_are_the_five_of_the_un_and_seventeen_subregions():
    assert len(set(REGIONS)) == len(REGIONS) == 22
    assert REGIONS[:5] == ("Africa", "Americas", "Asia", "Europe", "Oceania")
    assert list(REGIONS[5:]) == sorted(REGIONS[5:])
    assert {"South-eastern Asia", "Sub-Saharan Africa", "Eastern Asia"} <= set(REGIONS)
