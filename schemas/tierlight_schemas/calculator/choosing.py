"""Which value stands behind an entry: what somebody states, else a default of the registry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from tierlight_schemas.calculator.biogenic import COMPONENTS
from tierlight_schemas.calculator.quality import Rated, geographical_rating, temporal_rating
from tierlight_schemas.calculator.sheet import PartSheet, StatedValue
from tierlight_schemas.calculator.terms import Origin, Step
from tierlight_schemas.factors.lookup import Answer, Question, look_up
from tierlight_schemas.factors.model import Factor
from tierlight_schemas.factors.registry import Registry
from tierlight_schemas.units import canonical

AVERAGE = Decimal(3)
"""Technological rating of a default: the average of the same technology."""
HALF_OWN = Decimal(2)
"""Of a value that a maker states without a rating: its company, not its line."""


@dataclass(frozen=True)
class Surroundings:
    """What every entry of a sheet shares: the registry, the place and the period."""

    registry: Registry
    place: str
    """ISO 3166-2 code of the site where it is known, else its country."""
    period_end: date
    """First day after the period."""

    @property
    def year(self) -> int:
        """The year that the period ends in."""
        return (self.period_end - timedelta(days=1)).year


@dataclass(frozen=True)
class Used:
    """kgCO2e per one unit, and what is known of it."""

    step: Step
    unit: str
    """Canonical name of what the value is for."""
    rated: Rated
    of_which: Mapping[str, Decimal] = field(default_factory=dict)
    """kg per unit by component that the value tells apart."""
    upstream: bool = True
    """Whether the value covers what lies upstream of it; a fuel's combustion alone does not."""


def surroundings(sheet: PartSheet, registry: Registry) -> Surroundings:
    """Of a sheet. Raises `ValueError` for a period end that is no date."""
    place = sheet.site.subdivision or sheet.site.country or ""
    return Surroundings(registry, place, date.fromisoformat(sheet.period_end))


def per(unit: str) -> str:
    """The unit of a factor: kgCO2e for one of `unit`."""
    return f"kgCO2e/{unit}"


def stated(value: StatedValue, around: Surroundings) -> Used:
    """The value that somebody states. Raises `UnitError` for its unit."""
    origin = cast(Origin, value.source)
    unit = canonical(value.unit)
    kg, reference = value.kgco2e.decimal, value.reference
    step = Step("factor", kg, per(unit), origin, reference, value.year)
    return Used(step, unit, _rated(value, around), _told_apart(value))


def _rated(value: StatedValue, around: Surroundings) -> Rated:
    """As its maker rates it; place and time are worked out where it does not."""
    share, technological = value.primary_data_share, value.technological
    geographical = geographical_rating(value.place or around.place, value.place)
    temporal = temporal_rating(around.period_end, value.year)
    return Rated(
        Decimal(100) if value.source == "contract" else share.decimal if share else None,
        technological.decimal if technological else HALF_OWN,
        value.geographical.decimal if value.geographical else geographical,
        value.temporal.decimal if value.temporal else temporal,
    )


def _told_apart(value: StatedValue) -> dict[str, Decimal]:
    told = {name: getattr(value.of_which, member, None) for member, name in COMPONENTS.items()}
    return {name: amount.decimal for name, amount in told.items() if amount is not None}


def default(category: str, around: Surroundings) -> Used | None:
    """The registry's nearest factor of a category; None where it has none, or several kinds.

    Life-cycle CO2e comes first, as the methodology asks; where a fuel has its combustion only, what
    lies upstream of it is left out and said so.
    """
    for scope in ("life-cycle", "direct"):
        question = Question(category, around.place or "*", around.year, scope=scope)
        answer = look_up(around.registry, question)
        factor = _chosen(answer, category)
        if factor is not None:
            return _of(factor, around, upstream=scope == "life-cycle")
    return None


def residual(around: Surroundings) -> Used | None:
    """Electricity that no contract and no certificate covers: what those left over in the place."""
    for scope in ("life-cycle", "direct"):
        asked = Question("electricity", around.place or "*", around.year, scope=scope)
        answer = look_up(around.registry, replace(asked, series="residual"))
        if answer.found is not None:
            return _of(answer.found.factor, around, upstream=scope == "life-cycle")
    return None


def _chosen(answer: Answer, category: str) -> Factor | None:
    """The factor answered; of several series of electricity's the average of the place."""
    if answer.found is not None:
        return answer.found.factor
    if answer.open == ("basis",):
        located = replace(answer.question, basis="location")
        return next(
            (each.factor for each in answer.alternatives if each.factor.basis == located.basis),
            None,
        )
    exact = [each.factor for each in answer.alternatives if each.factor.category == category]
    return exact[0] if exact and answer.open == ("category",) else None


def _of(factor: Factor, around: Surroundings, *, upstream: bool) -> Used:
    step = Step("factor", factor.kg, per(factor.unit), "default", factor.pinned, factor.year)
    rated = Rated(
        None,
        AVERAGE,
        geographical_rating(around.place, factor.geography),
        temporal_rating(around.period_end, factor.year),
    )
    return Used(step, factor.unit, rated, upstream=upstream)
