"""In what each carrier is measured, and what finds its factor."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from hub.activity.words import Carrier
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.units import UnitError, conversion

_KWH, _GJ, _KG, _M3 = "kilowatt hour", "gigajoule", "kilogram", "cubic meter"
_FUEL = (_KG, "liter", _GJ)

NORMS: Mapping[Carrier, tuple[str, ...]] = {
    Carrier.ELECTRICITY: (_KWH,),
    Carrier.NATURAL_GAS: (_M3, "normal cubic meter", _GJ, _KG),
    Carrier.STEAM: (_GJ, "tonne"),
    Carrier.HEAT: (_GJ,),
    Carrier.DIESEL: _FUEL,
    Carrier.GASOLINE: _FUEL,
    Carrier.LPG: (*_FUEL, "normal cubic meter"),
    Carrier.FUEL_OIL: _FUEL,
    Carrier.KEROSENE: _FUEL,
    Carrier.COAL: (_KG, _GJ),
    Carrier.COKE: (_KG, _GJ),
    Carrier.BIOMASS: (_KG, _GJ, _M3),
    Carrier.HYDROGEN: (_KG, "normal cubic meter", _M3, _GJ),
    Carrier.PROCESS: (_KG,),
}
"""One unit of each quantity in which the carrier may be measured; amounts are normalised to it."""

CATEGORIES: Mapping[Carrier, str] = {
    Carrier.ELECTRICITY: "electricity",
    Carrier.STEAM: "heat",
    Carrier.HEAT: "heat",
    Carrier.COAL: "fuel/raw-coal",
}


def category(carrier: Carrier) -> str:
    """The category of the registry that has a carrier's factors."""
    return CATEGORIES.get(carrier, f"fuel/{carrier.value}")


@lru_cache(1024)
def norm(carrier: Carrier, unit: str) -> str | None:
    """The unit that amounts in `unit` are normalised to; None where the carrier has no such one."""
    for one in NORMS[carrier]:
        try:
            conversion(unit, one)
        except UnitError:
            continue
        return one
    return None


def converted(amount: Decimal, unit: str, to: str) -> Decimal:
    """An amount in another unit of the same quantity, 50 digits. Raises `UnitError`."""
    ratio = conversion(unit, to)
    return EXACT.divide(EXACT.multiply(amount, Decimal(ratio.numerator)), ratio.denominator)
