"""document/decimal: amounts that are not plain decimals, or whose sign the attribute forbids."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from tierlight_schemas.amounts import MAX_AMOUNT_LENGTH
from tierlight_schemas.checks.amounts_of import amounts_of
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.checks.sheet import Context, Sheet, found_at, show
from tierlight_schemas.findings import Finding, Severity

CODE = "document/decimal"
POSITIVE = frozenset({"declaredUnitAmount", "declaredAmount"})
NOT_ABOVE_ZERO = frozenset(
    {
        "landManagementBiogenicCO2Removals",
        "biogenicCO2Uptake",
        "ccsTechnologicalCO2Capture",
        "technologicalCO2Removals",
    }
)
ANY_SIGN = frozenset({"pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake", "emissions"})
PERCENTAGES_AND_RATINGS = frozenset(
    {
        "primaryDataShare",
        "technologicalDQR",
        "geographicalDQR",
        "temporalDQR",
        "firstParty",
        "secondParty",
        "thirdParty",
        "program",
        "ownProductionThirdParty",
        "attributedSharePercent",
        "geometricStandardDeviation",
    }
)
"""Their range is judged by document/quality-range."""

_SEPARATED = re.compile(r"[+-]?[0-9]+([,'’  \u202f][0-9]+)+(\.[0-9]+)?|[+-]?[0-9.]+,[0-9]+")
_EXPONENT = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]{1,3}")
_LARGEST_EXPONENT = 40


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Judge every amount of the document."""
    for path, name, value in amounts_of(sheet):
        number = Printed.read(value)
        case, evidence = _writing(value) if number is None else (_sign(name, number.value), {})
        if case is not None:
            case = case or None
            yield found_at(CODE, Severity.ERROR, path, case=case, found=show(value), **evidence)


def _writing(value: Any) -> tuple[str, dict[str, str]]:
    """How the number is wrongly written; empty when it is no number at all."""
    if not isinstance(value, str):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return ("number" if is_number else ""), {}
    if len(value) > MAX_AMOUNT_LENGTH:
        return "too-long", {"limit": str(MAX_AMOUNT_LENGTH)}
    if _EXPONENT.fullmatch(value):
        return "exponent", {"plain": _plain(value)}
    return ("separator" if _SEPARATED.fullmatch(value) else ""), {}


def _plain(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "–"
    return f"{number:f}" if abs(number.adjusted()) < _LARGEST_EXPONENT else "–"


def _sign(name: str, value: Decimal) -> str | None:
    if name in POSITIVE:
        return "not-positive" if value <= 0 else None
    if name in NOT_ABOVE_ZERO:
        return "positive" if value > 0 else None
    if name in ANY_SIGN or name in PERCENTAGES_AND_RATINGS:
        return None
    return "negative" if value < 0 else None
