"""document/packaging-without-flag, document/ccs-without-flag; and what PACT's method makes
mandatory beyond the shape of the file (document/schema, case `shall`)."""

from collections.abc import Iterator
from datetime import date

from tierlight_schemas.checks.sheet import Context, Sheet, show
from tierlight_schemas.findings import Finding, Severity

PACKAGING = "document/packaging-without-flag"
CCS = "document/ccs-without-flag"
FLAGGED = {
    "packagingGhgEmissions": (PACKAGING, "packagingEmissionsIncluded"),
    "ccsTechnologicalCO2Capture": (CCS, "ccsTechnologicalCO2CaptureIncluded"),
    "technologicalCO2Removals": (CCS, "ccsTechnologicalCO2CaptureIncluded"),
    "technologicalCO2CaptureOrigin": (CCS, "ccsTechnologicalCO2CaptureIncluded"),
}
SHALL = ("primaryDataShare", "packagingEmissionsIncluded", "ccsTechnologicalCO2CaptureIncluded")
RATINGS_FROM = date(2027, 12, 31)
"""From then on the data quality ratings shall be reported (PACT methodology 3, 4.2.3)."""


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Values against their flags, and mandatory statements that are absent."""
    if sheet.is_process or not sheet.values:
        return
    for name, (code, flag) in FLAGGED.items():
        given = name in sheet.values and not sheet.is_default(name)
        if given and sheet.values.get(flag) is False:
            yield sheet.finding(code, Severity.WARNING, name, found=show(sheet.values[name]))
    yield from _unreported(sheet, context)


def _unreported(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """What the method asks for and is absent; an indicative document (L1) may be poor."""
    if sheet.level == "L1":
        return
    severity = Severity.NOTE if sheet.level is None else Severity.WARNING
    names = (*SHALL, "dqi") if context.at >= RATINGS_FROM else SHALL
    for name in names:
        if name not in sheet.values:
            yield sheet.finding("document/schema", severity, name, case="shall")
