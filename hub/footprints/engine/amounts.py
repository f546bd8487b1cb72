"""Lines in base units of what they take, and what each is to its parent's total."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.footprints.engine.graph import Flags, Floats
from hub.footprints.engine.snapshot import (
    BESIDE,
    BEYOND_GATE,
    INPUT,
    MISMATCH,
    OWN_PROCESS,
    TRANSPORT,
)
from tierlight_schemas.bom import Stage
from tierlight_schemas.rollup.model import BEYOND_GATE_STAGES, MASS_BEARING, Kind
from tierlight_schemas.rollup.model import OWN_PROCESS as OWN_PROCESS_KINDS
from tierlight_schemas.units import UNITS, UnitMismatch, conversion, is_mass

_KINDS = tuple(Kind)
_STAGES = tuple(stage.value for stage in Stage)


def converted(lines: dict[str, Any], parts: dict[str, Any]) -> tuple[Floats, NDArray[np.uint8]]:
    """Amounts in base units of the child, and what each line is to its parent's total."""
    child_kind = parts["kind"][lines["child"]]
    is_waste = child_kind == _KINDS.index(Kind.WASTE)
    is_by_product = (lines["content"] < 0) & ~is_waste
    amounts = np.where(is_waste, np.abs(lines["content"]), lines["content"]) * lines["factor"]
    child = lines["child"]
    amounts *= _factors(lines["unit"], parts["unit"][child], parts["mass"][child])
    what = _what_of_kind()[child_kind]
    what[np.isnan(amounts)] = MISMATCH
    what[is_by_product] = BESIDE
    beyond = np.isin(lines["stage"], [_STAGES.index(stage) for stage in BEYOND_GATE_STAGES])
    what[beyond | (child_kind == _KINDS.index(Kind.INFRASTRUCTURE))] = BEYOND_GATE
    return amounts, what


def masses_of(lines: dict[str, Any], parts: dict[str, Any]) -> Floats:
    """kg of each line in one base unit of its parent; NaN where none is known."""
    child = lines["child"]
    factors = _conversions()[lines["unit"], UNITS.index("kilogram")]
    in_pieces = ~_is_mass()[parts["unit"][child]] & _positive(parts["mass"][child])
    factors = np.where(np.isnan(factors) & in_pieces, parts["mass"][child], factors)
    carries = np.array([kind in MASS_BEARING for kind in _KINDS])[parts["kind"][child]]
    kilograms: Floats = np.where(carries, np.abs(lines["content"]) * factors, np.nan)
    return kilograms


@cache
def _is_mass() -> Flags:
    return np.array([is_mass(unit) for unit in UNITS])


def _what_of_kind() -> NDArray[np.uint8]:
    what = np.full(len(_KINDS), INPUT, dtype=np.uint8)
    what[[n for n, kind in enumerate(_KINDS) if kind in OWN_PROCESS_KINDS]] = OWN_PROCESS
    what[_KINDS.index(Kind.TRANSPORT)] = TRANSPORT
    return what


def _factors(from_units: NDArray[np.uint8], to_units: NDArray[np.uint8], masses: Floats) -> Floats:
    """Base units in one unit of each line; a mass joins kilograms with pieces, never back."""
    factors: Floats = _conversions()[from_units, to_units]
    open_ = np.isnan(factors)
    if open_.any():
        kilograms = _conversions()[from_units, UNITS.index("kilogram")]
        joined = np.divide(
            kilograms, masses, out=np.full(len(masses), np.nan), where=_positive(masses)
        )
        factors = np.where(open_ & ~_is_mass()[to_units], joined, factors)
    return factors


def _positive(masses: Floats) -> Flags:
    known: Flags = np.isfinite(masses)
    known[known] = masses[known] > 0
    return known


@cache
def _conversions() -> Floats:
    """Every unit in every other; NaN where only a mass could join them."""
    table = np.full((len(UNITS), len(UNITS)), np.nan)
    for row, unit in enumerate(UNITS):
        for column, target in enumerate(UNITS):
            try:
                table[row, column] = float(conversion(unit, target))
            except UnitMismatch:
                continue
    return table
