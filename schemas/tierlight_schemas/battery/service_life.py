"""The functional unit: 1 kWh of the total energy over the service life (Annex II(3)).

    E_total = usable kWh x full equivalent cycles a year x years of operation

The years are those of the warranty; a warranty in kilometres counts as the years it takes to drive
them, and the shorter of the two holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.amounts import EXACT, Amount
from tierlight_schemas.battery.gaps import FUNCTIONAL_UNIT, Gap, Number, incomplete
from tierlight_schemas.battery.model import ServiceLife
from tierlight_schemas.battery.rulesets import Ruleset


@dataclass(frozen=True)
class FunctionalUnit:
    """The functional unit with every input that it came from; None is a gap."""

    usable_kwh: Number | None
    cycles_per_year: Number | None
    years: Number | None
    mass_kg: Number | None
    cycles_justification: str | None = None

    @property
    def total_kwh(self) -> Number | None:
        """kWh over the service life."""
        factors = (self.usable_kwh, self.cycles_per_year, self.years)
        total = Decimal(1)
        for factor in factors:
            if factor is None:
                return None
            total = EXACT.multiply(total, factor.value)
        return Number(total, "kWh", "computed")

    @property
    def reference_flow(self) -> Number | None:
        """kg of battery per kWh."""
        total = self.total_kwh
        if total is None or self.mass_kg is None:
            return None
        return Number(EXACT.divide(self.mass_kg.value, total.value), "kg/kWh", "computed")


def functional_unit(
    life: ServiceLife, mass_kg: Number | None, rules: Ruleset
) -> tuple[FunctionalUnit, tuple[Gap, ...]]:
    """The functional unit by a ruleset, and what it lacks."""
    unit = FunctionalUnit(
        _stated(life.usable_kwh, "kWh", "usableKwh"),
        _cycles(life, rules),
        _years(life),
        mass_kg,
        life.cycles_justification,
    )
    return unit, tuple(_gaps(unit, life))


def _stated(amount: Amount | None, unit: str, member: str) -> Number | None:
    return None if amount is None else Number(amount.decimal, unit, f"model:serviceLife.{member}")


def _cycles(life: ServiceLife, rules: Ruleset) -> Number | None:
    """The default of the vehicle's category, where the method has one; else as stated."""
    category = life.vehicle_category
    if category is not None and category in rules.full_cycles:
        return Number(rules.full_cycles[category], "1/year", f"ruleset:{rules.id}")
    return _stated(life.cycles_per_year, "1/year", "cyclesPerYear")


def _years(life: ServiceLife) -> Number | None:
    """The shorter of the warranty in years and of that in kilometres."""
    by_time = _stated(life.warranty_years, "years", "warrantyYears")
    if life.warranty_km is None:
        return by_time
    if life.km_per_year is None:
        return None
    driven = EXACT.divide(life.warranty_km.decimal, life.km_per_year.decimal)
    by_distance = Number(driven, "years", "model:serviceLife.warrantyKm")
    stated = [years for years in (by_time, by_distance) if years is not None]
    return min(stated, key=lambda years: years.value)


def _gaps(unit: FunctionalUnit, life: ServiceLife) -> Iterator[Gap]:
    if unit.usable_kwh is None:
        yield incomplete("usable-energy", FUNCTIONAL_UNIT)
    if unit.cycles_per_year is None:
        yield incomplete("cycles", FUNCTIONAL_UNIT)
    elif unit.cycles_per_year.source.startswith("model:") and life.cycles_justification is None:
        yield incomplete("cycles-justification", FUNCTIONAL_UNIT)
    if unit.years is None:
        case = "warranty" if life.warranty_km is None else "km-per-year"
        yield incomplete(case, FUNCTIONAL_UNIT)
    if unit.mass_kg is None:
        yield incomplete("mass", FUNCTIONAL_UNIT)
