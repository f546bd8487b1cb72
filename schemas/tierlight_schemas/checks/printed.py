"""Numbers as they were printed: the value, and how far rounding may have moved it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Self

from tierlight_schemas.amounts import EXACT, Amount

_HALF = Decimal("0.5")


@dataclass(frozen=True)
class Printed:
    """A number and half a unit of its last printed digit."""

    value: Decimal
    half_unit: Decimal
    """0 for a plain `0`, which is exact; 0.005 for `1.25`; 0.5 for `77`."""

    @classmethod
    def read(cls, text: Any) -> Self | None:
        """The number in `text`; None when it is not an amount."""
        if not isinstance(text, str) or not is_plain(text):
            return None
        value = Decimal(text)
        decimals = len(text.partition(".")[2])
        exact = value == 0 and decimals == 0
        return cls(value, Decimal(0) if exact else _HALF.scaleb(-decimals, EXACT))

    @classmethod
    def sum(cls, numbers: Iterable[Self]) -> Self:
        """The exact sum; the rounding of its terms adds up."""
        value = half_unit = Decimal(0)
        for number in numbers:
            value = EXACT.add(value, number.value)
            half_unit = EXACT.add(half_unit, number.half_unit)
        return cls(value, half_unit)

    def times(self, factor: Decimal) -> "Printed":
        """The number multiplied by an exact factor."""
        half_unit = EXACT.multiply(self.half_unit, abs(factor))
        return Printed(EXACT.multiply(self.value, factor), half_unit)

    def differs_from(self, other: "Printed") -> bool:
        """Whether more than the rounding of both stands between them."""
        return abs(EXACT.subtract(self.value, other.value)) > self.tolerance(other)

    def tolerance(self, other: "Printed") -> Decimal:
        """The largest difference that rounding alone explains."""
        return EXACT.add(self.half_unit, other.half_unit)


@lru_cache(maxsize=4096)
def is_plain(text: str) -> bool:
    """Whether `text` is an amount in plain notation."""
    if text != text.strip():
        return False
    try:
        Amount(text)
    except ValueError:
        return False
    return True


def shown(value: Decimal, digits: int = 15) -> str:
    """A computed number for evidence: plain notation, at most so many significant digits.

    Only what no amount could hold, such as a sum of numbers of 80 digits, gets an exponent.
    """
    rounded = f"{value:.{digits}g}"
    try:
        return str(Amount.of(EXACT.create_decimal(rounded)))
    except ValueError:
        return rounded
