"""The way from the plant to the client: own legs, or the ruleset's default for the market."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.battery.gaps import BOUNDARY, Gap, Number, Who, incomplete
from tierlight_schemas.battery.model import Distribution, StatedLeg
from tierlight_schemas.battery.rulesets import Freight, Leg, Ruleset

PER_TONNE_KM = "kgCO2e/tkm"
Way = tuple[Leg, StatedLeg | None]
"""A stretch, and the manufacturer's own words of it."""
Averages = Mapping[Freight, Number]
"""kgCO2e per tonne and km, by mode."""


@dataclass(frozen=True)
class TravelledLeg:
    """One stretch, with what it emits for one battery."""

    mode: Freight
    km: Number
    factor: Number
    value: Decimal
    """kgCO2e per battery."""


def travelled(
    stated: Distribution, mass_kg: Number | None, averages: Averages, rules: Ruleset
) -> tuple[tuple[TravelledLeg, ...], tuple[Gap, ...]]:
    """The legs to the client with what they emit, and what is lacking for them."""
    if not stated.legs and stated.market is None:
        return (), (incomplete("distribution", BOUNDARY),)
    if stated.legs:
        legs = [(Leg(leg.mode, leg.km.decimal), leg) for leg in stated.legs]
        return over(legs, "model:distribution.legs", mass_kg, averages)
    assert stated.market is not None
    default = [(leg, None) for leg in rules.ways[stated.market]]
    return over(default, f"ruleset:{rules.id}", mass_kg, averages)


def over(
    legs: Sequence[Way],
    source: str,
    mass_kg: Number | None,
    averages: Averages,
) -> tuple[tuple[TravelledLeg, ...], tuple[Gap, ...]]:
    """Tonnes x km x factor, leg by leg."""
    if mass_kg is None:
        return (), (incomplete("mass", BOUNDARY),)
    found = [*_each(legs, source, EXACT.divide(mass_kg.value, Decimal(1000)), averages)]
    return (
        tuple(each for each in found if isinstance(each, TravelledLeg)),
        tuple(each for each in found if isinstance(each, Gap)),
    )


def _each(
    legs: Sequence[Way], source: str, tonnes: Decimal, averages: Averages
) -> Iterator[TravelledLeg | Gap]:
    for leg, stated in legs:
        factor = _factor(leg, stated, averages)
        if factor is None:
            gap = Gap("battery/incomplete", "freight-factor", BOUNDARY, Who.OPERATOR)
            yield gap.telling(mode=leg.mode)
            continue
        value = EXACT.multiply(EXACT.multiply(tonnes, leg.km), factor.value)
        yield TravelledLeg(leg.mode, Number(leg.km, "km", source), factor, value)


def _factor(leg: Leg, stated: StatedLeg | None, averages: Averages) -> Number | None:
    if stated is not None and stated.factor is not None:
        own = stated.factor.decimal
        return Number(own, PER_TONNE_KM, "model:distribution.legs")
    return averages.get(leg.mode)
