"""Decimal amounts that keep the digits they came with.

An amount crosses every border as a string in plain notation (`"12.50"`, never `1.25e1`, never a
JSON number), so that what a supplier signed can be stored, served and verified byte for byte.
Arithmetic happens on `Amount.decimal`; rounding happens only when a number is shown.
"""

import re
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

MAX_AMOUNT_LENGTH = 80
PLAIN_DECIMAL = r"^[+-]?[0-9]+(\.[0-9]+)?$"
_PLAIN = re.compile(PLAIN_DECIMAL)
# No blanks, underscores or digits of other scripts, all of which `Decimal` would read.
_CELL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")

#: All exact arithmetic of the package: 50 digits, half-even, the same on every machine; no product
#: of stated numbers is too large for it, however deep a bill of materials is.
EXACT = Context(prec=50, Emin=MIN_EMIN, Emax=MAX_EMAX)

#: Neither kilograms, of which the Earth has fewer, nor shares: a result this large is a mistake in
#: what was stated, and no result says it.
ABSURD = Decimal("1e24")
_DECIMALS = 60
"""Of a printed result; what is smaller rounds to 0."""


class Amount(str):
    """A decimal number as the text it came in.

    Raises `ValueError` when the text is not a plain decimal of at most 80 characters
    (PACT 3.0.3 `Decimal`: a point, no exponent, no thousands separator).
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if len(text) > MAX_AMOUNT_LENGTH or not _PLAIN.fullmatch(text):
            raise ValueError(f"{text[:MAX_AMOUNT_LENGTH]!r} is not a plain decimal such as 12.50")
        return super().__new__(cls, text)

    @classmethod
    def of(cls, value: Decimal | int) -> Self:
        """The amount that prints `value` in full, in plain notation, without trailing zeros."""
        text = f"{Decimal(value):f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return cls("0" if text in ("-0", "") else text)

    @property
    def decimal(self) -> Decimal:
        """The exact value."""
        return Decimal(str(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(strict=True, max_length=MAX_AMOUNT_LENGTH)
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": PLAIN_DECIMAL, "maxLength": MAX_AMOUNT_LENGTH}


def parse_number(text: str) -> Decimal:
    """Read a number from a table cell: plain or with an exponent (`4e-10`), kept exactly.

    Documents allow plain notation only; tables come from programs that print exponents.
    Raises `ValueError` for anything else, NaN and infinities included, and for sizes beyond 1e60.
    """
    cell = text.strip()
    if len(cell) > MAX_AMOUNT_LENGTH or not _CELL.fullmatch(cell):
        raise ValueError(f"{cell[:MAX_AMOUNT_LENGTH]!r} is not a number such as 12.5 or 4e-10")
    value = Decimal(cell)
    if abs(value.adjusted()) > 60:
        raise ValueError(f"{cell!r} is not a number of a usable size")
    return value


def significant(value: Decimal, digits: int = 15) -> Amount:
    """`value` with so many significant digits, plain notation: how results are printed.

    Raises `ValueError` for what is `is_absurd`.
    """
    if is_absurd(value):
        raise ValueError(f"{value:.5g} is no number of a usable size")
    return Amount.of(Context(prec=digits).plus(value) if value.adjusted() > -_DECIMALS else 0)


def is_absurd(value: Decimal) -> bool:
    """Whether a result is too large to mean anything: `ABSURD` or more, of either sign."""
    return value.copy_abs() >= ABSURD
