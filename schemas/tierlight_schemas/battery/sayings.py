"""What a value says of itself beside its total: the split of its stages, and its electricity."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.battery.components import ENERGY, Component
from tierlight_schemas.battery.electricity import Electricity
from tierlight_schemas.battery.reading import Place, Reading, Step, Told
from tierlight_schemas.rollup.model import EXCLUDING, Kind, Known, PartNode, Resolution, Value
from tierlight_schemas.rollup.resolve import convert, per_base_unit
from tierlight_schemas.rollup.vectors import add_scaled

KWH = "kilowatt hour"
ELECTRICITY_COLUMN = "electricity_kwh:"


def split_of(
    told: Told, node: PartNode, value: Value | None, amount: Decimal
) -> Mapping[str, Decimal] | None:
    """kgCO2e by the maker's own stages, per battery; None where it shows none."""
    scale = _scale(node, value, amount) if value and told.split else None
    if told.split is None or scale is None or not told.split.get("stages"):
        return None
    found: dict[str, Decimal] = {}
    for row in told.split["stages"]:
        add_scaled(found, {row["stage"]: Decimal(row["emissions"])}, scale)
    return found


def electricity_of(
    of: Reading, place: Place, resolution: Resolution, told: Told
) -> tuple[Electricity, ...] | None:
    """Of a declared value as its split tells; of an own line as its class says.

    Average values keep the electricity that they were made with.
    """
    node, value = resolution.node, resolution.value
    if node.kind is Kind.ENERGY:
        return _of_line(of, place, node)
    if place.step is not Step.WHOLE or resolution.known is Known.DEFAULT:
        return ()
    scale = _scale(node, value, place.amount) if value else None
    if told.split is None or scale is None or not told.split.get("carriers"):
        return None
    rows = [row for row in told.split["carriers"] if row["carrier"] == "electricity"]
    return tuple(_carrier(row, scale, value.country if value else None) for row in rows)


def _of_line(of: Reading, place: Place, node: PartNode) -> tuple[Electricity, ...] | None:
    component = of.classes.get(node.id)
    if component not in ENERGY:
        return None
    if component is Component.OTHER_ENERGY:
        return ()
    kwh = convert(place.amount, node.base_unit, KWH, None)
    account = of.solution.accounts[place.node]
    counted = EXACT.multiply(place.amount, account.total) if EXCLUDING in account.columns else None
    return (Electricity(kwh, of.country, counted),)


def _carrier(row: Mapping[str, Any], scale: Decimal, country: str | None) -> Electricity:
    """The factor of a contract counts in a declared value, where there is one; where no country is
    stated, it is that of the making site."""
    kwh = convert(Decimal(row["quantity"]), row["unit"], KWH, None) if _has_amount(row) else None
    market, location = (_times(row.get(name), scale) for name in ("marketBased", "locationBased"))
    return Electricity(
        None if kwh is None else EXACT.multiply(kwh, scale),
        row.get("country") or country,
        location if market is None else market,
        row.get("instrument"),
        market,
    )


def _has_amount(row: Mapping[str, Any]) -> bool:
    return "quantity" in row and "unit" in row


def _times(text: str | None, scale: Decimal) -> Decimal | None:
    return None if text is None else EXACT.multiply(Decimal(text), scale)


def electricity_of_process(
    resolution: Resolution, amount: Decimal
) -> tuple[Electricity, ...] | None:
    """A process declaration says how many kWh, and not what they were counted with."""
    rows = [
        (name.removeprefix(ELECTRICITY_COLUMN), value)
        for name, value in resolution.base.items()
        if name.startswith(ELECTRICITY_COLUMN)
    ]
    if not rows:
        return None
    return tuple(
        Electricity(EXACT.multiply(amount, kwh), country, None) for country, kwh in rows if kwh
    )


def _scale(node: PartNode, value: Value, amount: Decimal) -> Decimal | None:
    """From the declared amount to what is in one battery."""
    factor = per_base_unit(node, value)
    return None if factor is None else EXACT.multiply(factor, amount)
