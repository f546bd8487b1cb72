"""The four stages as one bar: what emits to the right of zero, what saves to the left."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

WIDTH: Final = Decimal(640)
"""Of the bar, in units of the picture."""
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Piece:
    """One stage."""

    name: str
    number: int
    """Its place in the table beside."""
    start: Decimal
    length: Decimal

    @property
    def middle(self) -> Decimal:
        """Where its number stands."""
        return self.start + self.length / 2


@dataclass(frozen=True)
class Bar:
    """What a template draws."""

    pieces: tuple[Piece, ...]
    zero: Decimal
    total: Decimal
    """Where the sum of all stages lies."""


def bar(amounts: Mapping[str, Decimal]) -> Bar:
    """The bar of amounts in their order; where all are zero there are no pieces to see."""
    above = sum((each for each in amounts.values() if each > 0), Decimal(0))
    below = sum((-each for each in amounts.values() if each < 0), Decimal(0))
    scale = WIDTH / (above + below) if above + below else Decimal(0)
    zero = right = left = (below * scale).quantize(_TENTH)
    pieces: list[Piece] = []
    for number, (name, amount) in enumerate(amounts.items(), 1):
        length = (abs(amount) * scale).quantize(_TENTH)
        if amount >= 0:
            pieces.append(Piece(name, number, right, length))
            right += length
        else:
            left -= length
            pieces.append(Piece(name, number, left, length))
    return Bar(tuple(pieces), zero, right - zero + left)
