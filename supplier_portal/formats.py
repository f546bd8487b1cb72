"""Numbers, units and dates as one reader writes them.

Amounts of the hub are decimal strings; what is unknown is None and never prints as a zero.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation, localcontext

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_percent, get_decimal_symbol, get_minus_sign_symbol

from hub.kit.numbers import written

DIGITS = 4
"""Significant digits of a calculated amount below one thousand; above it whole numbers."""
LEAST, MOST = Decimal("0.0001"), Decimal("1e15")
"""Smaller and larger amounts are written as a power of ten."""
_WIDE = Context(prec=120)
"""For stated numbers, which may have 80 digits."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def decimal_of(amount: str | Decimal | None) -> Decimal | None:
    """An amount as a number; None for what is no number."""
    if amount is None:
        return None
    try:
        return Decimal(amount)
    except InvalidOperation:
        return None


class Formats:
    """How one language writes numbers and dates."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def amount(self, amount: str | Decimal | None, digits: int = DIGITS) -> str | None:
        """A calculated amount: so many significant digits, whole from a thousand on."""
        value = decimal_of(amount)
        if value is None:
            return None
        if value and not LEAST <= value.copy_abs() < MOST:
            return self._power_of_ten(value, digits)
        is_large = abs(value) >= 1000
        rounded = value.quantize(Decimal(1)) if is_large else _significant(value, digits)
        return written(rounded, self.locale)

    def exact(self, amount: str) -> str:
        """A stated amount with all the digits it came with, trailing zeros too."""
        value = decimal_of(amount)
        if value is None:
            return amount
        whole, _, fraction = amount.lstrip("+-").partition(".")
        shown = written(Decimal(whole), self.locale)
        if fraction:
            shown += get_decimal_symbol(self.locale) + fraction
        return (get_minus_sign_symbol(self.locale) if amount.startswith("-") else "") + shown

    def integer(self, number: int) -> str:
        """A count."""
        return written(Decimal(number), self.locale)

    def percent(self, share: str | Decimal | None) -> str | None:
        """A share of one as a percentage; rounding never makes it whole or nothing."""
        value = decimal_of(share)
        if value is None:
            return None
        tenths = _thousandths(value)
        if tenths == 1 and value < 1:
            tenths = Decimal("0.999")
        if tenths == 0 and value > 0:
            return "< " + self._percent(Decimal("0.001"))
        return self._percent(tenths)

    def of_hundred(self, percent: str | Decimal | None) -> str | None:
        """A number that is a percentage already."""
        value = decimal_of(percent)
        return (
            None
            if value is None
            else self._percent(_thousandths(_WIDE.divide(value, Decimal(100))))
        )

    def unbroken(self, sentence: str) -> str:
        """A sentence of the hub about amounts: number, unit and substance stay on one line."""
        return sentence.replace(" kgCO2e", "\u00a0kg\u00a0CO₂e")

    def share(self, share: str | None) -> Decimal:
        """A share of one as the length of a bar: nothing drawn for what is unknown."""
        return decimal_of(share) or Decimal(0)

    def place(self, code: str) -> str:
        """A country or subdivision code with its country's name."""
        name = self.locale.territories.get(code.partition("-")[0])
        return f"{code} ({name})" if name else code

    def day(self, day: date | str) -> str:
        """A calendar day."""
        value = date.fromisoformat(day) if isinstance(day, str) else day
        return str(format_date(value, "medium", locale=self.locale))

    def typed_day(self, text: str) -> str:
        """A day as it was typed into a form: whatever is none stays as it is."""
        try:
            return self.day(text)
        except ValueError:
            return text

    def instant(self, at: datetime | str) -> str:
        """An instant in UTC, to the minute."""
        moment = _moment(at)
        text = format_datetime(moment, "medium", tzinfo=UTC, locale=self.locale)
        return f"{_without_seconds(str(text))} UTC"

    def last_day(self, end: datetime | str) -> str:
        """The last day of a period that ends before the instant `end`."""
        return self.day((_moment(end).astimezone(UTC) - timedelta(microseconds=1)).date())

    def first_day(self, start: datetime | str) -> str:
        """The day that an instant lies on, in UTC."""
        return self.day(_moment(start).astimezone(UTC).date())

    def _percent(self, share: Decimal) -> str:
        with localcontext(_WIDE):
            return str(format_percent(share, locale=self.locale, decimal_quantization=False))

    def _power_of_ten(self, value: Decimal, digits: int) -> str:
        exponent = Context(prec=digits).plus(value).adjusted()
        mantissa = _significant(value.scaleb(-exponent), digits)
        shown = written(mantissa, self.locale)
        return f"{shown} × 10{str(exponent).translate(_SUPERSCRIPTS)}"


def _thousandths(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.001"), context=_WIDE)


def _significant(value: Decimal, digits: int) -> Decimal:
    rounded = Context(prec=digits).plus(value)
    return Decimal(f"{rounded:f}".rstrip("0").rstrip(".")) if "." in f"{rounded:f}" else rounded


def _moment(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def _without_seconds(text: str) -> str:
    return re.sub(r"([0-9]{1,2}:[0-9]{2}):[0-9]{2}", r"\1", text)
