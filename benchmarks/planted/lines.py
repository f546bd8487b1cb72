"""tier/: what is wrong with bills of materials: masses, units, alternatives, odd lines."""

from decimal import Decimal

from benchmarks.planted.model import Company, Part
from benchmarks.planted.planting import Ground, above, follows, found, plants
from benchmarks.planted.records import Planted
from benchmarks.planted.stating import amount, footprint, process


def _own(owner: Company, number: str, value: str, **known: str) -> Part:
    """A part that its buyer declares itself."""
    mass = known.pop("mass", None)
    part = owner.part(number, mass=None if mass is None else Decimal(mass), **known)
    part.footprint = footprint(part, Decimal(value))
    return part


@plants("tier/unit-mismatch")
def litres_of_a_piece(ground: Ground) -> Planted:
    """A component by the litre."""
    bought = ground.purchase()
    bought.line.unit = "l"
    made = bought.system.made
    implied = [
        follows("tier/coverage-low", *above(bought.system)),
        follows("tier/mass-imbalance", made),
        follows("tier/missing", made, bought.bought),
    ]
    return found("tier/unit-mismatch", made, bought.bought, implied=implied)


@plants("tier/unit-mismatch")
def kilograms_of_no_mass(ground: Ground) -> Planted:
    """A component in kilograms, of which nobody knows what a piece weighs."""
    bought = ground.purchase()
    mass = bought.bought.mass or Decimal(1)
    bought.line.unit, bought.line.quantity = "kg", str(Decimal(bought.line.quantity) * mass)
    bought.bought.mass = None
    made = bought.system.made
    implied = [
        follows("tier/coverage-low", *above(bought.system)),
        follows("tier/mass-imbalance", made),
        follows("tier/missing", made, bought.bought),
    ]
    return found("tier/unit-mismatch", made, bought.bought, implied=implied)


@plants("tier/mass-imbalance", whole=True)
def a_twentieth_too_heavy(ground: Ground) -> Planted:
    """A system that weighs 6 % more than what goes in: a warning."""
    system = ground.whole("built")
    system.made.mass = system.bought.mass = (system.made.mass or Decimal(1)) * Decimal("1.06")
    return found("tier/mass-imbalance", system.made)


@plants("tier/mass-imbalance", whole=True)
def a_fifth_too_light(ground: Ground) -> Planted:
    """A system that weighs a fifth less: an error."""
    system = ground.whole("powered")
    system.made.mass = system.bought.mass = (system.made.mass or Decimal(1)) * Decimal("0.8")
    return found("tier/mass-imbalance", system.made)


@plants("tier/mass-imbalance")
def turned_without_scrap(ground: Ground) -> Planted:
    """A turned component without chips: the masses add up too well."""
    bought = ground.purchase(turned=True)
    coil, _ = bought.supplied.lines
    coil.cells.pop("scrap")
    bought.supplied.lines = [coil]
    return found("tier/mass-imbalance", bought.supplied)


@plants("tier/pass-through-loss")
def a_tenth_lost(ground: Ground) -> Planted:
    """A trader who takes in 1.1 for each piece handed on."""
    system = ground.system("traded")
    system.purchases[0].line.quantity = "1.1"
    mass = follows("tier/mass-imbalance", system.made)
    return found("tier/pass-through-loss", system.made, implied=[mass])


@plants("tier/cycle", whole=True)
def contains_itself(ground: Ground) -> Planted:
    """A sub-assembly of a system that contains the system; what is inside is in no total."""
    system = ground.whole("built")
    made = system.made
    inner = made.owner.part("INNER", mass=Decimal("0.100"))
    inner.process = process(inner, Decimal("0.0300"))
    made.takes(inner, "1")
    inner.takes(made, "1")
    implied = [
        follows("tier/missing", made, inner, system.bought, system.vehicle),
        follows("tier/mass-imbalance", made, inner),
        follows("tier/coverage-low", made, inner, system.bought, system.vehicle),
    ]
    return found("tier/cycle", made, inner, implied=implied)


@plants("tier/duplicate-line")
def the_same_twice(ground: Ground) -> Planted:
    """A line that stands twice in one bill; the masses no longer add up."""
    bought = ground.purchase()
    made, line = bought.system.made, bought.line
    made.takes(bought.bought, line.quantity)
    mass = follows("tier/mass-imbalance", made)
    return found("tier/duplicate-line", bought.bought, made, implied=[mass])


@plants("tier/zero-quantity")
def nothing_of_it(ground: Ground) -> Planted:
    """A line with a quantity of zero."""
    made = ground.system("built", "powered").made
    ink = _own(made.owner, "INK", "3.1000", kind="material", unit="kilogram")
    made.takes(ink, "0", "kg")
    return found("tier/zero-quantity", ink, made)


@plants("tier/negative-quantity")
def a_by_product(ground: Ground) -> Planted:
    """A line with a negative quantity that is no waste; the masses add up."""
    system = ground.system("built", "powered")
    made = system.made
    cut = _own(made.owner, "CUT", "0.9000", kind="material", unit="kilogram")
    made.takes(cut, "-0.500", "kg")
    made.mass = system.bought.mass = (made.mass or Decimal(1)) - Decimal("0.500")
    return found("tier/negative-quantity", cut, made)


@plants("tier/beyond-gate")
def a_machine(ground: Ground) -> Planted:
    """Capital goods in a bill of materials."""
    made = ground.system("built", "powered").made
    press = _own(made.owner, "PRESS", "90000", kind="infrastructure", mass="21000")
    made.takes(press, "0.00001")
    return found("tier/beyond-gate", press, made)


@plants("tier/beyond-gate")
def its_use(ground: Ground) -> Planted:
    """The electricity that the product uses later."""
    made = ground.system("built").made
    power = _own(made.owner, "USE-POWER", "0.3800", kind="energy", unit="kilowatt hour")
    made.takes(power, "250", "kWh", stage="use")
    return found("tier/beyond-gate", power, made)


@plants("tier/category-conflict")
def an_engine_in_a_battery_car(ground: Ground) -> Planted:
    """A combustion engine in a battery car."""
    vehicle = ground.vehicle()
    what = ground.chance.choice(("combustion engine", "fuel tank", "exhaust system"))
    engine = _own(vehicle.owner, "ENGINE", "410.00", category=what, mass="120.0")
    vehicle.takes(engine, "1")
    return found("tier/category-conflict", engine, vehicle)


@plants("tier/option-unresolved", whole=True)
def no_take_rate(ground: Ground) -> Planted:
    """Two alternatives, and nobody says which: neither is in a total."""
    system = ground.whole("built")
    lines = system.made.lines[:2]
    for line in lines:
        line.cells["group"] = "supplier of the year"
    parts = [line.child for line in lines]
    implied = [
        follows("tier/missing", system.made, *parts),
        follows("tier/coverage-low", *above(system)),
        follows("tier/mass-imbalance", system.made),
    ]
    return found("tier/option-unresolved", system.made, *parts, implied=implied)


@plants("tier/option-unresolved")
def alternates_summed(ground: Ground) -> Planted:
    """Two alternatives, both taken in full."""
    system = ground.system("built")
    lines = system.made.lines[:2]
    for line in lines:
        line.cells |= {"group": "material of the year", "take_rate": "1"}
    parts = [line.child for line in lines]
    return found("tier/option-unresolved", system.made, *parts)


@plants("tier/below-material-floor", whole=True)
def a_part_of_the_value(ground: Ground) -> Planted:
    """A system declared with a tenth of what its materials alone emit."""
    made = ground.whole("declared").made
    declared = made.footprint
    assert declared is not None
    assert declared.inputs is not None
    for used in declared.inputs:
        used.value = str(amount(float(used.value) * 0.05))
    value = sum((used.carbon for used in declared.inputs), Decimal("0.1000"))
    text = str(amount(float(value)))
    declared.cells |= {"kgco2e": text, "fossil_ghg_emissions": text}
    return found("tier/below-material-floor", made)
