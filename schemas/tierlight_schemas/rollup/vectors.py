"""Sparse sums of columns: what is not stated is absent and is never counted as zero."""

from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal, localcontext
from typing import TypeVar

from tierlight_schemas.amounts import EXACT

Key = TypeVar("Key", bound=Hashable)


def add_scaled(total: dict[Key, Decimal], addend: Mapping[Key, Decimal], factor: Decimal) -> None:
    """`total += factor * addend`, column by column, in the addend's order."""
    for key, value in addend.items():
        product = EXACT.multiply(factor, value)
        held = total.get(key)
        total[key] = product if held is None else EXACT.add(held, product)


def scaled(vector: Mapping[Key, Decimal], factor: Decimal) -> dict[Key, Decimal]:
    """`factor * vector`."""
    return {key: EXACT.multiply(factor, value) for key, value in vector.items()}


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The sum in 50 digits, in the given order."""
    with localcontext(EXACT):
        return sum(values, Decimal(0))


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """`part / whole`, or None when there is no whole."""
    return EXACT.divide(part, whole) if whole else None
