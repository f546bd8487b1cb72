"""document/exempted-too-high: more left out than the method allows."""

from collections.abc import Iterator
from decimal import Decimal

from tierlight_schemas.checks.sheet import Context, Sheet
from tierlight_schemas.findings import Finding, Severity

CODE = "document/exempted-too-high"
LIMIT = Decimal(3)
"""Percent of the cradle-to-gate total (PACT methodology 3, 3.3.1.2)."""


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """A warning above 3 %, an error above 100 %, which is no share of anything."""
    name = "exemptedEmissionsPercent"
    share = sheet.stated(name)
    if share is None or share.value <= LIMIT:
        return
    severity = Severity.ERROR if share.value > 100 else Severity.WARNING
    yield sheet.finding(CODE, severity, name, found=sheet.values[name], limit=str(LIMIT))
