"""Pictures as plain numbers: where each piece of a bar starts and how long it is.

The templates only draw. Every picture stands beside the table that says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from supplier_portal.formats import decimal_of

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Piece:
    """One piece of a stacked bar, in percent of its length."""

    name: str
    start: Decimal
    length: Decimal

    @property
    def share(self) -> str:
        """The piece as a share of one."""
        return str(self.length / HUNDRED)


def stacked(amounts: Mapping[str, str | None]) -> list[Piece]:
    """The pieces of a bar in the given order; what is unknown or nothing takes no room."""
    known = {name: decimal_of(amount) or Decimal(0) for name, amount in amounts.items()}
    whole = sum(known.values(), Decimal(0))
    pieces: list[Piece] = []
    start = Decimal(0)
    for name, amount in known.items():
        if amount > 0:
            length = (amount / whole * HUNDRED).quantize(Decimal("0.01"))
            pieces.append(Piece(name, start, length))
            start += length
    return pieces
