"""What stands in for a category that nobody declared: a company's own factor, or the registry's.

Pure. A footprint needs everything upstream, so of the registry only life-cycle CO2e is taken: what
a chimney emits is no average of a part. Where more than one factor fits, none is taken in silence.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tierlight_schemas.factors.lookup import Question, look_up
from tierlight_schemas.factors.model import Basis, Factor
from tierlight_schemas.factors.registry import Registry


@dataclass(frozen=True)
class Average:
    """kgCO2e per unit of a category."""

    category: str
    unit: str
    """Canonical name."""
    value: str
    year: int
    reference: str
    """Who says so, as a result states it; of the registry the factor's id with the version of its
    set, so that the digest of a result's inputs pins both."""
    is_own: bool = True
    """Whether it is the company's own."""


def shared_averages(registry: Registry, geography: str, year: int) -> Mapping[str, list[Average]]:
    """By category, the registry's factor for each unit, of the place and the year or the nearest.

    `geography` is a place of the registry, or `*`: then only what holds for the world is taken.
    """
    groups: dict[tuple[str, str], list[Factor]] = defaultdict(list)
    for factor in registry.factors:
        if (factor.scope, factor.gases) == ("life-cycle", "CO2e"):
            groups[factor.category, factor.unit].append(factor)
    found: dict[str, list[Average]] = defaultdict(list)
    for (category, unit), factors in groups.items():
        basis: Basis | None = "location" if any(factor.basis for factor in factors) else None
        asked = Question(category, geography, year, basis)
        answer = look_up(Registry(tuple(factors)), asked).found
        if answer is not None:
            found[category].append(_average(category, unit, answer.factor))
    return found


def _average(category: str, unit: str, factor: Factor) -> Average:
    return Average(category, unit, str(factor.value), factor.year, factor.pinned, is_own=False)
