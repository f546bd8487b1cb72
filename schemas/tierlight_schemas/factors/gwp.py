"""Global warming potentials over 100 years: kgCO2e per kg of a gas, by IPCC report.

The values are those of the package `globalwarmingpotentials` (CC0), read as they are printed. It
has one methane; fossil and biogenic methane are told apart here where the report does (AR5 WG I
table 8.A.1, AR6 WG I table 7.15). A blend is the mass-weighted mean of its gases (composition:
ASHRAE 34); one with a gas that has no value in the report has none itself.
"""

import csv
import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from tierlight_schemas.amounts import EXACT

Report = Literal["SAR", "TAR", "AR4", "AR5", "AR6"]
REPORTS: tuple[Report, ...] = ("SAR", "TAR", "AR4", "AR5", "AR6")

_METHANE: dict[str, dict[str, str]] = {
    "CH4-fossil": {"SAR": "21", "TAR": "23", "AR4": "25", "AR5": "30", "AR6": "29.8"},
    "CH4-biogenic": {"SAR": "21", "TAR": "23", "AR4": "25", "AR5": "28", "AR6": "27.0"},
}
_BLENDS: dict[str, dict[str, str]] = {
    "R404A": {"HFC125": "44", "HFC143a": "52", "HFC134a": "4"},
    "R407A": {"HFC32": "20", "HFC125": "40", "HFC134a": "40"},
    "R407C": {"HFC32": "23", "HFC125": "25", "HFC134a": "52"},
    "R407F": {"HFC32": "30", "HFC125": "30", "HFC134a": "40"},
    "R410A": {"HFC32": "50", "HFC125": "50"},
    "R507A": {"HFC125": "50", "HFC143a": "50"},
}
"""Percent by mass."""
_ALIASES = {
    "carbon dioxide": "CO2",
    "dinitrogen monoxide": "N2O",
    "nitrous oxide": "N2O",
    "methane": "CH4",
    "fossil methane": "CH4-fossil",
    "methane fossil": "CH4-fossil",
    "biogenic methane": "CH4-biogenic",
    "methane biogenic": "CH4-biogenic",
    "methane non fossil": "CH4-biogenic",
    "sulfur hexafluoride": "SF6",
    "r22": "HCFC22",
    "r23": "HFC23",
    "r32": "HFC32",
    "r125": "HFC125",
    "r134a": "HFC134a",
    "r143a": "HFC143a",
    "r152a": "HFC152a",
}


def gwp100(gas: str, report: Report = "AR6") -> Decimal | None:
    """kgCO2e per kg of the gas or blend; None where the report, or the name, does not tell.

    Bare `CH4` has a value only up to AR4: from AR5 on it must be said whether it is fossil.
    """
    name = _name(gas)
    if name in _BLENDS:
        return _of_blend(_BLENDS[name], report)
    text = _table().get(name, {}).get(report)
    return Decimal(text) if text else None


def _of_blend(shares: dict[str, str], report: Report) -> Decimal | None:
    total = Decimal(0)
    for gas, percent in shares.items():
        value = gwp100(gas, report)
        if value is None:
            return None
        total = EXACT.add(total, EXACT.multiply(value, Decimal(percent)))
    return EXACT.divide(total, Decimal(100))


def _name(gas: str) -> str:
    words = re.sub(r"[\s,_()]+", " ", gas).strip()
    plain = re.sub(r"[\s-]+", "", words).lower()
    spoken = _ALIASES.get(words.lower().replace("-", " ")) or _ALIASES.get(plain)
    return spoken or _known_names().get(plain, words)


@cache
def _known_names() -> dict[str, str]:
    return {re.sub(r"[\s-]+", "", name).lower(): name for name in (*_table(), *_BLENDS)}


@cache
def _table() -> dict[str, dict[str, str]]:
    """Texts by gas and report."""
    text = files("globalwarmingpotentials").joinpath("globalwarmingpotentials.csv").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    read: dict[str, dict[str, str]] = {
        row["Species"]: {report: row[f"{report}GWP100"] for report in REPORTS}
        for row in csv.DictReader(lines)
    }
    read["CH4"] = {report: read["CH4"][report] for report in ("SAR", "TAR", "AR4")}
    read["CO2"] = {report: "1" for report in REPORTS}
    return read | _METHANE
