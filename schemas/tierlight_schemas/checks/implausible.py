"""document/unit-implausible: kgCO2e per unit far outside what its category can have.

Judged only where the category is known; the numbers get the benefit of their rounding.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.bands import Band, Bands
from tierlight_schemas.checks.bands import band as look_up
from tierlight_schemas.checks.printed import Printed, shown
from tierlight_schemas.checks.sheet import Context, Sheet, as_list
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.units import UnitError, conversion

CODE = "document/unit-implausible"
THOUSANDFOLD = Decimal("316.2")
"""10^2.5: nearer to a thousand times the median than to a hundred times."""


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Compare the value per unit with the band of its category: hard bounds, and median.

    A band may be so wide that it holds what is a thousand times its median: that is told too.
    """
    band = band_of(sheet, context)
    value = _total(sheet)
    amount = _denominator(sheet, band.per) if band else None
    if band is None or value is None or amount is None or value.value <= 0:
        return
    lowest = EXACT.divide(value.value - value.half_unit, amount.value + amount.half_unit)
    highest = EXACT.divide(value.value + value.half_unit, amount.value - amount.half_unit)
    per_unit = EXACT.divide(value.value, amount.value)
    is_inside = highest >= band.hard_low and lowest <= band.hard_high
    if is_inside and not (_is_far(lowest, band) and _is_far(highest, band)):
        return
    factor = EXACT.divide(per_unit, band.median) if band.median > 0 else None
    yield sheet.finding(
        CODE,
        Severity.WARNING,
        _total_name(sheet),
        case="thousandfold" if _is_far(per_unit, band) else None,
        found=shown(per_unit, 4),
        unit=band.unit,
        category=band.id,
        low=shown(band.hard_low),
        high=shown(band.hard_high),
        median=shown(band.median, 3),
        factor="–" if factor is None else shown(factor, 2),
    )


def _is_far(value: Decimal, band: Band) -> bool:
    """Whether a value is nearer to a thousand times the median, or a thousandth, than to it."""
    if band.median <= 0 or value <= 0:
        return band.median > 0
    factor = EXACT.divide(value, band.median)
    return max(factor, EXACT.divide(1, factor)) >= THOUSANDFOLD


def band_of(sheet: Sheet, context: Context) -> Band | None:
    """The band of the caller's category, else of the first classification that ends in one."""
    quantity = "own-process" if sheet.is_process else "footprint"
    urns = as_list(sheet.document.get("productClassifications"))
    names = [urn.rpartition(":")[2] for urn in urns if isinstance(urn, str)]
    for name in (context.category, *names):
        band = _named(name, context.bands)
        if band and band.per and band.quantity == quantity:
            return band
    return None


def _named(name: str | None, bands: Bands) -> Band | None:
    return look_up(name.strip().lower(), bands=bands) if name else None


def _total_name(sheet: Sheet) -> str:
    return "emissions" if sheet.is_process else "pcfExcludingBiogenicUptake"


def _total(sheet: Sheet) -> Printed | None:
    return sheet.stated(_total_name(sheet))


def _denominator(sheet: Sheet, per: str) -> Printed | None:
    """How many `per` the values belong to; None when that is not known to a digit at least."""
    unit_name = "declaredUnit" if sheet.is_process else "declaredUnitOfMeasurement"
    unit, amount = sheet.values.get(unit_name), _exact(sheet)
    if not isinstance(unit, str) or amount is None or amount.value <= 0:
        return None
    try:
        return amount.times(_decimal(conversion(unit, per)))
    except UnitError:
        mass = sheet.stated("productMassPerDeclaredUnit") if per == "kilogram" else None
    return mass if mass and mass.value > mass.half_unit else None


def _exact(sheet: Sheet) -> Printed | None:
    """The declared amount, which is chosen and not measured: it has no rounding."""
    amount = sheet.stated("declaredAmount" if sheet.is_process else "declaredUnitAmount")
    return None if amount is None else Printed(amount.value, Decimal(0))


def _decimal(ratio: Fraction) -> Decimal:
    return EXACT.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
