"""The factors at hand: those that ship with this version, and any sets that an operator adds."""

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from tierlight_schemas.factors.model import Factor, FactorSet, in_category
from tierlight_schemas.factors.reading import factor_of


@dataclass(frozen=True)
class Registry:
    """Factors of one or several sets, in the order they were given."""

    factors: tuple[Factor, ...]

    def of_category(self, category: str) -> Iterator[Factor]:
        """The factors of a category and of those below it."""
        return (factor for factor in self.factors if in_category(factor, category))

    def get(self, factor_id: str) -> Factor | None:
        """The factor of that id."""
        return self._by_id.get(factor_id)

    def with_sets(self, added: Iterable[Factor]) -> "Registry":
        """This registry and more factors; one of a known id takes the earlier one's place."""
        return Registry(tuple({f.id: f for f in (*self.factors, *added)}.values()))

    @property
    def sets(self) -> tuple[FactorSet, ...]:
        """The sets the factors are of."""
        return tuple(dict.fromkeys(factor.set for factor in self.factors))

    @cached_property
    def _by_id(self) -> dict[str, Factor]:
        return {factor.id: factor for factor in self.factors}


@cache
def shipped() -> Registry:
    """What comes with this version of the standard."""
    folder = files("tierlight_schemas").joinpath("data/factors")
    described = json.loads(folder.joinpath("sets.json").read_text("utf-8"))["sets"]
    factors: list[Factor] = []
    for each in described:
        of = FactorSet(**each)
        text = folder.joinpath(f"{of.id}.csv").read_text("utf-8")
        factors += (factor_of(row, of) for row in csv.DictReader(text.splitlines()))
    return Registry(tuple(factors))


def digest_of(factors: Iterable[Factor]) -> str:
    """SHA-256 (hex) over what the factors say, whatever their order: it pins what a result used."""
    lines = sorted(
        json.dumps([f.pinned, f.value, f.unit, f.gases, f.gwp, f.scope, f.source]) for f in factors
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
