"""Numbers as they are printed, and a process with what went into them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tierlight_schemas.amounts import EXACT, Amount, significant
from tierlight_schemas.cbam.attributing import consumed_of, direct_terms, indirect_of
from tierlight_schemas.cbam.embedded import Embedded, in_decimal
from tierlight_schemas.cbam.model import Process

_DIGITS, _DECIMALS = 15, 40
Value = str | Amount | None
"""A text, a number, or nothing known."""


@dataclass(frozen=True)
class Made:
    """A process with what went into its sum, and what came out of it."""

    process: Process
    terms: Mapping[str, Amount]
    """tCO2e by the member of the process; `indirect`, too."""
    embedded: Embedded


def printed(value: Fraction | None) -> Amount | None:
    """15 significant digits; None stays None."""
    return None if value is None else significant(in_decimal(value))


def in_full(value: Fraction) -> Amount:
    """Sums and products of what was stated end, and are printed to their last digit."""
    return Amount.of(in_decimal(value))


@dataclass(frozen=True)
class Specific:
    """SEE as printed: direct and indirect add up to the total, to the last digit."""

    direct: Amount
    indirect: Amount
    total: Amount


def specific(of: Embedded) -> Specific:
    """All three rounded at one place, that of the 15th significant digit of the total."""
    total = in_decimal(of.total)
    place = Decimal(1).scaleb(max(total.adjusted() - _DIGITS + 1, -_DECIMALS))
    direct, indirect = (
        EXACT.quantize(in_decimal(value), place) for value in (of.direct, of.indirect)
    )
    added = EXACT.add(direct, indirect)
    return Specific(Amount.of(direct), Amount.of(indirect), Amount.of(added))


def made_of(process: Process, solved: Embedded) -> Made:
    terms = {term.name: significant(in_decimal(term.value)) for term in direct_terms(process)}
    terms["indirect"] = significant(in_decimal(indirect_of(process)))
    terms["megawatthours"] = significant(in_decimal(consumed_of(process)))
    return Made(process, terms, solved)
