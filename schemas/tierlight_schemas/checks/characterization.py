"""document/characterization: which assessment report the warming potentials come from."""

from collections.abc import Iterator

from tierlight_schemas.checks.sheet import Context, Sheet, as_list, show
from tierlight_schemas.findings import Finding, Severity

CODE = "document/characterization"
REQUIRED = "AR6"
"""PACT methodology 3, 3.2.2."""

OUTDATED = frozenset({"AR1", "AR2", "AR3", "AR4"})


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Anything but AR6 alone: older than AR5 is an error, the rest a warning."""
    name = "ipccCharacterizationFactors"
    reports = [text for text in as_list(sheet.values.get(name)) if isinstance(text, str)]
    if not reports or set(reports) == {REQUIRED}:
        return
    severity = Severity.ERROR if OUTDATED & set(reports) else Severity.WARNING
    case = "mixed" if len(set(reports)) > 1 else None
    found = ", ".join(show(report) for report in reports[:10])
    yield sheet.finding(CODE, severity, name, case=case, found=found, expected=REQUIRED)
