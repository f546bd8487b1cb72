"""How the cells of CSV tables are read: text, numbers, units, dates, words.

Each reader gets the trimmed text of a cell that is not empty and raises `CellError`.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from hub.kit.csv_table import CellError
from tierlight_schemas import units
from tierlight_schemas.amounts import Amount, parse_number

Word = TypeVar("Word", bound=StrEnum)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def label(limit: int) -> Callable[[str], str]:
    """Text for people; line breaks and runs of spaces become one space."""

    def read(text: str) -> str:
        return _checked(_SPACE.sub(" ", text), limit)

    return read


def code(limit: int) -> Callable[[str], str]:
    """An identifier, kept as it is written."""

    def read(text: str) -> str:
        return _checked(text, limit)

    return read


def number(
    *,
    above: int | None = None,
    least: int | None = None,
    most: int | None = None,
    percent: bool = False,
) -> Callable[[str], Amount]:
    """A number, kept exactly; `above` is an exclusive bound. `percent` reads "60 %" as 0.6."""
    bounds = _bounds(above, least, most)

    def read(text: str) -> Amount:
        is_percent = percent and text[-1] in "%％"
        value = _decimal(text[:-1].rstrip() if is_percent else text)
        if is_percent:
            sign, digits, exponent = value.as_tuple()
            value = Decimal((sign, digits, int(exponent) - 2))
        if (
            (above is not None and value <= above)
            or (least is not None and value < least)
            or (most is not None and value > most)
        ):
            raise CellError("csv/out-of-range", range=bounds)
        return _amount(value)

    return lru_cache(maxsize=4096)(read)


def unit(text: str) -> str:
    """The canonical name of a unit."""
    try:
        return units.canonical(text)
    except units.UnknownUnit:
        raise CellError("csv/unit", known=", ".join(units.UNITS)) from None


def day(text: str) -> date:
    """A calendar day, YYYY-MM-DD."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise CellError("csv/date")


def year(text: str) -> int:
    """A year from 1900 to 2099."""
    if not _YEAR.fullmatch(text):
        raise CellError("csv/year")
    return int(text)


def word(words: type[Word]) -> Callable[[str], Word]:
    """One of a closed list, in any case; spaces, hyphens and underscores are the same."""
    by_name = {_plain(member): member for member in words}

    def read(text: str) -> Word:
        member = by_name.get(_plain(text))
        if member is None:
            raise CellError("csv/word", known=", ".join(words))
        return member

    return read


def _plain(text: str) -> str:
    return text.lower().replace("-", "_").replace(" ", "_")


def _checked(text: str, limit: int) -> str:
    if len(text) > limit:
        raise CellError("csv/cell-too-long", limit=str(limit))
    if _CONTROL.search(text):
        raise CellError("csv/control-character")
    return text


def _decimal(text: str) -> Decimal:
    # `Decimal` would also take 1_000 and digits of other scripts: a guess, so refused.
    if not _NUMBER.fullmatch(text):
        raise CellError("csv/number")
    try:
        return parse_number(text)
    except ValueError:
        raise CellError("csv/number-size") from None


def _amount(value: Decimal) -> Amount:
    """Plain notation with the digits that came: 1.0 says more than 1."""
    try:
        return Amount(f"{value:f}")
    except ValueError:
        raise CellError("csv/number-size") from None


def _bounds(above: int | None, least: int | None, most: int | None) -> str:
    """The allowed range in signs that need no translation: `> 0, ≤ 1`."""
    signs = ((">", above), ("≥", least), ("≤", most))
    return ", ".join(f"{sign} {bound}" for sign, bound in signs if bound is not None)
