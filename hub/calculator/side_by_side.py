"""What the drafts of a company say together that none of them says alone: pure.

Two parts cannot take more than the whole of a site, and a certificate counts once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tierlight_schemas.amounts import EXACT, significant
from tierlight_schemas.calculator import PartSheet
from tierlight_schemas.calculator.masses import kilograms
from tierlight_schemas.findings import Finding, Severity

DRAWING_TOLERANCE = Decimal("0.2")
"""Of the mass on record: how far a net mass may lie from it."""
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Neighbour:
    """Another part's newest sheet."""

    number: str
    sheet: PartSheet


def beside(
    sheet: PartSheet, others: Sequence[Neighbour], recorded_kg: Decimal | None
) -> Iterator[Finding]:
    """The findings on a sheet among those of other parts, and against the part's mass on record."""
    near = [other for other in others if _overlaps(sheet, other.sheet)]
    yield from _shares(sheet, near)
    yield from _serials(sheet, others)
    yield from _drawing(sheet, recorded_kg)


def _overlaps(one: PartSheet, other: PartSheet) -> bool:
    """Whether both are of one site, and share a day."""
    same = one.site.id == other.site.id
    return same and one.period_start < other.period_end and other.period_start < one.period_end


def _shares(sheet: PartSheet, near: Iterable[Neighbour]) -> Iterator[Finding]:
    """Only shares by one key and of one whole can be added."""
    own = _share(sheet)
    if own is None:
        return
    key = (sheet.share.method, sheet.share.total)
    alike = [each for each in near if (each.sheet.share.method, each.sheet.share.total) == key]
    together = sum((_share(each.sheet) or Decimal(0) for each in alike), own)
    if together > 1:
        evidence = {
            "together": significant(EXACT.multiply(_HUNDRED, together), 4),
            "parts": ", ".join(sorted(each.number for each in alike)),
        }
        severity = Severity.WARNING
        yield Finding("calculation/site-shares", severity, "share.quantity", dict(evidence))


def _share(sheet: PartSheet) -> Decimal | None:
    share = sheet.share
    if share.quantity is None or share.total is None or share.total.decimal <= 0:
        return None
    return EXACT.divide(share.quantity.decimal, share.total.decimal)


def _serials(sheet: PartSheet, others: Iterable[Neighbour]) -> Iterator[Finding]:
    own = {serial for energy in sheet.energy for serial in energy.serials}
    for other in others:
        theirs = {serial for energy in other.sheet.energy for serial in energy.serials}
        if _overlaps(sheet, other.sheet):  # one claim of the site, shared between its parts
            continue
        for serial in sorted(own & theirs):
            evidence = {"serial": serial, "part": other.number}
            yield Finding(
                "calculation/serial-elsewhere", Severity.WARNING, "energy", dict(evidence)
            )


def _drawing(sheet: PartSheet, recorded_kg: Decimal | None) -> Iterator[Finding]:
    kg = kilograms(sheet.net_mass)
    if kg is None or not recorded_kg:
        return
    if abs(kg - recorded_kg) > DRAWING_TOLERANCE * recorded_kg:
        evidence = {"found": significant(kg, 4), "recorded": significant(recorded_kg, 4)}
        yield Finding("calculation/drawing-mass", Severity.WARNING, "netMass", dict(evidence))
