"""Whether the result is usual: the published band of what the part is mostly made of."""

from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.calculator.masses import kilograms
from tierlight_schemas.calculator.sheet import Material, PartSheet
from tierlight_schemas.calculator.terms import Calculation
from tierlight_schemas.checks.bands import ANY, BANDS, Band, Bands, band

_BY_MATERIAL = {
    "material/steel": "steel-part",
    "material/pig-iron": "cast-iron-part",
    "material/aluminium": "aluminium-part",
    "material/plastic": "plastic-part",
    "material/glass": "automotive-glass",
    "material/rubber/tyre": "rubber-tyre",
    "material/graphite": "graphite-anode",
    "material/lithium-carbonate": "lithium-carbonate",
    "material/lithium-hydroxide": "lithium-hydroxide",
    "material/nickel-sulfate": "nickel-sulfate",
    "material/cobalt-sulfate": "cobalt-sulfate",
}
_BY_FAMILY = {"cell-making": "battery-cell"}
_ROUTES = {"aluminium-part": ("primary", "recycled"), "plastic-part": ("primary", "recycled")}
NAMED_BANDS = frozenset(_BY_MATERIAL.values()) | frozenset(_BY_FAMILY.values())
"""Bands that a part can be held against, but for those of one route."""
_MOSTLY = Decimal("0.5")
"""Of what goes in, by mass: a part of a little of everything has no band."""
_ALL = Decimal(100)


@dataclass(frozen=True)
class Range:
    """What is usual for such a part by what is published, and where this one lies."""

    band: Band
    per_kg: Decimal
    """kgCO2e of one kilogram of this part."""

    @property
    def is_usual(self) -> bool:
        """Whether it lies within what is usual."""
        return self.band.soft_low <= self.per_kg <= self.band.soft_high

    @property
    def is_possible(self) -> bool:
        """Whether it lies within what has been seen at all."""
        return self.band.hard_low <= self.per_kg <= self.band.hard_high


def range_of(sheet: PartSheet, calculation: Calculation, bands: Bands = BANDS) -> Range | None:
    """The band of a part, per kilogram; None where nothing published is like it."""
    name = _BY_FAMILY.get(sheet.process_family or "")
    route = ANY
    if name is None:
        material = _main(sheet)
        if material is None:
            return None
        name = next((n for c, n in _BY_MATERIAL.items() if _is_a(material.category, c)), None)
        route = _route(name or "", material)
    found = band(name, route, bands) if name else None
    return Range(found, calculation.per_kg) if found and found.per == "kilogram" else None


def _is_a(category: str, general: str) -> bool:
    return category == general or category.startswith(f"{general}/")


def _main(sheet: PartSheet) -> Material | None:
    """The material that most of the input by mass is."""
    masses = {n: kilograms(each.mass) or Decimal(0) for n, each in enumerate(sheet.materials)}
    bought = (kilograms(p.mass or p.quantity) or Decimal(0) for p in sheet.bought_parts)
    whole = sum(masses.values(), Decimal(0)) + sum(bought, Decimal(0))
    largest = max(masses, key=lambda n: masses[n])
    return sheet.materials[largest] if whole and masses[largest] > _MOSTLY * whole else None


def _route(name: str, material: Material) -> str:
    """One route where the material is all of one; a mix lies in the band around both."""
    if name not in _ROUTES:
        return ANY
    primary, recycled = _ROUTES[name]
    percent = material.recycled_percent
    if percent is None:
        return ANY
    return recycled if percent.decimal == _ALL else primary if percent.decimal == 0 else ANY
