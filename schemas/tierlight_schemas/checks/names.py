"""document/unit-name: units that are missing or that nobody defined, CO2 where CO2e is meant."""

import re
from collections.abc import Iterator
from typing import Any

from tierlight_schemas.checks.sheet import (
    Context,
    Sheet,
    as_list,
    as_object,
    found_at,
    json_path,
    show,
)
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.footprint import DECLARED_UNITS
from tierlight_schemas.units import UNITS, UnitError, canonical

CODE = "document/unit-name"
_UNITS_SHOWN = ", ".join(DECLARED_UNITS)

# A mass of CO2 with a number; not CO2e, not a factor per energy (grid factors are of CO2 alone),
# not the CO2 that is really meant: taken up, captured, removed, stored.
_CO2_ALONE = re.compile(
    r"\d\s*(?:kg|g|t|tonnes?|tons?|千克|公斤|克|吨)\s*(?:CO(?:2|₂)|二氧化碳)"
    r"(?![\s\-–_.(]*(?:e\b|eq|äq|equiv|当量))"
    r"(?!\s*(?:/|per\s|pro\s|je\s)\s*(?:[kMGT]?Wh|[kMGT]J))"
    r"(?![\w\s]{0,20}(?:uptake|captur|remov|stor|sequest|aufnahme|abgeschieden|捕集|吸收|清除|封存))",
    re.IGNORECASE,
)


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """The declared unit, the units of the split annex, and the unit of values in the texts."""
    yield from _declared(sheet)
    yield from _split(context)
    for path, text in sheet.texts():
        match = _CO2_ALONE.search(text) if isinstance(text, str) else None
        if match:
            found = show(match.group().strip())
            yield found_at(CODE, Severity.NOTE, path, case="co2", found=found)


def _declared(sheet: Sheet) -> Iterator[Finding]:
    name = "declaredUnit" if sheet.is_process else "declaredUnitOfMeasurement"
    if not sheet.values:
        return
    unit = sheet.values.get(name)
    if unit is None and name in sheet.values:
        return
    if unit is None or unit == "":
        yield sheet.finding(CODE, Severity.ERROR, name, case="missing", expected=_UNITS_SHOWN)
    elif unit not in DECLARED_UNITS:
        meant = _meant(unit)
        case, expected = ("alias", meant) if meant in DECLARED_UNITS else (None, _UNITS_SHOWN)
        yield sheet.finding(
            CODE, Severity.ERROR, name, case=case, found=show(unit), expected=expected
        )


def _split(context: Context) -> Iterator[Finding]:
    """Quantities of the split annex without a unit, or in one that nobody defined."""
    for index, carrier in enumerate(as_list((context.split or {}).get("carriers"))):
        row, path = as_object(carrier), json_path("$.annexes.split.carriers", [index, "unit"])
        unit = row.get("unit")
        if unit is None and row.get("quantity") is not None:
            expected = "kilowatt hour"
            yield found_at(CODE, Severity.WARNING, path, case="missing", expected=expected)
        elif unit is not None and not _meant(unit):
            evidence = {"found": show(unit), "expected": ", ".join(UNITS)}
            yield found_at(CODE, Severity.WARNING, path, **evidence)


def _meant(unit: Any) -> str:
    """The unit a text means; empty when nobody knows."""
    try:
        return canonical(unit) if isinstance(unit, str) else ""
    except UnitError:
        return ""
