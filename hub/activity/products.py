"""What a site made of each part, and the weights by which parts share its energy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from hub.activity.ledger import Cell, added
from hub.activity.words import Source
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.units import UnitError, conversion, is_mass, to_base

Weights = tuple[Decimal | None, Decimal | None]
"""Of one product, and of all the site's; None where it is not known."""


@dataclass(frozen=True)
class Made:
    """One part: how much in each known month, in its base unit."""

    part_id: str
    base_unit: str
    kg_per_unit: Decimal | None
    """Net mass of one base unit; None where it is not known."""
    cells: Mapping[str, Cell]

    @property
    def total(self) -> Decimal:
        """Over the known months."""
        return added(cell.counted for cell in self.cells.values())

    @property
    def mass_kg(self) -> Decimal | None:
        """All of it; None where a unit's mass is not known."""
        return None if self.kg_per_unit is None else EXACT.multiply(self.total, self.kg_per_unit)


def made(
    part_id: str,
    base_unit: str,
    net_mass_kg: str | None,
    told: Iterable[tuple[str, Source, str, str]],
) -> Made:
    """A part's production from (month, source, amount, unit); units that do not convert were
    refused at the door, and are left out where the part has changed since."""
    mass = None if net_mass_kg is None else Decimal(net_mass_kg)
    cells: dict[str, Cell] = {}
    for month, source, amount, unit in told:
        try:
            value = _times(Decimal(amount), to_base(unit, base_unit, mass))
        except UnitError:
            continue
        before = cells.get(month, Cell())
        is_meter = source is Source.METER
        cells[month] = Cell(value, before.estimated) if is_meter else Cell(before.metered, value)
    return Made(part_id, base_unit, _kg(base_unit, mass), cells)


def mass_basis(part_id: str, products: Sequence[Made]) -> Weights:
    """Kilograms of the part and of all parts."""
    return _weights(part_id, products, {each.part_id: each.mass_kg for each in products})


def piece_basis(part_id: str, products: Sequence[Made]) -> Weights:
    """Pieces of the part and of all parts; not known where a part is not counted in pieces."""
    pieces = {p.part_id: p.total if p.base_unit == "piece" else None for p in products}
    return _weights(part_id, products, pieces)


def _weights(
    part_id: str, products: Sequence[Made], values: Mapping[str, Decimal | None]
) -> Weights:
    """The whole is known only if every product is, and all of them over the same months: where a
    month is not known of one of them, nobody can say what share it had."""
    known = [value for value in values.values() if value is not None]
    months = {frozenset(each.cells) for each in products}
    is_whole = len(known) == len(values) and len(months) == 1
    return values.get(part_id), added(known) if is_whole else None


def _kg(base_unit: str, mass: Decimal | None) -> Decimal | None:
    if is_mass(base_unit):
        return _times(Decimal(1), conversion(base_unit, "kilogram"))
    return mass


def _times(amount: Decimal, ratio: Fraction) -> Decimal:
    return EXACT.divide(EXACT.multiply(amount, Decimal(ratio.numerator)), ratio.denominator)
