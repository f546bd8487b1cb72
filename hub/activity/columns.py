"""The columns of the tables of activity: how a cell is read, what an empty one means.

The same columns read a table, a document and a form: a row is a row, however it comes.
docs/energy.md describes them to the people who fill them in.
"""

import unicodedata
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from hub.activity.months import FIRST_YEAR, LAST_YEAR, month_of, period_of
from hub.activity.words import (
    HEADERS,
    NAMES,
    Carrier,
    Flow,
    InstrumentKind,
    Method,
    Scheme,
    Source,
    Technology,
    Use,
)
from hub.kit.cells import code, day, label, number
from hub.kit.cells import year as four_digits
from hub.kit.csv_table import CellError, Column
from tierlight_schemas.units import UNITS, UnknownUnit, canonical

Word = TypeVar("Word", bound=StrEnum)
MAX_UNIT = 40
MAX_METER = 100


def named(words: type[Word]) -> Callable[[str], Word]:
    """One of a closed list, under its own name or one of those in `NAMES`, in any case."""
    by_name = {_plain(word): word for word in words}
    for word, names in NAMES[words].items():
        by_name |= {_plain(name): words(word) for name in names.split(", ")}

    def read(text: str) -> Word:
        word = by_name.get(_plain(text))
        if word is None:
            raise CellError("csv/word", known=", ".join(words))
        return word

    return lru_cache(1024)(read)


@lru_cache(1024)
def month(text: str) -> str:
    """A month: `2025-03`, `2025年3月`, `03.2025`."""
    try:
        return month_of(text)
    except ValueError:
        raise CellError("activity/month") from None


@lru_cache(1024)
def period(text: str) -> str:
    """A month, or a year: `2025-03`, `2025`."""
    try:
        return period_of(text)
    except ValueError:
        raise CellError("activity/period") from None


def unit(text: str) -> str:
    """A unit as it was written, once it is known what it means."""
    try:
        canonical(text)
    except UnknownUnit:
        raise CellError("csv/unit", known=", ".join(UNITS)) from None
    return code(MAX_UNIT)(text)


def year(text: str) -> int:
    """A year from 1990 to 2100."""
    value = four_digits(text)
    if not FIRST_YEAR <= value <= LAST_YEAR:
        raise CellError("csv/year")
    return value


def _plain(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).strip().lower()
    return wide.replace("-", " ").replace("_", " ")


def _column(name: str, read: Callable[[str], Any], *, must: bool = False, empty: Any = None) -> Any:
    return Column(name, read, must, empty, tuple(HEADERS[name].values()))


_SITE = _column("site", label(200), must=True)
_MONTH = _column("month", month, must=True)
_YEAR = _column("year", year, must=True)
_CARRIER = _column("carrier", named(Carrier), must=True)
_AMOUNT = _column("amount", number(least=0), must=True)
_UNIT = _column("unit", unit, must=True)
_SOURCE = _column("source", named(Source), empty=Source.METER)
_REASON = _column("reason", label(500))
_PART = _column("part", code(200), must=True)

READINGS: tuple[Column, ...] = (
    _SITE,
    _MONTH,
    _CARRIER,
    _column("flow", named(Flow), empty=Flow.BOUGHT),
    _column("meter", label(MAX_METER), empty=""),
    _column("sub_meter", label(MAX_METER), empty=""),
    _AMOUNT,
    _UNIT,
    _SOURCE,
    _REASON,
)

PRODUCTION: tuple[Column, ...] = (
    _SITE,
    _PART,
    _MONTH,
    _AMOUNT,
    _column("rejects", number(least=0)),
    _UNIT,
    _SOURCE,
    _REASON,
)

INSTRUMENTS: tuple[Column, ...] = (
    _SITE,
    _column("reference", label(200), must=True),
    _column("kind", named(InstrumentKind), must=True),
    _YEAR,
    _AMOUNT,
    _UNIT,
    _column("holds", number(least=0)),
    _column("technology", named(Technology), must=True),
    _column("kg_per_kwh", number(least=0)),
    _column("scheme", named(Scheme)),
    _column("serial_first", label(120)),
    _column("serial_last", label(120)),
    _column("vintage", year),
    _column("retired_on", day),
    _column("beneficiary", label(300)),
    _REASON,
)

ALLOCATIONS: tuple[Column, ...] = (
    _SITE,
    _CARRIER,
    _PART,
    _YEAR,
    _column("method", named(Method), must=True),
    _column("sub_meter", label(MAX_METER)),
    _column("quantity", number(least=0)),
    _column("total", number(above=0)),
    _REASON,
)

SHARES: tuple[Column, ...] = (
    _SITE,
    _CARRIER,
    _YEAR,
    _column("code", code(40), must=True),
    _column("share", number(above=0, most=1, percent=True), must=True),
    _REASON,
)

USES: tuple[Column, ...] = (
    _SITE,
    _column("period", period, must=True),
    _CARRIER,
    _column("use", named(Use), must=True),
    _column("amount", number(), must=True),
    _UNIT,
    _SOURCE,
    _REASON,
)
