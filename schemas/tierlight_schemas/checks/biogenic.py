"""document/biogenic-carbon: the uptake against the biogenic carbon in the product."""

from collections.abc import Iterator
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed, shown
from tierlight_schemas.checks.sheet import Context, Sheet
from tierlight_schemas.findings import Finding, Severity

CODE = "document/biogenic-carbon"
UPTAKE_PER_CARBON = EXACT.divide(Decimal(-44), Decimal(12))
"""kg CO2 per kg C: molar masses 44 and 12, taken up and so negative."""


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """uptake = −44/12 × carbon, with or without the packaging's carbon; silent if unstated."""
    if sheet.is_process:
        return
    uptake, product = sheet.stated("biogenicCO2Uptake"), sheet.stated("biogenicCarbonContent")
    if uptake is None or product is None:
        return
    packaging = sheet.stated("packagingBiogenicCarbonContent")
    alone = product.times(UPTAKE_PER_CARBON)
    both = Printed.sum([product, packaging]).times(UPTAKE_PER_CARBON) if packaging else alone
    if not uptake.differs_from(alone) or not uptake.differs_from(both):
        return
    yield sheet.finding(
        CODE,
        Severity.WARNING,
        "biogenicCO2Uptake",
        found=shown(uptake.value),
        expected=shown(alone.value, 6),
        expected_with_packaging=shown(both.value, 6),
        tolerance=shown(uptake.tolerance(both), 6),
    )
