"""A site's meters beside what is claimed of them, as two bars of one scale.

Plain numbers: the template draws them, with a pattern each, beside the table that says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.findings.energy.reconciling import Balance
from supplier_portal.pictures import Piece

HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Picture:
    """Pieces in percent of the longer of the two bars."""

    metered: tuple[Piece, ...]
    claimed: tuple[Piece, ...]
    net: Decimal
    """Where the net amount ends, in percent: claims should end there."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of all pieces, each once: what the legend explains."""
        return tuple(dict.fromkeys(piece.name for piece in (*self.metered, *self.claimed)))


def picture(balance: Balance) -> Picture | None:
    """The two bars; None where nothing is metered. Of claims only what is known is drawn, and what
    nobody claims where all of them are known."""
    net = balance.net
    if net is None or net < 0 or balance.sold_on is None:
        return None
    rest = balance.remainder
    metered = [("net", net), ("sold-on", balance.sold_on.value)]
    claimed = [("products", balance.claimed_at_least), ("other-uses", balance.other or Decimal(0))]
    claimed.append(("remainder", rest) if rest is not None else ("unknown", _gap(net, claimed)))
    scale = max(_length(metered), _length(claimed))
    if scale <= 0:
        return None
    return Picture(_pieces(metered, scale), _pieces(claimed, scale), _part(net, scale))


def _gap(net: Decimal, claimed: Sequence[tuple[str, Decimal]]) -> Decimal:
    return max(net - _length(claimed), Decimal(0))


def _length(amounts: Sequence[tuple[str, Decimal]]) -> Decimal:
    return sum((amount for _, amount in amounts if amount > 0), Decimal(0))


def _pieces(amounts: Sequence[tuple[str, Decimal]], scale: Decimal) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    start = Decimal(0)
    for name, amount in amounts:
        if amount > 0:
            length = _part(amount, scale)
            pieces.append(Piece(name, start, length))
            start += length
    return tuple(pieces)


def _part(amount: Decimal, scale: Decimal) -> Decimal:
    return (amount / scale * HUNDRED).quantize(_HUNDREDTH)
