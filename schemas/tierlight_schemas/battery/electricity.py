"""A battery's electricity, counted as the ruleset wants it: by the national consumption mix.

A declared value counts its electricity in its maker's way. Where it says how many kWh of which
country, and what they were counted with, they are taken out and put in again with the national
mix; a direct connection stays. Contracts never count: what they would change is told beside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.battery.gaps import Number

DIRECT_CONNECTION = "direct-connection"
"""How an instrument begins that is a line from the power plant to the factory."""
Mixes = Mapping[str, Number]
"""kgCO2e per kWh of the national consumption mix, by country."""


@dataclass(frozen=True)
class Electricity:
    """kWh that one battery takes at one maker, and what they were counted with."""

    kwh: Decimal | None
    country: str | None
    counted: Decimal | None
    """kgCO2e inside the maker's value."""
    instrument: str | None = None
    by_contract: Decimal | None = None
    """kgCO2e by the factor of the contract or certificate."""

    @property
    def is_direct(self) -> bool:
        """Whether the factory has a line of its own to the power plant."""
        return (self.instrument or "").startswith(DIRECT_CONNECTION)


@dataclass(frozen=True)
class Restated:
    """Electricity of one maker as the ruleset counts it."""

    part: str
    owner: str
    used: Electricity
    mix: Number | None
    """None for a direct connection."""
    value: Decimal
    """kgCO2e per battery."""

    @property
    def change(self) -> Decimal:
        """kgCO2e that the maker's value moves by."""
        return EXACT.subtract(self.value, self.used.counted or Decimal(0))

    @property
    def by_contract_change(self) -> Decimal | None:
        """kgCO2e that would move if the contract counted; None where none is on record."""
        by_contract = self.used.by_contract
        if by_contract is None or self.used.instrument is None or self.used.is_direct:
            return None
        return EXACT.subtract(by_contract, self.value)


def restate(part: str, owner: str, used: Electricity, mixes: Mixes) -> Restated | str:
    """The electricity by the national mix, or what is lacking for it: `kwh`, `counted`, `country`
    or `mix`."""
    if used.kwh is None:
        return "kwh"
    if used.counted is None:
        return "counted"
    if used.is_direct:
        return Restated(part, owner, used, None, used.counted)
    if used.country is None:
        return "country"
    mix = mixes.get(used.country)
    if mix is None:
        return "mix"
    return Restated(part, owner, used, mix, EXACT.multiply(used.kwh, mix.value))
