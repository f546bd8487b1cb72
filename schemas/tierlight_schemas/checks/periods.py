"""document/period-disorder: reference period and validity in the order of time.

PACT 3.0.3: starts are inclusive, ends exclusive; validity begins when the reference period ends or
later and ends at most three years after it. Whether it has ended is judged elsewhere.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tierlight_schemas.checks.sheet import Context, Sheet, found_at, instant
from tierlight_schemas.findings import Finding, Severity

CODE = "document/period-disorder"
LONGEST_VALIDITY_YEARS = 3
ONE_DAY = timedelta(days=1)
"""Some write the last day of a period, others the day after it: no finding either way."""


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Order of the reference period, of the validity, and of one after the other."""
    start = instant(sheet.values.get("referencePeriodStart"))
    end = instant(sheet.values.get("referencePeriodEnd"))
    yield from _order(sheet.at("referencePeriodEnd"), start, end)
    if sheet.is_process:
        return
    valid_from = instant(sheet.document.get("validityPeriodStart"))
    valid_to = instant(sheet.document.get("validityPeriodEnd"))
    yield from _order(f"{sheet.place}.validityPeriodEnd", valid_from, valid_to)
    yield from _early(sheet, end, valid_from)
    yield from _long(sheet, end, valid_to)


def _order(path: str, start: datetime | None, end: datetime | None) -> Iterator[Finding]:
    if start is None or end is None or start < end:
        return
    severity, case = (Severity.ERROR, None) if end < start else (Severity.WARNING, "empty")
    yield found_at(CODE, severity, path, case=case, start=_shown(start), end=_shown(end))


def _early(sheet: Sheet, end: datetime | None, valid_from: datetime | None) -> Iterator[Finding]:
    if sheet.is_prospective or end is None or valid_from is None or end - valid_from < ONE_DAY:
        return
    path = f"{sheet.place}.validityPeriodStart"
    yield found_at(
        CODE, Severity.WARNING, path, case="early", start=_shown(valid_from), end=_shown(end)
    )


def _long(sheet: Sheet, end: datetime | None, valid_to: datetime | None) -> Iterator[Finding]:
    limit = _years_later(end, LONGEST_VALIDITY_YEARS) if end else None
    if valid_to is None or limit is None or valid_to - limit < ONE_DAY:
        return
    path = f"{sheet.place}.validityPeriodEnd"
    yield found_at(
        CODE, Severity.WARNING, path, case="long", end=_shown(valid_to), limit=_shown(limit)
    )


def _years_later(moment: datetime, years: int) -> datetime | None:
    """The same day some years on; 1 March for 29 February, None beyond the calendar."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        leap_day = (moment.month, moment.day) == (2, 29)
        return moment.replace(year=moment.year + years, month=3, day=1) if leap_day else None


def _shown(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
