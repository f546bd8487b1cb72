"""Plausibility bands: between which values a category's footprint lies.

The facts stand in `data/bands.json`, each with its basis and source. Outside the hard bounds a
value is implausible; the soft bounds enclose what is usual. The median of a category is taken as
the geometric mean of its soft bounds: footprints spread by factors, not by differences.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

from tierlight_schemas.amounts import EXACT

Quantity = Literal["footprint", "own-process", "electricity", "grid-factor"]
_UNIT = re.compile(r"(t|kg)CO2e?/(kg|kWh|vehicle|tkm)")
_DENOMINATORS = {
    "kg": "kilogram",
    "kWh": "kilowatt hour",
    "vehicle": "piece",
    "tkm": "ton kilometer",
}


@dataclass(frozen=True)
class Band:
    """Plausible kgCO2e per one `per` of a category."""

    id: str
    """Stable, e.g. `steel-part`; a product classification may end in it."""
    name: str
    quantity: Quantity
    """What is banded: a cradle-to-gate footprint, a plant's own process, kWh or a grid factor."""
    per: str
    """Canonical unit of the denominator; empty where the band is not about kgCO2e."""
    unit: str
    """The unit in print, e.g. `kgCO2e/kg`."""
    hard_low: Decimal
    soft_low: Decimal
    soft_high: Decimal
    hard_high: Decimal
    """Bounds in kgCO2e per `per` (in `unit` where `per` is empty)."""
    basis: str
    """How far to trust it: `published`, `mixed`, or `one model`."""
    source: str

    @property
    def median(self) -> Decimal:
        """Geometric mean of the soft bounds; 0 where the lower one is not above 0."""
        return EXACT.sqrt(EXACT.multiply(max(self.soft_low, Decimal(0)), self.soft_high))


Bands = Mapping[str, Band]
"""Bands by category id; an operator may give his own."""


def read_bands(document: Mapping[str, Any]) -> Bands:
    """Bands from the parsed form of `data/bands.json`. Raises `KeyError`, `ValueError`."""
    return MappingProxyType({row["id"]: _band(row) for row in document["bands"]})


def _band(row: Mapping[str, str]) -> Band:
    match = _UNIT.fullmatch(row["unit"])
    scale = Decimal(1000) if match and match[1] == "t" else Decimal(1)
    bounds = [scale * Decimal(row[name]) for name in ("hardLow", "softLow", "softHigh", "hardHigh")]
    if bounds != sorted(bounds):
        raise ValueError(f"band {row['id']!r}: the bounds are not in order")
    quantity: Any = row["quantity"]
    return Band(
        id=row["id"],
        name=row["name"],
        quantity=quantity,
        per=_DENOMINATORS[match[2]] if match else "",
        unit=f"kgCO2e/{match[2]}" if match else row["unit"],
        hard_low=bounds[0],
        soft_low=bounds[1],
        soft_high=bounds[2],
        hard_high=bounds[3],
        basis=row["basis"],
        source=row["source"],
    )


def _shipped() -> Bands:
    text = files("tierlight_schemas").joinpath("data/bands.json").read_text(encoding="utf-8")
    return read_bands(json.loads(text))


BANDS: Bands = _shipped()
"""The bands that ship with this version."""
