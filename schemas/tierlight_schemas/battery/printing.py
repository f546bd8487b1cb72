"""How numbers of a declaration are printed, so that what a reader adds up is what it says."""

from decimal import Decimal

from tierlight_schemas.amounts import Amount, is_absurd


def in_full(value: Decimal | None) -> str | None:
    """Every digit of a stage or of the total, which are rounded at one place: the printed stages
    add up to the printed total. None stays None, and what is absurd is unknown."""
    return None if value is None or is_absurd(value) else str(Amount.of(value))
