"""Which factor a pair of emissions and energy implies.

Emissions divided by energy is a factor somebody used, whether they named it or not. The printed
digits of both numbers leave an interval; a known factor equals the implied one when it lies inside
as it is printed itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.factors.model import Factor


@dataclass(frozen=True)
class Implied:
    """kg per unit of energy, as the two numbers print it."""

    value: Decimal
    low: Decimal
    high: Decimal
    """Bounds that the rounding of both numbers allows, both included."""

    def is_printed_as(self, factor: Factor) -> bool:
        """Whether the factor, with the rounding of its own print, lies within the bounds."""
        printed = Printed.read(factor.value)
        if printed is None:
            return False
        lowest = EXACT.subtract(printed.value, printed.half_unit)
        return lowest <= self.high and EXACT.add(printed.value, printed.half_unit) >= self.low


@dataclass(frozen=True)
class Match:
    """A known factor beside the implied one."""

    factor: Factor
    ratio: Decimal
    """Implied ÷ known."""


def implied(emissions: Printed, energy: Printed) -> Implied | None:
    """kg emitted ÷ units of energy; None when the energy may be 0 or the emissions are negative.

    Both numbers must already be in kg and in the unit of the factors that are compared.
    """
    least = EXACT.subtract(energy.value, energy.half_unit)
    if least <= 0 or emissions.value < 0:
        return None
    most = EXACT.add(energy.value, energy.half_unit)
    lowest = max(EXACT.subtract(emissions.value, emissions.half_unit), Decimal(0))
    return Implied(
        EXACT.divide(emissions.value, energy.value),
        EXACT.divide(lowest, most),
        EXACT.divide(EXACT.add(emissions.value, emissions.half_unit), least),
    )


def matches(factors: Iterable[Factor], found: Implied) -> list[Match]:
    """The known factors that the implied one equals to the printed digits, closest first."""
    return _by_closeness((factor for factor in factors if found.is_printed_as(factor)), found)


def nearest(factors: Iterable[Factor], found: Implied, count: int = 3) -> list[Match]:
    """The known factors closest in ratio, whether they match or not."""
    return _by_closeness(factors, found)[:count]


def _by_closeness(factors: Iterable[Factor], found: Implied) -> list[Match]:
    known = [Match(each, EXACT.divide(found.value, each.kg)) for each in factors if each.kg > 0]
    return sorted(known, key=lambda match: (_apart(match.ratio), match.factor.id))


def _apart(ratio: Decimal) -> Decimal:
    """How many times the larger of the two is the smaller; 1 when they are equal."""
    if ratio == 0:
        return Decimal("Infinity")
    return max(ratio, EXACT.divide(Decimal(1), ratio))
