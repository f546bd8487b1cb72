"""From a sheet to a footprint: every number used once, in the order of the sheet.

The arithmetic is exact (50 digits), so that a browser's server and a laptop without a network give
the same digits. Cut-off: recycled content comes without the burden of its first life, and what is
sold for recycling leaves without one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tierlight_schemas.amounts import EXACT, significant
from tierlight_schemas.calculator.allocation import Allocation, allocation_of
from tierlight_schemas.calculator.checking import findings_of
from tierlight_schemas.calculator.choosing import (
    Surroundings,
    Used,
    default,
    per,
    residual,
    stated,
    surroundings,
)
from tierlight_schemas.calculator.masses import converted, kilograms
from tierlight_schemas.calculator.quality import WORST, Rated
from tierlight_schemas.calculator.sheet import (
    BoughtPart,
    Energy,
    Leg,
    Material,
    Mode,
    Packaging,
    PartSheet,
    Quantity,
    Scrap,
    StatedValue,
)
from tierlight_schemas.calculator.terms import Calculation, Gap, Group, Origin, Step, Term
from tierlight_schemas.checks.bands import BANDS
from tierlight_schemas.factors.registry import Registry, shipped
from tierlight_schemas.units import UnitError

ASSUMED_KM = Decimal(500)
"""By road, where nobody knows how far something travelled."""
OWN = Rated(Decimal(100), Decimal(1), Decimal(1), Decimal(1))
"""Of what the site itself emits, or has in hand: its own meters say it."""
PROXY = Decimal(4)
"""Technological rating of what stands in for something near it."""
Entry = Term | Gap
_BY_MARKET = ("contract", "certificate", "residual")


def calculate(
    sheet: PartSheet, registry: Registry | None = None, today: date | None = None
) -> Calculation:
    """The footprint of one piece, explained; `today` judges how old the period is, if it is given.

    Raises `ValueError` for dates that are none.
    """
    around, allocation = surroundings(sheet, registry or shipped()), allocation_of(sheet)
    entries = [*_materials(sheet, around), *_scraps(sheet, around), *_energy(sheet, around)]
    entries += [*_bought(sheet, around), *_transport(sheet, around)]
    entries = [*_allocated(entries, allocation, sheet), *_packed(sheet, around)]
    return Calculation(
        tuple(entry for entry in entries if isinstance(entry, Term)),
        tuple(entry for entry in entries if isinstance(entry, Gap)),
        tuple(findings_of(sheet, allocation, today)),
        kilograms(sheet.net_mass) or Decimal(1),
        _carbon(sheet),
    )


def _allocated(
    entries: Iterable[Entry], allocation: Allocation | None, sheet: PartSheet
) -> Iterator[Entry]:
    """What the part carries of a process that makes something else, too."""
    if sheet.co_products and allocation is None:
        yield Gap("material", sheet.co_products[0].name, "allocation")
    for entry in entries:
        if allocation is None or isinstance(entry, Gap):
            yield entry
            continue
        location = entry.location
        if location is not None:
            location = _times(location, allocation.steps)
        steps = (*entry.steps, *allocation.steps)
        yield replace(entry, steps=steps, location=location)


def _times(value: Decimal, steps: Iterable[Step]) -> Decimal:
    for step in steps:
        operation = EXACT.divide if step.divides else EXACT.multiply
        value = operation(value, step.value)
    return value


def _carbon(sheet: PartSheet) -> Decimal | None:
    """kg C from plants that stay in one piece; None where nobody says of any material."""
    found = [_carbon_of(material, sheet) for material in sheet.materials]
    known = [each for each in found if each is not None]
    if not known:
        return None
    made = [kilograms(quantity) for quantity in (sheet.net_mass, *_other_masses(sheet))]
    all_kg = sum((kg for kg in made if kg is not None), Decimal(0))
    part = EXACT.divide(made[0] or Decimal(0), all_kg) if all_kg else Decimal(0)
    return EXACT.multiply(sum(known, Decimal(0)), part)


def _other_masses(sheet: PartSheet) -> list[Quantity]:
    return [each.mass for each in sheet.co_products]


def _carbon_of(material: Material, sheet: PartSheet) -> Decimal | None:
    percent, gross = material.biogenic_carbon_percent, kilograms(material.mass)
    if percent is None or gross is None:
        return None
    scraps = [kilograms(each.mass) for each in sheet.scrap if each.material == material.name]
    stays = gross - sum((each for each in scraps if each is not None), Decimal(0))
    return EXACT.divide(EXACT.multiply(max(stays, Decimal(0)), percent.decimal), Decimal(100))


def _used(value: StatedValue | None, category: str | None, around: Surroundings) -> Used | None:
    """What is stated, else a default."""
    if value is not None:
        try:
            return stated(value, around)
        except UnitError:
            return None
    return default(category, around) if category else None


def _product(
    group: Group, label: str, quantity: Quantity, used: Used | None, *more: Step
) -> Iterator[Entry]:
    """Quantity x value x more; a gap for what is lacking."""
    if used is None:
        yield Gap(group, label, "value")
        return
    amount = converted(quantity, used.unit)
    if amount is None:
        yield Gap(group, label, "unit")
        return
    steps = (Step("quantity", amount, used.unit), used.step, *more)
    yield Term(group, label, steps, used.rated, of_which=used.of_which)
    if not used.upstream:
        yield Gap(group, label, "upstream")


def _materials(sheet: PartSheet, around: Surroundings) -> Iterator[Entry]:
    for material in sheet.materials:
        yield from _material(material, around)


def _material(material: Material, around: Surroundings) -> Iterator[Entry]:
    """What goes in; of a default with recycled content, each route with its own factor."""
    recycled = material.recycled_percent
    routes = {route: _route(material, route, around) for route in ("primary", "recycled")}
    if material.value is not None or recycled is None or None in routes.values():
        used = _used(material.value, material.category, around) or routes["primary"]
        yield from _product("material", material.name, material.mass, used)
        return
    for route, used in routes.items():
        part = recycled.decimal if route == "recycled" else 100 - recycled.decimal
        step = Step("content", EXACT.divide(part, Decimal(100)), "")
        yield from _product("material", material.name, material.mass, used, step)


def _route(material: Material, route: str, around: Surroundings) -> Used | None:
    return default(f"{material.category.removesuffix('/primary')}/{route}", around)


def _scraps(sheet: PartSheet, around: Surroundings) -> Iterator[Entry]:
    materials = {material.name: material for material in sheet.materials}
    for scrap in sheet.scrap:
        material = materials.get(scrap.material)
        if material is None:
            yield Gap("scrap", scrap.material, "material")
        elif scrap.fate == "returned":
            yield from _returned(scrap, material, around)
        elif scrap.fate == "sold":
            step = Step("cut-off", Decimal(0), "")
            yield Term("scrap", scrap.material, (step,), OWN)
        else:
            used = _used(scrap.value, None, around)
            yield from _product("scrap", scrap.material, scrap.mass, used)


def _returned(scrap: Scrap, material: Material, around: Surroundings) -> Iterator[Entry]:
    """What goes back into the own furnace need not be bought again."""
    kg, gross = kilograms(scrap.mass), kilograms(material.mass)
    if kg is None or not gross:
        yield Gap("scrap", scrap.material, "unit")
        return
    back = EXACT.divide(kg, gross)
    for entry in _material(material, around):
        if isinstance(entry, Term):
            step = Step("returned", back.copy_negate(), "")
            yield replace(entry, group="scrap", steps=(*entry.steps, step))


def _energy(sheet: PartSheet, around: Surroundings) -> Iterator[Entry]:
    share = _share(sheet)
    for energy in sheet.energy:
        if energy.amount is None or share is None:
            what = "amount" if energy.amount is None else "share"
            yield Gap("energy", energy.carrier, what)
        else:
            yield from _carrier(energy, energy.amount, share, around)


def _share(sheet: PartSheet) -> tuple[Step, ...] | None:
    """From the energy of the period to that of one piece; None where the share is not known."""
    each = Step("pieces", sheet.pieces.decimal, "piece", divides=True)
    if each.value <= 0:
        return None
    share = sheet.share
    if share.method == "sub-meter":
        return (each,)
    if share.quantity is None or share.total is None or share.total.decimal <= 0:
        return None
    part, whole = share.quantity.decimal, share.total.decimal
    return Step("share-part", part, ""), Step("share-whole", whole, "", divides=True), each


def _carrier(
    energy: Energy, amount: Quantity, share: tuple[Step, ...], around: Surroundings
) -> Iterator[Entry]:
    used = _supplied(energy, around)
    for entry in _product("energy", energy.carrier, amount, used, *share):
        if isinstance(entry, Gap):
            yield entry
            continue
        location: Decimal | None = entry.value
        if energy.carrier == "electricity" and energy.supply in _BY_MARKET:
            location = _at_average(energy, amount, share, around)
        burnt = energy.value is None and _category(energy.carrier).startswith("fuel/")
        rated = OWN if burnt else entry.rated
        supply = energy.supply if energy.carrier == "electricity" else ""
        yield replace(entry, rated=rated, carrier=energy.carrier, location=location, supply=supply)


def _supplied(energy: Energy, around: Surroundings) -> Used | None:
    """The value of a carrier: a contract's, or an average of the place.

    A contract or a certificate whose value nobody states claims nothing: it is a gap.
    """
    if energy.value is not None or energy.supply in ("contract", "certificate"):
        return _used(energy.value, None, around)
    if energy.supply == "residual":
        return residual(around)
    if energy.supply == "own-generation":
        step = Step("factor", Decimal(0), per("kilowatt hour"), "default", "own-generation")
        return Used(step, "kilowatt hour", OWN, upstream=False)
    return default(_category(energy.carrier), around)


def _category(carrier: str) -> str:
    return carrier if carrier in ("electricity", "heat") else f"fuel/{carrier}"


def _at_average(
    energy: Energy, amount: Quantity, share: tuple[Step, ...], around: Surroundings
) -> Decimal | None:
    found = _product("energy", "", amount, default("electricity", around), *share)
    return next((entry.value for entry in found if isinstance(entry, Term)), None)


def _bought(sheet: PartSheet, around: Surroundings) -> Iterator[Entry]:
    for part in sheet.bought_parts:
        used = _used(part.value, part.category, around)
        yield from _product("bought", part.name, part.quantity, used)


def _transport(sheet: PartSheet, around: Surroundings) -> Iterator[Entry]:
    for material in sheet.materials:
        yield from _leg(material.name, material.mass, material.transport, around)
    for part in sheet.bought_parts:
        yield from _leg(part.name, _weight(part), part.transport, around)


def _weight(part: BoughtPart) -> Quantity | None:
    return part.mass or (part.quantity if kilograms(part.quantity) is not None else None)


def _leg(
    label: str, mass: Quantity | None, leg: Leg | None, around: Surroundings
) -> Iterator[Entry]:
    """Tonnes x kilometres x the average of the mode."""
    mode, km = (leg.mode, leg.km) if leg is not None else ("road", None)
    kg, used = kilograms(mass) if mass else None, _freight(mode, around)
    if kg is None or used is None:
        yield Gap("transport", label, "mass" if kg is None else "value")
        return
    origin: Origin = "own" if km is not None else "assumed"
    distance = Step("distance", km.decimal if km is not None else ASSUMED_KM, "km", origin)
    tonnes = Step("quantity", EXACT.divide(kg, Decimal(1000)), "tonne")
    yield Term("transport", label, (tonnes, distance, used.step), used.rated)


def _freight(mode: Mode, around: Surroundings) -> Used | None:
    """The average of a mode; of what the registry does not have, the middle of its band."""
    used = default(f"transport/{mode}", around)
    band = BANDS.get(f"{mode}-container-freight")
    if used is not None or band is None:
        return used
    step = Step("factor", significant(band.median, 3).decimal, per(band.per), "assumed", band.id)
    return Used(step, band.per, Rated(None, PROXY, WORST, WORST))


def _packed(sheet: PartSheet, around: Surroundings) -> Iterator[Entry]:
    for pack in sheet.packaging:
        yield from _pack(pack, around)


def _pack(pack: Packaging, around: Surroundings) -> Iterator[Entry]:
    if pack.uses.decimal <= 0:
        yield Gap("packaging", pack.name, "uses")
        return
    uses = Step("uses", pack.uses.decimal, "", divides=True)
    used = _used(pack.value, pack.category, around)
    yield from _product("packaging", pack.name, pack.mass, used, uses)
