"""Which own part a customer may mean: suggestions, each with its ground. Nothing is ever applied.

The grounds, the surest first:

* `number`: what the customer wrote is the number of an own part, sign for sign;
* `spelling`: it is once case, spaces, dashes and full-width signs are left aside;
* `alias`: the same text, or the same part of this customer, was confirmed as that own part before;
* `similar`: the names are alike, and no mass speaks against it.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

MOST = 3
"""Suggestions for one link: who finds none of them right looks for the part."""
MAX_COMPARED = 20_000
"""Own parts whose names are compared; in a longer list only numbers are."""
_TOLERANCE = Decimal("0.05")
"""By how much of the customer's mass the own one may differ."""
_ALIKE, _ALIKE_WITHOUT_MASS = 0.5, 0.75
"""How alike names must be (0 to 1) where the masses agree, and where one of them is unknown."""
_TELLING = 1_000
"""A pair of signs that more names than this have in common tells nothing."""
_DASHES = "−_"
"""Dashes that Unicode counts as other signs."""


class Ground(StrEnum):
    """Why a part is suggested."""

    NUMBER = "number"
    SPELLING = "spelling"
    ALIAS = "alias"
    SIMILAR = "similar"


@dataclass(frozen=True)
class OwnPart:
    """A part that the supplier makes."""

    id: str
    number: str
    name: str
    mass_kg: Decimal | None
    """Of one base unit; None is unknown."""


@dataclass(frozen=True)
class Wanted:
    """What a customer says that it buys."""

    text: str
    """The supplier's part number as the customer wrote it."""
    name: str
    """What the customer calls its own part."""
    mass_kg: Decimal | None
    aliases: tuple[str, ...] = ()
    """Ids of the own parts as which the same was confirmed before."""


@dataclass(frozen=True)
class Suggestion:
    """An own part that may be meant, and why."""

    part: OwnPart
    ground: Ground


def plain(number: str) -> str:
    """A part number as it is compared: without case, spaces, dashes and full width."""
    text = unicodedata.normalize("NFKC", number).casefold()
    return "".join(sign for sign in text if not _is_filler(sign))


def _is_filler(sign: str) -> bool:
    return sign in _DASHES or unicodedata.category(sign) in ("Zs", "Pd", "Cc", "Cf")


class OwnParts:
    """The parts of one supplier, found by what customers write of them."""

    def __init__(self, parts: Iterable[OwnPart]) -> None:
        """Index the parts."""
        self._parts = list(parts)
        self._by_id = {part.id: part for part in self._parts}
        self._by_number = {part.number: part for part in self._parts}

    def suggestions(self, wanted: Wanted) -> list[Suggestion]:
        """The parts that may be meant, the surest ground first; each part once."""
        found: dict[str, Suggestion] = {}
        for suggestion in self._found(wanted):
            found.setdefault(suggestion.part.id, suggestion)
            if len(found) == MOST:
                break
        return list(found.values())

    def _found(self, wanted: Wanted) -> Iterator[Suggestion]:
        if part := self._by_number.get(wanted.text):
            yield Suggestion(part, Ground.NUMBER)
            return  # no likeness says more than the number itself
        for part_id in wanted.aliases:
            if part := self._by_id.get(part_id):
                yield Suggestion(part, Ground.ALIAS)
        for part in self._spelled.get(plain(wanted.text), ()):
            yield Suggestion(part, Ground.SPELLING)
        for part in self._similar(wanted):
            yield Suggestion(part, Ground.SIMILAR)

    @cached_property
    def _spelled(self) -> dict[str, list[OwnPart]]:
        found: dict[str, list[OwnPart]] = defaultdict(list)
        for part in self._parts:
            found[plain(part.number)].append(part)
        return found

    @cached_property
    def _pairs(self) -> dict[str, list[OwnPart]]:
        """Own parts by each pair of signs in their names: Chinese names have no blanks."""
        found: dict[str, list[OwnPart]] = defaultdict(list)
        if len(self._parts) <= MAX_COMPARED:
            for part in self._parts:
                for pair in _pairs_of(part.name):
                    found[pair].append(part)
        return found

    def _similar(self, wanted: Wanted) -> Sequence[OwnPart]:
        mine = _pairs_of(wanted.name)
        shared: Counter[str] = Counter()
        for pair in mine:
            candidates = self._pairs.get(pair, ())
            if len(candidates) <= _TELLING:
                shared.update(part.id for part in candidates)
        likeness = {self._by_id[id]: self._likeness(mine, id) for id in shared}
        fitting = [part for part, alike in likeness.items() if _fits(part, wanted, alike)]
        return sorted(fitting, key=lambda part: (-likeness[part], part.number))[:MOST]

    def _likeness(self, pairs: frozenset[str], part_id: str) -> float:
        theirs = _pairs_of(self._by_id[part_id].name)
        return 2 * len(pairs & theirs) / (len(pairs) + len(theirs))


def _pairs_of(name: str) -> frozenset[str]:
    text = plain(name)
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _fits(part: OwnPart, wanted: Wanted, alike: float) -> bool:
    if part.mass_kg is None or wanted.mass_kg is None:
        return alike >= _ALIKE_WITHOUT_MASS
    apart = abs(part.mass_kg - wanted.mass_kg)
    return alike >= _ALIKE and apart <= _TOLERANCE * wanted.mass_kg
