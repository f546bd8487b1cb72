"""Numbers printed so that they add up: each is rounded at one place, and none is lost."""

from collections.abc import Sequence
from decimal import Context, Decimal
from itertools import accumulate, pairwise

from tierlight_schemas.amounts import EXACT, Amount, is_absurd, significant
from tierlight_schemas.rollup.model import ONE, ZERO

_DIGITS = 15
_DECIMALS = 60
#: Of a total that is next to nothing beside its parts, more digits would be noise.
_LEAST = -15


def last_place(total: Decimal) -> Decimal:
    """The place of the last of 15 significant digits: 0.01 for a total of thirteen whole ones."""
    last = Context(prec=_DIGITS).plus(total).adjusted() + 1 - _DIGITS
    return ONE.scaleb(max(last, -_DECIMALS))


def rounded_at(values: Sequence[Decimal], largest: Decimal) -> list[Decimal]:
    """The values, each rounded at the last place of the largest."""
    if not largest:
        return list(values)
    place = last_place(largest)
    return [value.quantize(place, context=EXACT) for value in values]


def adding_up(parts: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """The parts as they are printed beside their total: they add up to it as it is printed.

    Running sums are rounded, and a part is the step between two of them. `parts` add up to
    `total` but for what 50 digits leave over, which falls to the last.
    """
    if not parts:
        return []
    sums = [ZERO, *accumulate(parts, EXACT.add)]
    sums[-1] = total
    largest = max(sums, key=Decimal.copy_abs)
    steps = rounded_at(sums, max(total, largest.scaleb(_LEAST, EXACT), key=Decimal.copy_abs))
    return [EXACT.subtract(after, before) for before, after in pairwise(steps)]


def printed(parts: Sequence[Decimal], total: Decimal) -> list[str | None]:
    """The parts as texts that add up to the total as it is printed.

    What is absurd is unknown; beside an absurd total the parts are printed for themselves.
    """
    if is_absurd(total):
        return [None if is_absurd(part) else significant(part) for part in parts]
    return [None if is_absurd(part) else Amount.of(part) for part in adding_up(parts, total)]
