"""By how much a declared value moved. Pure."""

from decimal import Decimal
from typing import Protocol

REISSUE_PERCENT = Decimal(10)
"""From this change on, up or down, whoever used the value should declare anew."""


class Declared(Protocol):
    """A declared value: kgCO2e of an amount of a unit."""

    @property
    def excluding_uptake(self) -> str: ...
    @property
    def declared_amount(self) -> str: ...
    @property
    def declared_unit(self) -> str: ...


def change_percent(before: Declared, after: Declared) -> Decimal | None:
    """The change per unit in percent of the value before, with one decimal.

    None where it is unknown: for another unit, and from a value of 0.
    """
    if before.declared_unit != after.declared_unit:
        return None
    was, now = _per_unit(before), _per_unit(after)
    if was == 0:
        return None
    return ((now - was) / abs(was) * 100).quantize(Decimal("0.1"))


def asks_for_reissue(before: Declared, after: Declared) -> bool:
    """Whether the change is one of 10 % or more, or cannot be told."""
    if before.declared_unit != after.declared_unit:
        return True
    was, now = _per_unit(before), _per_unit(after)
    return abs(now - was) * 100 >= abs(was) * REISSUE_PERCENT if was else now != was


def _per_unit(value: Declared) -> Decimal:
    return Decimal(value.excluding_uptake) / Decimal(value.declared_amount)
