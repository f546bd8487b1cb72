"""document/unstated-as-zero: zeros that mean “not stated”.

PACT makes the fossil emissions mandatory, so whoever knows only a total writes 0. Provenance can
say so (`default`); without it the zeros would be summed up as knowledge.
"""

from collections.abc import Iterator

from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.checks.sheet import Context, Sheet
from tierlight_schemas.findings import Finding, Severity

CODE = "document/unstated-as-zero"
TOTAL = "pcfExcludingBiogenicUptake"
EMISSIONS = (
    "fossilGhgEmissions",
    "landUseChangeGhgEmissions",
    "landManagementFossilGhgEmissions",
    "landManagementBiogenicCO2Emissions",
    "landManagementBiogenicCO2Removals",
    "biogenicCO2Uptake",
    "biogenicNonCO2Emissions",
    "ccsTechnologicalCO2Capture",
    "technologicalCO2Removals",
)


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """One note for all unmarked zeros of a document that may hold placeholders."""
    if sheet.is_process:
        return
    names = unmarked_zeros(sheet)
    if names and (sheet.level == "L1" or (sheet.level is None and zeros_mean_unknown(sheet))):
        yield sheet.finding(CODE, Severity.NOTE, names[0], attributes=", ".join(names))


def unmarked_zeros(sheet: Sheet) -> list[str]:
    """Components that are 0 with nothing in the provenance to say why."""
    return [name for name in EMISSIONS if name not in sheet.provenance and _is_zero(sheet, name)]


def zeros_mean_unknown(sheet: Sheet) -> bool:
    """Whether the total is not 0 though every component is: then the zeros are placeholders.

    A document of level L2 or L3 vouches for its components, and its zeros are taken at their word.
    """
    total = sheet.stated(TOTAL)
    if sheet.level in ("L2", "L3") or total is None or total.value == 0:
        return False
    stated = [name for name in EMISSIONS if Printed.read(sheet.values.get(name)) is not None]
    return bool(stated) and all(_is_zero(sheet, name) for name in stated)


def _is_zero(sheet: Sheet, name: str) -> bool:
    number = Printed.read(sheet.values.get(name))
    return number is not None and number.value == 0
