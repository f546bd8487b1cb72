"""What on a sheet does not fit together, said before anything is signed."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tierlight_schemas.amounts import EXACT, significant
from tierlight_schemas.calculator.masses import kilograms
from tierlight_schemas.calculator.sheet import PartSheet
from tierlight_schemas.findings import Finding, Severity

MASS_TOLERANCE = Decimal("0.03")
"""Of the net mass: how far input less scrap may lie from it."""
MOST_LEFT_OUT = Decimal(3)
"""Percent (PACT Methodology 3, 3.3.1.2)."""
_HUNDRED = Decimal(100)


def findings_of(sheet: PartSheet) -> Iterator[Finding]:
    """The findings, in the order of the sheet; errors are what nothing can be calculated from."""
    yield from _net_mass(sheet)
    yield from _dates(sheet)
    yield from _shares(sheet)
    yield from _masses(sheet)
    yield from _left_out(sheet)


def _net_mass(sheet: PartSheet) -> Iterator[Finding]:
    kg = kilograms(sheet.net_mass)
    if kg is None or kg <= 0:
        found = f"{sheet.net_mass.amount} {sheet.net_mass.unit}"
        yield Finding("calculation/net-mass", Severity.ERROR, "netMass", {"found": found})
    if sheet.pieces.decimal <= 0:
        evidence = {"found": sheet.pieces}
        yield Finding("calculation/pieces", Severity.ERROR, "pieces", dict(evidence))


def _dates(sheet: PartSheet) -> Iterator[Finding]:
    start, end = date.fromisoformat(sheet.period_start), date.fromisoformat(sheet.period_end)
    if end <= start:
        evidence = {"start": sheet.period_start, "end": sheet.period_end}
        yield Finding("calculation/period", Severity.ERROR, "periodEnd", evidence)


def _shares(sheet: PartSheet) -> Iterator[Finding]:
    share = sheet.share
    if share.method == "revenue":
        yield Finding("calculation/revenue", Severity.WARNING, "share.method")
    if share.quantity is None or share.total is None:
        return
    if share.quantity.decimal > share.total.decimal:
        evidence = {"quantity": str(share.quantity), "total": str(share.total)}
        yield Finding("calculation/share-above-all", Severity.ERROR, "share.quantity", evidence)


def _masses(sheet: PartSheet) -> Iterator[Finding]:
    """What goes in, less scrap, is the part: bought parts of known mass included."""
    net = kilograms(sheet.net_mass)
    inputs = [kilograms(material.mass) for material in sheet.materials]
    inputs += [kilograms(part.mass or part.quantity) for part in sheet.bought_parts]
    scraps = [kilograms(scrap.mass) for scrap in sheet.scrap]
    known = [each for each in (*inputs, *scraps) if each is not None]
    if net is None or net <= 0 or len(known) < len(inputs) + len(scraps):
        return
    stays = sum(known[: len(inputs)], Decimal(0)) - sum(known[len(inputs) :], Decimal(0))
    if abs(stays - net) > MASS_TOLERANCE * net:
        evidence = {
            "stays": significant(stays, 4),
            "net": significant(net, 4),
            "difference": significant(EXACT.multiply(_HUNDRED, (stays - net) / net), 3),
        }
        yield Finding("calculation/mass-balance", Severity.WARNING, "materials", dict(evidence))


def _left_out(sheet: PartSheet) -> Iterator[Finding]:
    left_out = sheet.left_out_percent
    if left_out is not None and left_out.decimal > MOST_LEFT_OUT:
        evidence = {"found": str(left_out), "most": str(MOST_LEFT_OUT)}
        yield Finding("calculation/left-out", Severity.ERROR, "leftOutPercent", evidence)
