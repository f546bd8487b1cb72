"""Where a defect goes, and what is recorded of it.

A planter is a function that takes places of the ground, spoils something there, and says which
finding the specification asks for. A place is taken once, so that no defect hides another.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from benchmarks.planted.factories import Site, build_site
from benchmarks.planted.healthy import Healthy, Purchase, System
from benchmarks.planted.model import Chain, Company, Declaration, Part
from benchmarks.planted.records import CHAIN, DOOR, Planted, Trace

ANY = ("declared", "traded", "built", "powered")
"""Forms of systems in which a component may be spoiled whose value stays what it is."""
Place = TypeVar("Place", Purchase, System, Part)


class NoPlace(Exception):  # noqa: N818 - says what it is
    """The chain is too small for what is to be planted."""


@dataclass
class Ground:
    """A healthy chain with the places that are still free."""

    healthy: Healthy
    chance: random.Random
    _taken: set[Purchase | System | Part] = field(default_factory=set)

    @property
    def chain(self) -> Chain:
        """What the hub will hold."""
        return self.healthy.chain

    def purchase(
        self, *, turned: bool = False, forms: Iterable[str] = ("built", "powered")
    ) -> Purchase:
        """A free component of a system that is built up, or of one of these forms."""
        wanted = [
            purchase
            for system in self._systems(forms)
            for purchase in system.purchases
            if purchase.turned is turned and purchase not in self._taken
        ]
        return self._take(wanted, f"component{' (turned)' * turned}")

    def system(self, *forms: str) -> System:
        """A free system of one of these forms; its components stay free."""
        return self._take(self._systems(forms), " or ".join(forms))

    def whole(self, *forms: str) -> System:
        """A free system none of whose components is taken; they are taken with it."""
        free = [s for s in self._systems(forms) if not self._taken.intersection(s.purchases)]
        system = self._take(free, f"whole {' or '.join(forms)}")
        self._taken.update(system.purchases)
        return system

    def vehicle(self) -> Part:
        """A free vehicle."""
        free = [part for part in self.chain.vehicles if part not in self._taken]
        return self._take(free, "vehicle")

    def site(self, maker: int = 0) -> Site:
        """A new site of one of the two makers with factories."""
        works = self.healthy.works[maker]
        products = [purchase.supplied for purchase in works.purchases]
        return build_site(self.chain, products[0].owner, products)

    def company(self, tier: int) -> Company:
        """A company of that tier without factories; companies are never taken."""
        fitting = [c for c in self.chain.companies if c.tier == tier and not c.province]
        return self.chance.choice(fitting)

    def _systems(self, forms: Iterable[str]) -> list[System]:
        wanted = {*forms}
        return [s for s in self.healthy.systems if s.form in wanted and s not in self._taken]

    def _take(self, free: Sequence[Place], what: str) -> Place:
        if not free:
            raise NoPlace(f"no {what} is left to plant in: more parts are needed")
        place = self.chance.choice(free)
        self._taken.add(place)
        return place

    def attempt(self, declaration: Declaration) -> None:
        """Something is sent that the door has to judge."""
        self.chain.attempts.append(declaration)


Planter = Callable[[Ground], Planted]
PLANTERS: defaultdict[str, list[Planter]] = defaultdict(list)
"""By code; several for a code whose specification names several cases."""


NEEDS_A_WHOLE: set[Planter] = set()
"""Planters that take a system with all its components: they go first, while there are some."""


def plants(code: str, *, whole: bool = False) -> Callable[[Planter], Planter]:
    """Registers a planter of a code."""

    def register(planter: Planter) -> Planter:
        PLANTERS[code].append(planter)
        if whole:
            NEEDS_A_WHOLE.add(planter)
        return planter

    return register


def found(code: str, *parts: Part, where: str = CHAIN, implied: Iterable[Trace] = ()) -> Planted:
    """What a planter says: the first part is the subject, the finding may name any of them."""
    numbers = frozenset(part.number for part in parts)
    return Planted(code, parts[0].owner.name, parts[0].number, numbers, where, tuple(implied))


def refused(code: str, part: Part, *implied: Trace) -> Planted:
    """An error of a document: the door's refusal names it."""
    return found(code, part, where=DOOR, implied=implied)


def follows(code: str, *parts: Part) -> Trace:
    """What a defect implies."""
    return Trace(code, frozenset(part.number for part in parts))


def above(system: System) -> tuple[Part, ...]:
    """The system and what it goes into."""
    return system.made, system.bought, system.vehicle


def gone(purchase: Purchase) -> tuple[Trace, ...]:
    """What follows where a component has no value: a gap, its way in, and a thinner total."""
    bought, supplied = purchase.bought, purchase.supplied
    up = above(purchase.system)
    return (
        follows("tier/missing", bought, supplied, purchase.system.made),
        follows("tier/inbound-leg-missing", bought),
        follows("tier/undeclared-supplier", supplied),
        follows("tier/coverage-low", bought, supplied, *up),
    )
