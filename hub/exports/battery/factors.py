"""Factors that a battery's declaration takes from the hub: national mixes, and freight."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import get_args

from hub.footprints.book import Book
from tierlight_schemas.battery.distribution import PER_TONNE_KM, Averages
from tierlight_schemas.battery.electricity import Mixes
from tierlight_schemas.battery.entries import Entry
from tierlight_schemas.battery.gaps import Number
from tierlight_schemas.battery.rulesets import Freight
from tierlight_schemas.factors.lookup import Question, look_up
from tierlight_schemas.factors.model import WORLD
from tierlight_schemas.factors.registry import Registry

TONNE_KM = "ton kilometer"


def mixes(registry: Registry, entries: Collection[Entry], day: date) -> Mixes:
    """The life-cycle mix of each country whose electricity is used; of no wider place."""
    countries = {
        used.country for entry in entries for used in entry.electricity or () if used.country
    }
    found: dict[str, Number] = {}
    for country in sorted(countries):
        mix = _factor(registry, "electricity", country, day.year, "kilowatt hour")
        if mix is not None:
            found[country] = mix
    return found


def freight(registry: Registry, book: Book, day: date) -> Averages:
    """Of each mode the company's own factor of that category, else the registry's."""
    found: dict[Freight, Number] = {}
    for mode in get_args(Freight):
        factor = _own(book, f"transport/{mode}") or _factor(
            registry, f"transport/{mode}", WORLD, day.year, TONNE_KM
        )
        if factor is not None:
            found[mode] = factor
    return found


def _own(book: Book, category: str) -> Number | None:
    held = [each for each in book.factors.get(category, []) if each.unit == TONNE_KM]
    if not held or not held[-1].is_own:
        return None
    return Number(Decimal(held[-1].value), PER_TONNE_KM, f"factor:{held[-1].reference}")


def _factor(registry: Registry, category: str, place: str, year: int, unit: str) -> Number | None:
    is_power = category == "electricity"
    asked = Question(
        category, place, year,
        basis="location" if is_power else None,
        series="average" if is_power else None,
        scope="life-cycle", gases="CO2e", unit=unit,
    )  # fmt: skip
    found = look_up(registry, asked).found
    if found is None or found.factor.geography != place:
        return None
    per = "kgCO2e/kWh" if is_power else PER_TONNE_KM
    return Number(found.factor.kg, per, f"factor:{found.factor.pinned}")
