"""Carbon from plants, and what a footprint tells apart (PACT Methodology 3, 3.3.2.4).

The total excludes the uptake; the total that includes it is the sum of both. Land management of
fossil origin counts as fossil, so that the components of a total add up to it.
"""

from collections.abc import Mapping
from decimal import Decimal

from tierlight_schemas.amounts import EXACT

UPTAKE = "biogenic_co2_uptake"
COMPONENTS: Mapping[str, str] = {
    "land_use_change": "land_use_change_ghg_emissions",
    "land_management_fossil": "land_management_fossil_ghg_emissions",
    "biogenic_non_co2": "biogenic_non_co2_emissions",
    "biogenic_uptake": UPTAKE,
}
"""Members of `OfWhich`, and the attribute of a footprint that each fills."""
NOT_FOSSIL = ("land_use_change_ghg_emissions", "biogenic_non_co2_emissions")
"""What a total holds beside fossil emissions."""


def uptake_of(carbon_kg: Decimal) -> Decimal:
    """kgCO2e that plants took from the air to build so many kg of carbon: 0 or less."""
    co2 = EXACT.divide(EXACT.multiply(carbon_kg, Decimal(44)), Decimal(12))
    return co2.copy_negate() if co2 else co2


def fossil_of(total: Decimal, components: Mapping[str, Decimal]) -> Decimal:
    """kgCO2e of a total excluding uptake that are fossil: what is not told apart."""
    others = (components.get(name, Decimal(0)) for name in NOT_FOSSIL)
    return EXACT.subtract(total, sum(others, Decimal(0)))
