"""Attributed emissions of one process: what it emits, and what heat, gas and power it gives away.

Implementing Regulation (EU) 2023/1773, Annex III, F: all in tCO2e of the whole period.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from tierlight_schemas.amounts import Amount
from tierlight_schemas.cbam.model import Electricity, Heat, Process, WasteGas

NATURAL_GAS = Fraction("56.1")
"""tCO2e/TJ: as what waste gas counts."""
EFFICIENCY = Fraction("0.667")
"""Of waste gas that leaves: what natural gas would have done with less of it."""


@dataclass(frozen=True)
class Term:
    """One line of the sum; `name` is the member of the process."""

    name: str
    value: Fraction


def exact(amount: Amount | None) -> Fraction:
    """A stated amount. What is not stated has been refused before."""
    return Fraction(amount.decimal) if amount is not None else Fraction(0)


def direct_terms(process: Process) -> Iterator[Term]:
    """DirEm* + heat in - heat out + waste gas in - waste gas out - power exported."""
    yield Term("directEmissions", exact(process.direct_emissions))
    yield Term("heatImported", _heat(process.heat_imported))
    yield Term("heatExported", -_heat(process.heat_exported))
    yield Term("wasteGasImported", _gas(process.waste_gas_imported))
    yield Term("wasteGasExported", -_gas(process.waste_gas_exported) * EFFICIENCY)
    yield Term("electricityExported", -_power(process.electricity_exported))


def direct_of(process: Process) -> Fraction:
    """Attributed direct emissions; below 0 where more is given away than was emitted."""
    return sum((term.value for term in direct_terms(process)), Fraction(0))


def indirect_of(process: Process) -> Fraction:
    """Attributed indirect emissions: electricity consumed, each source with its factor."""
    return sum(map(_power, process.electricity or []), Fraction(0))


def consumed_of(process: Process) -> Fraction:
    """Electricity consumed, MWh."""
    return sum((exact(each.megawatthours) for each in process.electricity or []), Fraction(0))


def _heat(heat: Heat | None) -> Fraction:
    return exact(heat.terajoules) * exact(heat.factor) if heat else Fraction(0)


def _gas(gas: WasteGas | None) -> Fraction:
    return exact(gas.terajoules) * NATURAL_GAS if gas else Fraction(0)


def _power(power: Electricity | None) -> Fraction:
    return exact(power.megawatthours) * exact(power.factor) if power else Fraction(0)
