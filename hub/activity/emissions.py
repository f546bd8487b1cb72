"""What the energy of a site emits, by location and by market, always both.

* By location every bought kilowatt hour has the average factor of the place.
* By market instruments come first: each covers so many kilowatt hours with its own factor; the rest
  has the residual mix where one is known of the same kind (gases, scope), else the average, and
  says so. A certificate covers nothing before it is retired.
* What the site generates and uses itself has no factor of the grid; its fuel is counted as fuel.
* Every other carrier has one value on both sides.

What cannot be known is None, with the reason; direct CO2 is never added to life-cycle CO2e.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from hub.activity.carriers import converted
from hub.activity.words import InstrumentKind, Technology
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.factors.model import Factor, Scope
from tierlight_schemas.units import UnitError

ZERO = Decimal(0)
_NOTHING_BURNT = {Technology.SOLAR, Technology.WIND, Technology.HYDRO, Technology.NUCLEAR}
KWH = "kilowatt hour"


class Doubt(StrEnum):
    """Why a value is not known, or rests on less than it should."""

    NO_FACTOR = "no-factor"
    """The registry has none for this carrier, place and unit."""
    SEVERAL_FACTORS = "several-factors"
    """Several fit that must not be taken for one another."""
    AVERAGE_FOR_REST = "average-for-rest"
    """No residual mix is known: what no instrument covers has the average."""
    INSTRUMENT_FACTOR = "instrument-factor"
    """An instrument does not say what its kilowatt hour stands for."""
    NOT_RETIRED = "not-retired"
    """A certificate covers nothing yet."""
    SELF_USED = "self-used"
    """What own generation emits over its life cycle is not stated."""
    MONTHS_MISSING = "months-missing"
    """It is the value of the known months only."""
    ESTIMATED = "estimated"
    """Some of it is a person's estimate."""


@dataclass(frozen=True)
class Claim:
    """An instrument as far as it concerns the period."""

    reference: str
    kind: InstrumentKind
    kwh: Decimal
    """As claimed."""
    technology: Technology
    stated: Decimal | None
    """kg per kWh, where the instrument says it."""
    is_retired: bool
    holds: Decimal | None = None
    """kWh that it is about in all; None where that is not stated."""

    @property
    def covering(self) -> Decimal:
        """kWh that it can cover: no more than it holds."""
        if not self.counts:
            return ZERO
        return self.kwh if self.holds is None else min(self.kwh, self.holds)

    @property
    def counts(self) -> bool:
        """Whether it covers anything: a contract does, a certificate once it is retired."""
        return self.is_retired or self.kind is InstrumentKind.DIRECT_CONTRACT

    def factor(self, scope: Scope) -> Decimal | None:
        """kg per kWh; what burns nothing emits nothing itself, which says nothing of its life
        cycle."""
        if self.stated is None and scope == "direct" and self.technology in _NOTHING_BURNT:
            return ZERO
        return self.stated


@dataclass(frozen=True)
class Covered:
    """What one instrument covers of the bought electricity."""

    reference: str
    kwh: Decimal
    kg: Decimal | None


@dataclass(frozen=True)
class Sides:
    """Both values of one carrier, in kg, and what they rest on."""

    location: Decimal | None
    market: Decimal | None
    factor: Factor | None
    """Of the place (or of the fuel)."""
    covered: tuple[Covered, ...] = ()
    uncovered_kwh: Decimal | None = None
    rest_factor: Factor | None = None
    """What the uncovered rest has by market; None where nothing is uncovered, or none is known."""
    unfit_residual: Factor | None = None
    """A residual mix that is known and that the rest does not have: it is of another kind than the
    average, and the two are never mixed."""
    doubts: frozenset[Doubt] = frozenset()


def of_carrier(amount: Decimal, unit: str, factor: Factor | None, doubt: Doubt | None) -> Sides:
    """A fuel, steam, or heat: one value on both sides; `doubt` says why there is no factor."""
    if factor is not None:
        try:
            kg = EXACT.multiply(converted(amount, unit, factor.unit), factor.kg)
            return Sides(kg, kg, factor)
        except UnitError:
            pass
    return Sides(None, None, None, doubts=frozenset({doubt or Doubt.NO_FACTOR}))


def of_process(kg: Decimal) -> Sides:
    """Process emissions are stated as what they are."""
    return Sides(kg, kg, None)


def of_electricity(
    grid_kwh: Decimal,
    self_used_kwh: Decimal,
    claims: Sequence[Claim],
    place: Factor | None,
    residual: Factor | None,
) -> Sides:
    """Both values of a site's electricity; `place` is the average factor, `residual` the mix left
    over by contracts, if any."""
    scope: Scope = place.scope if place else residual.scope if residual else "direct"
    covered, rest = _cover(grid_kwh, claims, scope)
    fits = place is None or (residual is not None and residual.kind == place.kind)
    fitting = residual if fits else None
    rest_factor = (fitting or place) if rest > 0 else None
    doubts = _doubts(claims, covered, rest, place, fitting)
    if self_used_kwh > 0 and scope != "direct":
        doubts |= {Doubt.SELF_USED}
    return Sides(
        location=_times(grid_kwh, place),
        market=_added([*(each.kg for each in covered), _times(rest, rest_factor)]),
        factor=place,
        covered=covered,
        uncovered_kwh=rest,
        rest_factor=rest_factor,
        unfit_residual=None if fits or rest == 0 else residual,
        doubts=doubts,
    )


def _cover(
    grid_kwh: Decimal, claims: Sequence[Claim], scope: Scope
) -> tuple[tuple[Covered, ...], Decimal]:
    """Contracts before certificates, each as far as there is something left to cover."""
    rest, found = grid_kwh, []
    order = sorted(claims, key=lambda c: (c.kind is InstrumentKind.CERTIFICATE, c.reference))
    for claim in order:
        kwh = min(claim.covering, rest)
        if kwh > 0:
            factor = claim.factor(scope)
            kg = None if factor is None else EXACT.multiply(kwh, factor)
            found.append(Covered(claim.reference, kwh, kg))
            rest = EXACT.subtract(rest, kwh)
    return tuple(found), rest


def _doubts(
    claims: Sequence[Claim],
    covered: Sequence[Covered],
    rest: Decimal,
    place: Factor | None,
    residual: Factor | None,
) -> frozenset[Doubt]:
    said = {
        Doubt.NO_FACTOR: place is None,
        Doubt.AVERAGE_FOR_REST: rest > 0 and place is not None and residual is None,
        Doubt.INSTRUMENT_FACTOR: any(each.kg is None for each in covered),
        Doubt.NOT_RETIRED: any(not claim.counts for claim in claims),
    }
    return frozenset(doubt for doubt, is_so in said.items() if is_so)


def _times(kwh: Decimal, factor: Factor | None) -> Decimal | None:
    if kwh == 0:
        return ZERO
    if factor is None:
        return None
    return EXACT.multiply(converted(kwh, KWH, factor.unit), factor.kg)


def _added(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum; None as soon as one is not known."""
    total = ZERO
    for amount in amounts:
        if amount is None:
            return None
        total = EXACT.add(total, amount)
    return total
