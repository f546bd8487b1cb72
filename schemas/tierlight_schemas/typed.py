"""Numbers, amounts with units and days as people type them into a spreadsheet: pure.

Full-width digits, any kind of space, separators of thousands, 万 and 亿, a unit behind the number.
What could mean two things is refused with both readings, never guessed.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from tierlight_schemas.amounts import MAX_AMOUNT_LENGTH, Amount, parse_number
from tierlight_schemas.units import UnitError, canonical, conversion

Mark = Literal[".", ",", ""]
"""What stands before decimals; empty where nobody has said, or the file does both."""
MARKS: dict[str, Mark] = {"zh-CN": ".", "en": ".", "de": ","}

_TYPED = re.compile(
    r"(?P<sign>[+-]?)(?P<body>[0-9](?:[0-9.,' ]*[0-9])?)"
    r"(?P<power>[eE][+-]?[0-9]{1,3})?(?P<many>[万亿]?)(?P<rest>(?:[^0-9.,].*)?)",
    re.DOTALL,
)
_MANY = {"": 0, "万": 4, "亿": 8}
_SPACED = re.compile(r"[0-9]{1,3}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?")
_BOTH = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})+(?!\1)[.,][0-9]+")
_GROUPS = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})+")
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_ONE = re.compile(r"[0-9]+[.,][0-9]+")
_YEAR_FIRST = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\s*([./-])\s*([0-9]{1,2})\s*\2\s*([0-9]{4})")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?$")
_SERIAL = re.compile(r"[0-9]{5}(?:\.0+)?")
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
FIRST_YEAR, LAST_YEAR = 1990, 2100


class Unreadable(ValueError):  # noqa: N818 - says what it is
    """A text that is not what its cell asks for; `code` and `params` find the words."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


def plain(text: str) -> str:
    """The text in its narrow form: ordinary digits, signs and single spaces, none at the ends."""
    narrow = unicodedata.normalize("NFKC", text).replace("−", "-").replace("’", "'")
    return re.sub(r"\s+", " ", narrow).strip()


def mark_of(declared: Mark, texts: Iterable[str]) -> Mark:
    """The decimal mark to read a file by: the declared one, unless some number of the file can only
    be meant with the other one. Then nothing that has two readings is taken."""
    other = {".": ",", ",": "."}.get(declared)
    return "" if any(_only_mark(text) == other for text in texts if other) else declared


def read_number(text: str, mark: Mark = "") -> Amount:
    """A number with nothing behind it. Raises `Unreadable`: `workbook/number`, or
    `workbook/ambiguous` with both readings."""
    amount, rest = number_and_rest(text, mark)
    if rest:
        raise Unreadable("workbook/number")
    return amount


def number_and_rest(text: str, mark: Mark) -> tuple[Amount, str]:
    """The number at the beginning, and what stands behind it: `48万 kWh`. Raises `Unreadable`."""
    match = _TYPED.fullmatch(plain(text))
    if match is None:
        raise Unreadable("workbook/number")
    digits = _digits(match["body"], mark)
    if match["power"] and not match["many"]:
        digits += match["power"]
    elif match["power"]:
        raise Unreadable("workbook/number")
    return _amount(match["sign"] + digits, _MANY[match["many"]]), match["rest"].strip()


def read_percent(text: str, mark: Mark = "") -> Amount:
    """Percent, with or without the sign. Raises `Unreadable`."""
    amount, rest = number_and_rest(text, mark)
    if rest not in ("", "%"):
        raise Unreadable("workbook/number")
    return amount


def read_quantity(text: str, unit: str, allowed: tuple[str, ...], mark: Mark = "") -> list[str]:
    """An amount and the name of its unit: the one typed behind it, else that of the cell for it.

    Raises `Unreadable`: the two differ, there is none, or it does not measure what is asked for.
    """
    amount, behind = number_and_rest(text, mark)
    names = [_unit(each, allowed) for each in (behind, unit) if each]
    if not names:
        raise Unreadable("workbook/unit-missing", allowed=", ".join(allowed))
    if len(set(names)) > 1:
        raise Unreadable("workbook/two-units", one=names[0], other=names[1])
    return [amount, names[0]]


def read_day(text: str, *, from_1904: bool = False) -> date:
    """A day: 2025-01-31, 2025/1/31, 2025年1月31日, 31.01.2025, 20250131, or a serial number.

    `from_1904` counts serials as old Macs did. Raises `Unreadable`: `workbook/day`, or
    `workbook/ambiguous` where day and month could be exchanged.
    """
    typed = _MIDNIGHT.sub("", plain(text))
    if match := _YEAR_FIRST.fullmatch(typed) or _COMPACT.fullmatch(typed):
        return _day(match[1], match[2], match[3])
    if match := _DAY_FIRST.fullmatch(typed):
        return _turned(match[1], match[2], match[3], match[4])
    if _SERIAL.fullmatch(typed):
        day = _EPOCHS[from_1904] + timedelta(days=int(typed.partition(".")[0]))
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise Unreadable("workbook/day")


def _amount(text: str, shift: int) -> Amount:
    try:
        value = parse_number(text)
        sign, digits, exponent = value.as_tuple()
        if shift:
            return Amount.of(Decimal((sign, digits, int(exponent) + shift)))
        return Amount(f"{value:f}")
    except ValueError:
        raise Unreadable("workbook/number-size", limit=str(MAX_AMOUNT_LENGTH)) from None


def _digits(body: str, mark: Mark) -> str:
    """The number in plain notation."""
    if _SPACED.fullmatch(body):
        return re.sub("[ ']", "", body).replace(",", ".")
    if body.isdecimal():
        return body
    if _EITHER.fullmatch(body):
        return _either(body, mark)
    if _BOTH.fullmatch(body):
        whole, decimals = re.fullmatch(r"(.*)[.,]([0-9]+)", body).groups()  # type: ignore[union-attr]
        return f"{re.sub('[.,]', '', whole)}.{decimals}"
    if _GROUPS.fullmatch(body):
        return re.sub("[.,]", "", body)
    if _ONE.fullmatch(body):
        return body.replace(",", ".")
    raise Unreadable("workbook/number")


def _either(body: str, mark: Mark) -> str:
    """`1,234`: thousands where the comma does not stand before decimals."""
    joined, divided = re.sub("[.,]", "", body), re.sub("[.,]", ".", body)
    if not mark:
        raise Unreadable("workbook/ambiguous", one=joined, other=divided)
    return divided if mark in body else joined


def _only_mark(text: str) -> Mark | None:
    """The decimal mark that a text can only be meant with; None where it says nothing."""
    match = _TYPED.fullmatch(plain(text))
    body = match["body"] if match else ""
    if _EITHER.fullmatch(body) or not body.strip("0123456789 '"):
        return None
    if _GROUPS.fullmatch(body):
        return "." if "," in body else ","
    if _BOTH.fullmatch(body) or _ONE.fullmatch(body) or _SPACED.fullmatch(body):
        return "." if body.rfind(".") > body.rfind(",") else ","
    return None


def _unit(text: str, allowed: tuple[str, ...]) -> str:
    try:
        name = canonical(text)
        conversion(name, allowed[0])
    except UnitError:
        raise Unreadable("workbook/unit", unit=text[:40], allowed=", ".join(allowed)) from None
    return name


def _turned(first: str, sign: str, second: str, year: str) -> date:
    """Day before month; with slashes or hyphens some write the month first."""
    if sign != "." and first != second and int(first) <= 12 and int(second) <= 12:
        one, other = _day(year, second, first), _day(year, first, second)
        raise Unreadable("workbook/ambiguous", one=one.isoformat(), other=other.isoformat())
    if sign != "." and int(second) > 12:
        return _day(year, first, second)
    return _day(year, second, first)


def _day(year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable("workbook/day") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable("workbook/day")
    return found
