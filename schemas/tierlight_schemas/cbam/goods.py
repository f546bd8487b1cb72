"""Aggregated goods categories of iron, steel and aluminium: CN codes, routes, precursors.

Facts of Annex I of Regulation (EU) 2023/956 and of the Commission's template. A code that stands
in none of them, such as 7320 (springs) or 8708 (parts of vehicles), is not covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Good(StrEnum):
    """Aggregated goods category."""

    SINTERED_ORE = "sintered-ore"
    ALLOYS = "alloys"
    """Ferro-manganese, ferro-chromium, ferro-nickel."""
    PIG_IRON = "pig-iron"
    DIRECT_REDUCED_IRON = "direct-reduced-iron"
    CRUDE_STEEL = "crude-steel"
    STEEL_PRODUCTS = "iron-or-steel-products"
    UNWROUGHT_ALUMINIUM = "unwrought-aluminium"
    ALUMINIUM_PRODUCTS = "aluminium-products"
    HYDROGEN = "hydrogen"
    """A precursor only."""


class Route(StrEnum):
    """Production route."""

    ALL = "all"
    BLAST_FURNACE = "blast-furnace"
    SMELTING_REDUCTION = "smelting-reduction"
    BASIC_OXYGEN = "basic-oxygen"
    ELECTRIC_ARC = "electric-arc"
    PRIMARY = "primary-smelting"
    SECONDARY = "secondary-melting"
    OTHER = "other"
    UNKNOWN = "unknown"


_ANY = frozenset({Route.ALL})
_OPEN = frozenset({Route.OTHER, Route.UNKNOWN})


@dataclass(frozen=True)
class Category:
    """One category as the template has it."""

    name: str
    """English, as the template prints it."""
    codes: tuple[str, ...]
    """Beginnings of the CN codes."""
    routes: frozenset[Route]
    precursors: frozenset[Good]
    """Of which embedded emissions count, beside goods of the same category."""


_STEEL_BEFORE = frozenset(
    {Good.HYDROGEN, Good.SINTERED_ORE, Good.ALLOYS, Good.PIG_IRON, Good.DIRECT_REDUCED_IRON}
)
_FLAT_AND_LONG = tuple(str(code) for code in (*range(7208, 7218), *range(7219, 7224)))
_ALLOY_AND_ARTICLES = tuple(str(code) for code in (*range(7225, 7230), *range(7301, 7312)))

CATEGORIES: Mapping[Good, Category] = {
    Good.SINTERED_ORE: Category("Sintered Ore", ("26011200",), _ANY, frozenset()),
    Good.ALLOYS: Category(
        "Alloys (FeMn, FeCr, FeNi)",
        ("72021", "72024", "72026"),
        _ANY,
        frozenset({Good.SINTERED_ORE}),
    ),
    Good.PIG_IRON: Category(
        "Pig iron",
        ("7201", "7205"),
        frozenset({Route.BLAST_FURNACE, Route.SMELTING_REDUCTION}) | _OPEN,
        _STEEL_BEFORE,
    ),
    Good.DIRECT_REDUCED_IRON: Category("Direct reduced iron", ("7203",), _ANY, _STEEL_BEFORE),
    Good.CRUDE_STEEL: Category(
        "Crude steel",
        ("7206", "7207", "7218", "7224"),
        frozenset({Route.BASIC_OXYGEN, Route.ELECTRIC_ARC}) | _OPEN,
        _STEEL_BEFORE,
    ),
    Good.STEEL_PRODUCTS: Category(
        "Iron or steel products",
        ("7205", *_FLAT_AND_LONG, *_ALLOY_AND_ARTICLES, "7318", "7326"),
        _ANY,
        _STEEL_BEFORE | {Good.CRUDE_STEEL},
    ),
    Good.UNWROUGHT_ALUMINIUM: Category(
        "Unwrought aluminium",
        ("7601",),
        frozenset({Route.PRIMARY, Route.SECONDARY}) | _OPEN,
        frozenset(),
    ),
    Good.ALUMINIUM_PRODUCTS: Category(
        "Aluminium products",
        (*(str(code) for code in range(7603, 7615)), "7616"),
        _ANY,
        frozenset({Good.UNWROUGHT_ALUMINIUM}),
    ),
    Good.HYDROGEN: Category("Hydrogen", ("28041000",), frozenset(Route), frozenset()),
}

ROUTE_NAMES: Mapping[Route, str] = {
    Route.ALL: "All production routes",
    Route.BLAST_FURNACE: "Blast furnace route",
    Route.SMELTING_REDUCTION: "Smelting reduction",
    Route.BASIC_OXYGEN: "Basic oxygen steelmaking",
    Route.ELECTRIC_ARC: "Electric arc furnace",
    Route.PRIMARY: "Primary (electrolytic) smelting",
    Route.SECONDARY: "Secondary melting (recycling)",
    Route.OTHER: "Other production routes",
    Route.UNKNOWN: "Unknown production routes",
}
"""English, as the template prints them."""

STEEL = frozenset(Good) - {Good.UNWROUGHT_ALUMINIUM, Good.ALUMINIUM_PRODUCTS, Good.HYDROGEN}


def goods_of(code: str) -> frozenset[Good]:
    """The categories that a CN code may belong to; empty where CBAM does not cover it."""
    return frozenset(good for good, each in CATEGORIES.items() if code.startswith(each.codes))


def is_precursor(good: Good, of: Good) -> bool:
    """Whether what is embedded in `good` counts in goods of the category `of`."""
    return good is of or good in CATEGORIES[of].precursors
