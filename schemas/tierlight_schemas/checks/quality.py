"""document/quality-range: shares, ratings and spreads outside what is possible."""

from collections.abc import Iterator
from decimal import Decimal

from tierlight_schemas.checks.amounts_of import amounts_of
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.checks.sheet import Context, Sheet, as_object, found_at
from tierlight_schemas.findings import Finding, Severity

CODE = "document/quality-range"
_PERCENT = (Decimal(0), Decimal(100))
_RATING = (Decimal(1), Decimal(5))
_SPREAD = (Decimal(1), None)
RANGES: dict[str, tuple[Decimal, Decimal | None]] = {
    "primaryDataShare": _PERCENT,
    "firstParty": _PERCENT,
    "secondParty": _PERCENT,
    "thirdParty": _PERCENT,
    "program": _PERCENT,
    "ownProductionThirdParty": _PERCENT,
    "attributedSharePercent": _PERCENT,
    "technologicalDQR": _RATING,
    "geographicalDQR": _RATING,
    "temporalDQR": _RATING,
    "geometricStandardDeviation": _SPREAD,
}
"""Lowest and highest possible value; a geometric standard deviation has no upper end."""


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Every share and rating, and the technological rating against the primary data share.

    PACT methodology 3, 4.2.3: technological ratings 1 and 2 are for primary data only.
    """
    for path, name, text in amounts_of(sheet):
        number, bounds = Printed.read(text), RANGES.get(name)
        if number is None or bounds is None:
            continue
        low, high = bounds
        if number.value < low or (high is not None and number.value > high):
            shown = "–" if high is None else str(high)
            yield found_at(CODE, Severity.ERROR, path, found=text, low=str(low), high=shown)
    yield from _contradiction(sheet)


def _contradiction(sheet: Sheet) -> Iterator[Finding]:
    share = sheet.stated("primaryDataShare")
    text = as_object(sheet.values.get("dqi")).get("technologicalDQR")
    rating = Printed.read(text)
    if share is None or rating is None or share.value != 0:
        return
    if 1 <= rating.value <= 2:
        path = sheet.at("dqi", "technologicalDQR")
        yield found_at(CODE, Severity.WARNING, path, case="contradiction", rating=str(text))
