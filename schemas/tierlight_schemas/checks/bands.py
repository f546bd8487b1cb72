"""Plausibility bands: between which values a category's footprint lies, by route where they differ.

The facts stand in `data/bands.json`, each with its basis and source. Outside the hard bounds a
value is implausible; the soft bounds enclose what is usual. The median of a category is taken as
the geometric mean of its soft bounds: footprints spread by factors, not by differences.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, get_args

from tierlight_schemas.amounts import EXACT, Amount
from tierlight_schemas.errors import BandError

Quantity = Literal["footprint", "own-process", "electricity", "grid-factor"]
Basis = Literal["published", "mixed", "one model"]
ANY = ""
"""The route of a band that holds for every route, or whose category knows none."""
BOUNDS = ("hardLow", "softLow", "softHigh", "hardHigh")
_TEXTS = ("id", "name", "quantity", "unit", *BOUNDS, "basis", "source")
_OPTIONAL = ("category", "route")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UNIT = re.compile(r"(t|kg)CO2e?/(kg|kWh|vehicle|tkm)")
_UNITS_APART = {"electricity": "kWh/vehicle", "grid-factor": "kgCO2/kWh"}
_LONGEST = 500
_DENOMINATORS = {
    "kg": "kilogram",
    "kWh": "kilowatt hour",
    "vehicle": "piece",
    "tkm": "ton kilometer",
}


@dataclass(frozen=True)
class Band:
    """Plausible kgCO2e per one `per` of a category."""

    id: str
    """Stable, e.g. `steel-part`; a product classification may end in it."""
    name: str
    category: str
    """What is made: the id, unless the band is of one route."""
    route: str
    """How, e.g. `recycled`; `ANY` where that makes no difference."""
    quantity: Quantity
    """What is banded: a cradle-to-gate footprint, a plant's own process, kWh or a grid factor."""
    per: str
    """Canonical unit of the denominator; empty where the band is not about kgCO2e."""
    unit: str
    """The unit in print, e.g. `kgCO2e/kg`."""
    hard_low: Decimal
    soft_low: Decimal
    soft_high: Decimal
    hard_high: Decimal
    """Bounds in kgCO2e per `per` (in `unit` where `per` is empty)."""
    basis: Basis
    """How far to trust it: several publications, a mix, or one model."""
    source: str

    @property
    def median(self) -> Decimal:
        """Geometric mean of the soft bounds; 0 where the lower one is not above 0."""
        return EXACT.sqrt(EXACT.multiply(max(self.soft_low, Decimal(0)), self.soft_high))


Bands = Mapping[str, Band]
"""Bands by id; an operator may give his own."""


def routes(category: str, bands: Bands) -> Sequence[Band]:
    """The bands of a category that are of one route each."""
    return [band for band in bands.values() if band.category == category and band.route != ANY]


def band(category: str, route: str = ANY, bands: Bands | None = None) -> Band | None:
    """The band of a category by a route, else the one that holds for any; None where unknown.

    The id of a band of one route names the route already. A category that has bands by route alone
    has their outer bounds for any.
    """
    held = BANDS if bands is None else bands
    found = routes(category, held)
    exact = next((each for each in found if each.route == route), None)
    return exact or held.get(category) or (_around(category, found) if found else None)


def lowest(category: str, bands: Bands | None = None) -> Band | None:
    """Of a category's bands the one that reaches lowest: by no route is it made with less."""
    held = BANDS if bands is None else bands
    of_any = band(category, ANY, held)
    found = [*routes(category, held), *([of_any] if of_any else [])]
    return min(found, key=lambda each: (each.hard_low, each.soft_low), default=None)


def _around(category: str, found: Sequence[Band]) -> Band:
    """What encloses all routes; trusted as far as the least trusted of them."""
    return replace(
        found[0],
        id=category,
        name=category,
        route=ANY,
        hard_low=min(each.hard_low for each in found),
        soft_low=min(each.soft_low for each in found),
        soft_high=max(each.soft_high for each in found),
        hard_high=max(each.hard_high for each in found),
        basis=max((each.basis for each in found), key=get_args(Basis).index),
        source="; ".join(each.source for each in found),
    )


def read_bands(document: Any, base: Bands | None = None) -> Bands:
    """Bands from the parsed form of `data/bands.json`, those of `base` beside them unless replaced.

    Raises `BandError` naming the band and the member: `band/form` for what is not in that form,
    `band/text`, `band/member`, `band/twice`, `band/id`, `band/choice`, `band/unit`, `band/number`,
    `band/order`, `band/route`.
    """
    rows = document.get("bands") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BandError("band/form", "-", "bands")
    found: dict[str, Band] = {}
    for place, row in enumerate(rows, 1):
        read = _band(row, str(place))
        if read.id in found:
            raise BandError("band/twice", read.id, "id")
        found[read.id] = read
    together = {**(base or {}), **found}
    for read in found.values():
        _refuse_mixed(read, together)
    return MappingProxyType(together)


def _band(row: Mapping[str, Any], place: str) -> Band:
    named = row.get("id")
    name = named if isinstance(named, str) and _ID.fullmatch(named[:_LONGEST]) else place
    _refuse_malformed(row, name)
    match = _UNIT.fullmatch(row["unit"])
    scale = Decimal(1000) if match and match[1] == "t" else Decimal(1)
    bounds = [EXACT.multiply(scale, _number(row, bound)) for bound in BOUNDS]
    if bounds != sorted(bounds) or not 0 < bounds[1] < bounds[2]:
        raise BandError("band/order", name, ", ".join(BOUNDS))
    return Band(
        id=row["id"],
        name=row["name"],
        category=row.get("category", row["id"]),
        route=row.get("route", ANY),
        quantity=_choice(row, "quantity", Quantity),
        per=_DENOMINATORS[match[2]] if match else "",
        unit=f"kgCO2e/{match[2]}" if match else row["unit"],
        hard_low=bounds[0],
        soft_low=bounds[1],
        soft_high=bounds[2],
        hard_high=bounds[3],
        basis=_choice(row, "basis", Basis),
        source=row["source"],
    )


def _refuse_malformed(row: Mapping[str, Any], name: str) -> None:
    for member in (*_TEXTS, *(row.keys() & set(_OPTIONAL))):
        text = row.get(member)
        if not isinstance(text, str) or not 0 < len(text.strip()) <= _LONGEST:
            raise BandError("band/text", name, member)
    for member in sorted(row.keys() - {*_TEXTS, *_OPTIONAL}):
        raise BandError("band/member", name, ascii(str(member)[:60])[1:-1])
    for member in ("id", *(row.keys() & set(_OPTIONAL))):
        if not _ID.fullmatch(row[member]):
            raise BandError("band/id", name, member)
    if ("category" in row) != ("route" in row) or row.get("category") == row["id"]:
        raise BandError("band/route", name, "category, route")
    quantity, unit = _choice(row, "quantity", Quantity), row["unit"]
    if _UNITS_APART.get(quantity) != unit and (
        quantity in _UNITS_APART or not _UNIT.fullmatch(unit)
    ):
        raise BandError("band/unit", name, "unit", found=unit[:60])


def _choice(row: Mapping[str, Any], member: str, words: Any) -> Any:
    allowed = get_args(words)
    if row[member] not in allowed:
        raise BandError("band/choice", row["id"], member, allowed=", ".join(allowed))
    return row[member]


def _number(row: Mapping[str, Any], member: str) -> Decimal:
    try:
        return Amount(row[member]).decimal
    except ValueError:
        raise BandError("band/number", row["id"], member, found=row[member][:60]) from None


def _refuse_mixed(read: Band, found: Mapping[str, Band]) -> None:
    """Bands of one category are about the same thing, and each route has one."""
    for other in found.values():
        if other is read or other.category != read.category:
            continue
        if other.route == read.route or (other.quantity, other.unit) != (read.quantity, read.unit):
            raise BandError("band/route", read.id, "category, route")


def _shipped() -> Bands:
    text = files("tierlight_schemas").joinpath("data/bands.json").read_text(encoding="utf-8")
    return read_bands(json.loads(text))


BANDS: Bands = _shipped()
"""The bands that ship with this version."""
