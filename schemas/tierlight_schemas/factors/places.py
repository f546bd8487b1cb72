"""Places of factors, from near to far: a province, the grids that serve it, its country, the world.

Grids of several provinces are no ISO codes; they are written `CN.northeast` here.
"""

from functools import cache
from importlib.resources import files

from tierlight_schemas.factors.model import WORLD
from tierlight_schemas.geography import country_of


@cache
def grids() -> dict[str, frozenset[str]]:
    """The subdivisions that each regional grid serves."""
    table = files("tierlight_schemas").joinpath("data/factors/grid_regions.txt").read_text("utf-8")
    rows = (line.partition(":") for line in table.splitlines() if line and line[0] != "#")
    return {grid: frozenset(served.split()) for grid, _, served in rows}


def is_grid(text: str) -> bool:
    """Whether `text` names a regional grid."""
    return text in grids()


def rings(place: str) -> tuple[frozenset[str], ...]:
    """Places that hold for `place`, nearest first: itself, its grids, its country, the world."""
    if place == WORLD:
        return (frozenset({WORLD}),)
    country = place.partition(".")[0] if is_grid(place) else country_of(place)
    around = frozenset(grid for grid, served in grids().items() if place in served)
    found = [frozenset({place}), around, frozenset({country}), frozenset({WORLD})]
    return tuple(dict.fromkeys(ring for ring in found if ring))
