"""What a company states of its parts: footprints, processes, inputs, and the way in."""

from collections.abc import Iterator
from decimal import Decimal

from benchmarks.planted.model import YEAR, Company, Declaration, Link, Part, Used

ROAD_KM = 600


def footprint(part: Part, value: Decimal, **cells: str) -> Declaration:
    """A cradle-to-gate declaration of `value` kgCO2e a unit."""
    return Declaration(part, _common(part, value) | _STATED | cells)


def process(part: Part, value: Decimal, **cells: str) -> Declaration:
    """A declaration of what the own making emits."""
    stated = {"boundary": "gate-to-gate", "process_family": "assembly"}
    return Declaration(part, _common(part, value) | stated | cells)


def delivered(bought: Part, supplied: Part) -> Link:
    """The link, with the way in: the supplier's where it declares, else a lorry of the buyer's."""
    site, mass = supplied.owner.sites[0], supplied.mass or Decimal(1)
    if supplied.footprint is not None:
        outbound = amount(float(mass) / 1000 * ROAD_KM * 0.1)
        supplied.footprint.cells["outbound_logistics_ghg_emissions"] = str(outbound)
        return bought.bought_as(supplied, delivery_term="DAP", site=site)
    assert bought.owner.truck is not None
    bought.takes(bought.owner.truck, f"{mass / 1000 * ROAD_KM:f}", "tkm")
    return bought.bought_as(supplied, delivery_term="FCA", site=site)


_STATED = {
    "level": "L2",
    "standard": "ISO14067",
    "exempted_emissions_percent": "0.5",
    "packaging_emissions_included": "false",
    "ccs_technological_co2_capture_included": "false",
    "primary_data_share": "62.5",
    "technological_dqr": "2.1",
    "geographical_dqr": "1.9",
    "temporal_dqr": "1.5",
}


def _common(part: Part, value: Decimal) -> dict[str, str]:
    mass = {} if part.unit != "piece" else {"mass_kg": str(part.mass or 1)}
    return mass | {
        "number": part.number,
        "category": part.category,
        "period_start": f"{YEAR}-01-01",
        "period_end": f"{YEAR + 1}-01-01",
        "declared_unit": part.unit,
        "country": part.owner.country,
        "site": part.owner.sites[0],
        "kgco2e": str(value),
        "fossil_ghg_emissions": str(value),
        "characterization": "AR6",
    }


def inputs_of(made: Part) -> Iterator[Used]:
    """What a system is made of, each with what its supplier declares and the way in."""
    for line in made.lines:
        supplied = line.child.links[0].supplied
        assert supplied is not None
        declared = supplied.footprint
        assert declared is not None
        way_in = Decimal(declared.cells["outbound_logistics_ghg_emissions"])
        value = str(declared.value + way_in)
        yield Used(line.child, line.quantity, "piece", value, declared)


def restated(declaration: Declaration, value: float, **cells: str) -> None:
    """Another value in place of the declared one."""
    text = str(amount(value))
    declaration.cells |= {"kgco2e": text, "fossil_ghg_emissions": text} | cells


def mass_of_lines(part: Part) -> Decimal:
    """kg of what goes in, as the quantities are counted in pieces; of alternatives their share."""
    return sum(
        (
            Decimal(line.quantity) * Decimal(line.cells.get("take_rate", 1)) * line.child.mass
            for line in part.lines
            if line.child.mass
        ),
        Decimal(0),
    )


def amount(value: float) -> Decimal:
    """With four decimals."""
    return Decimal(f"{value:.4f}")


def short(company: Company) -> str:
    """What the numbers of its parts begin with."""
    kind, _, number = company.name.partition(" ")
    return "OM" if company.tier == 0 else f"{kind}M{number.rpartition(' ')[2]}".upper()
