"""Decimal amounts that keep the digits they came with.

An amount crosses every border as a string in plain notation (`"12.50"`, never `1.25e1`, never a
JSON number), so that what a supplier signed can be stored, served and verified byte for byte.
Arithmetic happens on `Amount.decimal`; rounding happens only when a number is shown.
"""

import re
from decimal import Context, Decimal, InvalidOperation
from typing import Annotated, Any, Self

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

MAX_AMOUNT_LENGTH = 80
PLAIN_DECIMAL = r"^[+-]?[0-9]+(\.[0-9]+)?$"
_PLAIN = re.compile(PLAIN_DECIMAL)

#: All exact arithmetic of the package: 50 digits, half-even, the same on every machine.
EXACT = Context(prec=50)


class Amount(str):
    """A decimal number as the text it came in.

    Raises `ValueError` when the text is not a plain decimal of at most 80 characters
    (PACT 3.0.3 `Decimal`: a point, no exponent, no thousands separator).
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        if len(text) > MAX_AMOUNT_LENGTH or not _PLAIN.match(text):
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


PositiveAmount = Annotated[Amount, Field(json_schema_extra={"x-sign": "> 0"})]


def parse_number(text: str) -> Decimal:
    """Read a number from a table cell: plain or with an exponent (`4e-10`), kept exactly.

    Documents allow plain notation only; tables come from programs that print exponents.
    Raises `ValueError` for anything else, NaN and infinities included.
    """
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None
    if not value.is_finite() or len(text) > MAX_AMOUNT_LENGTH or abs(value.adjusted()) > 60:
        raise ValueError(f"{text!r} is not a finite number of a usable size")
    return value


def significant(value: Decimal, digits: int = 15) -> Amount:
    """`value` with so many significant digits, plain notation: how results are printed."""
    return Amount.of(Context(prec=digits).plus(value))
