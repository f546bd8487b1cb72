"""Units of quantity: names, aliases, exact conversion, and what a declaration can be made in.

How a unit is read (`canonical`):

* width and superscript variants are one (`㎏`, `m²`, `m2`, `m^2`), and so are the separators
  inside a compound (`t·km`, `t*km`, `t-km`, `t.km`, `t km`);
* names and symbols are read in any case (`KG`, `Kg`, `kWh`, `KWH`), with three exceptions: `MJ`,
  `MWh` and `Mbit·s` need their capital M, because `mJ` is a millijoule and `mbit` a millibit;
* a plural s after a name is allowed (`pieces`, `kilowatt hours`), British spellings are (`litre`);
* what has several meanings is refused, never guessed: `ton` (metric, short, long), `set`, `box`.

Factors are `fractions.Fraction`, so that a conversion there and back is exactly 1. A piece, a metre
or a kilowatt hour of capacity becomes kilograms only through a mass that somebody stated.
"""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import cast

from tierlight_schemas.footprint import DECLARED_UNITS, DeclaredUnit

# Unit: (dimension, how many of the dimension's first unit it is).
_UNITS: dict[str, tuple[str, Fraction]] = {
    "kilogram": ("mass", Fraction(1)),
    "gram": ("mass", Fraction(1, 1000)),
    "tonne": ("mass", Fraction(1000)),
    "jin": ("mass", Fraction(1, 2)),
    "megajoule": ("energy", Fraction(1)),
    "gigajoule": ("energy", Fraction(1000)),
    "kilowatt hour": ("energy", Fraction(18, 5)),
    "meter": ("length", Fraction(1)),
    "square meter": ("area", Fraction(1)),
    "liter": ("volume", Fraction(1)),
    "cubic meter": ("volume", Fraction(1000)),
    "piece": ("count", Fraction(1)),
    "ton kilometer": ("transport", Fraction(1)),
    "hour": ("time", Fraction(1)),
    "megabit second": ("data", Fraction(1)),
    "megawatt hour": ("energy", Fraction(3600)),
    "ten megawatt hours": ("energy", Fraction(36_000)),
    # GB/T 2589-2020: 7,000 kcal of 4.1868 kJ a kilogram.
    "tonne of coal equivalent": ("energy", Fraction("29307.6")),
    # Gas at 0 °C (or 20 °C, as the contract says) and 101.325 kPa: no physics here makes it m³.
    "normal cubic meter": ("normal volume", Fraction(1)),
}
#: Every unit a bill of materials may use.
UNITS: tuple[str, ...] = tuple(_UNITS)

# Read in any case. Three-letter codes are those of EDI messages (UN/ECE Recommendation 20).
_ALIASES: dict[str, str] = {
    "kilogram": "kg, kgm, kilogramme, 千克, 公斤",
    "gram": "g, grm, gramme, 克",
    "tonne": "t, tne, metric ton, 吨, 公吨",
    "jin": "斤, 市斤",
    "gigajoule": "gj, 吉焦",
    "megajoule": "兆焦",
    "kilowatt hour": "kwh, kw h, kilowatthour, kilowattstunde, 千瓦时, 度",
    "meter": "m, mtr, metre, 米",
    "square meter": "m2, mtk, square metre, quadratmeter, 平方米",
    "cubic meter": "m3, mtq, cubic metre, kubikmeter, 立方米, 立方, 方",
    "liter": "l, ltr, litre, 升",
    "piece": "pc, pcs, pce, unit, ea, each, h87, c62, stück, stk, 件, 个, 只, 台",
    "ton kilometer": "tkm, t km, ton kilometre, tonne kilometer, tonne kilometre, "
    "tonnenkilometer, 吨公里",
    "hour": "h, hr, hur, stunde, 小时",
    "megabit second": "",
    "megawatt hour": "megawatthour, megawattstunde, 兆瓦时",
    "ten megawatt hours": "万kwh, 万 kwh, 万千瓦时, 万度",
    "tonne of coal equivalent": "tce, 吨标煤, 吨标准煤",
    "normal cubic meter": "nm3, normal cubic metre, normkubikmeter, 标方, 标准立方米",
}
_ANY_CASE: dict[str, str] = {
    alias: unit
    for unit, aliases in _ALIASES.items()
    for alias in (unit, *filter(None, aliases.split(", ")))
}
_EXACT_CASE = {
    "MJ": "megajoule",
    "MWh": "megawatt hour",
    "MWH": "megawatt hour",
    "Mbit s": "megabit second",
    "Mb s": "megabit second",
}
_SEPARATORS = re.compile(r"[\s·⋅∙•*._-]+")


class UnitError(ValueError):
    """Root of what can be wrong with a unit."""


class UnknownUnit(UnitError):  # noqa: N818 - a word of the trade
    """A text that names no unit, or more than one."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:40]!r} is not a unit; write one of: {', '.join(UNITS)} (or kg, kWh, m2, pcs …)"
        )
        self.text = text


class UnitMismatch(UnitError):  # noqa: N818 - a word of the trade
    """Two units that no physics joins, or only a mass that nobody stated."""

    def __init__(self, from_unit: str, to_unit: str) -> None:
        super().__init__(
            f"{from_unit} does not convert to {to_unit}; use another unit, or state a net mass"
            " above 0 where one of them is a mass"
        )
        self.from_unit = from_unit
        self.to_unit = to_unit


class NotDeclarable(UnitError):  # noqa: N818 - a word of the trade
    """A unit that is good in a bill of materials but that PACT 3.0.3 has no name for."""

    def __init__(self, unit: str) -> None:
        super().__init__(
            f"a footprint cannot be declared per {unit}; declare per one of:"
            f" {', '.join(DECLARED_UNITS)}"
        )
        self.unit = unit


@lru_cache(maxsize=1024)
def canonical(text: str) -> str:
    """The name of the unit that `text` means, e.g. `kWh` is `kilowatt hour`.

    Raises `UnknownUnit` for anything else; the rules stand at the top of this module.
    """
    plain = _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", text).replace("^", "")).strip()
    if plain in _EXACT_CASE:
        return _EXACT_CASE[plain]
    name = plain.lower()
    singular = name.removesuffix("s") if len(name) > 3 else name
    unit = _ANY_CASE.get(name) or _ANY_CASE.get(singular)
    if unit is None:
        raise UnknownUnit(text)
    return unit


def is_mass(unit: str) -> bool:
    """Whether `unit` is kilogram, gram, tonne or jin. Raises `UnknownUnit`."""
    return _UNITS[canonical(unit)][0] == "mass"


def conversion(from_unit: str, to_unit: str, mass_kg: Decimal | None = None) -> Fraction:
    """How many `to_unit` are one `from_unit`, exactly.

    `mass_kg` is the net mass in kg of one of that unit of the two which is not a mass; it joins
    piece, metre, kilowatt hour of capacity … with kg, g and t, and is ignored where physics
    suffices. For a part with a base unit use `to_base`, which knows whose mass it is.

    Raises `UnknownUnit`; `UnitMismatch` when nothing joins the two.
    """
    by_physics = _by_physics(from_unit, to_unit)
    if by_physics is not None:
        return by_physics
    if mass_kg is not None and mass_kg.is_finite() and mass_kg > 0:
        by_mass = _by_mass(from_unit, to_unit, mass_kg)
        if by_mass is not None:
            return by_mass
    raise UnitMismatch(canonical(from_unit), canonical(to_unit))


@lru_cache(maxsize=8192)
def _by_mass(from_unit: str, to_unit: str, mass_kg: Decimal) -> Fraction | None:
    """The same through a mass of the one that is none; None where neither is a mass."""
    (from_dimension, size), (to_dimension, unit_size) = (
        _UNITS[canonical(unit)] for unit in (from_unit, to_unit)
    )
    if to_dimension == "mass":
        return Fraction(mass_kg) / unit_size
    return size / Fraction(mass_kg) if from_dimension == "mass" else None


@lru_cache(maxsize=1024)
def _by_physics(from_unit: str, to_unit: str) -> Fraction | None:
    """How many `to_unit` are one `from_unit`; None where the two measure different things."""
    (dimension, size), (other, unit_size) = _UNITS[canonical(from_unit)], _UNITS[canonical(to_unit)]
    return size / unit_size if dimension == other else None


def to_base(unit: str, base_unit: str, net_mass_kg: Decimal | None = None) -> Fraction:
    """How many base units of a part are one `unit`; `net_mass_kg` is that of one base unit.

    A part kept in kilograms has no mass of a piece: its net mass never turns pieces into kg.

    Raises `UnknownUnit`, `UnitMismatch` as `conversion` does.
    """
    return conversion(unit, base_unit, None if is_mass(base_unit) else net_mass_kg)


def declarable(unit: str) -> tuple[DeclaredUnit, Fraction]:
    """The PACT unit to declare `unit` in, and how many of it one `unit` is (gram: kg, 1/1000).

    Raises `UnknownUnit`; `NotDeclarable` for a unit PACT has no name for (meter).
    """
    name = canonical(unit)
    declared = name if name in DECLARED_UNITS else _first_of_dimension(name)
    if declared not in DECLARED_UNITS:
        raise NotDeclarable(name)
    return cast(DeclaredUnit, declared), conversion(name, declared)


def _first_of_dimension(name: str) -> str:
    return next(unit for unit in _UNITS if _UNITS[unit][0] == _UNITS[name][0])
