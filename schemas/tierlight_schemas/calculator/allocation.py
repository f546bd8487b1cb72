"""One process, several products: who carries how much (PACT Methodology 3, 3.3.1.4)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from tierlight_schemas.amounts import EXACT

MOST_PHYSICAL = Decimal(5)
"""Highest price of a unit ÷ lowest: up to it products share by mass, beyond it by value."""


def advised(unit_prices: Sequence[Decimal]) -> Literal["mass", "economic"]:
    """The method that the prices of one unit of each product ask for.

    Raises `ValueError` when a price is not above 0.
    """
    if not unit_prices or min(unit_prices) <= 0:
        raise ValueError("every price must be above 0")
    ratio = EXACT.divide(max(unit_prices), min(unit_prices))
    return "economic" if ratio > MOST_PHYSICAL else "mass"


def shares(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Each product's share of a joint process; they add up to 1 within the 50 digits.

    By mass the amounts are kilograms. By value they are the prices of one unit, as the guide to the
    methodology works its example; with revenues (price x quantity) the result is another one.
    Raises `ValueError` when none is above 0 or one is below.
    """
    total = sum(amounts, Decimal(0))
    if total <= 0 or min(amounts) < 0:
        raise ValueError("amounts must be 0 or more, and one above 0")
    return [EXACT.divide(amount, total) for amount in amounts]
