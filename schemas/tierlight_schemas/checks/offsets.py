"""document/offset-inside: bought credits in the number, or claimed in its words."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed, shown
from tierlight_schemas.checks.sheet import Context, Sheet, found_at, show
from tierlight_schemas.findings import Finding, Severity

CODE = "document/offset-inside"
TOTAL = "pcfExcludingBiogenicUptake"
EXPLAINS = (
    "landManagementBiogenicCO2Removals",
    "technologicalCO2Removals",
    "ccsTechnologicalCO2Capture",
)

# Repetitions are bounded where they could overlap: a stranger writes these texts.
# Words are claims only beside the climate: a temperature-compensated sensor, a neutral conductor
# and offset printing are not.
_CLIMATE = (
    r"(?:carbon|climate|co2|co₂|ghg|greenhouse|emissions?|klima|treibhausgas\w{0,12}|emissionen)"
)
_CLAIM = r"(?:neutral\w*|compensat\w*|offset\w*|kompens\w*|ausgeglichen)"
_CLAIMS = re.compile(
    rf"\b{_CLIMATE}[\s\-–]*(?:\w+[\s\-–]+){{0,3}}{_CLAIM}"
    rf"|\b{_CLAIM}[\s\-–]+(?:\w+[\s\-–]+){{0,3}}{_CLIMATE}"
    r"|\bnet[\s\-–]?zero\b|\bcarbon[\s\-–]credits?\b|\bklimaneutral\w*|\bco2-?neutral\w*"
    r"|碳中和|碳抵消|抵消了?[^。；]{0,12}(?:碳|排放)|(?:碳|排放)[^。；]{0,12}抵消|净零|气候中和",
    re.IGNORECASE,
)
_NEGATED_BEFORE = re.compile(
    r"(?:\b(?:no|not|non|without|excluding|excludes|exclude|before|never|ohne|kein|keine|keiner"
    r"|keinen|nicht|weder|exklusive)\b(?:[\s\-–]+\w+){0,3}[\s\-–]*"
    r"|(?:不|未|无|没有|非|不含|不包括|不包含|未计入|剔除).{0,4})$",
    re.IGNORECASE,
)
_NEGATED_INSIDE = re.compile(r"\b(?:not|never|no|nicht|nie|keine?)\b|[不未无]|没有", re.IGNORECASE)
_NEGATED_AFTER = re.compile(
    r"^[\s\w]{0,25}\b(?:not|excluded|nicht|ausgeschlossen)\b|^.{0,6}(?:不计|未计|不含|不包括|除外)",
    re.IGNORECASE,
)
_LOOK_BACK = 40


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Claims in the texts, and a total that is not above 0 for no stated reason.

    Own processes may emit nothing, but never less.
    """
    for path, text in sheet.texts():
        claim = claimed(text) if isinstance(text, str) else None
        if claim:
            yield found_at(CODE, Severity.WARNING, path, found=show(claim))
    yield from _of_process(sheet) if sheet.is_process else _not_positive(sheet)


def claimed(text: str) -> str | None:
    """The first claim of neutrality or compensation that the text does not deny."""
    for match in _CLAIMS.finditer(text):
        if not _denied(text, match):
            return match.group()
    return None


def _denied(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    after = text[match.end() : match.end() + _LOOK_BACK]
    return bool(
        _NEGATED_INSIDE.search(match.group())
        or _NEGATED_BEFORE.search(before)
        or _NEGATED_AFTER.search(after)
    )


def _of_process(sheet: Sheet) -> Iterator[Finding]:
    emissions = sheet.stated("emissions")
    if emissions is not None and emissions.value < 0:
        evidence = {"found": shown(emissions.value), "explained": "0"}
        yield sheet.finding(CODE, Severity.WARNING, "emissions", case="not-positive", **evidence)


def _not_positive(sheet: Sheet) -> Iterator[Finding]:
    total = sheet.stated(TOTAL)
    if total is None or total.value > 0:
        return
    stated = [number for name in EXPLAINS if (number := sheet.stated(name)) is not None]
    explained = Printed.sum(number for number in stated if number.value < 0)
    gross = EXACT.subtract(total.value, explained.value)
    if explained.value < 0 and gross >= Decimal(0) - total.tolerance(explained):
        return
    yield sheet.finding(
        CODE,
        Severity.WARNING,
        TOTAL,
        case="not-positive",
        found=shown(total.value),
        explained=shown(explained.value),
    )
