"""Where a footprint holds: UN regions, ISO 3166-1 countries and ISO 3166-2 subdivisions.

The codes are a committed table (`data/iso3166.txt`, with source and licence), so that a verdict on
a document does not depend on what is installed on the machine that gives it.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

#: UN regions, then subregions, as PACT 3.0.3 spells them (`geographyRegionOrSubregion`).
REGIONS: tuple[str, ...] = (
    "Africa",
    "Americas",
    "Asia",
    "Europe",
    "Oceania",
    "Australia and New Zealand",
    "Central Asia",
    "Eastern Asia",
    "Eastern Europe",
    "Latin America and the Caribbean",
    "Melanesia",
    "Micronesia",
    "Northern Africa",
    "Northern America",
    "Northern Europe",
    "Polynesia",
    "South-eastern Asia",
    "Southern Asia",
    "Southern Europe",
    "Sub-Saharan Africa",
    "Western Asia",
    "Western Europe",
)


@cache
def subdivisions() -> Mapping[str, frozenset[str]]:
    """Subdivision codes without prefix, by country code; every assigned country is a key."""
    table = files("tierlight_schemas").joinpath("data/iso3166.txt").read_text("utf-8")
    rows = (line.partition(":") for line in table.splitlines() if line and line[0] != "#")
    return {country: frozenset(codes.split()) for country, _, codes in rows}


def is_country(code: str) -> bool:
    """Whether `code` is an assigned ISO 3166-1 alpha-2 code, in capitals: `DE`."""
    return code in subdivisions()


def is_subdivision(code: str) -> bool:
    """Whether `code` is an ISO 3166-2 code, in capitals: `CN-GD`."""
    country, dash, rest = code.partition("-")
    return bool(dash) and rest in subdivisions().get(country, ())


def country_of(subdivision: str) -> str:
    """The country part of a subdivision code: `CN` of `CN-GD`. It need not exist."""
    return subdivision.partition("-")[0]
