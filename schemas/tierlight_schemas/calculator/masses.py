"""Amounts as people write them, in the unit that a calculation needs."""

from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.calculator.sheet import Quantity
from tierlight_schemas.units import UnitError, conversion


def converted(quantity: Quantity, unit: str) -> Decimal | None:
    """The amount in `unit`; None where no physics joins the two."""
    try:
        factor = conversion(quantity.unit, unit)
    except UnitError:
        return None
    amount = EXACT.multiply(quantity.amount.decimal, Decimal(factor.numerator))
    return EXACT.divide(amount, Decimal(factor.denominator))


def kilograms(quantity: Quantity) -> Decimal | None:
    """kg of a mass; None for what is no mass."""
    return converted(quantity, "kilogram")
