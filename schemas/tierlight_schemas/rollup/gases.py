"""Characterization of direct emissions: the gases that a line may name, by IPCC AR6 GWP100."""

import re
from decimal import Decimal

from tierlight_schemas.factors import gwp

_GASES = {
    "carbon dioxide fossil": "CO2",
    "carbon dioxide": "CO2",
    "co2": "CO2",
    "co2 fossil": "CO2",
    "methane fossil": "CH4-fossil",
    "ch4 fossil": "CH4-fossil",
    "methane non fossil": "CH4-biogenic",
    "methane biogenic": "CH4-biogenic",
    "ch4 biogenic": "CH4-biogenic",
    "dinitrogen monoxide": "N2O",
    "nitrous oxide": "N2O",
    "n2o": "N2O",
}


def gwp100(name: str) -> Decimal | None:
    """kgCO2e per kg of the gas that `name` means; None when it is not told, e.g. bare `methane`."""
    gas = _GASES.get(re.sub(r"[\s,_\-()]+", " ", name.lower()).strip())
    return None if gas is None else gwp.gwp100(gas)
