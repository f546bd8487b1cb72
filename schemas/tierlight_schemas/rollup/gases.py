"""Characterization of direct emissions: IPCC AR6 GWP100, kgCO2e per kg of gas.

AR6 WG I, table 7.15: CO2 1, fossil CH4 29.8, non-fossil CH4 27.0, N2O 273.
"""

import re
from decimal import Decimal

_AR6 = {
    "carbon dioxide fossil": "1",
    "carbon dioxide": "1",
    "co2": "1",
    "co2 fossil": "1",
    "methane fossil": "29.8",
    "ch4 fossil": "29.8",
    "methane non fossil": "27.0",
    "methane biogenic": "27.0",
    "ch4 biogenic": "27.0",
    "dinitrogen monoxide": "273",
    "nitrous oxide": "273",
    "n2o": "273",
}


def gwp100(name: str) -> Decimal | None:
    """kgCO2e per kg of the gas that `name` means; None when it is not told, e.g. bare `methane`."""
    plain = re.sub(r"[\s,_\-()]+", " ", name.lower()).strip()
    value = _AR6.get(plain)
    return None if value is None else Decimal(value)
