"""One process, several products: who carries how much (PACT Methodology 3, 3.3.1.4).

What can be told apart is told apart first: a meter of its own, materials of its own. What is left
is shared by mass, or by value where a kilogram of one product is worth more than five times as much
as one of another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.calculator.masses import kilograms
from tierlight_schemas.calculator.sheet import PartSheet
from tierlight_schemas.calculator.terms import Step

MOST_PHYSICAL = Decimal(5)
"""Highest price of a unit ÷ lowest: up to it products share by mass, beyond it by value."""


Method = Literal["mass", "economic"]


@dataclass(frozen=True)
class Allocation:
    """How the part gets its share of a process that makes something else, too."""

    method: Method
    steps: tuple[Step, ...]
    """What every product of the joint process is multiplied by."""
    is_priced: bool
    """Whether all prices are known; without them nobody can say that mass is right."""


def allocation_of(sheet: PartSheet) -> Allocation | None:
    """The part's share; None where the process makes nothing else, or a mass is none."""
    masses = [kilograms(sheet.net_mass), *(kilograms(each.mass) for each in sheet.co_products)]
    known = [kg for kg in masses if kg is not None and kg > 0]
    if not sheet.co_products or len(known) < len(masses):
        return None
    prices = [sheet.price, *(each.price for each in sheet.co_products)]
    worth = [price.decimal for price in prices if price is not None and price.decimal > 0]
    if len(worth) < len(prices):
        return Allocation("mass", _share(known, "kilogram"), is_priced=False)
    each = [EXACT.divide(price, kg) for price, kg in zip(worth, known, strict=True)]
    method = advised(each)
    steps = _share(known, "kilogram") if method == "mass" else _share(worth, "")
    return Allocation(method, steps, is_priced=True)


def _share(amounts: Sequence[Decimal], unit: str) -> tuple[Step, ...]:
    whole = sum(amounts, Decimal(0))
    return (
        Step("allocated-part", amounts[0], unit),
        Step("allocated-whole", whole, unit, divides=True),
    )


def advised(unit_prices: Sequence[Decimal]) -> Method:
    """The method that the prices of one unit of each product ask for.

    Raises `ValueError` when a price is not above 0.
    """
    if not unit_prices or min(unit_prices) <= 0:
        raise ValueError("every price must be above 0")
    ratio = EXACT.divide(max(unit_prices), min(unit_prices))
    return "economic" if ratio > MOST_PHYSICAL else "mass"


def shares(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Each product's share of a joint process; they add up to 1 within the 50 digits.

    By mass the amounts are kilograms. By value they are what each product brings: `allocation_of`
    takes price x quantity. The guide to the methodology works its example with the prices of one
    unit alone, which is the same only where the quantities are the same.
    Raises `ValueError` when none is above 0 or one is below.
    """
    total = sum(amounts, Decimal(0))
    if total <= 0 or min(amounts) < 0:
        raise ValueError("amounts must be 0 or more, and one above 0")
    return [EXACT.divide(amount, total) for amount in amounts]
