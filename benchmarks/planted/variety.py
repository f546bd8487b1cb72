"""What looks odd and is sound: a rule that fires on any of it is wrong.

Two sources of one part, a source that follows another, alternatives with take rates, a component on
two lines, a value for a hundred pieces, masses that differ a little across a link, a new version
that is much lower and says why, and one that is renewed before it ends.
"""

from decimal import Decimal

from benchmarks.planted.healthy import System
from benchmarks.planted.model import YEAR, Company, Part, day
from benchmarks.planted.stating import amount, delivered, footprint, mass_of_lines, short

MASS = Decimal("2.400")
VALUE = Decimal("6.2000")


def enrich(system: System, maker: Company, other: Company) -> None:
    """Add all of it to a system, from two makers."""
    for add in (_two_sources, _one_after_the_other, _alternatives, _by_the_hundred,
                _a_little_lighter, _much_lower, _renewed):  # fmt: skip
        add(system, maker, other)
    line = system.made.lines[0]
    system.made.takes(line.child, str(int(line.quantity) + 1))
    system.made.mass = system.bought.mass = mass_of_lines(system.made)


def _made_by(maker: Company, more: str, mass: Decimal = MASS) -> Part:
    """A declared component; `more` makes its value its own."""
    part = maker.part(f"{short(maker)}-V", category="thermoplastic-part", mass=mass)
    part.footprint = footprint(part, VALUE + Decimal(more))
    return part


def _bought(system: System, supplied: Part, quantity: str = "1", **cells: str) -> Part:
    buyer = system.made.owner
    part = buyer.part(f"{short(buyer)}-V", category=supplied.category, mass=MASS)
    delivered(part, supplied)
    system.made.takes(part, quantity, **cells)
    return part


def _two_sources(system: System, maker: Company, other: Company) -> None:
    part = _bought(system, _made_by(maker, "0.0101"))
    part.links[0].cells["share"] = "60 %"
    delivered(part, _made_by(other, "0.4103")).cells["share"] = "40 %"


def _one_after_the_other(system: System, maker: Company, other: Company) -> None:
    part = _bought(system, _made_by(maker, "0.0207"))
    part.links[0].cells["to"] = day(-20)
    delivered(part, _made_by(other, "0.3209")).cells["from"] = day(-20)


def _alternatives(system: System, maker: Company, other: Company) -> None:
    for company, more, rate in ((maker, "0.0311", "0.7"), (other, "0.2013", "0.3")):
        _bought(system, _made_by(company, more), "2", group="colour", take_rate=rate)


def _by_the_hundred(system: System, maker: Company, other: Company) -> None:
    part = _made_by(maker, "0.0417")
    assert part.footprint is not None
    value = str(amount(float(part.footprint.value) * 100))
    part.footprint.cells |= {"declared_amount": "100", "mass_kg": str(100 * MASS)}
    part.footprint.cells |= {"kgco2e": value, "fossil_ghg_emissions": value}
    _bought(system, part)
    outbound = part.footprint.cells["outbound_logistics_ghg_emissions"]
    part.footprint.cells["outbound_logistics_ghg_emissions"] = str(100 * Decimal(outbound))


def _a_little_lighter(system: System, maker: Company, other: Company) -> None:
    _bought(system, _made_by(maker, "0.0519", MASS * Decimal("0.97")))


def _much_lower(system: System, maker: Company, other: Company) -> None:
    """A fifth lower than the year before, in a new period, with the reason."""
    part = _made_by(maker, "0.0621")
    _bought(system, part)
    assert part.footprint is not None
    part.footprint.cells["comment"] = "Half of the granulate is recycled since January."
    before = footprint(part, amount(float(part.footprint.value) * 1.25), **YEAR_BEFORE)
    before.cells["outbound_logistics_ghg_emissions"] = "0.1500"
    part.footprint.before = before


def _renewed(system: System, maker: Company, other: Company) -> None:
    """One that ends in a month, and the next one that holds longer."""
    part = _made_by(maker, "0.0723")
    _bought(system, part)
    assert part.footprint is not None
    part.footprint.cells["comment"] = "The new year."
    before = footprint(part, amount(float(part.footprint.value) * 1.03), **YEAR_BEFORE)
    before.cells |= {"outbound_logistics_ghg_emissions": "0.1500", "valid_to": day(30)}
    part.footprint.before = before


YEAR_BEFORE = {"period_start": f"{YEAR - 1}-01-01", "period_end": f"{YEAR}-01-01"}
