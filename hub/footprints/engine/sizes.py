"""What a category says of every part of it: its average factor, and what a gap of it may hide.

Parts of one category, base unit and state of knowledge share the arithmetic: a value per base unit
is a constant, or goes with the net mass; the exact rules at two masses tell which.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from hub.factors.averages import Average
from hub.footprints.draft import band_of, fitting
from hub.footprints.engine.graph import Flags, Floats, Rows
from hub.footprints.engine.snapshot import Snapshot
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.model import MASS_BEARING, ONE, ZERO, Kind
from tierlight_schemas.rollup.resolve import convert, times
from tierlight_schemas.units import UNITS, UnitError, is_mass, to_base

_TWO = Decimal(2)
_KINDS = tuple(Kind)
OfMass = Callable[[Decimal | None], Decimal | None]
"""A value per base unit of a part of that net mass (kg), None where units do not convert."""


@dataclass(frozen=True)
class Sizes:
    """By row of the snapshot; NaN is unknown."""

    masses: Floats
    """kg of one base unit of what carries mass."""
    defaults: Floats
    """kgCO2e of one base unit by the owner's average factor of the category."""
    unfit: Flags
    """Whether there is such a factor, but in a unit that does not convert."""
    estimates: Floats
    """kgCO2e of one base unit at the median of the category's band."""
    may_be_negative: Flags
    """Whether that band reaches below zero."""


def sizes(snapshot: Snapshot, factors: Mapping[str, Sequence[Average]]) -> Sizes:
    """What is known of every part by its category, base unit and net mass."""
    defaults = np.full(len(snapshot.ids), np.nan)
    estimates, masses = defaults.copy(), defaults.copy()
    negative, has_factor = (np.zeros(len(defaults), dtype=np.bool_) for _ in range(2))
    for rows, category, unit, is_known in _groups(snapshot):
        held = snapshot.masses[rows]
        has_factor[rows] = category in factors
        defaults[rows] = _values(_default(factors.get(category, ()), unit), held, is_known)
        estimates[rows] = _values(_estimate(category, unit), held, is_known)
        masses[rows] = _values(_kilograms(unit), held, is_known)
        band = band_of(category)
        negative[rows] = band is not None and band.low < ZERO
    negative &= ~np.isnan(estimates)
    is_gas = snapshot.kinds == _KINDS.index(Kind.DIRECT_EMISSION)
    unfit = has_factor & np.isnan(defaults) & ~is_gas
    defaults[is_gas] = np.nan
    masses[~np.isin(snapshot.kinds, [_KINDS.index(kind) for kind in MASS_BEARING])] = np.nan
    return Sizes(masses, defaults, unfit, estimates, negative)


def _groups(snapshot: Snapshot) -> list[tuple[Rows, str, str, bool]]:
    """Rows, category, base unit, and whether a net mass above 0 is known."""
    with np.errstate(invalid="ignore"):
        known = snapshot.masses > 0
    keys = (snapshot.categories.astype(np.int64) * len(UNITS) + snapshot.units) * 2 + known
    order = np.argsort(keys, kind="stable")
    ends = np.flatnonzero(np.diff(keys[order])) + 1
    found = []
    for rows in np.split(order, ends) if len(order) else ():
        category, unit = snapshot.categories[rows[0]], snapshot.units[rows[0]]
        name = snapshot.category_names[category]
        found.append((rows, name, UNITS[unit], bool(known[rows[0]])))
    return found


def _default(factors: Sequence[Average], unit: str) -> OfMass:
    def of_mass(mass: Decimal | None) -> Decimal | None:
        factor = fitting(factors, unit, mass)
        if factor is None:
            return None
        try:
            units = times(ONE, to_base(factor.unit, unit, mass))
        except UnitError:
            return None
        return EXACT.divide(Decimal(factor.value), units)

    return of_mass


def _estimate(category: str, unit: str) -> OfMass:
    def of_mass(mass: Decimal | None) -> Decimal | None:
        band = band_of(category)
        amount = None if band is None else convert(ONE, unit, band.unit, _of_piece(unit, mass))
        return None if band is None or amount is None else EXACT.multiply(amount, band.median)

    return of_mass


def _kilograms(unit: str) -> OfMass:
    return lambda mass: convert(ONE, unit, "kilogram", mass)


def _of_piece(unit: str, mass: Decimal | None) -> Decimal | None:
    return None if is_mass(unit) else mass


def _values(of_mass: OfMass, masses: Floats, is_known: bool) -> Floats:
    """The value at each mass: it goes with the mass, or the mass does not matter."""
    first = of_mass(ONE if is_known else None)
    if first is None:
        return np.full(len(masses), np.nan)
    goes_with_mass = is_known and of_mass(_TWO) != first
    return float(first) * masses if goes_with_mass else np.full(len(masses), float(first))
