"""What the roll-up reads out of a signed document and its split annex."""

from decimal import Decimal
from typing import Any

import pytest

from tests.schemas.examples import standard_blocks
from tierlight_schemas.rollup.declared import (
    country_of,
    value_of_footprint,
    value_of_process,
    weighted_plants,
)
from tierlight_schemas.rollup.model import Value

DECLARATION, SPLIT = standard_blocks()[:2]
FOOTPRINT = DECLARATION["credentialSubject"]["footprint"]


def columns(*carriers: dict[str, Any]) -> dict[str, Decimal]:
    return dict(value_of_footprint(FOOTPRINT, "", {"carriers": list(carriers)}).columns)


def power(quantity: str | None, unit: str | None, **more: str) -> dict[str, str]:
    stated = {"carrier": "electricity", "quantity": quantity, "unit": unit, **more}
    return {name: text for name, text in stated.items() if text is not None}


def test_the_example_of_the_standard_is_read_whole() -> None:
    found = value_of_footprint(FOOTPRINT, "", SPLIT).columns
    assert found["excluding_uptake"] == Decimal("18.46")
    assert found["stage:die casting"] == Decimal("3.61")
    assert found["electricity_kwh:CN:grid"] == Decimal("5.84")


@pytest.mark.parametrize(
    ("quantity", "unit", "kwh"),
    [
        ("5.84", "kilowatt hour", "5.84"),
        ("5.84", "kWh", "5.84"),
        ("36", "MJ", "10"),
        ("0.036", "gigajoule", "10"),
    ],
)
def test_electricity_adds_up_in_kwh_whatever_its_unit_is_called(
    quantity: str, unit: str, kwh: str
) -> None:
    found = columns(power(quantity, unit, country="CN"))
    assert found["electricity_kwh:CN:grid"] == Decimal(kwh)


@pytest.mark.parametrize(
    ("site", "geography", "country"),
    [
        ({"country": "CN"}, {"geographyCountry": "DE"}, "CN"),
        ({"subdivision": "CN-GD"}, {"geographyCountry": "DE"}, "CN"),
        ({}, {"geographyCountry": "DE"}, "DE"),
        ({}, {"geographyCountrySubdivision": "US-MI"}, "US"),
        ({"id": "NB1"}, {"geographyRegionOrSubregion": "Europe"}, None),
        ({}, {}, None),
    ],
)
def test_the_country_is_that_of_the_site_else_of_the_geography(
    site: dict[str, str], geography: dict[str, str], country: str | None
) -> None:
    assert country_of(site, geography) == country


def plant(country: str | None, kgco2e: str) -> tuple[Value, Decimal | None]:
    site = {} if country is None else {"site": {"id": "A", "country": country}}
    process = {"emissions": kgco2e, "declaredAmount": "1", "declaredUnit": "piece", **site}
    return value_of_process(process, kgco2e), Decimal(1)


@pytest.mark.parametrize(
    ("countries", "country"),
    [(["DE"], "DE"), (["DE", "DE"], "DE"), (["DE", "CN"], None), (["DE", None], None)],
)
def test_plants_in_several_countries_have_none(
    countries: list[str | None], country: str | None
) -> None:
    plants = [plant(name, str(number)) for number, name in enumerate(countries)]
    assert weighted_plants(plants).country == country


@pytest.mark.parametrize(
    "carrier",
    [
        power("5", None),
        power(None, "kWh"),
        power("5", "kilogram"),
        power("5", "bucket"),
        {"carrier": "heat", "quantity": "5", "unit": "kWh"},
    ],
)
def test_what_is_no_amount_of_electricity_is_no_column(carrier: dict[str, str]) -> None:
    assert not [name for name in columns(carrier) if name.startswith("electricity_kwh")]
