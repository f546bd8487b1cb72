"""By what each product takes its share of a carrier."""

from collections.abc import Sequence
from decimal import Decimal

from hub.activity.allocation import Basis
from hub.activity.ledger import Amounts, Line, added
from hub.activity.products import Made, mass_basis, piece_basis
from hub.activity.tables import EnergyAllocation
from hub.activity.words import Method


def basis_of(
    row: EnergyAllocation,
    own: Amounts,
    ledger: Sequence[Line],
    products: Sequence[Made],
) -> Basis:
    """What belongs to the product and to the whole site, in the method's own measure."""
    method = Method(row.method)
    match method:
        case Method.SUB_METER:
            part, whole = _sub_metered(row.sub_meter or "", own, ledger), own.used
        case Method.MACHINE_HOURS | Method.REVENUE:
            part, whole = Decimal(row.quantity or 0), Decimal(row.total or 0)
        case Method.MASS:
            return Basis(row.part_id, method, *mass_basis(row.part_id, products))
        case Method.PIECES:
            return Basis(row.part_id, method, *piece_basis(row.part_id, products))
    return Basis(row.part_id, method, part, whole)


def _sub_metered(name: str, own: Amounts, ledger: Sequence[Line]) -> Decimal | None:
    """What the sub-meter counted; None unless it counted in every month that the site's did."""
    key = (own.carrier, own.unit, name)
    found = [line for line in ledger if (line.carrier, line.unit, line.sub_meter) == key]
    main = [line for line in ledger if not line.sub_meter and (line.carrier, line.unit) == key[:2]]
    months, needed = ({m for line in some for m in line.cells} for some in (found, main))
    return added(line.total for line in found) if months == needed and found else None
