"""Months as text, `2025-03`: the text sorts as the months do."""

import re
import unicodedata
from datetime import date, timedelta

_FORMS = (
    re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})"),
    re.compile(r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月"),
    re.compile(r"(?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-01"),
)
FIRST_YEAR, LAST_YEAR = 1990, 2100


def month_of(text: str) -> str:
    """The month that a text means: `2025-03`, `2025/3`, `2025年3月`, `03.2025`; a spreadsheet makes
    its first day of the first of these, `2025-03-01`.

    Raises `ValueError` for anything else, and for years before 1990 and after 2100.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    for form in _FORMS:
        found = form.fullmatch(plain)
        if found:
            year, month = int(found["year"]), int(found["month"])
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
                return f"{year}-{month:02d}"
    raise ValueError(f"{text[:20]!r} is not a month such as 2025-03")


def period_of(text: str) -> str:
    """The month or the whole year that a text means: `2025-03`, `2025`, `2025年`.

    Raises `ValueError` for anything else, and for years before 1990 and after 2100.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("年")
    if re.fullmatch(r"[0-9]{4}", plain) and FIRST_YEAR <= int(plain) <= LAST_YEAR:
        return plain
    return month_of(text)


def months_of(year: int, month: int | None = None) -> tuple[str, ...]:
    """The twelve months of a year, or the one."""
    return tuple(f"{year}-{each:02d}" for each in ([month] if month else range(1, 13)))


def month_at_hand(today: date) -> str:
    """Last month: its bills are the ones on the desk."""
    return f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


def year_at_hand(today: date) -> int:
    """The year of last month."""
    return int(month_at_hand(today)[:4])
