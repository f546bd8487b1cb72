"""tier/: what a total lacks, and what stands in for it."""

from decimal import Decimal

from benchmarks.planted.healthy import System
from benchmarks.planted.model import Part
from benchmarks.planted.planting import Ground, above, follows, found, gone, plants
from benchmarks.planted.records import Planted, Trace
from benchmarks.planted.stating import amount, footprint


@plants("tier/missing")
def silent_supplier(ground: Ground) -> Planted:
    """A component whose maker declares nothing."""
    bought = ground.purchase()
    bought.supplied.footprint = None
    return found("tier/missing", bought.bought, bought.supplied, implied=gone(bought))


@plants("tier/own-process-unknown")
def making_not_stated(ground: Ground) -> Planted:
    """A system of which nobody says what its own making emits."""
    system = ground.system("built")
    system.made.process = None
    thin = follows("tier/coverage-low", *above(system))
    return found("tier/own-process-unknown", system.made, implied=[thin])


@plants("tier/default-used")
def an_average_stands_in(ground: Ground) -> Planted:
    """A silent supplier, and a factor of the buyer's own table for the category."""
    bought = ground.purchase()
    part, maker = bought.bought, bought.supplied
    maker.footprint = None
    part.category = f"average of {part.number}"
    factor = {"category": part.category, "unit": "kg", "value": "2.4", "year": "2024"}
    part.owner.factors.append(factor | {"source": "invented for this chain"})
    return found("tier/default-used", part, implied=[*gone(bought)])


@plants("tier/undeclared-supplier")
def nobody_named(ground: Ground) -> Planted:
    """A bought component without a source; what its maker declares is bought by nobody now."""
    bought = ground.purchase()
    bought.bought.links.clear()
    implied = [*gone(bought), follows("tier/orphan-declaration", bought.supplied)]
    return found("tier/undeclared-supplier", bought.bought, implied=implied)


@plants("tier/undeclared-supplier")
def a_stranger(ground: Ground) -> Planted:
    """A source that never registered."""
    bought = ground.purchase()
    bought.link.supplied, bought.link.stranger = None, "Nobody & Daughters"
    bought.link.cells.pop("site")
    implied = [*gone(bought), follows("tier/orphan-declaration", bought.supplied)]
    return found("tier/undeclared-supplier", bought.bought, implied=implied)


@plants("tier/inbound-leg-missing")
def way_not_stated(ground: Ground) -> Planted:
    """Delivered by the supplier, who does not say what the way emits."""
    bought = ground.purchase()
    bought.footprint.cells.pop("outbound_logistics_ghg_emissions")
    return found("tier/inbound-leg-missing", bought.bought, bought.supplied)


@plants("tier/inbound-leg-missing")
def fetched_by_nobody(ground: Ground) -> Planted:
    """Fetched at the supplier's gate, without a line for the lorry."""
    bought = ground.purchase(turned=True)
    bought.bought.lines.clear()
    return found("tier/inbound-leg-missing", bought.bought, bought.supplied)


@plants("tier/vehicle-plant-missing")
def plants_not_declared(ground: Ground) -> Planted:
    """A vehicle without the process declaration of the plants that build it."""
    vehicle = ground.vehicle()
    vehicle.process = None
    implied = [
        follows("tier/own-process-unknown", vehicle),
        follows("tier/coverage-low", vehicle),
    ]
    return found("tier/vehicle-plant-missing", vehicle, implied=implied)


@plants("tier/coverage-low", whole=True)
def three_silent_suppliers(ground: Ground) -> Planted:
    """A system none of whose components is declared."""
    system = ground.whole("built", "powered")
    implied: list[Trace] = []
    numbers: list[Part] = []
    for purchase in system.purchases:
        purchase.supplied.footprint = purchase.supplied.process = None
        purchase.supplied.lines.clear()
        numbers += [purchase.bought, purchase.supplied]
        implied += gone(purchase)
    return found("tier/coverage-low", *above(system), *numbers, implied=implied)


def _average(system: System, mass: Decimal, **known: str) -> Part:
    """A part of the system by an average value of its whole."""
    owner = system.made.owner
    average = owner.part("AVERAGE", mass=mass, **known)
    average.category = f"average of {average.number}"
    factor = {"category": average.category, "unit": "kg", "value": "2.7", "year": "2024"}
    owner.factors.append(factor | {"source": "invented for this chain"})
    system.made.takes(average, "1")
    return average


@plants("tier/default-and-built-up")
def module_and_its_content(ground: Ground) -> Planted:
    """A module by an average value, and beside it what the module is made of."""
    bought = ground.purchase()
    bought.supplied.footprint = None
    mass = (bought.bought.mass or Decimal(1)) * bought.quantity
    module = _average(bought.system, mass)
    module.takes(bought.bought, bought.line.quantity)
    made = bought.system.made
    implied = [
        *gone(bought),
        follows("tier/default-used", module),
        follows("tier/mass-imbalance", made),
        follows("tier/coverage-low", module),
        follows("tier/own-process-unknown", module),
    ]
    return found("tier/default-and-built-up", module, bought.bought, made, implied=implied)


@plants("tier/default-and-built-up")
def average_and_built_up(ground: Ground) -> Planted:
    """A turned component that is built up, and the same once more by an average value."""
    bought = ground.purchase(turned=True)
    mass = bought.bought.mass or Decimal(1)
    average = _average(bought.system, mass, name=bought.bought.number)
    made = bought.system.made
    implied = [
        follows("tier/default-used", average),
        follows("tier/mass-imbalance", made),
        follows("tier/undeclared-supplier", average),
        follows("tier/coverage-low", average, *above(bought.system)),
    ]
    return found("tier/default-and-built-up", average, bought.bought, made, implied=implied)


@plants("tier/orphan-declaration")
def bought_by_nobody(ground: Ground) -> Planted:
    """A declared component that no bill of materials takes."""
    owner = ground.company(2)
    part = owner.part("ORPHAN", category="steel-part", mass=Decimal("1.250"))
    part.footprint = footprint(part, amount(ground.chance.uniform(2, 4)))
    return found("tier/orphan-declaration", part)


@plants("tier/orphan-declaration")
def used_by_nobody(ground: Ground) -> Planted:
    """A sub-assembly of the carmaker's that goes into no vehicle."""
    owner = ground.chain.carmaker
    body = ground.chance.choice(ground.chain.vehicles).lines[0].child
    part = owner.part("UNUSED", mass=body.mass)
    part.takes(body, "1")
    power = owner.part("UNUSED-POWER", kind="energy", unit="kilowatt hour")
    power.footprint = footprint(power, Decimal("0.4010"))
    part.takes(power, "0.5", "kWh")
    return found("tier/orphan-declaration", part)
