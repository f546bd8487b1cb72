"""document/total-differs-from-parts: the identity of PACT 3 between totals and components.

excluding = fossil + land use change + land management biogenic CO2 (emissions and removals) +
technological removals + captured CO2 + biogenic non-CO2; including = excluding + uptake. PACT's
own examples fit only if land management fossil is added on top of fossil, against the attribute's
description: both readings are tried, and the evidence says which one fits. Nothing is corrected.
"""

from collections.abc import Iterator
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed, shown
from tierlight_schemas.checks.sheet import Context, Sheet
from tierlight_schemas.checks.zeros import zeros_mean_unknown
from tierlight_schemas.findings import Finding, Severity

CODE = "document/total-differs-from-parts"
EXCLUDING, INCLUDING = "pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake"
COMPONENTS = (
    "fossilGhgEmissions",
    "landUseChangeGhgEmissions",
    "landManagementBiogenicCO2Emissions",
    "landManagementBiogenicCO2Removals",
    "technologicalCO2Removals",
    "ccsTechnologicalCO2Capture",
    "biogenicNonCO2Emissions",
)
ON_TOP = "landManagementFossilGhgEmissions"
UPTAKE = "biogenicCO2Uptake"
_NOTHING = Printed(Decimal(0), Decimal(0))


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Compare both totals with their components; silent where one of them is a default."""
    if sheet.is_process:
        return
    yield from _excluding(sheet)
    yield from _including(sheet)


def _excluding(sheet: Sheet) -> Iterator[Finding]:
    total = sheet.stated(EXCLUDING)
    if total is None or _not_comparable(sheet):
        return
    parts = {name: number for name in COMPONENTS if (number := sheet.stated(name)) is not None}
    inside = Printed.sum(parts.values())
    on_top = Printed.sum([inside, sheet.stated(ON_TOP) or _NOTHING])
    if not total.differs_from(inside):
        return
    fits = "on-top" if not total.differs_from(on_top) else "neither"
    yield sheet.finding(
        CODE,
        Severity.WARNING,
        EXCLUDING,
        case="on-top" if fits == "on-top" else None,
        total=shown(total.value),
        sum=shown(inside.value),
        sum_on_top=shown(on_top.value),
        tolerance=shown(total.tolerance(inside)),
        unstated=", ".join(name for name in COMPONENTS if name not in parts) or "–",
        fits=fits,
        nearer="on-top" if _distance(total, on_top) < _distance(total, inside) else "inside",
    )


def _distance(total: Printed, added: Printed) -> Decimal:
    return abs(EXACT.subtract(total.value, added.value))


def _not_comparable(sheet: Sheet) -> bool:
    """Components that are placeholders or cannot be read leave nothing to compare with."""
    names = (*COMPONENTS, ON_TOP)
    unreadable = any(name in sheet.values and sheet.stated(name) is None for name in names)
    return unreadable or not any(sheet.stated(n) for n in names) or zeros_mean_unknown(sheet)


def _including(sheet: Sheet) -> Iterator[Finding]:
    excluding, including = sheet.stated(EXCLUDING), sheet.stated(INCLUDING)
    uptake = sheet.stated(UPTAKE)
    if excluding is None or including is None or (uptake is None and UPTAKE in sheet.values):
        return
    expected = Printed.sum([excluding, uptake or _NOTHING])
    if including.differs_from(expected):
        yield sheet.finding(
            CODE,
            Severity.WARNING,
            INCLUDING,
            case="including",
            total=shown(including.value),
            sum=shown(expected.value),
            tolerance=shown(including.tolerance(expected)),
        )
