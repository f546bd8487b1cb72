"""What a part of a battery is: the classes that Annex II and its methods tell apart.

A class says what can lie inside it, so that one value over a whole cell tells of which classes it
can hold something.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Component(StrEnum):
    """What one part is, as its buyer or maker enters it once."""

    RAW_MATERIAL = "raw-material"
    """Mined, refined, synthesised: anything that is not yet a part of a battery."""
    CATHODE_PRECURSOR = "cathode-precursor"
    CATHODE_ACTIVE_MATERIAL = "cathode-active-material"
    ANODE_ACTIVE_MATERIAL = "anode-active-material"
    CATHODE = "cathode"
    ANODE = "anode"
    ELECTROLYTE = "electrolyte"
    SEPARATOR = "separator"
    CELL_CASING = "cell-casing"
    CURRENT_COLLECTOR = "current-collector"
    ELECTRONICS = "electronics"
    """Battery management system, safety units, wiring."""
    HOUSING = "housing"
    """Of modules and of the battery."""
    COOLING = "cooling"
    CELL = "cell"
    MODULE = "module"
    BATTERY = "battery"
    ELECTRICITY = "electricity"
    """Used where the part is made that it is a line of."""
    OTHER_ENERGY = "other-energy"


_CELL_PARTS: Final = frozenset(
    {
        Component.CATHODE_PRECURSOR,
        Component.CATHODE_ACTIVE_MATERIAL,
        Component.ANODE_ACTIVE_MATERIAL,
        Component.CATHODE,
        Component.ANODE,
        Component.ELECTROLYTE,
        Component.SEPARATOR,
        Component.CELL_CASING,
        Component.CURRENT_COLLECTOR,
    }
)
_BATTERY_PARTS: Final = frozenset({Component.ELECTRONICS, Component.HOUSING, Component.COOLING})
_HOLDS: Final[Mapping[Component, frozenset[Component]]] = {
    Component.CATHODE_ACTIVE_MATERIAL: frozenset({Component.CATHODE_PRECURSOR}),
    Component.CATHODE: frozenset(
        {
            Component.CATHODE_PRECURSOR,
            Component.CATHODE_ACTIVE_MATERIAL,
            Component.CURRENT_COLLECTOR,
        }
    ),
    Component.ANODE: frozenset({Component.ANODE_ACTIVE_MATERIAL, Component.CURRENT_COLLECTOR}),
    Component.CELL: _CELL_PARTS,
    Component.MODULE: _CELL_PARTS | _BATTERY_PARTS | {Component.CELL},
    Component.BATTERY: _CELL_PARTS | _BATTERY_PARTS | {Component.CELL, Component.MODULE},
}

SPECIFIC: Final = (
    Component.ANODE,
    Component.CATHODE,
    Component.ELECTROLYTE,
    Component.SEPARATOR,
    Component.CELL_CASING,
)
"""Annex II(5): activity data of this model in this plant, no defaults."""

IDENTIFIED: Final = (
    Component.ELECTRONICS,
    Component.CATHODE,
)
"""Annex II(1): must be accurately identified in the bill of materials."""

ENERGY: Final = frozenset({Component.ELECTRICITY, Component.OTHER_ENERGY})


ASSEMBLED: Final = frozenset({Component.CELL, Component.MODULE, Component.BATTERY})


def inside(component: Component) -> frozenset[Component]:
    """The classes that can lie inside a part of this one; raw materials lie in all of them."""
    return _HOLDS.get(component, frozenset()) | {Component.RAW_MATERIAL}


def inherits(parent: Component | None) -> bool:
    """Whether what goes into a part is part of its making, unless it has a class of its own.

    A frame inside the electronics is electronics; a frame inside a battery may be anything.
    """
    return parent is not None and parent not in ASSEMBLED
