"""A site's year as the reconciliation takes it: carriers as splits name them, in one unit each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.activity.carriers import converted
from hub.activity.ledger import Amounts
from hub.activity.site_year import CarrierYear, kind_of
from hub.activity.stated import Roundings, Used, used_for
from hub.activity.words import Carrier, Flow
from hub.findings.energy.reconciling import NOTHING, ZERO, Kind, Line, Reason, added
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.units import UnitError

CLAIMED_AS: Mapping[Carrier, str] = {
    Carrier.ELECTRICITY: "electricity",
    Carrier.NATURAL_GAS: "natural gas",
    Carrier.STEAM: "steam",
    Carrier.HEAT: "heat",
    Carrier.PROCESS: "process",
}
OTHER_FUEL = "other fuel"
IN_SPLITS = ("electricity", "natural gas", "steam", "heat", OTHER_FUEL, "process")
ENERGY = "gigajoule"
STORAGE_LOSS = "storage-loss"


def claimed_as(carrier: Carrier) -> str:
    """What splits call a carrier."""
    return CLAIMED_AS.get(carrier, OTHER_FUEL)


@dataclass(frozen=True)
class Meters:
    """What the meters say of one carrier, of the company's own share."""

    unit: str
    """Empty where nothing is metered."""
    metered: Printed | None
    sold_on: Printed | None
    lost: Printed
    """In storage, within what was metered."""
    reasons: tuple[Reason, ...]
    kg: Decimal | None
    kind: Kind | None


UNMETERED = Meters("", None, None, NOTHING, (Reason.NOT_METERED,), None, None)


def by_claim(carriers: Iterable[CarrierYear]) -> dict[str, list[CarrierYear]]:
    """The carriers of a site by what splits call them."""
    found: dict[str, list[CarrierYear]] = defaultdict(list)
    for each in carriers:
        found[claimed_as(each.amounts.carrier)].append(each)
    return found


def meters_of(group: Sequence[CarrierYear], rounding: Roundings) -> Meters:
    """All that is metered under one name, in one unit."""
    if not group:
        return UNMETERED
    unit = _unit(group)
    reasons = _reasons(group, unit)
    kg, kind = _emitted(group)
    if reasons:
        return Meters(unit or "", None, None, NOTHING, reasons, kg, kind)
    bought, sold, lost = (
        added(_flow(each, flow, unit or "", rounding) for each in group for flow in flows)
        for flows in (
            (Flow.BOUGHT, Flow.SELF_USED),
            (Flow.SOLD_ON,),
            (Flow.STORAGE_LOSS,),
        )
    )
    return Meters(unit or "", bought, sold, lost, (), kg, kind)


def _unit(group: Sequence[CarrierYear]) -> str | None:
    """The one unit to add them in: the first's; of several fuels only energy can be added."""
    several = len({each.amounts.carrier for each in group}) > 1
    unit = ENERGY if several else group[0].amounts.unit
    try:
        for each in group:
            converted(ZERO, each.amounts.unit, unit)
    except UnitError:
        return None
    return unit


def _reasons(group: Sequence[CarrierYear], unit: str | None) -> tuple[Reason, ...]:
    said = {
        Reason.UNITS_APART: unit is None,
        Reason.MONTHS_MISSING: any(each.amounts.missing for each in group),
        Reason.SOLD_MORE: any(_sold_more(each.own) for each in group),
        Reason.SHARES_OVER: any(each.tenancy and each.tenancy.is_over for each in group),
    }
    return tuple(reason for reason, is_so in said.items() if is_so)


def _sold_more(own: Amounts) -> bool:
    bought, sold = (own.by_flow.get(flow, ZERO) for flow in (Flow.BOUGHT, Flow.SOLD_ON))
    return sold > bought


def _flow(each: CarrierYear, flow: Flow, unit: str, rounding: Roundings) -> Printed:
    own = each.own
    half = rounding.get((own.carrier, own.unit, flow), ZERO)
    if each.tenancy is not None:
        half = EXACT.multiply(half, each.tenancy.share)
    value = converted(own.by_flow.get(flow, ZERO), own.unit, unit)
    return Printed(value, converted(half, own.unit, unit))


def _emitted(group: Sequence[CarrierYear]) -> tuple[Decimal | None, Kind | None]:
    """kg by location of all of them, where their factors are of one kind; else nothing."""
    kinds = {kind_of(each) for each in group}
    known = [each.sides.location for each in group if each.sides.location is not None]
    if len(kinds) > 1 or len(known) < len(group):
        return None, None
    total = added(Printed(kg, ZERO) for kg in known).value
    return total, kinds.pop()


def other_lines(name: str, meters: Meters, uses: Iterable[Used]) -> list[Line]:
    """Offices, canteen …, and the losses of storage."""
    rows: dict[tuple[str, Carrier], list[Used]] = defaultdict(list)
    for row in uses:
        if claimed_as(row.carrier) == name:
            rows[row.use, row.carrier].append(row)
    found: dict[str, list[Printed | None]] = defaultdict(list)
    for (use, _), told in sorted(rows.items()):
        found[use].append(used_for(told, meters.unit) if meters.unit else None)
    if meters.lost.value:
        found[STORAGE_LOSS].append(meters.lost)
    return [_line(use, amounts) for use, amounts in found.items()]


def _line(use: str, amounts: Sequence[Printed | None]) -> Line:
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts):
        return Line(use, None, reason=Reason.UNIT)
    return Line(use, added(known))
