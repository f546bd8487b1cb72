"""What on a sheet does not fit together, said before anything is signed."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from tierlight_schemas.amounts import EXACT, significant
from tierlight_schemas.calculator.allocation import Allocation
from tierlight_schemas.calculator.masses import kilograms
from tierlight_schemas.calculator.sheet import PartSheet
from tierlight_schemas.findings import Finding, Severity

MASS_TOLERANCE = Decimal("0.03")
"""Of the net mass: how far input less scrap may lie from it."""
MOST_LEFT_OUT = Decimal(3)
"""Percent (PACT Methodology 3, 3.3.1.2)."""
OLDEST = timedelta(days=366)
"""How long ago the period may have ended before customers ask for a newer one."""
_HUNDRED = Decimal(100)


def findings_of(
    sheet: PartSheet, allocation: Allocation | None = None, today: date | None = None
) -> Iterator[Finding]:
    """The findings, in the order of the sheet; errors are what nothing can be calculated from."""
    yield from _net_mass(sheet)
    yield from _dates(sheet)
    yield from _age(sheet, today)
    yield from _shares(sheet)
    yield from _serials(sheet)
    yield from _masses(sheet)
    yield from _prices(allocation)
    yield from _left_out(sheet)


def _age(sheet: PartSheet, today: date | None) -> Iterator[Finding]:
    end = date.fromisoformat(sheet.period_end)
    if today is not None and today - end > OLDEST:
        evidence = {"end": sheet.period_end}
        yield Finding("calculation/period-old", Severity.WARNING, "periodEnd", dict(evidence))


def _serials(sheet: PartSheet) -> Iterator[Finding]:
    """A certificate is used once; without its number nobody can tell."""
    claims = [each for each in sheet.energy if each.supply == "certificate"]
    if any(not each.serials for each in claims):
        yield Finding("calculation/serial-missing", Severity.WARNING, "energy")
    counted = Counter(serial for each in sheet.energy for serial in each.serials)
    for serial in (name for name, times in counted.items() if times > 1):
        yield Finding("calculation/serial-twice", Severity.ERROR, "energy", {"serial": serial})


def _prices(allocation: Allocation | None) -> Iterator[Finding]:
    if allocation is not None and not allocation.is_priced:
        yield Finding("calculation/co-product-price", Severity.WARNING, "coProducts")


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
    gross = sum(known[: len(inputs)], Decimal(0))
    others = (kilograms(each.mass) or Decimal(0) for each in sheet.co_products)
    if gross < (1 - MASS_TOLERANCE) * net:
        told = {"gross": significant(gross, 4), "net": significant(net, 4)}
        yield Finding("calculation/gross-below-net", Severity.ERROR, "materials", dict(told))
        return
    leaves = sum(known[len(inputs) :], Decimal(0)) + sum(others, Decimal(0))
    stays = gross - leaves
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
