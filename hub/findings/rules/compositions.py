"""A declared value against the composition that its declarant has stated for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.findings.flags import Flag, half_digit, printed_half, shown
from hub.findings.rules.view import Composition, Material, View, declared_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.bands import BANDS, band, lowest
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import EXCLUDING, ONE, ZERO, Known, PartNode, Value
from tierlight_schemas.rollup.resolve import convert
from tierlight_schemas.rollup.vectors import exact_sum
from tierlight_schemas.units import is_mass

_ABOVE, _FLOOR = "tier/declared-far-above-inputs", "tier/below-material-floor"
_VEHICLE_PLANT = "oem-assembly-plant-cn"


@dataclass(frozen=True)
class Limit:
    """The most that making something emits, in kgCO2e per `unit`."""

    band: str
    """Id of the band that says so."""
    amount: Decimal
    unit: str


def own_process_limit(category: str | None) -> Limit | None:
    """What making a product of a category emits at most, its inputs aside; None: nobody knows.

    The hard upper bound of its own-process band. Where there is none, the upper usual bound of its
    footprint, which own making is only a part of.
    """
    found = band(_named(category))
    if found is not None and found.unit.endswith("/vehicle") and found.quantity == "footprint":
        found = BANDS[_VEHICLE_PLANT]
    if found is None or not found.per or found.quantity not in ("own-process", "footprint"):
        return None
    whole = found.quantity == "footprint"
    return Limit(found.id, found.soft_high if whole else found.hard_high, found.per)


def material_floor(category: str | None) -> Decimal | None:
    """The least kgCO2e of a kg of a material: by its cleanest route, or by the one it names."""
    found = lowest(_named(category))
    if found is None or found.quantity != "footprint" or found.per != "kilogram":
        return None
    return found.hard_low if found.hard_low > 0 else None


def _named(category: str | None) -> str:
    return (category or "").strip().lower()


def declared_far_above_inputs(view: View, name: str) -> Iterator[Flag]:
    """tier/declared-far-above-inputs: more above its inputs than making it can emit.

    What the declared value exceeds the inputs by, as the declarant used them, is compared with the
    own-process band of the part's category. Silent unless 95 % of the inputs by carbon are known:
    the composition says that it is complete, and no more than the rest was exempted. Silent
    for a mass balance, and where an input may be negative.
    """
    found = _declared(view, name)
    limit = None if found is None else own_process_limit(view.resolutions[name].node.category)
    if found is None or limit is None:
        return
    node, (value, composition) = view.resolutions[name].node, found
    units = _amount(value, limit.unit, node)
    known = _known_share(value)
    if not composition.complete or known < view.limit(_ABOVE, "known-inputs") or not units:
        return
    declared, inputs = value.columns[EXCLUDING], _inputs(value)
    excess = EXACT.divide(declared - inputs - _rounding(value), units)
    if excess > limit.amount:
        evidence = {
            "declared": shown(declared),
            "inputs": shown(inputs),
            "amount": shown(units),
            "unit": limit.unit,
            "excess": shown(EXACT.divide(declared - inputs, units)),
            "limit": shown(limit.amount),
            "band": limit.band,
        }
        yield _flag(view, name, _ABOVE, value, evidence)


def below_material_floor(view: View, name: str) -> Iterator[Flag]:
    """tier/below-material-floor: less than its materials alone emit by their cleanest route.

    The gross mass of each stated material times the lowest bound of its band, added up: a value
    below that is a part passed off as the whole. Silent without a composition, for materials of
    unknown category, and for a mass balance. What was exempted and the printed decimals are allowed
    for.
    """
    found = _declared(view, name)
    if found is None:
        return
    value, composition = found
    floors = [
        (material, floor)
        for material in composition.materials
        if (floor := material_floor(material.category)) is not None
    ]
    least = exact_sum(EXACT.multiply(m.kilograms, floor) for m, floor in floors)
    declared = value.columns[EXCLUDING]
    exempted = EXACT.multiply(least, (value.exempted_percent or ZERO) / 100)
    tolerance = exact_sum(
        [exempted, half_digit(declared), *(EXACT.multiply(m.rounding, f) for m, f in floors)]
    )
    if declared < least - tolerance:
        evidence = {
            "declared": shown(declared),
            "floor": shown(least),
            "mass": shown(exact_sum(material.kilograms for material, _ in floors)),
            "materials": _told(floors),
            "tolerance": shown(tolerance),
        }
        yield _flag(view, name, _FLOOR, value, evidence)


def _told(floors: Sequence[tuple[Material, Decimal]]) -> str:
    """`aluminium-primary-part 2 kg × 2`: what a person multiplies and adds."""
    return ", ".join(f"{m.category} {shown(m.kilograms)} kg × {shown(f)}" for m, f in floors)


def _declared(view: View, name: str) -> tuple[Value, Composition] | None:
    """A declared value and its composition, where the two can be compared at all."""
    resolution = view.resolutions[name]
    value = resolution.value
    if value is None or resolution.known not in (Known.DECLARED, Known.VERIFIED):
        return None
    composition = view.compositions.get(value.reference)
    negative = any(item.value_used < 0 or item.quantity < 0 for item in value.inputs)
    if composition is None or not value.inputs or value.mass_balanced or negative:
        return None
    return value, composition


def _known_share(value: Value) -> Decimal:
    """Share of the inputs that stands in a complete composition: all but what was exempted."""
    return ONE - (value.exempted_percent or ZERO) / 100


def _inputs(value: Value) -> Decimal:
    """kgCO2e of the inputs as the declarant used them, per declared amount."""
    return exact_sum(
        EXACT.multiply(EXACT.multiply(item.quantity, item.value_used), item.allocation)
        for item in value.inputs
    )


def _rounding(value: Value) -> Decimal:
    """kgCO2e that the printed decimals of the value and of its inputs leave open."""
    of_inputs = (
        item.value_used * printed_half(item.quantity) + item.quantity * half_digit(item.value_used)
        for item in value.inputs
    )
    return exact_sum([half_digit(value.columns[EXCLUDING]), *of_inputs])


def _amount(value: Value, unit: str, node: PartNode) -> Decimal | None:
    """The declared amount in a unit; in kg by the mass that the declaration or the part states."""
    if is_mass(unit) and not is_mass(value.unit) and value.mass_kg:
        return value.mass_kg
    each = convert(ONE, value.unit, unit, node.net_mass_kg)
    return None if each is None else EXACT.multiply(each, value.amount)


def _flag(view: View, name: str, code: str, value: Value, evidence: dict[str, str]) -> Flag:
    node = view.resolutions[name].node
    subject = declared_subject(node, value)
    return Flag(code, Severity.WARNING, node.owner, subject, view.tiers[name], evidence)
