"""What a site used, shared among its products.

A share is what belongs to the product ÷ what belongs to the whole site, both of one kind: kWh of
the sub-meter, machine hours, kilograms, pieces. Shares are rounded down at their fiftieth digit,
so that their sum is exactly at most 1 wherever that is so; what nobody gets stays at the site and
is named. Shares that add up to more than 1 share nothing out: no share is made smaller in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from hub.activity.words import Method
from tierlight_schemas.amounts import EXACT

_DOWN = Context(prec=50, rounding=ROUND_FLOOR, Emin=MIN_EMIN, Emax=MAX_EMAX)
_PLACES = Decimal(1).scaleb(-48)
ONE = Decimal(1)


@dataclass(frozen=True)
class Basis:
    """By what one product takes its share."""

    product: str
    method: Method
    part: Decimal | None
    """What belongs to the product; None where it is not known."""
    whole: Decimal | None
    """The same of the whole site; None where it is not known."""

    @property
    def share(self) -> Fraction | None:
        """The exact share; None where a side is not known, or the site has none."""
        if self.part is None or self.whole is None or self.whole <= 0:
            return None
        return Fraction(self.part) / Fraction(self.whole)


@dataclass(frozen=True)
class Shared:
    """How a whole was shared out."""

    shares: tuple[tuple[Basis, Decimal | None], ...]
    """Of each product; None where it is not known, or where all together exceed 1."""
    sum: Decimal
    """Of the known shares, as stated: it may exceed 1."""
    rest: Decimal | None
    """What stays at the site; None where a share is not known or the sum exceeds 1."""

    @property
    def is_over(self) -> bool:
        """Whether more than all was shared out."""
        return self.sum > ONE


def share_out(bases: Sequence[Basis]) -> Shared:
    """The share of each product, and what is left."""
    exact = [basis.share for basis in bases]
    total = sum((share for share in exact if share is not None), Fraction(0))
    if total > 1:
        return Shared(tuple((basis, None) for basis in bases), _above_one(total), None)
    known = [None if share is None else _down(share) for share in exact]
    added = Decimal(0)
    for share in known:
        added = EXACT.add(added, share or Decimal(0))
    rest = None if None in known else EXACT.subtract(ONE, added)
    return Shared(tuple(zip(bases, known, strict=True)), added, rest)


def _down(share: Fraction) -> Decimal:
    value = _DOWN.divide(Decimal(share.numerator), Decimal(share.denominator))
    return value.quantize(_PLACES, context=_DOWN).normalize(_DOWN)


def _above_one(total: Fraction) -> Decimal:
    """A decimal that is above 1 as the sum is, however little."""
    stated = EXACT.divide(Decimal(total.numerator), Decimal(total.denominator))
    return max(stated, EXACT.add(ONE, _PLACES))
